"""What every HTML page in the product must be, checked wherever a test fetches one."""

from __future__ import annotations

import hashlib
import re

import tinyhtml5

# What differs between two pages that are the same in every respect looked at here.
CHANGING = re.compile(r'(nonce|csrf_token" value)="[^"]+"')
_sound: set[bytes] = set()
IGNORED_INPUTS = {"hidden", "submit", "button", "image", "reset"}


def review(html: str, where: str) -> None:
    """Fail with every complaint about a page, or about a fragment only those that apply to it.

    A page that was found sound is not read again: parsing costs as much as making it.
    """
    digest = hashlib.sha256(CHANGING.sub(r"\1", html).encode()).digest()
    if digest in _sound:
        return
    complaints = list(complaints_about(html))
    assert not complaints, f"{where}:\n" + "\n".join(complaints)
    _sound.add(digest)


def complaints_about(html: str):
    tree = tinyhtml5.parse(html, namespace_html_elements=False)
    whole = "<html" in html[:2000].lower()
    elements = list(tree.iter())
    if whole:
        yield from _page(tree)
    yield from _ids(elements)
    yield from _controls(tree, elements)
    yield from _forms(tree)
    for element in elements:
        if not isinstance(element.tag, str):
            continue
        if element.get("style"):
            yield f"inline style on <{element.tag}>: the policy blocks it"
        if any(name.startswith("on") for name in element.attrib):
            yield f"inline handler on <{element.tag}>: the policy blocks it"
        if element.tag == "script" and not element.get("src") and not element.get("nonce"):
            yield "a script without src or nonce"
        if element.tag == "img" and element.get("alt") is None:
            yield f"an image without alt: {element.get('src')}"


def _page(tree):
    titles = [element for element in tree.iter("title") if (element.text or "").strip()]
    if not titles:
        yield "no title"
    if len(list(tree.iter("h1"))) != 1:
        yield f"{len(list(tree.iter('h1')))} h1 elements"
    if not tree.get("lang"):
        yield "no lang on html"
    if len(list(tree.iter("main"))) != 1:
        yield "not exactly one main"


def _ids(elements):
    seen = set()
    for element in elements:
        identity = element.get("id") if isinstance(element.tag, str) else None
        if identity in seen and identity:
            yield f"id {identity!r} twice"
        seen.add(identity)


def _controls(tree, elements):
    labelled = {label.get("for") for label in tree.iter("label")}
    wrapped = {child for label in tree.iter("label") for child in label.iter()}
    ids = {element.get("id") for element in elements if isinstance(element.tag, str)}
    for element in elements:
        if element.tag not in {"input", "select", "textarea"} or element.get("type") in IGNORED_INPUTS:
            continue
        named = element.get("aria-label") or (element.get("aria-labelledby") or "").split()
        if not (named or element.get("id") in labelled or element in wrapped):
            yield f"a control without a label: {element.get('name')}"
        for reference in (element.get("aria-describedby") or "").split():
            if reference not in ids:
                yield f"aria-describedby names a missing id: {reference}"


def _forms(tree):
    for form in tree.iter("form"):
        if form.get("action") is None:
            yield "a form without action"
        if (form.get("method") or "get").lower() == "post" and not any(
            field.get("name") == "csrf_token" for field in form.iter("input")
        ):
            yield f"a POST form without a CSRF token: {form.get('action')}"

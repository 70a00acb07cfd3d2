"""Texts a company wrote in the browser, put where files have room for them: checked and compiled like any other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from lms.catalog.adapters.desk import locale_path
from lms.catalog.adapters.sources import Source, Tree
from lms.catalog.rules.content import OwnText

_FRONT = re.compile(r"---[ \t]*\n(.*?\n)---[ \t]*\n", re.DOTALL)
_KIND = re.compile(r"^company:[ \t]*(notes|incident)[ \t]*$", re.MULTILINE)
_ID = re.compile(r"^id:[ \t]*([a-z0-9-]+)[ \t]*$", re.MULTILINE)
_TITLE = re.compile(r"^title:.*$", re.MULTILINE)


@dataclass(frozen=True)
class Slot:
    """A lesson that has room for the company's own text."""

    step: str
    path: str
    kind: OwnText


def slots_of(tree: Tree) -> Mapping[str, Slot]:
    """Return every lesson with room for an own text, by step id."""
    return {slot.step: slot for slot in _slots(tree)}


def path_in(slot: Slot, tree: Tree, language: str) -> str:
    """Return the file that a language's text goes into: the original's own, or the one beside it for a translation."""
    return slot.path if language == _language(tree, slot.path) else locale_path(slot.path, language)


def with_own_texts(tree: Tree, texts: Mapping[tuple[str, str], str]) -> Tree:
    """Return the tree with own texts, by (step, language), in their places. Texts of steps that are gone are left out.

    Notes stand before the lesson's text; an incident takes its place.
    """
    slots = slots_of(tree)
    files = dict(tree.files)
    for (step, language), own in sorted(texts.items()):
        slot = slots.get(step)
        if slot is not None and own.strip():
            path = path_in(slot, tree, language)
            files[path] = Source(path, _composed(slot, tree, path, own))
    return replace(tree, files=files)


def first_line(source: Source) -> int:
    """Return the line of a lesson's file on which its text, and so an own text, starts."""
    found = _FRONT.match(source.text)
    return source.text[: found.end()].count("\n") + 1 if found else 1


def _slots(tree: Tree) -> Iterator[Slot]:
    for path, source in tree.files.items():
        front = _FRONT.match(source.text) if path.endswith(".md") and "/locales/" not in path else None
        kind = _KIND.search(front[1]) if front else None
        name = _ID.search(front[1]) if front else None
        if kind and name:
            yield Slot(name[1], path, OwnText(kind[1]))


def _composed(slot: Slot, tree: Tree, path: str, own: str) -> str:
    written = own.replace("\r\n", "\n").strip() + "\n"
    source = tree.files.get(path)
    front = _FRONT.match(source.text) if source else None
    if source is None or front is None:
        original = tree.files[slot.path]
        title = _TITLE.search(original.text)
        head = f"---\nid: {slot.step}\n{title[0] if title else ''}\nsource: {original.hash}\n---\n"
        return head + written
    shipped = source.text[front.end() :]
    return front[0] + written + (f"\n{shipped}" if slot.kind is OwnText.NOTES else "")


def _language(tree: Tree, path: str) -> str:
    course = tree.files.get(f"{path.split('/', maxsplit=1)[0]}/course.yml")
    found = re.search(r"^language:[ \t]*([A-Za-z-]+)[ \t]*$", course.text, re.MULTILINE) if course else None
    return found[1] if found else "en"

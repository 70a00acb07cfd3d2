"""Markdown to safe HTML: CommonMark, tables, our few directives, facts and references. Faults are collected.

The parser keeps raw HTML apart instead of escaping it, so that the check can refuse it by name; the output passes
through an allow-list all the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, MutableMapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererProtocol
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from lms.catalog.adapters.directives import directive_rule
from lms.catalog.adapters.remembering import Remembered
from lms.catalog.adapters.texts import Resolver, TextFault
from lms.catalog.rules.facts import CITATION
from lms.catalog.rules.labels import Label, label
from lms.catalog.rules.role_boxes import roles_named, shown_to
from lms.catalog.rules.style import ENDLESS_SENTENCE, LONG_SENTENCE, sentences, text_of, words

_REFERENCE = re.compile(r":(card|step|module)\[([^\]\n]*)\]")
_TAGS = {
    *("p", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "strong", "em", "code", "pre", "br", "hr", "a", "img"),
    *("figure", "figcaption", "table", "thead", "tbody", "tr", "th", "td", "div", "details", "summary", "span"),
    "section",
}
_ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt"},
    "th": {"scope", "class"},
    "td": {"class"},
    "ol": {"start"},
    "div": {"class", "role", "tabindex", "aria-label"},
    "section": {"class", "data-roles"},
    "p": {"class"},
    "span": {"lang"},
}


@dataclass
class Page:
    """Rendered text: safe HTML, its decisions (`::: try`), what is wrong with it, and the words one person reads.

    Boxes for other roles are not read, so `words` counts the role with the most of them.
    """

    html: str
    words: int
    tries: int
    faults: list[TextFault] = field(default_factory=list)


def render(text: str, resolver: Resolver, *, headings: bool = True, first_heading: int = 2) -> Page:
    """Return `text` as safe HTML. `headings` says whether it may have any.

    What was rendered before is not rendered again while every name in it stands for what it stood for then.
    """
    key = (text, resolver.language, headings, first_heading)
    return _REMEMBERED.page(key, resolver, lambda asking: _render(text, asking, first_heading if headings else None))


def _render(text: str, resolver: Resolver, first_heading: int | None) -> Page:
    env: dict[str, Any] = {"resolver": resolver, "faults": [], "tries": 0}
    tokens = _PARSER.parse(text, env)
    faults: list[TextFault] = env["faults"]
    faults += _raw_html(tokens)
    faults += _headings(tokens, first_heading)
    faults += _sentences(tokens)
    html = _PARSER.renderer.render(tokens, _PARSER.options, env)
    safe = nh3.clean(
        html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes={"https", "mailto", "tel"}, link_rel="noopener noreferrer"
    )
    read = max(words(text_of(shown_to(safe, {role}))) for role in roles_named(safe) or {""})
    return Page(safe.strip(), read, env["tries"], faults)


def _raw_html(tokens: Sequence[Token]) -> list[TextFault]:
    found = []
    for token, line in _with_lines(tokens):
        if token.type in {"html_block", "html_inline"} and not token.content.startswith("</"):
            message = f"Raw HTML is not allowed here: {token.content.strip()[:40]}."
            fix = "Write Markdown or a directive; put a literal < in code."
            found.append(TextFault("raw-html", line, message, fix, token.content.strip().split("\n")[0]))
    return found


def _with_lines(tokens: Sequence[Token]) -> list[tuple[Token, int]]:
    found: list[tuple[Token, int]] = []
    line = 0
    for token in tokens:
        line = token.map[0] if token.map else line
        found.append((token, line))
        row = line
        for child in token.children or ():
            row += child.type in {"softbreak", "hardbreak"}
            found.append((child, row))
    return found


def _headings(tokens: Sequence[Token], first: int | None) -> list[TextFault]:
    found = []
    for token in tokens:
        if token.type != "heading_open":
            continue
        line = token.map[0] if token.map else 0
        if first is None:
            found.append(
                TextFault("heading-level", line, "A heading cannot stand in this text.", "Use bold words instead.")
            )
        elif int(token.tag[1]) < first or int(token.tag[1]) > first + 2:
            message = f"A heading here is of level {first} to {first + 2}, not {token.tag[1]}."
            found.append(
                TextFault("heading-level", line, message, f"Start it with {'#' * first}: the title is the h1.")
            )
    return found


def _sentences(tokens: Sequence[Token]) -> list[TextFault]:
    found = []
    in_table = False
    for token in tokens:
        in_table = token.type == "table_open" or (in_table and token.type != "table_close")
        if token.type != "inline" or in_table:
            continue
        line = token.map[0] if token.map else 0
        plain = "".join(_spoken(child) for child in token.children or ())
        for sentence in sentences(plain):
            count = words(sentence)
            if count > LONG_SENTENCE:
                message = f"This sentence has {count} words; {LONG_SENTENCE} is the most that reads easily."
                endless = count > ENDLESS_SENTENCE
                fix = "Split it in two."
                found.append(TextFault("sentence-too-long", line, message, fix, sentence[:20], warning=not endless))
    return found


def _spoken(token: Token) -> str:
    if token.type in {"softbreak", "hardbreak"}:
        return " "
    return token.content if token.type in {"text", "code_inline", "fact", "reference"} else ""


def _fact_rule(state: StateInline, silent: bool) -> bool:
    found = CITATION.match(state.src, state.pos) if state.src.startswith("{{", state.pos) else None
    if found is None:
        return False
    if not silent:
        resolver: Resolver = state.env["resolver"]
        token = state.push("fact", "", 0)
        words_ = resolver.fact(found[1])
        token.content = words_ or ""
        if words_ is None:
            message, fix = resolver.unknown_fact(found[1])
            state.env["faults"].append(TextFault("unknown-fact", 0, message, fix, found[0]))
    state.pos = found.end()
    return True


def _reference_rule(state: StateInline, silent: bool) -> bool:
    found = _REFERENCE.match(state.src, state.pos) if state.src.startswith(":", state.pos) else None
    if found is None:
        return False
    if not silent:
        resolver: Resolver = state.env["resolver"]
        target = resolver.target(found[1], found[2])
        token = state.push("reference", "a", 0)
        address, title = target or ("", found[2])
        token.content = title
        token.meta = {"href": address}
        if target is None:
            message, fix = resolver.unknown_target(found[1], found[2])
            state.env["faults"].append(TextFault("dead-link", 0, message, fix, found[0]))
    state.pos = found.end()
    return True


def _figures(state: StateCore) -> None:
    """Turn a paragraph that is only a picture into a figure."""
    for index, token in enumerate(state.tokens):
        children = token.children or []
        if token.type == "inline" and len(children) == 1 and children[0].type == "image":
            before, after = state.tokens[index - 1], state.tokens[index + 1]
            if before.type == "paragraph_open" and not before.hidden:
                before.tag = after.tag = "figure"
                children[0].meta["figure"] = True


def _image(
    _self: RendererProtocol, tokens: Sequence[Token], idx: int, _options: OptionsDict, env: MutableMapping[str, Any]
) -> str:
    token = tokens[idx]
    resolver: Resolver = env["resolver"]
    name = str(token.attrs.get("src", ""))
    alt = token.content.strip()
    if not alt:
        fix = "Say in the brackets what it shows: ![A ladder with three rungs](…)."
        env["faults"].append(TextFault("alt-missing", 0, "This picture has no alternative text.", fix, f"]({name}"))
    address = resolver.image(name, 0)
    if address is None:
        return ""
    title = CITATION.sub(lambda found: resolver.fact(found[1]) or "", str(token.attrs.get("title", "")))
    caption = f"<figcaption>{escape(title)}</figcaption>" if title and token.meta.get("figure") else ""
    return f'<img src="{escape(address)}" alt="{escape(alt)}">{caption}'


def _link(
    self: RendererProtocol, tokens: Sequence[Token], idx: int, options: OptionsDict, env: MutableMapping[str, Any]
) -> str:
    href = str(tokens[idx].attrs.get("href", ""))
    if not href.startswith(("https://", "mailto:", "tel:")):
        message = f"The link goes to {href!r}, which is not a full address."
        fix = "Use :step[id], :card[id] or :module[id] inside the catalogue and https:// outside."
        env["faults"].append(TextFault("link-address", 0, message, fix, href))
    return str(self.renderToken(tokens, idx, options, env))  # type: ignore[attr-defined]


def _open(
    _self: RendererProtocol, tokens: Sequence[Token], idx: int, _options: OptionsDict, env: MutableMapping[str, Any]
) -> str:
    name, title = tokens[idx].meta["name"], tokens[idx].meta["title"]
    language = env["resolver"].language
    if name == "answer":
        return f"<details><summary>{escape(title or label(Label.ANSWER, language))}</summary>"
    if name == "role":
        roles = escape(" ".join(title.replace(",", " ").split()))
        return f'<section class="role-box" data-roles="{roles}">'
    shown = escape(title or label(Label(name), language))
    return f'<div class="callout callout-{name}" role="note"><p class="callout-title">{shown}</p>'


def _close(
    _self: RendererProtocol, tokens: Sequence[Token], idx: int, _options: OptionsDict, _env: MutableMapping[str, Any]
) -> str:
    return {"answer": "</details>", "role": "</section>"}.get(tokens[idx].meta["name"], "</div>")


def _fact(
    _self: RendererProtocol, tokens: Sequence[Token], idx: int, _options: OptionsDict, _env: MutableMapping[str, Any]
) -> str:
    return escape(tokens[idx].content)


def _reference(
    _self: RendererProtocol, tokens: Sequence[Token], idx: int, _options: OptionsDict, _env: MutableMapping[str, Any]
) -> str:
    return f'<a href="{escape(tokens[idx].meta["href"])}">{escape(tokens[idx].content)}</a>'


def _table_open(
    _self: RendererProtocol, _tokens: Sequence[Token], _idx: int, _options: OptionsDict, env: MutableMapping[str, Any]
) -> str:
    name = escape(label(Label.TABLE, env["resolver"].language))
    return f'<div class="table-scroll" role="group" tabindex="0" aria-label="{name}"><table>'


def _table_close(*_args: object) -> str:
    return "</table></div>"


def _cell_open(
    _self: RendererProtocol, tokens: Sequence[Token], idx: int, _options: OptionsDict, _env: MutableMapping[str, Any]
) -> str:
    token = tokens[idx]
    aligned = ' class="number"' if "right" in str(token.attrs.get("style", "")) else ""
    scope = ' scope="col"' if token.tag == "th" else ""
    return f"<{token.tag}{scope}{aligned}>"


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True}).enable("table")
    parser.block.ruler.before("fence", "directive", directive_rule, {"alt": ["paragraph", "list", "blockquote"]})
    parser.inline.ruler.before("escape", "fact", _fact_rule)
    parser.inline.ruler.before("escape", "reference", _reference_rule)
    parser.core.ruler.push("figures", _figures)
    rules: dict[str, Callable[..., str]] = {
        "image": _image,
        "link_open": _link,
        "directive_open": _open,
        "directive_close": _close,
        "fact": _fact,
        "reference": _reference,
        "table_open": _table_open,
        "table_close": _table_close,
        "th_open": _cell_open,
        "td_open": _cell_open,
    }
    for name, rule in rules.items():
        parser.add_render_rule(name, rule)
    return parser


_PARSER = _parser()
_REMEMBERED: Remembered[Page] = Remembered()

"""Foreign texts as Markdown that the course format accepts: no raw HTML, no directives, no facts by accident."""

from __future__ import annotations

import html
import re

import nh3
from markdownify import markdownify

# What the course format can show; everything else loses its tags and keeps its words.
_KEPT = {"p", "br", "b", "strong", "i", "em", "code", "pre", "ul", "ol", "li", "table", "tr", "td", "th", "a"}
_FILE = re.compile(r"<(?:img|audio|video|object|iframe|embed|source)\b|@@PLUGINFILE@@", re.IGNORECASE)


def has_file(text: str) -> bool:
    """Return whether HTML shows a picture, sound, video or another file, none of which is carried over."""
    return _FILE.search(text) is not None


def from_html(text: str) -> str:
    """Return HTML as Markdown."""
    # Links to files inside a Moodle course lead nowhere outside it.
    clean = nh3.clean(re.sub(r'href="@@PLUGINFILE@@[^"]*"', "", text), tags=_KEPT, url_schemes={"https"})
    # "+" for bullets: a line that begins with "-" could be taken for an answer.
    return _tidy(markdownify(clean, bullets="+", escape_misc=False))


def from_plain(text: str) -> str:
    """Return plain text as Markdown that says the same."""
    return _tidy(re.sub(r"([\\`*_])", r"\\\1", text))


def from_markdown(text: str) -> str:
    """Return Markdown without what the course format refuses."""
    return _tidy(text)


def one_line(text: str) -> str:
    """Return text on one line, as answers are written."""
    return " ".join(text.split())


def _tidy(text: str) -> str:
    text = html.unescape(text).replace("\u00a0", " ").replace("\r\n", "\n")
    text = text.replace("<", "&lt;").replace("{{", "{ {").replace("[[", "[ [").replace("{#", "{ #")
    # A heading or a directive in a stem would end the question.
    lines = [re.sub(r"^(\s*)(#{1,6}(?:\s|$)|:::)", r"\1\\\2", line.rstrip()) for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()

"""A diagram that builds up, as a page in the product's own colours and type."""

from __future__ import annotations

from html import escape
from pathlib import Path

from script.recorder.storyboard import Element, Recording

STYLE, SCRIPT = (Path(__file__).with_name(f"diagram.{kind}").read_text("utf-8") for kind in ("css", "js"))


HEAD = """<!doctype html><html lang="{language}"><meta charset="utf-8"><title>{title}</title>
<link rel="stylesheet" href="/static/vendor/fonts.css"><link rel="stylesheet" href="/static/css/tokens.css">
"""
TIP = """<marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto">
<path d="M0 0L10 5L0 10z" fill="context-stroke"/></marker>"""


def page_of(recording: Recording) -> str:
    """Return the page with every part of the diagram, none of them shown yet."""
    parts = "".join(_part(recording, one) for one in recording.board.diagram)
    arrows = "".join(_arrow(one) for one in recording.board.diagram if one.arrow)
    head = HEAD.format(language=recording.language, title=escape(recording.title))
    picture = f'<svg width="896" height="420"><defs>{TIP}</defs>{arrows}</svg>'
    return f"{head}<style>{STYLE}</style><body>{picture}{parts}<script>{SCRIPT}</script></body></html>"


def _part(recording: Recording, one: Element) -> str:
    if one.box is None:
        return ""
    x, y, width, height = one.box
    if not one.rows:
        # A line that ends the YAML's line is a line of the box.
        words = escape(recording.say(one.text)).replace("\n", "<br>")
        return _box(one, one.id, f"part {one.size}", (x, y, width, height), f"<span>{words}</span>")
    share = height / len(one.rows)
    rows = []
    for number, row in enumerate(one.rows):
        cells = "".join(f"<span>{escape(recording.say(cell))}</span>" for cell in row)
        kind = f"part row{'' if number else ' head'} {one.size}"
        rows.append(_box(one, f"{one.id}{number}", kind, (x, y + share * number, width, share), cells))
    return "".join(rows)


def _box(one: Element, name: str, kind: str, box: tuple[float, ...], inside: str) -> str:
    place = " ".join(map(str, box))
    return f'<div class="{kind}" id="{name}" data-tone="{one.tone}" data-box="{place}">{inside}</div>'


def _arrow(one: Element) -> str:
    if one.arrow is None:
        return ""
    ends = 'data-from="{}" data-to="{}" marker-end="url(#tip)"'.format(*one.arrow)
    return f'<path id="{one.id}" class="arrow" data-tone="{one.tone}" {ends}/>'

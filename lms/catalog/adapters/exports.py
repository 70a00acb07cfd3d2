"""Questions for other systems: Markdown to read, GIFT to import, CSV to look through. Facts are filled in."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from markdownify import markdownify

from lms.catalog.rules.items import GAP_CLOSE, GAP_OPEN, Answer, Gap, Item, ItemType, Option, Wording

FORMATS = ("markdown", "gift", "csv")
_COLUMNS = ("id", "type", "objective", "tags", "language", "question", "answer", "right", "feedback")


@dataclass
class Exported:
    """A text, and the ids of questions that the format cannot say."""

    text: str = ""
    left_out: list[str] = field(default_factory=list)


def export_items(items: Iterable[Item], language: str, form: str) -> Exported:
    """Return the items that exist in `language` in one of `FORMATS`."""
    chosen = [(item, item.wordings[language]) for item in items if language in item.wordings]
    return {"markdown": _markdown, "gift": _gift, "csv": _csv}[form](chosen, language)


def _text(html: str) -> str:
    """Return HTML as Markdown; a computed value shows its expression."""
    plain = markdownify(html, bullets="-", escape_misc=False).strip()
    return re.sub("\ue002([^\ue003]*)\ue003", r"{= \1 }", plain)


def _line(html: str) -> str:
    return " ".join(_text(html).split())


def _answers(item: Item, wording: Wording) -> Iterator[tuple[str, bool, str]]:
    """Yield every answer as (text, is it right, feedback)."""
    if item.type is ItemType.MATCH:
        yield from _pairs(item, wording)
    else:
        for option in wording.options:
            right = item.type is ItemType.ORDER or option.id in item.right
            yield _line(option.text), right, _line(option.feedback)
    for answer in wording.accepted:
        yield _accepted(answer), True, _line(answer.feedback)
    for answer in wording.mistakes:
        yield _accepted(answer), False, _line(answer.feedback)
    if wording.otherwise:
        yield "*", False, _line(wording.otherwise)
    for gap in wording.gaps:
        yield f"[{gap.id}] {_filling(gap)}", True, _line(gap.feedback)
    for row in wording.rubric:
        yield f"{_line(row.title)}: {' / '.join(_line(level) for level in row.levels)}", True, ""


def _pairs(item: Item, wording: Wording) -> Iterator[tuple[str, bool, str]]:
    rights = {option.id: option for option in wording.rights}
    for option in wording.options:
        yield f"{_line(option.text)} → {_line(rights[item.pairs[option.id]].text)}", True, _line(option.feedback)
    for option in wording.rights:
        if option.id not in item.pairs.values():
            yield f"→ {_line(option.text)}", False, _line(option.feedback)


def _filling(gap: Gap) -> str:
    names = {option.id: _line(option.text) for option in gap.options}
    words = (word for answer in gap.accepted for word in (answer.words or (_accepted(answer),)))
    return " | ".join(names.get(word, word) for word in words)


def _accepted(answer: Answer) -> str:
    if answer.number:
        tolerance = f"{answer.number.tolerance}{' %' if answer.number.relative else ''}"
        return _line(f"{answer.number.value} ± {tolerance}")
    return f"/{answer.pattern}/" if answer.pattern else " | ".join(answer.words)


def _stem(wording: Wording) -> str:
    stem = re.sub(f"{GAP_OPEN}([^{GAP_CLOSE}]*){GAP_CLOSE}", r"[\1]", wording.stem)
    return "\n\n".join(_text(part) for part in (wording.context, stem) if part)


def _markdown(chosen: list[tuple[Item, Wording]], _language: str) -> Exported:
    blocks = []
    for item, wording in chosen:
        lines = [
            f"## {item.id}",
            "",
            f"*{item.type.value}, {item.objective or 'no objective'}*",
            "",
            _stem(wording),
            "",
        ]
        for text, right, feedback in _answers(item, wording):
            lines.append(f"- {'✓' if right else '✗'} {text}" + (f"  \n  {feedback}" if feedback else ""))
        blocks.append("\n".join(lines).rstrip() + "\n")
    return Exported("\n".join(blocks))


def _csv(chosen: list[tuple[Item, Wording]], language: str) -> Exported:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    for item, wording in chosen:
        head = (item.id, item.type.value, item.objective or "", ",".join(item.tags), language, _stem(wording))
        for text, right, feedback in _answers(item, wording) or [("", False, "")]:
            writer.writerow([_harmless(cell) for cell in (*head, text, "yes" if right else "no", feedback)])
    return Exported(out.getvalue())


def _harmless(cell: str) -> str:
    # A spreadsheet would run a cell that begins like a formula.
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@")) else cell


def _gift(chosen: list[tuple[Item, Wording]], _language: str) -> Exported:
    out = Exported()
    blocks = []
    for item, wording in chosen:
        answers = _gift_answers(item, wording)
        if answers is None or item.variables:
            out.left_out.append(item.id)
            continue
        stem = _escaped(_stem(wording)).replace("\n", "\\n")
        blocks.append(f"::{item.id}::[markdown]{stem} {{{answers}}}\n")
    out.text = "\n".join(blocks)
    return out


def _gift_answers(item: Item, wording: Wording) -> str | None:
    """Return the part in braces, or None where GIFT has no such question."""
    match item.type:
        case ItemType.SINGLE | ItemType.MULTI:
            return "".join(_gift_choice(item, option) for option in wording.options) + "\n"
        case ItemType.SHORT:
            if any(answer.pattern for answer in wording.accepted):
                return None
            words = [(word, answer) for answer in wording.accepted for word in answer.words]
            return "".join(f"\n\t={_escaped(word)}{_said(answer.feedback)}" for word, answer in words) + "\n"
        case ItemType.NUMERIC:
            numbers = [(answer.number, answer) for answer in wording.accepted if answer.number]
            if any(number.relative for number, _answer in numbers):
                return None
            lines = (f"\n\t={number.value}:{number.tolerance}{_said(answer.feedback)}" for number, answer in numbers)
            return "#" + "".join(lines) + "\n"
        case ItemType.MATCH:
            rights = {option.id: _line(option.text) for option in wording.rights}
            pairs = [(_line(option.text), rights[item.pairs[option.id]]) for option in wording.options]
            pairs += [("", text) for name, text in rights.items() if name not in item.pairs.values()]
            return "".join(f"\n\t={_escaped(left)} -> {_escaped(right)}" for left, right in pairs) + "\n"
        case ItemType.OPEN:
            return ""
        case _:
            return None


def _gift_choice(item: Item, option: Option) -> str:
    right = option.id in item.right
    if item.type is ItemType.SINGLE:
        sign = "=" if right else "~"
    else:
        sign = f"~%{100 / len(item.right):.5g}%" if right else "~%-100%"
    return f"\n\t{sign}{_escaped(_line(option.text))}{_said(option.feedback)}"


def _said(feedback: str) -> str:
    return f"#{_escaped(_line(feedback))}" if feedback else ""


def _escaped(text: str) -> str:
    return re.sub(r"([~=#{}:\\])", r"\\\1", text)

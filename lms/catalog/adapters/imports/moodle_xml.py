"""Moodle XML: the questions of a `quiz` element. Read with defusedxml, which refuses entities and external parts."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from lms.catalog.adapters.imports.cloze import read_cloze
from lms.catalog.adapters.imports.foreign import FULL, ForeignAnswer, ForeignQuestion, Taken
from lms.catalog.adapters.imports.gift import decimal
from lms.catalog.adapters.imports.texts import from_html, from_markdown, from_plain, has_file, one_line
from lms.catalog.rules.items import ItemType
from lms.shared.errors import Invalid

_FORMULAS = "Its formulas are Moodle's; write it as a parametric question."
_CANNOT = {
    "essay": "An open question needs a rubric; write one with its levels.",
    "description": "It is a text to read, not a question.",
    "random": "It names a question of another bank.",
    "randomsamatch": "It is made of other questions.",
    "calculated": _FORMULAS,
    "calculatedsimple": _FORMULAS,
    "calculatedmulti": _FORMULAS,
}


def read_moodle_xml(text: str) -> Taken:
    """Return the questions of a Moodle export.

    Raises:
        Invalid: this is not XML, or not XML that may be read.
    """
    try:
        root = fromstring(text, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise Invalid(f"This is not XML that can be read: {error}.") from error
    taken = Taken()
    tags: tuple[str, ...] = ()
    for number, element in enumerate(root.iter("question"), start=1):
        if element.get("type") == "category":
            tags = (_text(element.find("category")).rsplit("/", 1)[-1],)
            continue
        question = _question(element, number, taken)
        if question:
            question.tags = (*tags, *(one_line(_text(tag)) for tag in element.iterfind("tags/tag")))
            taken.questions.append(question)
    return taken


def _question(element: Element, number: int, taken: Taken) -> ForeignQuestion | None:
    kind = element.get("type", "")
    name = one_line(_text(element.find("name"))) or f"question {number}"
    if kind not in _READERS:
        taken.leave(name, number, _CANNOT.get(kind, f"Questions of type {kind!r} have no counterpart."))
        return None
    question = ForeignQuestion(name, ItemType.SINGLE, _markdown(element.find("questiontext")), number)
    question.general = one_line(_markdown(element.find("generalfeedback")))
    files = [part for part in element.iter() if part.tag == "file"]
    if files or any(has_file(part.text or "") for part in element.iter("text")):
        question.notes.append("Its pictures and other files are not carried over; add those it needs to the course.")
    grade = _text(element.find("defaultgrade"), nested=False)
    if grade and grade != "0" and float(grade) != 1:
        question.notes.append(f"It counted {grade.rstrip('0').rstrip('.')} points; here every question counts one.")
    reason = _READERS[kind](element, question)
    if reason:
        taken.leave(name, number, reason)
        return None
    return question


def _choice(element: Element, question: ForeignQuestion) -> str:
    single = _text(element.find("single"), nested=False).lower() not in {"false", "0"}
    question.kind = ItemType.SINGLE if single else ItemType.MULTI
    question.fixed = _text(element.find("shuffleanswers"), nested=False).lower() in {"false", "0"}
    question.answers = [_answer(answer) for answer in element.iterfind("answer")]
    return "" if len(question.answers) > 1 else "It has fewer than two choices."


def _truth(element: Element, question: ForeignQuestion) -> str:
    question.fixed = True
    question.answers = [_answer(answer) for answer in element.iterfind("answer")]
    question.answers = [
        ForeignAnswer(answer.text.capitalize(), answer.share, answer.feedback) for answer in question.answers
    ]
    return ""


def _short(element: Element, question: ForeignQuestion) -> str:
    question.kind = ItemType.SHORT
    question.exact = _text(element.find("usecase"), nested=False) == "1"
    question.answers = [_answer(answer) for answer in element.iterfind("answer")]
    return ""


def _numeric(element: Element, question: ForeignQuestion) -> str:
    question.kind = ItemType.NUMERIC
    for part in element.iterfind("answer"):
        answer = _answer(part)
        value = answer.text.replace("\\", "")
        tolerance = _text(part.find("tolerance"), nested=False) or "0"
        try:
            shown = value if value == "*" else decimal(Fraction(value))
            question.answers.append(
                ForeignAnswer(shown, answer.share, answer.feedback, tolerance=decimal(Fraction(tolerance)))
            )
        except ValueError:
            return f"{value!r} is not a number."
    if element.find("units/unit") is not None:
        question.notes.append("Its units are not carried over; say `unit=` where one is asked for.")
    return ""


def _match(element: Element, question: ForeignQuestion) -> str:
    question.kind = ItemType.MATCH
    for part in element.iterfind("subquestion"):
        pair = one_line(from_plain(_text(part.find("answer"))))
        question.answers.append(ForeignAnswer(one_line(_markdown(part)), FULL, pair=pair))
    return "" if question.answers else "It has no pairs."


def _cloze(element: Element, question: ForeignQuestion) -> str:
    raw = _text(element.find("questiontext"))
    question.kind = ItemType.CLOZE
    stem, question.gaps, notes = read_cloze(raw)
    question.stem = from_html(stem)
    question.notes += notes
    return "" if question.gaps else "It has no gaps that can be read."


_READERS: dict[str, Callable[[Element, ForeignQuestion], str]] = {
    "multichoice": _choice,
    "truefalse": _truth,
    "shortanswer": _short,
    "numerical": _numeric,
    "matching": _match,
    "match": _match,
    "cloze": _cloze,
    "multianswer": _cloze,
}


def _answer(element: Element) -> ForeignAnswer:
    share = Fraction(element.get("fraction", "0") or "0") / 100
    text = one_line(_markdown(element))
    return ForeignAnswer(text, share, one_line(_markdown(element.find("feedback"))))


def _markdown(element: Element | None) -> str:
    text = _text(element)
    style = element.get("format", "html") if element is not None else "html"
    if style == "plain_text":
        return from_plain(text)
    if style == "markdown":
        return from_markdown(text)
    # Moodle's own "auto format" keeps line ends.
    return from_html(re.sub(r"\n", "<br>", text) if style == "moodle_auto_format" else text)


def _text(element: Element | None, *, nested: bool = True) -> str:
    if element is None:
        return ""
    inner = element.find("text") if nested else None
    return ((inner.text if inner is not None else element.text) or "").strip()

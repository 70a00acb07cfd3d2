"""One reader per question type: answer lines to options, gaps and keys."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from lms.assessment.adapters.questions.lines import AnswerLine
from lms.assessment.adapters.questions.reading import Reading
from lms.assessment.rules.grading import pattern_fault, read_number
from lms.assessment.rules.parametric import VALUE_OPEN
from lms.catalog.rules.ids import CHOICE_ID
from lms.catalog.rules.items import (
    GAP_CLOSE,
    GAP_OPEN,
    Answer,
    Gap,
    GapKind,
    ItemType,
    Number,
    Option,
    RubricRow,
    Wording,
)

_GAP = re.compile(r"\[\[(.+?)\]\](?:\{#([^}]*)\})?")
_TOLERANCE = re.compile(r"(.+?)\s*(?:\+-|±)\s*(.+)")
_MINIMUM = {ItemType.SINGLE: 2, ItemType.MULTI: 2, ItemType.ORDER: 3, ItemType.MATCH: 2}


@dataclass(frozen=True)
class Body:
    """What a type reads: the wording, and the key that holds in every language."""

    wording: Wording
    right: tuple[str, ...] = ()
    pairs: Mapping[str, str] = field(default_factory=dict)


def read_body(reading: Reading) -> Body:
    """Return the question's wording and key, reporting everything wrong with them."""
    for line in reading.block.strays:
        fix = "An answer line starts as its type says; feedback is indented and starts with >."
        reading.report("question-syntax", "This line is neither an answer nor feedback.", fix, line)
    least = _MINIMUM.get(reading.kind, 0)
    if len(reading.block.answers) < least:
        message = (
            f"A {reading.kind.value} question has at least {least} answer lines; here are {len(reading.block.answers)}."
        )
        reading.report("question-syntax", message, "See the type's example in docs/authoring.md.")
    body = _READERS[reading.kind](reading)
    reading.check_values(body.wording)
    return body


def _choices(reading: Reading) -> Body:
    stem = reading.stem()
    pairs = [(answer, option) for answer in reading.block.answers if (option := reading.option(answer))]
    right = tuple(option.id for answer, option in pairs if answer.mark == "x")
    mark = "(x)" if reading.kind is ItemType.SINGLE else "[x]"
    if reading.block.answers and not any(answer.mark == "x" for answer in reading.block.answers):
        reading.report("no-right-answer", "No choice is marked as right.", f"Mark the right one with {mark}.")
    if reading.kind is ItemType.SINGLE and len(right) > 1:
        fix = "Mark one, or make it a multi question."
        reading.report("several-right", f"{len(right)} choices are marked as right.", fix)
    return Body(Wording(stem, options=tuple(option for _answer, option in pairs)), right)


def _typed(reading: Reading) -> Body:
    stem = reading.stem()
    accepted: list[Answer] = []
    mistakes: list[Answer] = []
    otherwise = ""
    for line in reading.block.answers:
        feedback = "" if line.mark == "=" and not line.feedback else reading.feedback(line)
        if line.mark == "!" and line.text.strip() == "*":
            otherwise = feedback
            continue
        answer = _answer(line.text, reading, line.line, feedback)
        if answer:
            (accepted if line.mark == "=" else mistakes).append(answer)
    if not any(line.mark == "=" for line in reading.block.answers):
        reading.report("no-right-answer", "No answer is accepted.", "Add a line `= …`.")
    if not any(line.text.strip() == "*" for line in reading.block.answers):
        fix = "Add `! *` with an indented `  > ` line for every other answer."
        reading.report("feedback-missing", "Other answers get no feedback.", fix)
    unit = reading.attributes.unit
    return Body(Wording(stem, accepted=tuple(accepted), mistakes=tuple(mistakes), otherwise=otherwise, unit=unit))


def _answer(text: str, reading: Reading, line: int, feedback: str = "") -> Answer | None:
    if reading.kind is ItemType.NUMERIC:
        number = _number(text, reading, line)
        return Answer(number=number, feedback=feedback) if number else None
    return _words(text, reading, line, feedback)


def _words(text: str, reading: Reading, line: int, feedback: str = "") -> Answer | None:
    if text.startswith("/") and text.endswith("/") and len(text) > 2:  # noqa: PLR2004 - something between the slashes
        fault = pattern_fault(text[1:-1])
        if fault:
            fix = "Use letters, digits, . ? * + | ( ) [ ] \\d \\w \\s, and no repetition inside a repetition."
            reading.report("regex-unsafe", f"This pattern cannot be used: {fault}.", fix, line)
            return None
        return Answer(pattern=text[1:-1], feedback=feedback)
    words = tuple(word for part in text.split("|") if (word := reading.desk.plain(part).strip()))
    if not words:
        reading.report("question-syntax", "This answer accepts nothing.", "Write words after the =.", line)
        return None
    return Answer(words=words, feedback=feedback)


def _number(text: str, reading: Reading, line: int) -> Number | None:
    found = _TOLERANCE.fullmatch(reading.number(text).strip())
    value, tolerance = (found[1].strip(), found[2].strip()) if found else (reading.number(text).strip(), "0")
    relative = tolerance.endswith("%")
    tolerance = tolerance.removesuffix("%").strip()
    for part in (value, tolerance):
        if VALUE_OPEN not in part and (read_number(part) is None or "," in part):
            fix = "Write a plain number with a point: `= 3.2 +- 0.1` or `= 3.2 +- 5%`."
            reading.report("answer-unreadable", f"{part!r} is not a number.", fix, line)
            return None
    return Number(value, tolerance, relative)


def _cloze(reading: Reading) -> Body:
    notes = {line.id: line for line in reading.block.answers if line.id}
    gaps: list[Gap] = []

    def replace(found: re.Match[str]) -> str:
        gap = _gap(found[1], found[2], reading, notes)
        if gap:
            gaps.append(gap)
        return GAP_OPEN + (gap.id if gap else "") + GAP_CLOSE

    text = _GAP.sub(replace, reading.block.stem)
    if not gaps:
        reading.report("no-right-answer", "This text has no gap.", "Write [[word|other]]{#name} where one belongs.")
    for name, line in notes.items():
        if name not in {gap.id for gap in gaps}:
            reading.report("question-syntax", f"There is no gap {name!r}.", "Use the id of a gap.", line.line)
    return Body(Wording(reading.stem(text), gaps=tuple(gaps)))


def _gap(content: str, name: str | None, reading: Reading, notes: Mapping[str, AnswerLine]) -> Gap | None:
    line = reading.desk.document.find(f"[[{content}", reading.block.heading.line).line
    if not name or not CHOICE_ID.fullmatch(name):
        reading.report("choice-id-missing", "This gap has no id.", "End it with {#name}.", line)
        return None
    if name in reading.seen:
        reading.report("choice-id-duplicate", f"The gap id {name!r} is used twice.", "Give each its own.", line)
    reading.seen.add(name)
    if name not in notes:
        fix = f"Add `- {{#{name}}}` with an indented `  > ` line below the text."
        reading.report("feedback-missing", f"The gap {name!r} has no feedback.", fix, line)
    feedback = reading.feedback(notes[name], "gap") if name in notes else ""
    if content.startswith("="):
        number = _number(content[1:].strip(), reading, line)
        return Gap(name, GapKind.NUMBER, (Answer(number=number),) if number else (), (), feedback)
    parts = [part.strip() for part in content.split("|")]
    if any(part.startswith("~") for part in parts):
        return _listed(name, parts, reading, line, feedback)
    answer = _words(content, reading, line)
    return Gap(name, GapKind.TYPED, (answer,) if answer else (), (), feedback)


def _listed(name: str, parts: list[str], reading: Reading, line: int, feedback: str) -> Gap:
    options, right = [], []
    for index, part in enumerate(parts):
        # The place names the option in every language; hashed, because the right one is often written first.
        key = f"{reading.block.heading.id}.{name}.{index}"
        option = Option(
            hashlib.sha256(key.encode()).hexdigest()[:8], reading.text(part.removeprefix("~").strip(), line)
        )
        options.append(option)
        if not part.startswith("~"):
            right.append(option.id)
    if not right:
        reading.report(
            "no-right-answer", f"Every choice of the gap {name!r} is marked wrong.", "Leave one without ~.", line
        )
    return Gap(name, GapKind.LIST, (Answer(words=tuple(right)),), tuple(options), feedback)


def _order(reading: Reading) -> Body:
    stem = reading.stem()
    options = tuple(option for answer in reading.block.answers if (option := reading.option(answer)))
    return Body(Wording(stem, options=options), tuple(option.id for option in options))


def _match(reading: Reading) -> Body:
    stem = reading.stem()
    lefts: list[Option] = []
    rights: list[Option] = []
    pairs: dict[str, str] = {}
    for answer in reading.block.answers:
        left, _sign, right = answer.text.rpartition("::")
        name = reading.choice_id(answer)
        if name is None:
            continue
        feedback = reading.feedback(answer, "pair")
        shown = reading.text(right.strip(), answer.line)
        # Two lefts may belong to one right: it is offered once.
        same = next((option for option in rights if option.text == shown), None)
        if same is None:
            rights.append(Option(name, shown, feedback if not left.strip() else ""))
        if left.strip():
            lefts.append(Option(name, reading.text(left.strip(), answer.line), feedback))
            pairs[name] = same.id if same else name
    if not pairs and reading.block.answers:
        reading.report("no-right-answer", "No line pairs a left with a right side.", "Write `- left :: right {#id}`.")
    return Body(Wording(stem, options=tuple(lefts), rights=tuple(rights)), (), pairs)


def _likert(reading: Reading) -> Body:
    return Body(Wording(reading.stem()))


def _open(reading: Reading) -> Body:
    rows = [line.text.strip().strip("|").split("|") for line in reading.block.answers]
    rows = [[cell.strip() for cell in row] for row in rows if not set("".join(row)) <= set(" -:")]
    rubric: list[RubricRow] = []
    for row in rows[1:]:
        name, _colon, title = row[0].partition(":")
        if name.strip() in {known.id for known in rubric}:
            fix = "Give each row an id of its own."
            reading.report("choice-id-duplicate", f"The rubric has two rows {name.strip()!r}.", fix)
        if not CHOICE_ID.fullmatch(name.strip()) or len(row) < 3:  # noqa: PLR2004 - what is judged and two levels
            reading.report(
                "question-syntax", "A rubric row is `| id: what is judged | level 1 | … |`.", "Complete the row."
            )
            continue
        line = reading.desk.document.find(row[0], reading.block.heading.line).line
        levels = tuple(reading.text(cell, line) for cell in row[1:])
        rubric.append(RubricRow(name.strip(), reading.text(title.strip(), line), levels))
    if not rubric:
        reading.report("no-right-answer", "This question has no rubric.", "Add a table with a row per thing judged.")
    return Body(Wording(reading.stem(), rubric=tuple(rubric)))


_READERS: Mapping[ItemType, Callable[[Reading], Body]] = {
    ItemType.SINGLE: _choices,
    ItemType.MULTI: _choices,
    ItemType.SHORT: _typed,
    ItemType.NUMERIC: _typed,
    ItemType.CLOZE: _cloze,
    ItemType.ORDER: _order,
    ItemType.MATCH: _match,
    ItemType.LIKERT: _likert,
    ItemType.OPEN: _open,
}

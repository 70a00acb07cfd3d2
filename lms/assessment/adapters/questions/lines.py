"""Questions as lines: where each begins, its heading's attributes, its stem and its answer lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lms.catalog.rules.items import ItemType

_HEADING = re.compile(r"(#{2,3})\s+(\S+)\s+\{(.*)\}\s*")
_ATTRIBUTE = re.compile(r'([A-Za-z_]+)=("[^"]*"|\S+)|(\S+)')
_ID = re.compile(r"\s*\{#([^{}]*)\}\s*$")
_FEEDBACK = re.compile(r"\s{2,}>\s?(.*)")
_CONTINUED = re.compile(r"\s{2,}\S")

SCENARIO = "scenario"
ATTRIBUTES = ("objective", "tag", "score", "unit", "exact", "fixed", "revisit", "adkar", "parametric")
FLAGS = frozenset({"exact", "fixed", "parametric"})

# What an answer line of each type begins with; the first group is the mark, the second the rest of the line.
MARKS = {
    ItemType.SINGLE: re.compile(r"[-*]\s+\(([xX ])\)\s*(.*)"),
    ItemType.MULTI: re.compile(r"[-*]\s+\[([xX ])\]\s*(.*)"),
    ItemType.SHORT: re.compile(r"([=!])\s+(.*)"),
    ItemType.NUMERIC: re.compile(r"([=!])\s+(.*)"),
    ItemType.CLOZE: re.compile(r"([-*])\s+(\{#.*)"),
    ItemType.ORDER: re.compile(r"(\d+)\.\s+(.*)"),
    ItemType.MATCH: re.compile(r"([-*])\s+((?:.*\s)?::\s.*)"),
    ItemType.OPEN: re.compile(r"(\|)(.*)"),
}


@dataclass(frozen=True)
class Heading:
    """A question's first line. `attributes` are by name; flags have an empty value."""

    id: str
    type: str
    attributes: dict[str, str]
    line: int
    child: bool


@dataclass
class AnswerLine:
    """One answer with the feedback below it; lines count as in the file."""

    mark: str
    text: str
    id: str | None
    line: int
    feedback: list[str] = field(default_factory=list)
    feedback_line: int = 0


@dataclass
class Block:
    """One question as written, taken apart as far as its type allows. `strays` are lines that fit nowhere."""

    heading: Heading
    lines: list[tuple[int, str]]
    stem: str = ""
    stem_line: int = 0
    variables: list[tuple[int, str]] = field(default_factory=list)
    answers: list[AnswerLine] = field(default_factory=list)
    strays: list[int] = field(default_factory=list)


def split_questions(body: str, first_line: int) -> tuple[list[Block], list[int]]:
    """Return the questions of a Markdown body, and the lines of headings that cannot be read."""
    blocks: list[Block] = []
    unreadable: list[int] = []
    for number, line, fenced in _numbered(body, first_line):
        if not fenced and re.match(r"#{2,3}\s", line):
            heading = _heading(line, number)
            if heading:
                blocks.append(Block(heading, []))
                continue
            if blocks or "{" in line:
                unreadable.append(number)
                continue
        if blocks:
            blocks[-1].lines.append((number, line))
    return blocks, unreadable


def intro_of(body: str) -> str:
    """Return what stands before the first question."""
    kept = []
    for _number, line, fenced in _numbered(body, 1):
        if not fenced and _HEADING.fullmatch(line):
            break
        kept.append(line)
    return "\n".join(kept)


def take_apart(block: Block, kind: ItemType | None) -> None:
    """Fill in the block's stem, variables and answers. A scenario (`kind` None) is all stem."""
    mark = MARKS.get(kind) if kind else None
    stem: list[tuple[int, str]] = []
    fence = ""
    for number, line in block.lines:
        if line.startswith("```"):
            # The block of variables is not shown, so it leaves the stem, fence and all.
            opened = not fence
            fence = line.strip() if opened else ""
            if (opened and fence == "```vars") or (not opened and block.variables and _is_vars(stem)):
                stem.append((number, ""))
                continue
        elif fence == "```vars":
            if line.strip():
                block.variables.append((number, line.strip()))
            stem.append((number, ""))
            continue
        found = mark.fullmatch(line) if mark and not fence else None
        if found:
            block.answers.append(_answer(found, number))
        elif block.answers:
            _below(block, number, line)
        else:
            stem.append((number, line))
    block.stem_line = stem[0][0] if stem else block.heading.line
    block.stem = "\n".join(line for _number, line in stem)


def _is_vars(stem: list[tuple[int, str]]) -> bool:
    return bool(stem) and stem[-1][1] == ""


def _heading(line: str, number: int) -> Heading | None:
    found = _HEADING.fullmatch(line)
    if found is None:
        return None
    attributes: dict[str, str] = {}
    kind = ""
    for name, value, word in _ATTRIBUTE.findall(found[3]):
        if name:
            attributes[name] = value.strip('"')
        elif not kind:
            kind = word
        else:
            attributes[word] = ""
    return Heading(found[2], kind, attributes, number, found[1] == "###")


def _answer(found: re.Match[str], number: int) -> AnswerLine:
    text = found[2].strip()
    name = _ID.search(text)
    return AnswerLine(found[1].lower(), _ID.sub("", text), name[1].strip() if name else None, number)


def _below(block: Block, number: int, line: str) -> None:
    answer = block.answers[-1]
    feedback = _FEEDBACK.fullmatch(line)
    if feedback:
        answer.feedback_line = answer.feedback_line or number
        answer.feedback.append(feedback[1])
    elif _CONTINUED.match(line) and not answer.feedback:
        text = f"{answer.text} {line.strip()}"
        name = _ID.search(text)
        answer.text, answer.id = _ID.sub("", text), name[1].strip() if name else answer.id
    elif line.strip():
        block.strays.append(number)


def _numbered(body: str, first_line: int) -> Iterator[tuple[int, str, bool]]:
    fenced = False
    for number, line in enumerate(body.splitlines(), start=first_line):
        edge = line.startswith("```")
        yield number, line, fenced or edge
        fenced ^= edge

"""What a champion observed of one person, whether the sheet is whole, and whether it is enough."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# 0: nothing of the row was to be seen; the rubric's own levels run from 1 to 4.
LOWEST, HIGHEST = 0, 4
COMMENT_LENGTH = 1000


class Mark(enum.StrEnum):
    """What was observed of one checklist line."""

    SEEN = "seen"
    NOT_YET = "not-yet"
    NOT_APPLICABLE = "not-applicable"


class Gap(enum.StrEnum):
    """Why a sheet cannot be signed yet."""

    UNMARKED = "unmarked"
    COMMENT_MISSING = "comment-missing"
    CRITICAL_SKIPPED = "critical-skipped"
    UNRATED = "unrated"


@dataclass(frozen=True, slots=True)
class Line:
    """A checklist line. A critical one must be seen."""

    id: str
    critical: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the step asks for: checklist lines, rubric rows, and the level that the rows that count must reach."""

    lines: tuple[Line, ...] = ()
    rows: tuple[str, ...] = ()
    level: int = 3
    counting: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Observed:
    """One person's sheet as filled in: marks and comments by line, levels by row, a word for the whole."""

    marks: Mapping[str, Mark] = field(default_factory=dict)
    comments: Mapping[str, str] = field(default_factory=dict)
    levels: Mapping[str, int] = field(default_factory=dict)
    note: str = ""


def sheet_of(settings: Mapping[str, Any]) -> Sheet:
    """Return what an observation step's compiled settings ask for."""
    passing = settings.get("pass") or {}
    rows = tuple(settings.get("rubric") or ())
    return Sheet(
        lines=tuple(Line(line["id"], bool(line.get("critical"))) for line in settings.get("checklist") or ()),
        rows=rows,
        level=int(passing.get("level", 3)),
        counting=tuple(passing.get("rows") or rows),
    )


def gaps(sheet: Sheet, observed: Observed) -> dict[str, Gap]:
    """Return what is still missing, by line or row id; empty where the sheet may be signed."""
    found: dict[str, Gap] = {}
    for line in sheet.lines:
        mark = observed.marks.get(line.id)
        if mark is None:
            found[line.id] = Gap.UNMARKED
        elif mark is Mark.NOT_YET and not observed.comments.get(line.id, "").strip():
            found[line.id] = Gap.COMMENT_MISSING
        elif mark is Mark.NOT_APPLICABLE and line.critical:
            found[line.id] = Gap.CRITICAL_SKIPPED
    found |= {row: Gap.UNRATED for row in sheet.rows if row not in observed.levels}
    return found


def is_enough(sheet: Sheet, observed: Observed) -> bool:
    """Return whether a whole sheet shows the competence.

    Every critical line must be seen and every counting row reach the level; without a rubric no line may be "not yet".
    """
    if any(line.critical and observed.marks.get(line.id) is not Mark.SEEN for line in sheet.lines):
        return False
    if sheet.rows:
        return all(observed.levels.get(row, LOWEST) >= sheet.level for row in sheet.counting)
    return all(observed.marks.get(line.id) is not Mark.NOT_YET for line in sheet.lines)


def from_json(data: Mapping[str, Any]) -> Observed:
    """Return a stored sheet; what is not a mark or level is left out."""
    marks, levels = data.get("marks") or {}, data.get("levels") or {}
    return Observed(
        marks={key: Mark(value) for key, value in marks.items() if value in set(Mark)},
        comments={key: str(value) for key, value in (data.get("comments") or {}).items()},
        levels={key: value for key, value in levels.items() if isinstance(value, int) and LOWEST <= value <= HIGHEST},
        note=str(data.get("note") or ""),
    )


def to_json(observed: Observed) -> dict[str, Any]:
    """Return a sheet as it is stored."""
    return {
        "marks": {key: mark.value for key, mark in observed.marks.items()},
        "comments": {key: text for key, text in observed.comments.items() if text},
        "levels": dict(observed.levels),
        "note": observed.note,
    }


def read_sheet(sheet: Sheet, prefix: str, form: Mapping[str, str]) -> Observed:
    """Return what a form says of one person; its fields are ``<prefix>.mark.<line>`` and so on, others are ignored."""
    marks, comments, levels = {}, {}, {}
    for line in sheet.lines:
        value = form.get(f"{prefix}.mark.{line.id}", "")
        if value in set(Mark):
            marks[line.id] = Mark(value)
        comment = form.get(f"{prefix}.comment.{line.id}", "").strip()[:COMMENT_LENGTH]
        if comment:
            comments[line.id] = comment
    for row in sheet.rows:
        value = form.get(f"{prefix}.level.{row}", "")
        if value.isdecimal() and LOWEST <= int(value) <= HIGHEST:
            levels[row] = int(value)
    return Observed(marks, comments, levels, form.get(f"{prefix}.note", "").strip()[:COMMENT_LENGTH])

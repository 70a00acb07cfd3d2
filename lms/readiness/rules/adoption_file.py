"""The one documented shape in which adoption figures and recorded facts arrive, as CSV or JSON.

A row is a week of one function at one site::

    wave,week,function,site,assigned_users,active_users,eligible_tasks,ai_tasks,corrected,escalated,mandated,
    minutes_ai,minutes_manual,cost,opinions,satisfaction,margin_breaches,latency_breaches

or a fact that people know::

    wave,fact,value,evidence

`week` is an ISO week (2026-W10) or its Monday. An empty cell is "not known", which fails gates; nought is a figure.
`corrected`, `escalated` (without need) and `mandated` (escalated because policy says so) are different tasks.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from lms.readiness.rules.adoption import AdoptionWeek
from lms.readiness.rules.criteria import RECORDED, Criterion, Unit

COUNTS = (
    "assigned_users",
    "active_users",
    "eligible_tasks",
    "ai_tasks",
    "corrected",
    "escalated",
    "mandated",
    "minutes_ai",
    "minutes_manual",
    "opinions",
    "margin_breaches",
    "latency_breaches",
)
AMOUNTS = ("cost", "satisfaction")
WEEK_COLUMNS = frozenset({"wave", "week", "function", "site", *COUNTS, *AMOUNTS})
FACT_COLUMNS = frozenset({"wave", "fact", "value", "evidence"})
MOST = 2_000_000_000
LOWEST_OPINION, HIGHEST_OPINION = 1, 5
_WEEK = re.compile(r"(\d{4})-W(\d{2})")
_TRUE = frozenset({"yes", "true"})
_FALSE = frozenset({"no", "false"})
# Part, whole: a part that is larger than its whole is a mistake in the export.
_PARTS = (("active_users", "assigned_users"), ("ai_tasks", "eligible_tasks"))


class Fault(enum.StrEnum):
    """What is wrong with a cell."""

    MISSING = "missing"
    UNKNOWN_WAVE = "unknown-wave"
    NOT_A_WEEK = "not-a-week"
    NOT_A_COUNT = "not-a-count"
    NOT_AN_AMOUNT = "not-an-amount"
    OUT_OF_RANGE = "out-of-range"
    LARGER_THAN_WHOLE = "larger-than-whole"
    UNKNOWN_FACT = "unknown-fact"
    UNKNOWN_COLUMN = "unknown-column"
    TWICE = "twice"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where, what was read, and why it cannot be used."""

    line: int
    column: str
    read: str
    fault: Fault


@dataclass(frozen=True, slots=True)
class WeekRow:
    """A row of figures and the wave it belongs to."""

    wave: str
    week: AdoptionWeek


@dataclass(frozen=True, slots=True)
class FactRow:
    """A recorded fact; yes is 1 and no is 0."""

    wave: str
    name: Criterion
    value: Decimal
    evidence: str


class BadRow(ValueError):
    """A row that cannot be used, with everything that is wrong with it."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(f"{len(problems)} cells cannot be used.")
        self.problems = problems


def read_row(line: int, cells: Mapping[str, str]) -> WeekRow | FactRow:
    """Return one row as values.

    Raises:
        BadRow: something in it cannot be used.
    """
    problems: list[Problem] = []
    is_fact = bool(cells.get("fact", "").strip())
    known = FACT_COLUMNS if is_fact else WEEK_COLUMNS
    problems += [
        Problem(line, column, text, Fault.UNKNOWN_COLUMN)
        for column, text in cells.items()
        if column not in known and text
    ]
    row = _fact(line, cells, problems) if is_fact else _week(line, cells, problems)
    if problems or row is None:
        raise BadRow(tuple(problems))
    return row


def _week(line: int, cells: Mapping[str, str], problems: list[Problem]) -> WeekRow | None:
    wave, function = (_needed(line, cells, name, problems) for name in ("wave", "function"))
    monday = _monday(line, _needed(line, cells, "week", problems), problems)
    counts = {name: _count(line, name, cells.get(name, ""), problems) for name in COUNTS}
    amounts = {name: _amount(line, name, cells.get(name, ""), problems) for name in AMOUNTS}
    opinion = amounts["satisfaction"]
    if opinion is not None and not LOWEST_OPINION <= opinion <= HIGHEST_OPINION:
        problems.append(Problem(line, "satisfaction", cells.get("satisfaction", ""), Fault.OUT_OF_RANGE))
    for part, whole in _PARTS:
        _within(line, part, counts[part], counts[whole], problems)
    wrong = [counts[name] or 0 for name in ("corrected", "escalated", "mandated")]
    _within(line, "corrected", sum(wrong), counts["ai_tasks"], problems)
    if problems or monday is None:
        return None
    values: dict[str, Any] = {**counts, **amounts}
    return WeekRow(wave, AdoptionWeek(monday, function, cells.get("site", "").strip(), **values))


def _fact(line: int, cells: Mapping[str, str], problems: list[Problem]) -> FactRow | None:
    wave = _needed(line, cells, "wave", problems)
    name, text = cells.get("fact", "").strip().lower(), _needed(line, cells, "value", problems).lower()
    if name not in {criterion.value for criterion in RECORDED}:
        problems.append(Problem(line, "fact", name, Fault.UNKNOWN_FACT))
        return None
    criterion = Criterion(name)
    if RECORDED[criterion] is Unit.YES_NO and text in _TRUE | _FALSE:
        text = "1" if text in _TRUE else "0"
    value = _amount(line, "value", text, problems)
    if value is None:
        return None
    return FactRow(wave, criterion, value, cells.get("evidence", "").strip()[:500])


def _needed(line: int, cells: Mapping[str, str], name: str, problems: list[Problem]) -> str:
    text = cells.get(name, "").strip()
    if not text:
        problems.append(Problem(line, name, "", Fault.MISSING))
    return text


def _monday(line: int, text: str, problems: list[Problem]) -> date | None:
    if not text:
        return None
    try:
        found = _WEEK.fullmatch(text)
        monday = date.fromisocalendar(int(found[1]), int(found[2]), 1) if found else date.fromisoformat(text)
    except ValueError:
        monday = None
    if monday is None or monday.weekday():
        problems.append(Problem(line, "week", text, Fault.NOT_A_WEEK))
        return None
    return monday


def _count(line: int, name: str, text: str, problems: list[Problem]) -> int | None:
    text = text.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdecimal()) or len(text) > len(str(MOST)) or int(text) > MOST:
        problems.append(Problem(line, name, text, Fault.NOT_A_COUNT))
        return None
    return int(text)


def _amount(line: int, name: str, text: str, problems: list[Problem]) -> Decimal | None:
    text = text.strip()
    if not text:
        return None
    try:
        # Half of Europe writes a decimal comma; a thousands separator is not read at all.
        number = Decimal(text.replace(",", ".")) if text.isascii() else Decimal("NaN")
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or number < 0 or number > MOST:
        problems.append(Problem(line, name, text, Fault.NOT_AN_AMOUNT))
        return None
    return number


def _within(line: int, name: str, part: int | None, whole: int | None, problems: list[Problem]) -> None:
    if part is not None and whole is not None and part > whole:
        problems.append(Problem(line, name, str(part), Fault.LARGER_THAN_WHOLE))

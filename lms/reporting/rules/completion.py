"""Completion: what is measured, how it is cut, and the one sentence a report begins with."""

from __future__ import annotations

import enum
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, TypeVar

# "Train the remaining 70–80 % of affected staff within the first 3 months" (N13): the upper end is aimed for.
TARGET = 80
PERIODS = (7, 28, 84)
LONGEST_NUMBER = 4
# The part of those who have none: no cohort, no champion, no shift.
NONE = "-"


class Measure(enum.StrEnum):
    """What is counted: people who finished all modules, modules, or people with all modules and the certificate."""

    FINISHED = "finished"
    MODULES = "modules"
    TRAINED = "trained"


class Cut(enum.StrEnum):
    """By what a report is divided."""

    COHORT = "cohort"
    CHAMPION = "champion"
    FUNCTION = "function"
    SITE = "site"
    SHIFT = "shift"
    MODULE = "module"


@dataclass(frozen=True, slots=True)
class Filters:
    """Whom a report is about; empty means all."""

    wave: str = ""
    cohort: str = ""
    champion: str = ""
    function: str = ""
    site: str = ""
    shift: str = ""
    module: str = ""

    def as_args(self) -> dict[str, Any]:
        """Return the filters that are set, as they stand in an address."""
        return {each.name: value for each in fields(self) if (value := getattr(self, each.name))}

    def also(self, cut: Cut, key: str) -> Filters:
        """Return the same with one more: the part of a report that `key` names."""
        return replace(self, **{cut.value: key})


@dataclass(frozen=True, slots=True)
class Selection:
    """A whole report as its address says it. `target` in per cent; `compare` in days back, 0 for not at all."""

    measure: Measure = Measure.FINISHED
    by: Cut = Cut.FUNCTION
    filters: Filters = field(default_factory=Filters)
    target: int = TARGET
    compare: int = 0

    @property
    def asks_more(self) -> bool:
        """Return whether something beyond measure, cut, function and site is asked for."""
        filters = self.filters
        others = (filters.wave, filters.cohort, filters.champion, filters.shift, filters.module)
        return any(others) or self.target != TARGET or self.compare > 0

    def as_args(self) -> dict[str, Any]:
        """Return the address's parameters, those that are not as usual."""
        args = {"measure": self.measure.value, "by": self.by.value, **self.filters.as_args()}
        if self.target != TARGET:
            args["target"] = str(self.target)
        if self.compare:
            args["compare"] = str(self.compare)
        return args


def read_selection(args: Mapping[str, str]) -> tuple[Selection, tuple[str, ...]]:
    """Return the report an address asks for, and the names of the parameters that could not be read."""
    wrong: list[str] = []
    measure = _member(Measure, args, "measure", Measure.FINISHED, wrong)
    by = _member(Cut, args, "by", Cut.FUNCTION, wrong)
    target = _number(args, "target", TARGET, range(1, 101), wrong)
    compare = _number(args, "compare", 0, (0, *PERIODS), wrong)
    named = Filters(**{each.name: args.get(each.name, "")[:80] for each in fields(Filters)})
    return Selection(measure, by, named, target, compare), tuple(wrong)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a report. `done` of `of`, in the measure's unit; `before` the same some time ago, where compared.

    `key` is what filters call the part: `NONE` for people without one, empty for everybody.
    """

    key: str
    label: str
    done: int
    of: int
    before: int | None = None

    @property
    def share(self) -> float | None:
        """Return done / of as a fraction; None where there is nobody, which is not nought."""
        return self.done / self.of if self.of else None

    @property
    def percent(self) -> int | None:
        """Return the share in whole per cent, as it is shown; never 100 before everybody has finished."""
        if not self.of:
            return None
        return min(99, round(100 * self.done / self.of)) if self.done < self.of else 100

    @property
    def change(self) -> int | None:
        """Return by how many percentage points the share has grown; None where it is not compared."""
        if self.before is None or not self.of:
            return None
        return round(100 * self.done / self.of) - round(100 * self.before / self.of)


class Headline(enum.StrEnum):
    """Which sentence the report begins with; `NONE_DONE` where several parts have come to nothing yet."""

    NOBODY = "nobody"
    NONE_DONE = "none-done"
    BELOW = "below"
    REACHED = "reached"


@dataclass(frozen=True, slots=True)
class Finding:
    """The headline: the parts furthest below the target, the largest first, and by how many points they are."""

    headline: Headline
    parts: tuple[Part, ...] = ()
    points: int = 0


def headline(parts: Iterable[Part], target: int) -> Finding:
    """Return what a report says first. Exactly at the target is reached; a part with nobody in it says nothing."""
    counted = [(part, target - part.percent) for part in parts if part.percent is not None]
    if not counted:
        return Finding(Headline.NOBODY)
    most = max(points for _part, points in counted)
    if most <= 0:
        return Finding(Headline.REACHED)
    worst = sorted((part for part, points in counted if points == most), key=lambda part: (-part.of, part.label))
    # Those without a cohort, a shift or the like are no part that could be named among others.
    named = tuple(part for part in worst if part.key != NONE) or tuple(worst)
    none_done = len(named) > 1 and not any(part.done for part in named)
    return Finding(Headline.NONE_DONE if none_done else Headline.BELOW, named, most)


def in_order(parts: Iterable[Part]) -> tuple[Part, ...]:
    """Return the parts with the least first: what needs somebody stands at the top."""
    return tuple(sorted(parts, key=lambda part: (part.share is None, part.share or 0, part.label, part.key)))


Choice = TypeVar("Choice", bound=enum.StrEnum)


def _member(kind: type[Choice], args: Mapping[str, str], name: str, usual: Choice, wrong: list[str]) -> Choice:
    text = args.get(name, "")
    if not text:
        return usual
    if text not in set(kind):
        wrong.append(name)
        return usual
    return kind(text)


def _number(args: Mapping[str, str], name: str, usual: int, allowed: Container[int], wrong: list[str]) -> int:
    text = args.get(name, "").strip()
    if not text:
        return usual
    # `isdecimal` alone takes digits of any script; an address is ASCII.
    number = int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER else -1
    if number not in allowed:
        wrong.append(name)
        return usual
    return number

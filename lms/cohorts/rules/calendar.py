"""The plan: what a wave does in a week, and where it collides with a peak period."""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from lms.cohorts.rules.periods import Period
from lms.shared.days import monday_of

WEEK = timedelta(days=7)
# "Operate AI and manual workflows side by side for 2–4 weeks" (N07): the longer figure is planned for.
SIDE_BY_SIDE = timedelta(weeks=4)


class Phase(enum.StrEnum):
    """What a wave does in a week."""

    TRAINING = "training"
    GO_LIVE = "go-live"
    SIDE_BY_SIDE = "side-by-side"


class CollisionKind(enum.StrEnum):
    """How a wave and a peak period get into each other's way."""

    GO_LIVE_IN_PEAK = "go-live-in-peak"
    TRAINING_IN_PEAK = "training-in-peak"
    SIDE_BY_SIDE_IN_PEAK = "side-by-side-in-peak"


@dataclass(frozen=True, slots=True)
class PlannedWave:
    """A wave on the calendar. No functions or sites named means all of them."""

    id: str
    title: str
    number: int
    training_start: date
    go_live: date
    functions: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()

    def serves(self, function: str) -> bool:
        """Return whether the wave is for people of `function`."""
        return not self.functions or function in self.functions

    def phase_in(self, week: Period) -> Phase | None:
        """Return what the wave does in a week: going live there outranks the rest."""
        if week.holds(self.go_live):
            return Phase.GO_LIVE
        if week.overlaps(Period(self.training_start, self.go_live)):
            return Phase.TRAINING
        if week.overlaps(Period(self.go_live, self.go_live + SIDE_BY_SIDE)):
            return Phase.SIDE_BY_SIDE
        return None


@dataclass(frozen=True, slots=True)
class Peak:
    """A peak period: nobody is trained, goes live or expires in it. No sites named means all of them."""

    id: str
    label: str
    period: Period
    sites: tuple[str, ...] = ()

    def touches(self, sites: Collection[str]) -> bool:
        """Return whether the peak is one of any of `sites` (of any site at all where empty)."""
        return not self.sites or not sites or not set(self.sites).isdisjoint(sites)


@dataclass(frozen=True, slots=True)
class Collision:
    """The days on which a wave and a peak are in each other's way."""

    wave: PlannedWave
    peak: Peak
    kind: CollisionKind
    period: Period


def collisions(waves: Iterable[PlannedWave], peaks: Iterable[Peak]) -> tuple[Collision, ...]:
    """Return every collision, in order of its first day; the worst kind of each wave and peak only."""
    known = tuple(peaks)
    found = [
        hit
        for wave in waves
        for peak in known
        if peak.touches(wave.sites) and (hit := _collision(wave, peak)) is not None
    ]
    return tuple(sorted(found, key=lambda hit: (hit.period.first, hit.wave.id)))


def weeks(first: date, count: int) -> Iterator[Period]:
    """Yield `count` weeks from the Monday of `first`'s week."""
    monday = monday_of(first)
    for index in range(count):
        yield Period(monday + index * WEEK, monday + (index + 1) * WEEK)


def in_peak(day: date, site: str, peaks: Iterable[Peak]) -> Peak | None:
    """Return the peak that holds `day` at `site`, or None."""
    return next((peak for peak in peaks if peak.period.holds(day) and (not peak.sites or site in peak.sites)), None)


def _collision(wave: PlannedWave, peak: Peak) -> Collision | None:
    phases = (
        (CollisionKind.GO_LIVE_IN_PEAK, Period(wave.go_live, wave.go_live + timedelta(days=1))),
        (CollisionKind.SIDE_BY_SIDE_IN_PEAK, Period(wave.go_live, wave.go_live + SIDE_BY_SIDE)),
        (CollisionKind.TRAINING_IN_PEAK, Period(wave.training_start, wave.go_live)),
    )
    for kind, period in phases:
        shared = period.overlap(peak.period)
        if shared is not None:
            return Collision(wave, peak, kind, shared)
    return None


@dataclass(frozen=True, slots=True)
class Entry:
    """What one wave does in one week, for one function."""

    wave: PlannedWave
    phase: Phase


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """A row of the plan: weeks in which nothing changes, the peaks in them, and what each function does, in turn."""

    period: Period
    peaks: tuple[Peak, ...]
    cells: tuple[tuple[Entry, ...], ...]

    def continues(self, earlier: CalendarRow) -> bool:
        """Return whether the row says the same as the one before it."""
        return (self.peaks, self.cells) == (earlier.peaks, earlier.cells)


def lay_calendar(
    span: Iterable[Period], functions: Collection[str], waves: Collection[PlannedWave], peaks: Collection[Peak]
) -> tuple[CalendarRow, ...]:
    """Return the plan in order of weeks; weeks that follow each other and say the same are one row."""
    rows: list[CalendarRow] = []
    for week in span:
        row = CalendarRow(
            week,
            tuple(peak for peak in peaks if peak.period.overlaps(week)),
            tuple(_entries(week, function, waves) for function in functions),
        )
        if rows and row.continues(rows[-1]):
            rows[-1] = replace(rows[-1], period=Period(rows[-1].period.first, week.end))
        else:
            rows.append(row)
    return tuple(rows)


def _entries(week: Period, function: str, waves: Iterable[PlannedWave]) -> tuple[Entry, ...]:
    serving = (wave for wave in waves if wave.serves(function))
    return tuple(Entry(wave, phase) for wave in serving if (phase := wave.phase_in(week)) is not None)

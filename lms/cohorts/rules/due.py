"""When initial training is due.

Three months from the person's start (N02: "per employee during the first 3 months of rollout") and, for those rostered
to go-live, no later than the day before it. Absence stops the clock.
Source: architecture.md, decision 6; curriculum.md section 2.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from lms.cohorts.rules.periods import Period, merged
from lms.shared.days import add_months, end_of_day

MONTHS = 3
# Somebody who joins later than this before go-live is not put on its roster by default: they could not be ready.
ROSTER_LEAD = timedelta(days=28)


class StartReason(enum.StrEnum):
    """Which fact a person's three months count from."""

    TRAINING_START = "training-start"
    JOINING = "joining"
    ROLE_CHANGE = "role-change"
    RETURN = "return"


class DueReason(enum.StrEnum):
    """Why training is due on a day."""

    THREE_MONTHS = "three-months"
    BEFORE_GO_LIVE = "before-go-live"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class StartFacts:
    """What a due date rests on. `go_live` is None for people who are not rostered to it."""

    training_start: date
    joined_on: date
    role_changed_on: date | None = None
    go_live: date | None = None
    absences: tuple[Period, ...] = ()
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class InitialDue:
    """Both dates with their reasons; `on` is the one that binds, the earlier, or None while an open absence runs.

    `three_months_on` contains `paused_days` of absence; `before_go_live_on` is None where go-live does not bind.
    """

    starts_on: date
    start_reason: StartReason
    three_months_on: date | None
    before_go_live_on: date | None
    paused_days: int
    zone: str

    @property
    def on(self) -> date | None:
        """Return the last day on which finishing is in time."""
        days = [day for day in (self.three_months_on, self.before_go_live_on) if day is not None]
        return min(days) if self.three_months_on is not None else None

    @property
    def reason(self) -> DueReason:
        """Return which of the two dates binds."""
        if self.on is None:
            return DueReason.PAUSED
        return DueReason.BEFORE_GO_LIVE if self.on == self.before_go_live_on else DueReason.THREE_MONTHS

    @property
    def late_at(self) -> datetime | None:
        """Return the moment (UTC) from which it is late: 00:00 of the day after, where the person is."""
        return None if self.on is None else end_of_day(self.on, self.zone)

    def is_overdue(self, now: datetime) -> bool:
        """Return whether the due day is over for the person."""
        return self.late_at is not None and now >= self.late_at

    def as_reason(self) -> Mapping[str, Any]:
        """Return what a page needs to explain the date, as plain JSON: days in ISO 8601."""
        return {
            "reason": self.reason.value,
            "starts_on": self.starts_on.isoformat(),
            "start_reason": self.start_reason.value,
            "three_months_on": _iso(self.three_months_on),
            "before_go_live_on": _iso(self.before_go_live_on),
            "paused_days": self.paused_days,
        }


def initial_due(facts: StartFacts) -> InitialDue:
    """Return when a person's initial training is due, and why."""
    absences = merged(facts.absences)
    starts_on, reason = _start(facts, absences)
    three_months_on, paused = stop_clock(starts_on, add_months(starts_on, MONTHS), absences)
    return InitialDue(
        starts_on=starts_on,
        start_reason=reason,
        three_months_on=three_months_on,
        before_go_live_on=_before(facts.go_live, starts_on, absences),
        paused_days=paused,
        zone=facts.zone,
    )


def rostered_by_default(joins_on: date, go_live: date) -> bool:
    """Return whether a new member is put on the go-live roster: they need `ROSTER_LEAD` to become ready."""
    return joins_on + ROSTER_LEAD <= go_live


def stop_clock(start: date, due: date, absences: Iterable[Period]) -> tuple[date | None, int]:
    """Return the due day moved by the days absent between `start` and it, and how many those were.

    `absences` are merged. The day is None while an absence without an end runs.
    """
    paused = 0
    for absence in absences:
        if absence.first > due or (absence.end is not None and absence.end <= start):
            continue
        if absence.end is None:
            return None, paused
        days = (absence.end - max(absence.first, start)).days
        paused += days
        due += timedelta(days=days)
    return due, paused


def _start(facts: StartFacts, absences: Iterable[Period]) -> tuple[date, StartReason]:
    candidates = [
        (facts.training_start, StartReason.TRAINING_START),
        (facts.joined_on, StartReason.JOINING),
        (facts.role_changed_on or date.min, StartReason.ROLE_CHANGE),
    ]
    start, reason = max(candidates, key=lambda candidate: candidate[0])
    for absence in absences:
        # An absence without an end has no return yet: the clock is stopped, and the due date says so.
        if absence.holds(start) and absence.end is not None:
            start, reason = absence.end, StartReason.RETURN
    return start, reason


def _before(go_live: date | None, start: date, absences: Iterable[Period]) -> date | None:
    # Somebody who starts after go-live, or is away on that day, cannot be asked to be ready for it.
    if go_live is None or start >= go_live or any(absence.holds(go_live) for absence in absences):
        return None
    return go_live - timedelta(days=1)


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()

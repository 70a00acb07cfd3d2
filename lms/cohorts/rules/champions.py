"""How many champions a cohort needs.

Source: "assign AI champions (1 per 10–20 staff)" (N04) and "identify 1–2 enthusiastic early adopters in each function"
(N05); where the two differ, the larger counts (curriculum.md section 7, trap c).
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from lms.cohorts.rules.due import stop_clock
from lms.cohorts.rules.periods import Period, merged
from lms.shared.days import add_months

STAFF_PER_CHAMPION_AT_MOST = 20
STAFF_PER_CHAMPION_TARGET = 10
# Within so many days a new champion hosts a shadowing and leads a debrief (curriculum.md section 4).
ACTING_DAYS = 90


class Standing(enum.StrEnum):
    """How a cohort stands for champions."""

    NONE = "none"
    SHORT = "short"
    ENOUGH = "enough"
    ON_TARGET = "on-target"


class AppointmentStatus(enum.StrEnum):
    """Whether a champion has done the champion course."""

    ACTING = "acting"
    FULL = "full"


class EndReason(enum.StrEnum):
    """Why an appointment ended."""

    LEFT = "left"
    HANDED_OVER = "handed-over"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class ChampionCover:
    """Members and appointed champions of a cohort or function, and what that amounts to."""

    members: int
    champions: int

    @property
    def needed(self) -> int:
        """Return the least number of champions."""
        return champions_needed(self.members)

    @property
    def target(self) -> int:
        """Return the number to aim for."""
        return champions_target(self.members)

    @property
    def missing(self) -> int:
        """Return how many more the least number asks for."""
        return max(0, self.needed - self.champions)

    @property
    def standing(self) -> Standing:
        """Return the cover in one word."""
        if self.champions == 0:
            return Standing.NONE
        if self.champions < self.needed:
            return Standing.SHORT
        return Standing.ENOUGH if self.champions < self.target else Standing.ON_TARGET


def acting_until(
    since: date, absences: Iterable[Period] = (), *, months: int = 0, days: int = ACTING_DAYS
) -> date | None:
    """Return the last day on which somebody appointed on `since` is to have done their course.

    Declared absence moves it; None while an absence without an end runs.
    """
    due = add_months(since, months) + timedelta(days=days)
    return stop_clock(since, due, merged(absences))[0]


def champions_needed(staff: int) -> int:
    """Return max(1, ⌈staff / 20⌉): 20 people need one champion, 21 need two."""
    return max(1, -(-staff // STAFF_PER_CHAMPION_AT_MOST))


def champions_target(staff: int) -> int:
    """Return max(1, ⌈staff / 10⌉): 10 people have one champion, 11 have two."""
    return max(1, -(-staff // STAFF_PER_CHAMPION_TARGET))

"""When things happen: weeks counted from the Monday of the week in which the company is made.

History ends on the Friday before that Monday, so the company has the same shape whichever day it is made on.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from lms.shared.days import monday_of

FIRST_WEEK = -22
FRIDAY = 4
WEEKEND = 5


@dataclass(frozen=True, slots=True)
class Hours:
    """When people of a shift can study: the first and last full hour at which they begin, on their own clock."""

    first: int
    last: int


OFFICE = Hours(9, 16)
HOURS = {"Early": Hours(6, 12), "Day": OFFICE, "Evening": Hours(14, 19), "Late": Hours(14, 20), "Night": Hours(20, 22)}


@dataclass(frozen=True, slots=True)
class Timeline:
    """The calendar of a company made on `today`."""

    today: date

    def day(self, week: int, weekday: int = 0) -> date:
        """Return a day by its week (0 is the present one) and weekday (0 is Monday)."""
        return monday_of(self.today) + timedelta(weeks=week, days=weekday)

    @property
    def first_day(self) -> date:
        """Return the day history begins."""
        return self.day(FIRST_WEEK)

    @property
    def last_day(self) -> date:
        """Return the last day on which something has happened."""
        return self.day(-1, FRIDAY)


def at(day: date, hour: int, minute: int, zone: str) -> datetime:
    """Return the UTC moment at which clocks in `zone` show the time on `day`."""
    return datetime.combine(day, time(hour, minute), ZoneInfo(zone)).astimezone(UTC)


def study_moment(day: date, shift: str, zone: str, rng: random.Random) -> datetime:
    """Return a moment in the hours of a shift."""
    hours = HOURS.get(shift, OFFICE)
    return at(day, rng.randint(hours.first, hours.last), rng.randrange(60), zone)


def next_workday(day: date) -> date:
    """Return `day`, or the Monday after it at a weekend."""
    return day + timedelta(days=max(0, 7 - day.weekday())) if day.weekday() >= WEEKEND else day

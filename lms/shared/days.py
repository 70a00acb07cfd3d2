"""Local days: what "due on Thursday" means for a person in a time zone."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def local_date(moment: datetime, zone: str) -> date:
    """Return the calendar day of an aware `moment` in the IANA `zone`."""
    return moment.astimezone(ZoneInfo(zone)).date()


def start_of_day(day: date, zone: str) -> datetime:
    """Return the UTC moment at which `day` begins in `zone`.

    Where a clock change removes midnight, the day begins at the first moment that exists: the round trip through
    UTC moves a time inside the gap forward by the gap.
    """
    local = datetime.combine(day, time.min, ZoneInfo(zone))
    moment = local.astimezone(UTC)
    if local_date(moment, zone) < day:
        moment = local.replace(fold=0).astimezone(UTC) + timedelta(hours=1)
    return moment


def end_of_day(day: date, zone: str) -> datetime:
    """Return the UTC moment at which something due on `day` becomes late: 00:00 of the next local day."""
    return start_of_day(day + timedelta(days=1), zone)


def add_months(day: date, months: int) -> date:
    """Return the same day `months` later, or the last day of a shorter month (ISO 8601 P1M on a calendar)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def monday_of(day: date) -> date:
    """Return the Monday of the ISO week that holds `day`."""
    return day - timedelta(days=day.weekday())

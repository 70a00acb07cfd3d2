"""A day and a time of day in a zone, as one moment."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo


def moment(day: date, clock: time, zone: str) -> datetime | None:
    """Return the UTC moment at which clocks in `zone` show `clock` on `day`; None where they skip it.

    Where clocks show it twice, the first time is meant.
    """
    local = datetime.combine(day, clock, ZoneInfo(zone)).replace(fold=0)
    found = local.astimezone(UTC)
    shown = found.astimezone(ZoneInfo(zone))
    return found if (shown.date(), shown.time()) == (day, clock) else None

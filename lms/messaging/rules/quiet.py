"""Nobody is written to at night or while they are away, unless they asked for it this minute."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from lms.shared.days import local_date

OPENS, CLOSES = time(7), time(20)


def earliest_sending(now: datetime, zone: str, back_on: date | None = None) -> datetime:
    """Return the first moment from `now` at which a message may reach a person in `zone`.

    `back_on` is the first day after a declared absence that runs now; None where there is none.
    """
    day = local_date(now, zone)
    if back_on is not None and back_on > day:
        return _at(back_on, zone)
    local = now.astimezone(ZoneInfo(zone)).time()
    if OPENS <= local < CLOSES:
        return now
    return _at(day if local < OPENS else day + timedelta(days=1), zone)


def _at(day: date, zone: str) -> datetime:
    return datetime.combine(day, OPENS, ZoneInfo(zone)).astimezone(ZoneInfo("UTC"))

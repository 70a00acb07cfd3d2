"""Which gates of a wave are to be decided now."""

from __future__ import annotations

from datetime import date, timedelta

from lms.readiness.rules.criteria import Gate

# Going live is decided in the four weeks before it.
AHEAD = timedelta(weeks=4)
SIX_WEEKS = timedelta(weeks=6)
NINETY_DAYS = timedelta(days=90)


def gates_due(number: int, go_live: date, today: date) -> tuple[Gate, ...]:
    """Return the gates of wave `number` (0 is the pilot) whose time has come on a day.

    Going live is nothing to decide once it has happened; the gates after it stay due until they are decided.
    """
    pilot = number == 0
    due = [Gate.PILOT if pilot else Gate.WAVE] if go_live - AHEAD <= today <= go_live else []
    later, when = (Gate.WEEK_SIX, SIX_WEEKS) if pilot else (Gate.DAY_90, NINETY_DAYS)
    return (*due, later) if today >= go_live + when else tuple(due)

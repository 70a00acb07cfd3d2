"""One clock. Code asks it for the time; tests and the demo company move it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Anything that tells the time as an aware UTC datetime."""

    def now(self) -> datetime:
        """Return the present moment, in UTC."""
        ...


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        """Return the present moment, in UTC."""
        return datetime.now(UTC)


class MovableClock:
    """A clock that stands still until it is moved."""

    def __init__(self, start: datetime) -> None:
        self.set(start)

    def now(self) -> datetime:
        """Return the moment the clock was last set to."""
        return self._now

    def set(self, moment: datetime) -> None:
        """Stand at `moment`, which must be aware.

        Raises:
            ValueError: `moment` has no time zone.
        """
        if moment.tzinfo is None:
            message = f"A clock needs an aware datetime, not {moment!r}."
            raise ValueError(message)
        self._now = moment.astimezone(UTC)

    def advance(self, **delta: float) -> datetime:
        """Move by a `timedelta(**delta)` and return the new moment."""
        self._now += timedelta(**delta)
        return self._now

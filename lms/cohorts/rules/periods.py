"""Dated facts: a period runs [first, end), and an open one has no end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `first` up to but not including `end`; `end` None means that it still runs."""

    first: date
    end: date | None = None

    def holds(self, day: date) -> bool:
        """Return whether `day` lies in the period."""
        return self.first <= day and (self.end is None or day < self.end)

    def overlaps(self, other: Period) -> bool:
        """Return whether the two share a day."""
        return (self.end is None or other.first < self.end) and (other.end is None or self.first < other.end)

    def overlap(self, other: Period) -> Period | None:
        """Return the days the two share, or None."""
        if not self.overlaps(other):
            return None
        ends = [end for end in (self.end, other.end) if end is not None]
        return Period(max(self.first, other.first), min(ends, default=None))


def merged(periods: Iterable[Period]) -> tuple[Period, ...]:
    """Return the same days as few periods as possible, in order; empty periods vanish."""
    result: list[Period] = []
    for period in sorted((p for p in periods if p.end is None or p.end > p.first), key=lambda p: p.first):
        last = result[-1] if result else None
        if last is None or (last.end is not None and last.end < period.first):
            result.append(period)
        elif last.end is not None and (period.end is None or period.end > last.end):
            result[-1] = Period(last.first, period.end)
    return tuple(result)

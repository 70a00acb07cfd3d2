"""Renewing in turns: when too much of a shift would end together, each person is offered a week of the open window."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

WEEK = timedelta(days=7)


def turns(windows: Mapping[str, tuple[date, date]]) -> dict[str, date]:
    """Return the first day of everybody's turn, as even over the weeks as can be; who ends first comes first.

    Args:
        windows: a person's opaque key to the day on which the window opens and the last day of the award.
    """
    if not windows:
        return {}
    first = max(opens for opens, _ends in windows.values())
    last = min(ends for _opens, ends in windows.values())
    weeks = max((last - first) // WEEK, 1)
    order = sorted(windows, key=lambda key: (windows[key][1], key))
    return {key: first + WEEK * (place * weeks // len(order)) for place, key in enumerate(order)}

"""Serial numbers of awards: one series a year, from 1, without gaps, so that a missing certificate would show."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, order=True)
class Serial:
    """The `number`th award issued in `year` (local to the company)."""

    year: int
    number: int

    def __str__(self) -> str:
        """Return the printed form, ``2026-00038``."""
        return f"{self.year}-{self.number:05d}"


def next_serial(last: Serial | None, issued_on: date) -> Serial:
    """Return the serial after `last`, which is the latest of any year, or None when nothing was ever issued.

    A day that lies in an earlier year than the last award continues the current series: serials never run backwards.
    """
    if last is None or last.year < issued_on.year:
        return Serial(issued_on.year, 1)
    return Serial(last.year, last.number + 1)


def read_serial(text: str) -> Serial | None:
    """Return the serial a person typed, or None where it cannot be one."""
    match = re.fullmatch(r"\s*(\d{4})\s*[-‐-―/ ]\s*(\d{1,9})\s*", text, flags=re.ASCII)
    return Serial(int(match[1]), int(match[2])) if match and int(match[2]) else None


def missing_serials(serials: Iterable[Serial]) -> tuple[Serial, ...]:
    """Return the serials that should exist below the highest of each year and do not."""
    held = set(serials)
    highest: dict[int, int] = {}
    for serial in held:
        highest[serial.year] = max(serial.number, highest.get(serial.year, 0))
    wanted = (Serial(year, number) for year in sorted(highest) for number in range(1, highest[year] + 1))
    return tuple(serial for serial in wanted if serial not in held)

"""The files an HR system would send: CSV with a byte-order mark and semicolons, as they come out of spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from lms.demo.rules.company import Worker

HEADERS = (
    "Employee number",
    "Full name",
    "Work email",
    "Department",
    "Location",
    "Shift",
    "Manager number",
    "Hire date",
    "Last day",
    "Effective date",
    "Language",
    "Time zone",
    "Absence from",
    "Absence to",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: a worker, and what HR says has happened to them. `absent_to` is the last day away."""

    worker: Worker
    left_on: date | None = None
    effective: date | None = None
    absent_from: date | None = None
    absent_to: date | None = None


def write_file(entries: Iterable[Entry]) -> bytes:
    """Return the file."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";")
    writer.writerow(HEADERS)
    writer.writerows(_cells(entry) for entry in entries)
    return out.getvalue().encode("utf-8-sig")


def _cells(entry: Entry) -> tuple[str, ...]:
    worker = entry.worker
    return (
        worker.number,
        worker.name,
        worker.email or "",
        worker.function,
        worker.site,
        worker.shift,
        worker.manager or "",
        worker.joined_on.isoformat(),
        _day(entry.left_on),
        _day(entry.effective),
        worker.language,
        worker.zone,
        _day(entry.absent_from),
        _day(entry.absent_to),
    )


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""

"""ISO 8601 durations as course files write them: PT10M, P3M, P4W."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

_DURATION = re.compile(
    r"P(?=.)(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?"
)


@dataclass(frozen=True, slots=True)
class Duration:
    """Calendar months and an exact span; months have no fixed length, so the two stay apart."""

    months: int
    span: timedelta


def parse_duration(text: str) -> Duration:
    """Return the duration `text` writes.

    Raises:
        ValueError: `text` is not an ISO 8601 duration of years to seconds.
    """
    found = _DURATION.fullmatch(text)
    if found is None:
        message = f"{text!r} is not a duration such as PT10M, P4W or P3M"
        raise ValueError(message)
    part = {name: int(value or 0) for name, value in found.groupdict().items()}
    span = timedelta(
        weeks=part["weeks"], days=part["days"], hours=part["hours"], minutes=part["minutes"], seconds=part["seconds"]
    )
    return Duration(months=12 * part["years"] + part["months"], span=span)


def parse_span(text: str) -> timedelta:
    """Return a duration without months.

    Raises:
        ValueError: `text` is not a duration, or counts months.
    """
    duration = parse_duration(text)
    if duration.months:
        message = f"{text!r} counts months, which have no fixed length; use days or hours"
        raise ValueError(message)
    return duration.span

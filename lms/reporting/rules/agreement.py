"""Whether two champions who rate the same work mean the same by their levels and marks.

Source: curriculum.md section 4, "a second observer for one in ten, agreement (κ) reported".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lms.shared.agreement import Agreement, agreement


@dataclass(frozen=True, slots=True)
class Ratings:
    """What two observers made of one work: by row, (first's, second's) level; by line, their marks as numbers."""

    levels: Mapping[str, tuple[int, int]]
    marks: Mapping[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Report:
    """Agreement on each row and line, and on all of either together; a whole that was never rated is None."""

    rows: Mapping[str, Agreement]
    lines: Mapping[str, Agreement]
    all_rows: Agreement | None
    all_lines: Agreement | None


def report(ratings: Iterable[Ratings]) -> Report:
    """Return how far the observers agree. Levels are weighted by their distance, marks are not."""
    sheets = list(ratings)
    levels, marks = [sheet.levels for sheet in sheets], [sheet.marks for sheet in sheets]
    return Report(_each(levels, True), _each(marks, False), _whole(levels, True), _whole(marks, False))


def _each(sheets: Sequence[Mapping[str, tuple[int, int]]], ordered: bool) -> dict[str, Agreement]:
    pairs: dict[str, list[tuple[int, int]]] = {}
    for sheet in sheets:
        for name, pair in sheet.items():
            pairs.setdefault(name, []).append(pair)
    return {name: agreement(found, ordered=ordered) for name, found in pairs.items()}


def _whole(sheets: Sequence[Mapping[str, tuple[int, int]]], ordered: bool) -> Agreement | None:
    rated = [sheet for sheet in sheets if sheet]
    pairs = [pair for sheet in rated for pair in sheet.values()]
    return agreement(pairs, ordered=ordered, sheets=len(rated)) if pairs else None

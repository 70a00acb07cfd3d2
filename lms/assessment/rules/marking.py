"""Marking open answers: a level on every row of the rubric makes an exact share of the points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from lms.catalog.rules.items import Item, ItemType, RubricRow


def needs_marking(item: Item, response: Mapping[str, object]) -> bool:
    """Return whether a person has to mark this answer; one that says nothing earns nothing without anybody's time."""
    return item.type is ItemType.OPEN and bool(str(response.get("text", "")).strip())


def unmarked_rows(rubric: Sequence[RubricRow], levels: Mapping[str, int]) -> tuple[str, ...]:
    """Return the ids of the rows that have no level, or one that the row does not have."""
    return tuple(row.id for row in rubric if not 1 <= levels.get(row.id, 0) <= len(row.levels))


def marked_share(rubric: Sequence[RubricRow], levels: Mapping[str, int]) -> Fraction:
    """Return what marks earn: on every row the lowest level earns nothing and the highest everything; rows count alike.

    Raises:
        ValueError: a row has no level. What is not marked is never worth something.
    """
    if not rubric or unmarked_rows(rubric, levels):
        message = "every row of the rubric needs a level"
        raise ValueError(message)
    shares = [Fraction(levels[row.id] - 1, len(row.levels) - 1) for row in rubric]
    return sum(shares, Fraction(0)) / len(shares)

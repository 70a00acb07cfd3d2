"""Honest minutes (course-format.md rule 8): estimates that a declared figure is held to."""

from __future__ import annotations

import math

WORDS_PER_MINUTE = 180
MINUTES_PER_QUESTION = 1.5
# A card is a question met before: it is read, answered and explained in a minute.
MINUTES_PER_CARD = 1.0
MINUTES_PER_RATING = 0.25
MINUTES_PER_FREE_ANSWER = 1.0
LESSON_LIMIT = 5.0
ALLOWED_DEVIATION = 0.25


def reading_minutes(words: int, questions: int = 0) -> float:
    """Return minutes to read `words` and to decide `questions`."""
    return words / WORDS_PER_MINUTE + questions * MINUTES_PER_QUESTION


def is_honest(declared: float, estimated: float) -> bool:
    """Return whether `declared` is within 25 % of `estimated`, to the minute: half a minute off is never a lie."""
    return abs(declared - estimated) <= max(ALLOWED_DEVIATION * estimated, 0.5)


def shown_minutes(estimated: float) -> int:
    """Return the whole minutes to show for an estimate: rounded, and at least one."""
    return max(1, math.floor(estimated + 0.5))

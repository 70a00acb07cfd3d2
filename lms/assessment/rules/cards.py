"""Cards to repeat: what a review does to a memory, and which card a person is about to forget.

The schedule is FSRS 6 (Open Spaced Repetition) with its default weights: wanted retention 90 %, no interval above 180
days and no chance in it, so that the same reviews always give the same schedule (curriculum.md section 3).
"""

from __future__ import annotations

import enum
import random
import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from fsrs import Card, Rating, Scheduler, State

RETENTION = 0.9
LONGEST_INTERVAL = 180
# What was repeated less than this long ago is not asked again before it is due.
REST = timedelta(hours=12)

_SCHEDULER = Scheduler(desired_retention=RETENTION, maximum_interval=LONGEST_INTERVAL, enable_fuzzing=False)


class Recall(enum.StrEnum):
    """How well a card was remembered. "Easy" is never inferred: speed says nothing about knowing."""

    AGAIN = "again"
    HARD = "hard"
    GOOD = "good"


_RATINGS = {Recall.AGAIN: Rating.Again, Recall.HARD: Rating.Hard, Recall.GOOD: Rating.Good}


@dataclass(frozen=True, slots=True)
class Memory:
    """What a person's reviews of one card add up to; `phase` and `stage` are FSRS's state and learning step."""

    phase: int
    stage: int | None
    stability: float
    difficulty: float
    due_at: datetime
    reviewed_at: datetime


def recall_of(*, right: bool, hinted: bool) -> Recall:
    """Return how well a card was remembered: wrong → again, right after looking it up → hard, right → good."""
    if not right:
        return Recall.AGAIN
    return Recall.HARD if hinted else Recall.GOOD


def review(item: str, memory: Memory | None, recall: Recall, at: datetime) -> Memory:
    """Return the memory of a card after a review; None before the first one."""
    card, _log = _SCHEDULER.review_card(_card(item, memory, at), _RATINGS[recall], at)
    if card.stability is None or card.difficulty is None:
        message = f"A reviewed card has no stability: {item}."
        raise ArithmeticError(message)
    return Memory(int(card.state), card.step, card.stability, card.difficulty, card.due, at)


def remembered(item: str, memory: Memory, now: datetime) -> float:
    """Return the probability, 0 to 1, that the person still knows a card."""
    return float(_SCHEDULER.get_card_retrievability(_card(item, memory, now), now))


def next_card(pool: Sequence[str], memories: Mapping[str, Memory], now: datetime) -> str | None:
    """Return the card to ask now, or None where nothing is left to ask today.

    What is due comes first, the likeliest to be forgotten before the rest; then what was never asked, in the order of
    `pool`; then what has rested, again the likeliest to be forgotten first.
    """
    known = [item for item in pool if item in memories]
    due = [item for item in known if memories[item].due_at <= now]
    new = [item for item in pool if item not in memories]
    rested = [item for item in known if memories[item].reviewed_at + REST <= now]

    def fading(item: str) -> tuple[float, datetime, str]:
        return remembered(item, memories[item], now), memories[item].due_at, item

    if due:
        return min(due, key=fading)
    if new:
        return new[0]
    return min(rested, key=fading, default=None)


def next_due(pool: Collection[str], memories: Mapping[str, Memory]) -> datetime | None:
    """Return when the next of the cards already asked is due."""
    return min((memories[item].due_at for item in pool if item in memories), default=None)


def mixed(items: Iterable[str], seed: str) -> list[str]:
    """Return cards in an order that is one person's own and the same on every visit, so that topics alternate."""
    found = sorted(items)
    random.Random(seed).shuffle(found)  # noqa: S311 - variety, no secret
    return found


def _card(item: str, memory: Memory | None, now: datetime) -> Card:
    # An id of its own each: by default the library takes the wall clock's.
    identity = zlib.crc32(item.encode())
    if memory is None:
        return Card(card_id=identity, due=now)
    return Card(
        card_id=identity,
        state=State(memory.phase),
        step=memory.stage,
        stability=memory.stability,
        difficulty=memory.difficulty,
        due=memory.due_at,
        last_review=memory.reviewed_at,
    )

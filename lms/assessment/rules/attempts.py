"""Attempts: which questions are served, when one may start, when its time is over, and what may be shown afterwards."""

from __future__ import annotations

import enum
import random
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction

from lms.assessment.rules.parametric import draw_values
from lms.catalog.rules.items import Item, ItemType


class AttemptState(enum.StrEnum):
    """Where an attempt is in its life."""

    OPEN = "open"
    # Handed in; an open answer waits for somebody to mark it.
    MARKING = "marking"
    SUBMITTED = "submitted"


class Mode(enum.StrEnum):
    """What a quiz is for."""

    PRACTICE = "practice"
    GRADED = "graded"
    PULSE = "pulse"
    # Shows what somebody knows already: nothing to pass, but lessons to skip.
    DIAGNOSTIC = "diagnostic"


class Blocked(enum.StrEnum):
    """Why a new attempt may not start now."""

    OPEN_ATTEMPT = "open-attempt"
    BEING_MARKED = "being-marked"
    NO_ATTEMPTS_LEFT = "no-attempts-left"
    TOO_SOON = "too-soon"
    STEP_BLOCKED = "step-blocked"


@dataclass(frozen=True, slots=True)
class DrawLine:
    """One line of a draw: `pool` are the item ids it may take, `n` how many."""

    pool: tuple[str, ...]
    n: int


@dataclass(frozen=True, slots=True)
class QuizRules:
    """A quiz's rules. `pass_share` is a fraction of 1; `max_attempts` None: no limit; the last delay repeats."""

    mode: Mode
    pass_share: Fraction
    fixed: tuple[str, ...]
    draw: tuple[DrawLine, ...]
    max_attempts: int | None = None
    delays: tuple[timedelta, ...] = (timedelta(), timedelta(minutes=10), timedelta(hours=24))
    limit: timedelta | None = None
    network_grace: timedelta = timedelta(seconds=60)
    shuffle_questions: bool = True
    shuffle_choices: bool = True
    after_attempt: frozenset[str] = frozenset()
    after_pass: frozenset[str] = frozenset()
    # Ids of modules whose lessons a diagnostic may spare.
    skips: tuple[str, ...] = ()

    @property
    def questions(self) -> int:
        """Return how many questions an attempt serves."""
        return len(self.fixed) + sum(line.n for line in self.draw)


@dataclass(frozen=True, slots=True)
class Served:
    """One question as it was served.

    The item, its grading version, the order of its options and right sides, and the values drawn for a parametric one.
    """

    item: str
    version: str
    options: tuple[str, ...] = ()
    rights: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class History:
    """What was served before: the last attempt's items, and how recently each item was served (higher is later)."""

    last: frozenset[str] = frozenset()
    recency: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Past:
    """An earlier attempt, as far as the next one depends on it."""

    submitted_at: datetime | None
    passed: bool | None

    @property
    def is_being_marked(self) -> bool:
        """Return whether it is handed in and nobody knows yet how it went."""
        return self.submitted_at is not None and self.passed is None


@dataclass(frozen=True, slots=True)
class Start:
    """Whether a new attempt may start; where not, why, and from when it may."""

    blocked: Blocked | None = None
    not_before: datetime | None = None
    left: int | None = None


def may_start(rules: QuizRules, past: Sequence[Past], now: datetime) -> Start:
    """Return whether the next attempt may start at `now`; `past` is in order of time.

    The delay before attempt n is ``delays[n - 1]``, the last one repeating (course-format.md: 0, 10 min, 24 h); a
    passed quiz may be repeated at once, and one that is being marked not before its result stands.
    """
    left = None if rules.max_attempts is None else rules.max_attempts - len(past)
    if any(attempt.submitted_at is None for attempt in past):
        return Start(Blocked.OPEN_ATTEMPT, left=left)
    if past and past[-1].is_being_marked:
        return Start(Blocked.BEING_MARKED, left=left)
    if left is not None and left <= 0:
        return Start(Blocked.NO_ATTEMPTS_LEFT, left=0)
    last = past[-1] if past else None
    if last is None or last.submitted_at is None or last.passed or not rules.delays:
        return Start(left=left)
    from_when = last.submitted_at + rules.delays[min(len(past), len(rules.delays) - 1)]
    return Start(Blocked.TOO_SOON, from_when, left) if now < from_when else Start(left=left)


def shown_objectives(objectives: Mapping[str, Sequence[str | int]], pass_share: Fraction) -> frozenset[str]:
    """Return the objectives of stored results that were answered well enough: ``{id: [points got, questions]}``."""
    return frozenset(
        name for name, (got, of) in objectives.items() if int(of) and Fraction(got) / int(of) >= pass_share
    )


def time_limit(rules: QuizRules, extra_percent: int | None) -> timedelta | None:
    """Return this person's limit: lengthened by their extra time, None where there is none or they are untimed."""
    if rules.limit is None or extra_percent is None:
        return None
    return rules.limit * (100 + extra_percent) / 100


def accepts_answers(deadline: datetime | None, grace: timedelta, now: datetime) -> bool:
    """Return whether the server still takes answers: until the deadline and the grace for a slow network."""
    return deadline is None or now <= deadline + grace


def draw_items(rules: QuizRules, items: Mapping[str, Item], history: History, rng: random.Random) -> tuple[Served, ...]:
    """Return the questions of a new attempt.

    Fixed questions are always served. A draw leaves out the last attempt's items, then prefers the least recently
    served; it falls back on them only where the pool is too small. Children of a scenario stay together.
    """
    chosen: list[str] = [item for item in rules.fixed if item in items]
    for line in rules.draw:
        pool = [item for item in dict.fromkeys(line.pool) if item in items and item not in chosen]
        chosen += _draw(pool, line.n, items, history, rng)
    groups = _groups(chosen, items)
    if rules.shuffle_questions:
        rng.shuffle(groups)
    return tuple(serve(items[item], rules.shuffle_choices, rng) for group in groups for item in group)


def serve(item: Item, shuffle: bool, rng: random.Random) -> Served:
    """Return an item with its options in the order this attempt shows them."""
    wording = next(iter(item.wordings.values()))
    options = [option.id for option in wording.options]
    rights = [option.id for option in wording.rights]
    if item.type is ItemType.ORDER:
        options = _mixed(options, rng)
    elif shuffle and not item.fixed:
        rng.shuffle(options)
    rng.shuffle(rights)
    values = draw_values(item, rng) if item.variables else {}
    return Served(item.id, item.grading_hash, tuple(options), tuple(rights), values)


def serve_check(item: Item, values: Mapping[str, str]) -> Served:
    """Return a check question in an order that is the same on every visit, is not the written one and tells no pair."""
    wording = next(iter(item.wordings.values()))
    options = [option.id for option in wording.options]
    rights = [right.id for right in wording.rights]
    if not item.fixed:
        options.sort(key=lambda option: zlib.crc32(f"{item.id}/{option}".encode()))
    rights.sort(key=lambda right: zlib.crc32(f"{item.id}/to/{right}".encode()))
    return Served(item.id, item.grading_hash, tuple(options), tuple(rights), values)


def _draw(pool: list[str], n: int, items: Mapping[str, Item], history: History, rng: random.Random) -> list[str]:
    groups = _groups(pool, items)
    rng.shuffle(groups)
    groups.sort(key=lambda group: (any(item in history.last for item in group), _recency(group, history)))
    # From each place on: the totals that the groups after it can make. Scenarios come whole or not at all.
    reachable = [{0}]
    for group in reversed(groups):
        reachable.append(reachable[-1] | {total + len(group) for total in reachable[-1]})
    reachable.reverse()
    left = max(total for total in reachable[0] if total <= n)
    taken: list[str] = []
    for place, group in enumerate(groups, start=1):
        if left - len(group) in reachable[place]:
            taken += group
            left -= len(group)
    return taken


def largest_draw(sizes: Sequence[int], n: int) -> int:
    """Return how many questions up to `n` groups of these sizes can make together, each whole or not at all."""
    totals = {0}
    for size in sizes:
        totals |= {total + size for total in totals if total + size <= n}
    return max(totals)


def _recency(group: Sequence[str], history: History) -> int:
    return max(history.recency.get(item, -1) for item in group)


def _groups(ids: Sequence[str], items: Mapping[str, Item]) -> list[list[str]]:
    groups: dict[str, list[str]] = {}
    for item in ids:
        groups.setdefault(items[item].scenario or item, []).append(item)
    return list(groups.values())


def _mixed(options: list[str], rng: random.Random) -> list[str]:
    """Return the options in any order but the right one, where there is another."""
    mixed = list(options)
    while len(options) > 1 and mixed == options:
        rng.shuffle(mixed)
    return mixed

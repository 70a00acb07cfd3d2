"""A test on the board: its figures, what follows from them in whole numbers, and one maker per thing that can be wrong.

The interval of the relative lift is the normal one from the delta method, se² = (1-p_a)/x_a + (1-p_b)/x_b; the split
check is the two-sided one of a fair split at one in a thousand (Fabijan et al., KDD 2019).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from math import isqrt
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lms.sandbox.rules.streams import Stream, Streams

FULL = 10_000
Z_95, Z_SPLIT = 196, 329  # hundredths
# A lift has worn off when less than this share of the first week's is left in the last.
WORN_OFF = 3
WEEK, FORTNIGHT = 7, 14
NAMES = 24
GUARDS = ("returns", "cancellations", "complaints", "late")
MAX_TRIES = 400
# Of three or four weeks, the share of the lift (per cent) that the first has where it wears off.
WORN_SHARE = {3: (62, 72), 4: (48, 60)}


class Finding(StrEnum):
    """What decides about a test, in the order in which it is looked at."""

    SPLIT = "split"
    PEEKING = "peeking"
    GUARDRAIL = "guardrail"
    NOVELTY = "novelty"
    UNDERPOWERED = "underpowered"
    CLEAN = "clean"


class Call(StrEnum):
    """What is done with a test."""

    SHIP = "ship"
    HOLD = "hold"
    EXTEND = "extend"
    INVALIDATE = "invalidate"


CALLS: Mapping[Finding, Call] = MappingProxyType(
    {
        Finding.SPLIT: Call.INVALIDATE,
        Finding.PEEKING: Call.EXTEND,
        Finding.GUARDRAIL: Call.HOLD,
        Finding.NOVELTY: Call.HOLD,
        Finding.UNDERPOWERED: Call.EXTEND,
        Finding.CLEAN: Call.SHIP,
    }
)


@dataclass(frozen=True, slots=True)
class Card:
    """One test of B against A. Rates, lifts and limits are in basis points; `guard` is worse when it is higher.

    `first_week` and `last_week` are the lift in them; None where a test has not run for two weeks.
    """

    id: str
    name: int
    days: int
    planned_days: int
    visitors: tuple[int, int]
    orders: tuple[int, int]
    guard: str
    guards: tuple[int, int]
    guard_limit: int
    first_week: int | None
    last_week: int | None

    @property
    def rates(self) -> tuple[int, int]:
        """Return the conversion of A and of B."""
        return self.orders[0] * FULL // self.visitors[0], self.orders[1] * FULL // self.visitors[1]

    @property
    def lift(self) -> int:
        """Return the relative lift."""
        return (self.orders[1] * self.visitors[0] * FULL) // (self.orders[0] * self.visitors[1]) - FULL

    @property
    def interval(self) -> tuple[int, int]:
        """Return the 95 % interval of the lift."""
        shares = [
            Fraction(1, orders) - Fraction(1, seen) for orders, seen in zip(self.orders, self.visitors, strict=True)
        ]
        variance = sum(shares, Fraction(0)) * FULL * FULL
        reach = isqrt(int(variance * 10_000)) * Z_95 // 10_000
        return self.lift - reach, self.lift + reach

    @property
    def gap(self) -> int:
        """Return how many visitors more one side had than the other."""
        return abs(self.visitors[0] - self.visitors[1])

    @property
    def gap_limit(self) -> int:
        """Return the gap that a fair split exceeds once in a thousand tests."""
        return isqrt(sum(self.visitors) * Z_SPLIT * Z_SPLIT) // 100


def finding_on(card: Card) -> Finding:
    """Return what decides about a test."""
    if card.gap > card.gap_limit:
        return Finding.SPLIT
    if card.days < card.planned_days:
        return Finding.PEEKING
    if card.guards[1] - card.guards[0] > card.guard_limit:
        return Finding.GUARDRAIL
    if card.first_week is not None and card.last_week is not None and card.last_week * WORN_OFF < card.first_week:
        return Finding.NOVELTY
    return Finding.CLEAN if card.interval[0] > 0 else Finding.UNDERPOWERED


def draw_cards(streams: Streams) -> tuple[tuple[Card, Finding], ...]:
    """Return six tests: one of each kind, or with one kind twice and another not at all."""
    plan = streams.stream("plan")
    kinds = list(Finding)
    if plan.chance(5000):
        twice, never = plan.sample(kinds, 2)
        kinds[kinds.index(never)] = twice
    names = plan.sample(range(NAMES), len(kinds))
    return tuple(
        (_card(streams.stream("card", at), f"t{at + 1}", names[at], kind), kind)
        for at, kind in enumerate(plan.shuffled(kinds))
    )


def _card(drawn: Stream, card_id: str, name: int, kind: Finding) -> Card:
    for _ in range(MAX_TRIES):
        card = _by_week(drawn, MAKERS[kind](drawn, _won(drawn, card_id, name)), worn=kind is Finding.NOVELTY)
        if finding_on(card) is kind and _is_clear(card, kind):
            return card
    message = f"no card of kind {kind} could be drawn"
    raise RuntimeError(message)


def _is_clear(card: Card, kind: Finding) -> bool:
    """Return whether nothing is a hair's breadth from being something else, and B looks like the winner."""
    low, high = card.interval
    if kind is Finding.UNDERPOWERED:
        return low < -100 and high > 500 and card.lift > 0  # noqa: PLR2004 - basis points
    split = card.gap * 10 > card.gap_limit * 13 if kind is Finding.SPLIT else card.gap * 10 < card.gap_limit * 7
    return split and low >= 100  # noqa: PLR2004 - basis points


def _won(drawn: Stream, card_id: str, name: int) -> Card:
    """Return a clean win, but for its weeks: full time, fair split, guardrail kept (one in four at its limit)."""
    rate, lift = drawn.between(250, 700), drawn.between(700, 1600)
    seen = drawn.between(18_000, 46_000)
    visitors = (seen + drawn.below(120), seen + drawn.below(120))
    orders = (visitors[0] * rate // FULL, visitors[1] * rate * (FULL + lift) // FULL // FULL)
    guard, limit = drawn.between(150, 900), drawn.between(20, 60)
    worse = limit if drawn.chance(2500) else drawn.between(-30, limit - 5)
    planned = drawn.pick((14, 21, 28))
    return Card(
        card_id, name, planned, planned, visitors, orders, drawn.pick(GUARDS), (guard, guard + worse), limit, None, None
    )


def _by_week(drawn: Stream, card: Card, *, worn: bool) -> Card:
    """Return the test with its lift by week: the weeks come to the lift over all days, and worn off they fall."""
    if card.days < FORTNIGHT:
        return card
    weeks = card.days // WEEK
    last = card.lift * (drawn.between(-8, 22) if worn else drawn.between(72, 112)) // 100
    # What the weeks between took of the rest: all alike where a lift lasts, less and less where it wears off.
    share = 100 if weeks == FORTNIGHT // WEEK else drawn.between(*WORN_SHARE[weeks]) if worn else 100 // (weeks - 1)
    rest = weeks * card.lift - last
    return replace(card, first_week=rest * share // 100 + (0 if worn else drawn.between(-30, 30)), last_week=last)


def _split(drawn: Stream, card: Card) -> Card:
    lost = drawn.between(260, 700)
    seen = card.visitors[1] * (FULL - lost) // FULL
    orders = card.orders[1] * (FULL - lost // 2) // FULL
    return replace(card, visitors=(card.visitors[0], seen), orders=(card.orders[0], orders))


def _peeking(drawn: Stream, card: Card) -> Card:
    days = drawn.between(4, card.planned_days // 2)
    return replace(card, days=days)


def _guardrail(drawn: Stream, card: Card) -> Card:
    return replace(card, guards=(card.guards[0], card.guards[0] + card.guard_limit + drawn.between(15, 90)))


def _underpowered(drawn: Stream, card: Card) -> Card:
    part = drawn.between(900, 1800)
    visitors = (card.visitors[0] * part // FULL, card.visitors[1] * part // FULL)
    rate, lift = card.rates[0], drawn.between(300, 800)
    orders = (visitors[0] * rate // FULL, visitors[1] * rate * (FULL + lift) // FULL // FULL)
    return replace(card, visitors=visitors, orders=orders)


MAKERS: Mapping[Finding, Callable[[Stream, Card], Card]] = MappingProxyType(
    {
        Finding.SPLIT: _split,
        Finding.PEEKING: _peeking,
        Finding.GUARDRAIL: _guardrail,
        Finding.NOVELTY: lambda _drawn, card: card,
        Finding.UNDERPOWERED: _underpowered,
        Finding.CLEAN: lambda _drawn, card: card,
    }
)

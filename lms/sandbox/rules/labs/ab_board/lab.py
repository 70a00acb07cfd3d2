"""The A/B board as a lab: what to do with each of six tests, and what decides it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from lms.sandbox.rules.exercise import Text
from lms.sandbox.rules.lab import Line, Marked, Part, Problem, Sent, Shapes, Sheet, Told, first
from lms.sandbox.rules.labs.ab_board.cards import CALLS, Call, Card, Finding, draw_cards, finding_on
from lms.sandbox.rules.scoring import half_up

if TYPE_CHECKING:
    from lms.sandbox.rules.company import CompanyFacts
    from lms.sandbox.rules.streams import Streams

# What the right call and the right reason for it are worth, of 100 a card.
CALL, FINDING = 60, 40


@dataclass(frozen=True, slots=True)
class Public:
    """The tests on the board."""

    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Key:
    """What decides about each test."""

    findings: Mapping[str, Finding]


@dataclass(frozen=True, slots=True)
class Work:
    """What is called of each test, and why, by id."""

    calls: Mapping[str, str] = field(default_factory=dict)
    findings: Mapping[str, str] = field(default_factory=dict)


class AbBoard:
    """The A/B board."""

    id = "ab-board"
    package = __package__ or ""
    version = 2
    shapes = Shapes(TypeAdapter(Public), TypeAdapter(Key), TypeAdapter(Work))

    def draw(self, streams: Streams, _facts: CompanyFacts) -> Sheet[Public, Key]:
        """Return six tests."""
        cards = draw_cards(streams)
        return Sheet(Public(tuple(card for card, _ in cards)), Key({card.id: finding for card, finding in cards}))

    def begin(self, _public: Public) -> Work:
        """Return a board on which nothing is called."""
        return Work()

    def read(self, public: Public, _work: Work, sent: Sent) -> Work:
        """Return the calls and reasons as sent."""
        calls = {card.id: first(sent, f"call-{card.id}") for card in public.cards}
        findings = {card.id: first(sent, f"why-{card.id}") for card in public.cards}
        return Work(
            {card: call for card, call in calls.items() if call in set(Call)},
            {card: finding for card, finding in findings.items() if finding in set(Finding)},
        )

    def lacks(self, public: Public, work: Work) -> tuple[Problem, ...]:
        """Return the tests without a call or a reason."""
        return tuple(
            Problem(f"{name}-{card.id}", Text(f"problem.{name}"))
            for card in public.cards
            for name, given in (("call", work.calls), ("why", work.findings))
            if card.id not in given
        )

    def answers(self, public: Public, _work: Work) -> Mapping[str, Any]:
        """Return what can be called, for what reasons, and each test's figures."""
        figures = {card.id: figures_of(card) for card in public.cards}
        return {"calls": tuple(Call), "findings": tuple(Finding), "figures": figures}

    def mark(self, public: Public, key: Key, work: Work) -> Marked:
        """Return 60 % for the right calls and 40 % for the right reasons."""
        calls = sum(work.calls.get(card) == CALLS[finding] for card, finding in key.findings.items())
        reasons = sum(work.findings.get(card) == finding for card, finding in key.findings.items())
        count = len(key.findings)
        return Marked(
            half_up(Fraction(CALL * calls + FINDING * reasons, count)),
            (Part(Text("part.calls"), calls, count), Part(Text("part.reasons"), reasons, count)),
            tuple(_line(card, key.findings[card.id], work) for card in public.cards),
        )

    def best(self, _public: Public, key: Key) -> Work:
        """Return the calls that follow from the key."""
        return Work({card: CALLS[finding] for card, finding in key.findings.items()}, dict(key.findings))

    def solve(self, public: Public) -> Work:
        """Return the calls of somebody who goes through the rules in their order."""
        return self.best(public, Key({card.id: finding_on(card) for card in public.cards}))

    def constants(self, public: Public) -> Mapping[str, Work]:
        """Return the boards of people who do the same with every test and always say the same reason."""
        return {
            finding: Work(
                {card.id: CALLS[finding] for card in public.cards}, {card.id: finding for card in public.cards}
            )
            for finding in Finding
        }

    def told(self, public: Public) -> tuple[Told, ...]:
        """Return each test with its figures."""
        return tuple(Told(Text(f"test.{card.name}"), (Text("told.card", figures_of(card)),)) for card in public.cards)


def figures_of(card: Card) -> dict[str, Any]:
    """Return a test's figures by name, for wording."""
    low, high = card.interval
    return {
        "days": card.days, "planned": card.planned_days, "a": card.visitors[0], "b": card.visitors[1], "gap": card.gap,
        "limit": card.gap_limit, "rate_a": card.rates[0], "rate_b": card.rates[1], "lift": card.lift, "low": low,
        "high": high, "guard": {"id": f"guard.{card.guard}", "params": {}, "pick": 0}, "guard_a": card.guards[0],
        "guard_b": card.guards[1], "worse": card.guards[1] - card.guards[0], "guard_limit": card.guard_limit,
        "first": card.first_week, "last": card.last_week, "weeks": _weeks(card),
    }  # fmt: skip


def _weeks(card: Card) -> dict[str, Any]:
    if card.first_week is None or card.last_week is None:
        return {"id": "weeks.short", "params": {}, "pick": 0}
    return {"id": "weeks.both", "params": {"first": card.first_week, "last": card.last_week}, "pick": 0}


def _line(card: Card, finding: Finding, work: Work) -> Line:
    call, reason = work.calls.get(card.id), work.findings.get(card.id)
    return Line(
        title=Text(f"test.{card.name}"),
        right=(call, reason) == (CALLS[finding], finding),
        yours=_said(call, reason),
        best=_said(CALLS[finding], finding),
        why=Text(f"explained.{finding}", figures_of(card)),
    )


def _said(call: str | None, finding: str | None) -> Text:
    def inner(kind: str, value: str | None) -> dict[str, Any]:
        return {"id": f"{kind}.{value or 'none'}", "params": {}, "pick": 0}

    return Text("said", {"call": inner("call", call), "finding": inner("finding", finding)})

"""Proposals of the pricing AI, the policy that applies this week, and which proposals break it.

Shares are in basis points, ratings in tenths, age in hours. A proposal breaks at most one clause.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from lms.sandbox.rules.company import CompanyFacts
    from lms.sandbox.rules.streams import Stream, Streams

HIDDEN = 500
MAX_TRIES = 400
# In the hidden proposals, of each clause: breaches, proposals exactly at the limit, and lookalikes of an exception.
BREACHES, AT_LIMIT, LOOKALIKES, GATED = 5, 4, 30, 10
# In the examples that are shown.

SHOWN_BREACHES, SHOWN_AT_LIMIT, SHOWN_LOOKALIKES, SHOWN_SOUND = 2, 1, 2, 8


class Kind(StrEnum):
    """What the AI proposes to change."""

    PRICE = "price"
    PROMOTION = "promotion"
    RANKING = "ranking"


class Verdict(StrEnum):
    """What is true of a proposal: sound, against the policy, or for a person to approve."""

    SOUND = "sound"
    BREACH = "breach"
    APPROVAL = "approval"


class Proposal(NamedTuple):
    """A proposal. `change` has its sign, `size` has none; `map_gap` is how far the price stands above the minimum."""

    kind: Kind
    change: int
    size: int
    margin: int
    discount: int
    cover: int
    boost: int
    rating: int
    map_gap: int
    age: int


class Case(NamedTuple):
    """A proposal and what is true of it; `clause` names the clause that it breaks, "" where it breaks none."""

    proposal: Proposal
    verdict: Verdict
    clause: str


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of this week's policy, with its figure in the field's unit."""

    id: str
    figure: int


# Each can be written as one rule. Approval is asked for in every policy.
PLAIN = ("margin", "stack", "boost", "map", "age")
# Each takes two rules in the right order: what the clause is not about is let through first.
WITH_EXCEPTION = ("cover", "rating")
APPROVAL = "size"
PLAIN_IN_POLICY = 3


def draw_policy(streams: Streams, facts: CompanyFacts) -> tuple[Clause, ...]:
    """Return three plain clauses, the approval limit, and one clause with an exception."""
    drawn = streams.stream("policy")
    figures = {
        "margin": facts["margin_floor"],
        "stack": facts["promo_stack_limit"],
        "cover": facts["low_cover"],
        APPROVAL: facts["price_approval_limit"],
        "map": 0,
        "boost": 5 * drawn.between(4, 9),
        "age": 12 * drawn.between(2, 6),
        "rating": drawn.between(32, 42),
    }
    plain = drawn.sample(PLAIN, PLAIN_IN_POLICY)
    chosen = (*plain, APPROVAL, drawn.pick(WITH_EXCEPTION))
    return tuple(Clause(name, figures[name]) for name in drawn.shuffled(chosen))


def verdict_on(proposal: Proposal, policy: tuple[Clause, ...]) -> tuple[Verdict, str]:
    """Return what is true of a proposal under a policy, and the clause that says so."""
    for clause in policy:
        if clause.id != APPROVAL and _breaks(proposal, clause):
            return Verdict.BREACH, clause.id
    gated = next(clause for clause in policy if clause.id == APPROVAL)
    return (Verdict.APPROVAL, APPROVAL) if proposal.size > gated.figure else (Verdict.SOUND, "")


def draw_cases(streams: Streams, policy: tuple[Clause, ...], *, shown: bool) -> tuple[Case, ...]:
    """Return the examples that are shown, or the hidden proposals."""
    drawn = streams.stream("shown" if shown else "hidden")
    limits = {clause.id: clause.figure for clause in policy}
    found: list[Proposal] = []

    def add(count: int, clause: Clause, makers: Mapping[str, Maker], expected: str) -> None:
        found.extend(_made(drawn, limits, policy, clause, makers[clause.id], expected) for _ in range(count))

    for clause in policy:
        breaches = SHOWN_BREACHES if shown else GATED if clause.id == APPROVAL else BREACHES
        add(breaches, clause, BREAKING, clause.id)
        add(SHOWN_AT_LIMIT if shown else AT_LIMIT, clause, TOUCHING, "")
        if clause.id in WITH_EXCEPTION:
            add(SHOWN_LOOKALIKES if shown else LOOKALIKES, clause, ALIKE, "")
    whole = len(found) + SHOWN_SOUND if shown else HIDDEN
    found += [_sound(drawn, limits) for _ in range(whole - len(found))]
    return tuple(Case(one, *verdict_on(one, policy)) for one in drawn.shuffled(found))


def _made(
    drawn: Stream, limits: Mapping[str, int], policy: tuple[Clause, ...], clause: Clause, maker: Maker, expected: str
) -> Proposal:
    """Return a proposal that breaks the expected clause and no other, however narrow the company's limits are."""
    for _ in range(MAX_TRIES):
        proposal = maker(drawn, clause.figure, _sound(drawn, limits))
        if verdict_on(proposal, policy)[1] == expected:
            return proposal
    message = f"no proposal at clause {clause.id} could be drawn"
    raise RuntimeError(message)


def _breaks(proposal: Proposal, clause: Clause) -> bool:
    match clause.id:
        case "margin":
            return proposal.margin < clause.figure
        case "stack":
            return proposal.discount > clause.figure
        case "boost":
            return proposal.boost > clause.figure
        case "map":
            return proposal.map_gap < clause.figure
        case "age":
            return proposal.age > clause.figure
        case "cover":
            return proposal.change < 0 and proposal.cover < clause.figure
        case _:
            return proposal.kind is Kind.RANKING and proposal.rating < clause.figure


def _sound(drawn: Stream, limits: Mapping[str, int]) -> Proposal:
    """Return a proposal that keeps every clause there could be, whether or not this week's policy has it."""
    kind = drawn.weighted({Kind.PRICE: 5, Kind.PROMOTION: 3, Kind.RANKING: 2})
    largest = max(200, limits[APPROVAL] - 100)
    change = {
        Kind.PRICE: drawn.between(100, largest) * (1 if drawn.chance(5000) else -1),
        Kind.PROMOTION: -drawn.between(min(500, largest), largest),
        Kind.RANKING: 0,
    }[kind]
    stacked = drawn.between(500, max(600, limits.get("stack", 2500) - 200)) if kind is Kind.PROMOTION else 0
    return Proposal(
        kind,
        change,
        abs(change),
        limits.get("margin", 1800) + drawn.between(150, 2200),
        stacked,
        limits.get("cover", 7) + drawn.between(2, 55),
        drawn.between(5, max(6, limits.get("boost", 30) - 2)) if kind is Kind.RANKING else 0,
        drawn.between(limits.get("rating", 38) + 1, 49),
        drawn.between(100, 1800),
        drawn.between(1, max(2, limits.get("age", 48) - 2)),
    )


def _cut(drawn: Stream, one: Proposal) -> Proposal:
    change = -drawn.between(150, 900)
    kind = Kind.PROMOTION if one.discount else Kind.PRICE
    return one._replace(kind=kind, change=change, size=-change, boost=0)


def _priced(drawn: Stream, one: Proposal, size: int) -> Proposal:
    change = size if drawn.chance(5000) else -size
    return one._replace(kind=Kind.PRICE, change=change, size=size, discount=0, boost=0)


def _ranked(one: Proposal, boost: int) -> Proposal:
    return one._replace(kind=Kind.RANKING, change=0, size=0, discount=0, boost=boost)


def _promoted(drawn: Stream, one: Proposal, discount: int) -> Proposal:
    return _cut(drawn, one)._replace(kind=Kind.PROMOTION, discount=discount)


Maker = Callable[["Stream", int, Proposal], Proposal]
BREAKING: Mapping[str, Maker] = MappingProxyType(
    {
        "margin": lambda drawn, figure, one: one._replace(margin=figure - drawn.between(1, 700)),
        "stack": lambda drawn, figure, one: _promoted(drawn, one, figure + drawn.between(1, 1500)),
        "boost": lambda drawn, figure, one: _ranked(one, figure + drawn.between(1, 25)),
        "map": lambda drawn, figure, one: one._replace(map_gap=figure - drawn.between(1, 900)),
        "age": lambda drawn, figure, one: one._replace(age=figure + drawn.between(1, 90)),
        "size": lambda drawn, figure, one: _priced(drawn, one, figure + drawn.between(1, 900)),
        "cover": lambda drawn, figure, one: _cut(drawn, one)._replace(cover=drawn.below(figure)),
        "rating": lambda drawn, figure, one: _ranked(one, drawn.between(5, 18))._replace(
            rating=figure - drawn.between(1, 12)
        ),
    }
)
TOUCHING: Mapping[str, Maker] = MappingProxyType(
    {
        "margin": lambda _drawn, figure, one: one._replace(margin=figure),
        "stack": lambda drawn, figure, one: _promoted(drawn, one, figure),
        "boost": lambda _drawn, figure, one: _ranked(one, figure),
        "map": lambda _drawn, figure, one: one._replace(map_gap=figure),
        "age": lambda _drawn, figure, one: one._replace(age=figure),
        "size": lambda drawn, figure, one: _priced(drawn, one, figure),
        "cover": lambda drawn, figure, one: _cut(drawn, one)._replace(cover=figure),
        "rating": lambda drawn, figure, one: _ranked(one, drawn.between(5, 18))._replace(rating=figure),
    }
)
# What only looks like a breach of a clause with an exception.
ALIKE: Mapping[str, Maker] = MappingProxyType(
    {
        "cover": lambda drawn, figure, one: _raised(drawn, one)._replace(cover=drawn.below(figure)),
        "rating": lambda drawn, figure, one: _cut(drawn, one)._replace(rating=figure - drawn.between(1, 12)),
    }
)


def _raised(drawn: Stream, one: Proposal) -> Proposal:
    change = drawn.between(100, 900)
    return one._replace(kind=Kind.PRICE, change=change, size=change, discount=0, boost=0)

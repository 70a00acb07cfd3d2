"""Rules as a learner writes them: `field op value -> action`, the first that matches decides, default allow."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from operator import eq, ge, gt, le, lt, ne
from types import MappingProxyType

from lms.sandbox.rules.labs.rule_lab.proposals import APPROVAL, Case, Clause, Kind, Proposal, Verdict

MOST_RULES = 6
# What a learner may type for a kind: its name, or the word that the page has for it.
KINDS: Mapping[str, Kind] = MappingProxyType(
    {**{str(kind): kind for kind in Kind}, "search boost": Kind.RANKING, "boost": Kind.RANKING}
)
# What a learner types for a field, times this, is the field's unit.
SCALES: Mapping[str, int] = MappingProxyType(
    {
        "change": 100, "size": 100, "margin": 100, "discount": 100, "cover": 1, "boost": 1, "rating": 10,
        "map_gap": 100, "age": 1,
    }
)  # fmt: skip
FIELDS = ("kind", *SCALES)
OPERATORS: Mapping[str, Callable[[int, int], bool]] = MappingProxyType(
    {"gt": gt, "ge": ge, "lt": lt, "le": le, "eq": eq, "ne": ne}
)
LONGEST = 20


class Action(StrEnum):
    """What a rule does with a proposal."""

    BLOCK = "block"
    QUEUE = "queue"
    ALLOW = "allow"


# What an outcome is worth, in tenths (simulators.md section 4).
PASSED, BLOCKED, QUEUED = -100, -10, -3


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the editor, as it was typed."""

    field: str = ""
    op: str = ""
    value: str = ""
    action: str = ""

    @property
    def is_empty(self) -> bool:
        """Return whether nothing is typed."""
        return not (self.field or self.op or self.value or self.action)

    @property
    def is_whole(self) -> bool:
        """Return whether it can be run."""
        named = self.field in FIELDS and self.op in OPERATORS and self.action in set(Action)
        return named and self.figure is not None

    @property
    def figure(self) -> int | None:
        """Return the value in the field's unit; a kind of proposal is the number of its name. None if it is neither."""
        if self.field == "kind":
            kind = KINDS.get(" ".join(self.value.lower().split()))
            return None if kind is None else list(Kind).index(kind)
        text = self.value.strip().strip("%").strip().replace(",", ".").replace("−", "-")
        try:
            scaled = Decimal(text) * SCALES.get(self.field, 1)
        except InvalidOperation:
            return None
        return int(scaled) if scaled.is_finite() and scaled == scaled.to_integral_value() else None

    def matches(self, proposal: Proposal) -> bool:
        """Return whether the rule is about a proposal. Only where it is whole."""
        value = list(Kind).index(proposal.kind) if self.field == "kind" else getattr(proposal, self.field)
        return OPERATORS[self.op](value, self.figure or 0)


def decide(rules: Iterable[Rule], proposal: Proposal) -> Action:
    """Return what the first whole rule that matches does, or that the proposal is let through."""
    found = next((rule for rule in rules if rule.is_whole and rule.matches(proposal)), None)
    return Action(found.action) if found else Action.ALLOW


def worth(action: Action, verdict: Verdict) -> int:
    """Return what doing this with a proposal is worth, in tenths; a proposal for approval counts as good if blocked."""
    if action is Action.QUEUE:
        return QUEUED
    if action is Action.BLOCK:
        return 0 if verdict is Verdict.BREACH else BLOCKED
    return 0 if verdict is Verdict.SOUND else PASSED


def utility(rules: tuple[Rule, ...], cases: Iterable[Case]) -> int:
    """Return what rules are worth on cases, in tenths; nothing is better than 0."""
    return sum(worth(decide(rules, case.proposal), case.verdict) for case in cases)


def always(action: Action) -> tuple[Rule, ...]:
    """Return the one rule that does the same with everything."""
    return (Rule("cover", "ge", "0", action),)


def written(policy: tuple[Clause, ...]) -> tuple[Rule, ...]:
    """Return the rules that a policy comes to: breaches first, then approval, then the clause with its exception."""
    last = {"cover": Rule("change", "ge", "0", Action.ALLOW), "rating": Rule("kind", "ne", Kind.RANKING, Action.ALLOW)}
    ordered = sorted(policy, key=lambda clause: (clause.id in last, clause.id == APPROVAL))
    found: list[Rule] = []
    for clause in ordered:
        if clause.id in last:
            found.append(last[clause.id])
        found.append(rule_for(clause))
    return tuple(found)


def rule_for(clause: Clause) -> Rule:
    """Return the rule that catches what breaks a clause."""
    field = {"stack": "discount", "map": "map_gap"}.get(clause.id, clause.id)
    op = "gt" if clause.id in {"stack", "boost", "age", APPROVAL} else "lt"
    value = Decimal(clause.figure) / SCALES[field]
    return Rule(field, op, f"{value:f}", Action.QUEUE if clause.id == APPROVAL else Action.BLOCK)

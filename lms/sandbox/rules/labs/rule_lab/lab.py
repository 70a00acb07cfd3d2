"""The rule lab as a lab: scaled from the best rule that treats everything alike to the rules the policy comes to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from lms.sandbox.rules.exercise import Text
from lms.sandbox.rules.lab import Line, Marked, Part, Problem, Sent, Shapes, Sheet, Told, first
from lms.sandbox.rules.labs.rule_lab.proposals import (
    APPROVAL,
    WITH_EXCEPTION,
    Case,
    Clause,
    Kind,
    Verdict,
    draw_cases,
    draw_policy,
)
from lms.sandbox.rules.labs.rule_lab.rules import (
    FIELDS,
    LONGEST,
    MOST_RULES,
    OPERATORS,
    Action,
    Rule,
    always,
    decide,
    rule_for,
    utility,
    worth,
    written,
)
from lms.sandbox.rules.scoring import half_up

if TYPE_CHECKING:
    from lms.sandbox.rules.company import CompanyFacts
    from lms.sandbox.rules.streams import Streams


@dataclass(frozen=True, slots=True)
class Public:
    """This week's policy, and examples with what is true of them."""

    policy: tuple[Clause, ...]
    examples: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class Key:
    """The proposals that the rules are run on."""

    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class Work:
    """The rules in their order, always six lines."""

    rules: tuple[Rule, ...] = (Rule(),) * MOST_RULES


class RuleLab:
    """The rule lab."""

    id = "rule-lab"
    package = __package__ or ""
    version = 1
    shapes = Shapes(TypeAdapter(Public), TypeAdapter(Key), TypeAdapter(Work))

    def draw(self, streams: Streams, facts: CompanyFacts) -> Sheet[Public, Key]:
        """Return a policy of five clauses, examples, and 500 hidden proposals."""
        policy = draw_policy(streams, facts)
        shown, hidden = (draw_cases(streams, policy, shown=shown) for shown in (True, False))
        return Sheet(Public(policy, shown), Key(hidden))

    def begin(self, _public: Public) -> Work:
        """Return an empty editor."""
        return Work()

    def read(self, _public: Public, _work: Work, sent: Sent) -> Work:
        """Return the rules as typed; `do` = "rules:up:3" moves the third one up, "rules:clear:3" empties it."""
        rules = [
            Rule(*(first(sent, f"{name}{at}", LONGEST) or "" for name in ("field", "op", "value", "action")))
            for at in range(1, MOST_RULES + 1)
        ]
        wanted, _, at = (first(sent, "do") or "").removeprefix("rules:").partition(":")
        place = int(at) - 1 if at.isdecimal() and 1 <= int(at) <= MOST_RULES else -1
        if wanted == "up" and place > 0:
            rules[place - 1], rules[place] = rules[place], rules[place - 1]
        if wanted == "clear" and place >= 0:
            rules[place] = Rule()
        return Work(tuple(rules))

    def lacks(self, _public: Public, work: Work) -> tuple[Problem, ...]:
        """Return the rules that are half written, or that there is none."""
        if all(rule.is_empty for rule in work.rules):
            return (Problem("rule1", Text("problem.none")),)
        return tuple(
            Problem(f"rule{at}", Text("problem.half"))
            for at, rule in enumerate(work.rules, 1)
            if not rule.is_empty and not rule.is_whole
        )

    def answers(self, public: Public, work: Work) -> Mapping[str, Any]:
        """Return what the rules do with the examples, and what the editor offers."""
        return {
            "fields": FIELDS,
            "operators": tuple(OPERATORS),
            "actions": tuple(Action),
            "kinds": tuple(Kind),
            "clauses": tuple(_clause_text(clause) for clause in public.policy),
            "tried": tuple(_tried(case, work) for case in public.examples),
            "columns": tuple(name for name in FIELDS if any(_counts(name, clause) for clause in public.policy)),
        }

    def mark(self, public: Public, key: Key, work: Work) -> Marked:
        """Return where the rules stand between the best rule for everything and those that the policy comes to."""
        constant = max(utility(always(action), key.cases) for action in Action)
        best = utility(written(public.policy), key.cases)
        here = utility(work.rules, key.cases)
        score = half_up(Fraction(100 * (here - constant), best - constant))
        lines = tuple(_clause_line(clause, key, work) for clause in public.policy)
        sound = [case for case in key.cases if case.verdict is Verdict.SOUND]
        left = sum(decide(work.rules, case.proposal) is Action.ALLOW for case in sound)
        stopped = [case for case in key.cases if case.verdict is not Verdict.SOUND]
        held = sum(decide(work.rules, case.proposal) is not Action.ALLOW for case in stopped)
        return Marked(
            max(0, min(100, score)),
            (Part(Text("part.stopped"), held, len(stopped)), Part(Text("part.left"), left, len(sound))),
            (*lines, _sound_line(sound, work)),
        )

    def best(self, public: Public, _key: Key) -> Work:
        """Return the rules that the policy comes to."""
        rules = written(public.policy)
        return Work(rules + (Rule(),) * (MOST_RULES - len(rules)))

    def solve(self, public: Public) -> Work:
        """Return the same: the policy is all that one needs."""
        return self.best(public, Key(()))

    def constants(self, _public: Public) -> Mapping[str, Work]:
        """Return the editors of people who treat everything alike."""
        return {action: Work(always(action) + (Rule(),) * (MOST_RULES - 1)) for action in Action}

    def told(self, public: Public) -> tuple[Told, ...]:
        """Return the policy, then the examples."""
        examples = tuple(Text("told.example", _example(case)) for case in public.examples)
        return (
            Told(Text("panel.policy"), tuple(_clause_text(clause) for clause in public.policy)),
            Told(Text("panel.examples"), examples),
        )


def _clause_text(clause: Clause) -> Text:
    value: Any = f"{clause.figure // 10}.{clause.figure % 10}" if clause.id == "rating" else clause.figure
    return Text(f"clause.{clause.id}", {"figure": value})


def _counts(name: str, clause: Clause) -> bool:
    """Return whether a clause is about a field, as itself or as its exception."""
    return name in {rule_for(clause).field, "kind", {"cover": "change"}.get(clause.id, "")}


def _tried(case: Case, work: Work) -> Mapping[str, Any]:
    action = decide(work.rules, case.proposal)
    return {"case": case, "action": action, "fits": worth(action, case.verdict) == _least(case.verdict)}


def _least(verdict: Verdict) -> int:
    return max(worth(action, verdict) for action in Action)


def _clause_line(clause: Clause, key: Key, work: Work) -> Line:
    here = [case for case in key.cases if case.clause == clause.id]
    done = Counter(decide(work.rules, case.proposal) for case in here)
    wanted = Action.QUEUE if clause.id == APPROVAL else Action.BLOCK
    return Line(
        title=_clause_text(clause),
        right=done[wanted] == len(here),
        yours=_outcome(done),
        best=Text(f"best.{wanted}", {"n": len(here)}),
        why=Text(
            f"why.exception.{clause.id}" if clause.id in WITH_EXCEPTION else "why.rule", _rule_params(rule_for(clause))
        ),
    )


def _sound_line(sound: list[Case], work: Work) -> Line:
    done = Counter(decide(work.rules, case.proposal) for case in sound)
    return Line(
        title=Text("line.sound"),
        right=done[Action.ALLOW] == len(sound),
        yours=_outcome(done),
        best=Text("best.allow", {"n": len(sound)}),
        why=Text("why.sound"),
    )


def _outcome(done: Counter[Action]) -> Text:
    return Text("outcome", {str(action): done[action] for action in Action})


def _rule_params(rule: Rule) -> dict[str, Any]:
    return {
        "field": {"id": f"field.{rule.field}", "params": {}, "pick": 0},
        "op": {"id": f"op.{rule.op}", "params": {}, "pick": 0},
        "value": rule.value,
        "action": {"id": f"action.{rule.action}", "params": {}, "pick": 0},
    }


def _example(case: Case) -> dict[str, Any]:
    params: dict[str, Any] = dict(case.proposal._asdict())
    params["kind"] = {"id": f"kind.{case.proposal.kind}", "params": {}, "pick": 0}
    params["rating"] = f"{case.proposal.rating // 10}.{case.proposal.rating % 10}"
    params["verdict"] = {"id": f"verdict.{case.verdict}", "params": {}, "pick": 0}
    return params

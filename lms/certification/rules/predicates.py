"""Evidence predicates: what a level asks for, one condition a line, all of which must hold.

The grammar of catalogue.yml::

    module:cs3 complete                      every required step of the module
    quiz:cs-escalation >= 80%                best completed attempt
    sandbox:reply-desk foundation passed     an exam of that console and level
    lab:rule-lab practitioner passed         a lab, with the mark of that level
    workshop:cs5 attended
    observation:cs8 signed
    rubric:prc >= 3 on right-action, ...     one signed observation with at least 3 of 4 in each of these rows
    refreshers >= 2                          refreshers done or excused
    held:foundation for P4W                  ISO 8601 days (P28D) or weeks (P4W), without a break
    appointed:price                          an approver of that gate
    deputy:price named                       somebody approves while they are away
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction


class Kind(StrEnum):
    """What a predicate looks at."""

    MODULE = "module"
    QUIZ = "quiz"
    SANDBOX = "sandbox"
    LAB = "lab"
    WORKSHOP = "workshop"
    OBSERVATION = "observation"
    RUBRIC = "rubric"
    REFRESHERS = "refreshers"
    HELD = "held"
    APPOINTED = "appointed"
    DEPUTY = "deputy"


class Action(StrEnum):
    """What a person can do about a predicate that does not hold, in the order of how soon it can be done."""

    FINISH_MODULE = "finish-module"
    PASS_QUIZ = "pass-quiz"  # noqa: S105 - to pass, not a password
    DO_REFRESHER = "do-refresher"
    PASS_LAB = "pass-lab"  # noqa: S105
    PASS_SANDBOX = "pass-sandbox"  # noqa: S105
    ATTEND_WORKSHOP = "attend-workshop"
    BE_OBSERVED = "be-observed"
    HAVE_DEPUTY = "have-deputy"
    BE_APPOINTED = "be-appointed"
    EARN_LEVEL = "earn-level"
    WAIT = "wait"


class Basis(StrEnum):
    """Why a predicate holds: something done here, or an equivalent recorded with its reason."""

    DONE = "done"
    EQUIVALENT = "equivalent"


_ACTION = {
    Kind.MODULE: Action.FINISH_MODULE,
    Kind.QUIZ: Action.PASS_QUIZ,
    Kind.SANDBOX: Action.PASS_SANDBOX,
    Kind.LAB: Action.PASS_LAB,
    Kind.WORKSHOP: Action.ATTEND_WORKSHOP,
    Kind.OBSERVATION: Action.BE_OBSERVED,
    Kind.RUBRIC: Action.BE_OBSERVED,
    Kind.REFRESHERS: Action.DO_REFRESHER,
    Kind.APPOINTED: Action.BE_APPOINTED,
    Kind.DEPUTY: Action.HAVE_DEPUTY,
}
# An exam is never replaced by an equivalent, nor is time in the job or what recurs.
_TAKES_EQUIVALENT = frozenset({Kind.MODULE, Kind.WORKSHOP, Kind.OBSERVATION})
# What comes with the job and the calendar: no course can hold it, so it opens the part of a level that has one.
OPENS = frozenset({Kind.HELD, Kind.REFRESHERS})


class PredicateError(ValueError):
    """A line that is no predicate; `text` is what was read."""

    def __init__(self, text: str) -> None:
        super().__init__(f"{text!r} is no evidence predicate.")
        self.text = text


@dataclass(frozen=True, slots=True)
class Predicate:
    """One condition.

    `threshold` is a fraction of 1 for a quiz, a count for refreshers and a level of the rubric, whose `rows` it is
    about; `days` is for `held`.
    """

    kind: Kind
    subject: str = ""
    level: str = ""
    threshold: Fraction = Fraction(0)
    days: int = 0
    rows: tuple[str, ...] = ()

    @property
    def reference(self) -> str:
        """Return what an equivalent names: ``module:cs3``."""
        return f"{self.kind}:{self.subject}"


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """What the ledger says about one person in one programme, as of a day.

    `quiz_best` holds fractions of 1; `held_since` the day from which each level has been held without a break;
    `equivalents` references such as ``module:cs3``; `minutes` how long each reference still takes, where known.
    `rubrics` holds the levels by row of every signed observation, by the id of its step and of its module; `gates` are
    those that the person approves, and `deputised` those of them with a deputy.
    """

    modules_complete: frozenset[str] = frozenset()
    quiz_best: Mapping[str, Fraction] = field(default_factory=dict)
    sandbox_passed: frozenset[tuple[str, str]] = frozenset()
    labs_passed: frozenset[tuple[str, str]] = frozenset()
    workshops_attended: frozenset[str] = frozenset()
    observations_signed: frozenset[str] = frozenset()
    rubrics: Mapping[str, tuple[Mapping[str, int], ...]] = field(default_factory=dict)
    refreshers: int = 0
    held_since: Mapping[str, date] = field(default_factory=dict)
    equivalents: frozenset[str] = frozenset()
    gates: frozenset[str] = frozenset()
    deputised: frozenset[str] = frozenset()
    minutes: Mapping[str, int] = field(default_factory=dict)


# Predicates that hold where their subject is among what was shown.
_SHOWN: Mapping[Kind, Callable[[EvidenceView], frozenset[str]]] = {
    Kind.MODULE: lambda view: view.modules_complete,
    Kind.WORKSHOP: lambda view: view.workshops_attended,
    Kind.OBSERVATION: lambda view: view.observations_signed,
    Kind.APPOINTED: lambda view: view.gates,
    Kind.DEPUTY: lambda view: view.deputised,
}


@dataclass(frozen=True, slots=True)
class NextAction:
    """The smallest thing that would make one predicate hold."""

    action: Action
    subject: str
    have: Fraction | None = None
    need: Fraction | None = None
    minutes: int | None = None
    not_before: date | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """One predicate and whether it holds; `basis` where it does, `next_action` where it does not."""

    predicate: Predicate
    met: bool
    basis: Basis | None = None
    next_action: NextAction | None = None


@dataclass(frozen=True, slots=True)
class Assessment:
    """All predicates of a level for one person."""

    outcomes: tuple[Outcome, ...]

    @property
    def met(self) -> bool:
        """Return whether every predicate holds. A level that asks for nothing is never met by accident."""
        return bool(self.outcomes) and all(outcome.met for outcome in self.outcomes)

    @property
    def actions(self) -> tuple[NextAction, ...]:
        """Return what is missing: what can be done now before what has to wait, the shortest first."""
        return tuple(sorted((each.next_action for each in self.outcomes if each.next_action is not None), key=_effort))

    @property
    def next_action(self) -> NextAction | None:
        """Return the smallest next action."""
        return next(iter(self.actions), None)


def _effort(action: NextAction) -> tuple[bool, bool, int, int, str]:
    rank = list(Action).index(action.action)
    return action.action is Action.WAIT, action.minutes is None, action.minutes or 0, rank, action.subject


_ID = r"(?P<subject>[a-z0-9][a-z0-9._-]*)"
_LINES: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (Kind.MODULE, re.compile(rf"module:{_ID} complete")),
    (Kind.QUIZ, re.compile(rf"quiz:{_ID} >= (?P<percent>\d{{1,3}}(?:\.\d+)?) ?%")),
    (Kind.SANDBOX, re.compile(rf"sandbox:{_ID} (?P<level>[a-z0-9-]+) passed")),
    (Kind.LAB, re.compile(rf"lab:{_ID} (?P<level>foundation|practitioner) passed")),
    (Kind.WORKSHOP, re.compile(rf"workshop:{_ID} attended")),
    (Kind.OBSERVATION, re.compile(rf"observation:{_ID} signed")),
    (Kind.RUBRIC, re.compile(rf"rubric:{_ID} >= (?P<count>[1-4]) on (?P<rows>[a-z0-9-]+(?:, ?[a-z0-9-]+)*)")),
    (Kind.REFRESHERS, re.compile(r"refreshers >= (?P<count>\d{1,3})")),
    (Kind.HELD, re.compile(rf"held:{_ID} for P(?:(?P<weeks>\d{{1,4}})W|(?P<days>\d{{1,4}})D)")),
    (Kind.APPOINTED, re.compile(rf"appointed:{_ID}")),
    (Kind.DEPUTY, re.compile(rf"deputy:{_ID} named")),
)


def parse(text: str) -> Predicate:
    """Return the predicate written in one line; runs of spaces count as one.

    Raises:
        PredicateError: the line is not in the grammar.
    """
    line = " ".join(text.split())
    for kind, pattern in _LINES:
        if match := pattern.fullmatch(line):
            return _build(kind, match.groupdict(), text)
    raise PredicateError(text)


def _build(kind: Kind, found: Mapping[str, str | None], text: str) -> Predicate:
    threshold = Fraction(found.get("count") or 0)
    if percent := found.get("percent"):
        threshold = Fraction(percent) / 100
        if threshold > 1:
            raise PredicateError(text)
    days = int(found.get("weeks") or 0) * 7 + int(found.get("days") or 0)
    rows = tuple(row.strip() for row in (found.get("rows") or "").split(",") if row)
    return Predicate(kind, found.get("subject") or "", found.get("level") or "", threshold, days, rows)


def evaluate(predicate: Predicate, view: EvidenceView, on: date) -> Outcome:
    """Return whether `predicate` holds on the day `on`. Missing evidence fails."""
    if _holds(predicate, view, on):
        return Outcome(predicate, met=True, basis=Basis.DONE)
    if predicate.kind in _TAKES_EQUIVALENT and predicate.reference in view.equivalents:
        return Outcome(predicate, met=True, basis=Basis.EQUIVALENT)
    return Outcome(predicate, met=False, next_action=_what_to_do(predicate, view))


def _holds(predicate: Predicate, view: EvidenceView, on: date) -> bool:
    subject = predicate.subject
    if predicate.kind in _SHOWN:
        return subject in _SHOWN[predicate.kind](view)
    match predicate.kind:
        case Kind.QUIZ:
            return subject in view.quiz_best and view.quiz_best[subject] >= predicate.threshold
        case Kind.SANDBOX:
            return (subject, predicate.level) in view.sandbox_passed
        case Kind.LAB:
            return (subject, predicate.level) in view.labs_passed
        case Kind.RUBRIC:
            return _best_rating(predicate, view) >= predicate.threshold
        case Kind.REFRESHERS:
            return view.refreshers >= predicate.threshold
        case _:
            since = view.held_since.get(subject)
            return since is not None and on >= since + timedelta(days=predicate.days)


def _best_rating(predicate: Predicate, view: EvidenceView) -> int:
    """Return the lowest of the rows in the observation where it is highest: one sitting shows all of them."""
    sheets = view.rubrics.get(predicate.subject, ())
    return max((min(sheet.get(row, 0) for row in predicate.rows) for sheet in sheets), default=0)


def _what_to_do(predicate: Predicate, view: EvidenceView) -> NextAction:
    subject, minutes = predicate.subject, view.minutes.get(predicate.reference)
    if predicate.kind is Kind.HELD:
        since = view.held_since.get(subject)
        if since is None:
            return NextAction(Action.EARN_LEVEL, subject, minutes=minutes)
        return NextAction(Action.WAIT, subject, not_before=since + timedelta(days=predicate.days))
    have = need = None
    if predicate.kind is Kind.QUIZ:
        have, need = view.quiz_best.get(subject), predicate.threshold
    elif predicate.kind is Kind.REFRESHERS:
        have, need = Fraction(view.refreshers), predicate.threshold
    elif predicate.kind is Kind.RUBRIC:
        have, need = Fraction(_best_rating(predicate, view)), predicate.threshold
    return NextAction(_ACTION[predicate.kind], subject, have, need, minutes)


def assess(predicates: Iterable[Predicate], view: EvidenceView, on: date) -> Assessment:
    """Return how one person stands against all predicates of a level on the day `on`."""
    return Assessment(tuple(evaluate(predicate, view, on) for predicate in predicates))


@dataclass(frozen=True, slots=True)
class RuleChange:
    """Who a new rule would touch, by opaque person key, in sorted order."""

    gains: tuple[str, ...]
    loses: tuple[str, ...]
    untouched: tuple[str, ...]


def compare_rules(
    before: Iterable[Predicate], after: Iterable[Predicate], views: Mapping[str, EvidenceView], on: date
) -> RuleChange:
    """Return who would qualify only under the new rule, only under the old one, and the same under both."""
    old, new = tuple(before), tuple(after)
    moved: dict[tuple[bool, bool], list[str]] = {}
    for person in sorted(views):
        verdicts = assess(old, views[person], on).met, assess(new, views[person], on).met
        moved.setdefault(verdicts, []).append(person)
    same = sorted(moved.get((True, True), []) + moved.get((False, False), []))
    return RuleChange(tuple(moved.get((False, True), [])), tuple(moved.get((True, False), [])), tuple(same))

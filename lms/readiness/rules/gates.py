"""The gates G0 to G5 and the rollback: each a list of criteria that must all hold.

No data counts as fail. Comparators are written out: "exceed 10 %" is not met by 10.0 % (curriculum.md section 7,
trap a). A waiver covers one criterion, by a sponsor, with a reason, until a day. Source: curriculum.md section 6.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from lms.readiness.rules.adoption import WEEK, Limits, WeekFigures, calls_for_rollback, stable_run
from lms.readiness.rules.trained import Trained
from lms.shared.days import monday_of

FORMULA = "2026-1"


class Gate(enum.StrEnum):
    """The gates, in the order in which a rollout meets them; `ROLLBACK` can come at any time."""

    ASSESS = "g0"
    PILOT = "g1"
    WEEK_SIX = "g2"
    SCALE = "g3"
    WAVE = "g4"
    DAY_90 = "g5"
    ROLLBACK = "r"


class Criterion(enum.StrEnum):
    """What a gate asks. The names of those that people record are the names of the facts they import."""

    BASELINE_HOURS = "baseline-hours"
    BASELINE_ERRORS = "baseline-errors"
    BASELINE_CYCLE_TIME = "baseline-cycle-time"
    BASELINE_TICKETS = "baseline-tickets"
    USE_CASES = "use-cases"
    SKILL_GAPS = "skill-gaps"
    KICKOFF_SENT = "kickoff-sent"
    PEOPLE_READY = "people-ready"
    CHAMPIONS = "champions"
    APPROVERS = "approvers"
    ROLLBACK_DRILL = "rollback-drill"
    SCOPE_PERCENT = "scope-percent"
    PARALLEL_WEEKS = "parallel-weeks"
    ANNOUNCED_WEEKS_BEFORE = "announced-weeks-before"
    JOB_QUESTIONS = "job-questions"
    PILOT_OPERATORS = "pilot-operators"
    PILOT_TIME_PERCENT = "pilot-time-percent"
    BARRIERS_ANSWERED = "barriers-answered"
    ACTIVE_USERS = "active-users"
    ERROR_RATE = "error-rate"
    MANUAL_TIME = "manual-time"
    SATISFACTION = "satisfaction"
    PILOT_WEEKS = "pilot-weeks"
    STABLE_WEEKS = "stable-weeks"
    BUDGET_PERCENT = "budget-percent"
    FALLBACK_WEEKS = "fallback-weeks"
    OPEN_ROLLBACKS = "open-rollbacks"
    TRAINED = "trained"
    AUTOMATION = "automation"
    ERROR_LIMIT = "error-limit"
    MARGIN = "margin"
    LATENCY = "latency"


class Verdict(enum.StrEnum):
    """How a criterion or gate stands. `NO_DATA` counts as fail."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    AT_RISK = "at-risk"
    FAIL = "fail"
    NO_DATA = "no-data"
    WAIVED = "waived"

    @property
    def holds(self) -> bool:
        """Return whether the gate may be passed on this."""
        return self in {Verdict.PASS, Verdict.AT_RISK, Verdict.WAIVED}


class Decision(enum.StrEnum):
    """What is decided on a gate."""

    GO = "go"
    HOLD = "hold"
    NO_GO = "no-go"


class Unit(enum.StrEnum):
    """How a figure is written."""

    COUNT = "count"
    PERCENT = "percent"
    SHARE = "share"
    WEEKS = "weeks"
    MEAN = "mean"
    YES_NO = "yes-no"
    RECORDED = "recorded"


@dataclass(frozen=True, slots=True)
class Bound:
    """What is asked of a figure; both ends belong to it, so that exactly at a limit is within."""

    least: Fraction | None = None
    most: Fraction | None = None

    def holds(self, value: Fraction) -> bool:
        """Return whether the value is within."""
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)


@dataclass(frozen=True, slots=True)
class Result:
    """One criterion: what was found (None: nothing), what is asked, and the verdict. `sample` where it is estimated."""

    criterion: Criterion
    verdict: Verdict
    actual: Fraction | None
    bound: Bound
    unit: Unit
    sample: int | None = None
    upper: float | None = None


@dataclass(frozen=True, slots=True)
class GateResult:
    """A gate with its criteria."""

    gate: Gate
    results: tuple[Result, ...]

    @property
    def verdict(self) -> Verdict:
        """Return fail where any criterion fails or has no data, else at risk where any is, else pass."""
        verdicts = {result.verdict for result in self.results}
        if not self.results or Verdict.FAIL in verdicts or Verdict.NO_DATA in verdicts:
            return Verdict.FAIL
        return Verdict.AT_RISK if Verdict.AT_RISK in verdicts else Verdict.PASS

    @property
    def failing(self) -> tuple[Result, ...]:
        """Return the criteria that keep the gate shut."""
        return tuple(result for result in self.results if not result.verdict.holds)


@dataclass(frozen=True, slots=True)
class Cover:
    """A wave's coverage in numbers: people, and teams that lack a champion or an approver."""

    rostered: int
    ready: int
    teams: int
    without_champion: int
    without_approver: int


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything the gates look at. `facts` are what people recorded, by criterion name; yes is 1 and no is 0."""

    today: date
    go_live: date
    facts: Mapping[str, Fraction] = field(default_factory=dict)
    weeks: Sequence[WeekFigures] = ()
    cover: Cover | None = None
    trained: Trained | None = None
    waived: Collection[tuple[Gate, Criterion]] = ()
    limits: Limits = field(default_factory=Limits)


# What people record because no log and no training record says it, and what may be recorded for each.
RECORDED: Mapping[Criterion, Unit] = {
    Criterion.BASELINE_HOURS: Unit.RECORDED,
    Criterion.BASELINE_ERRORS: Unit.RECORDED,
    Criterion.BASELINE_CYCLE_TIME: Unit.RECORDED,
    Criterion.BASELINE_TICKETS: Unit.RECORDED,
    Criterion.USE_CASES: Unit.COUNT,
    Criterion.SKILL_GAPS: Unit.YES_NO,
    Criterion.KICKOFF_SENT: Unit.YES_NO,
    Criterion.ROLLBACK_DRILL: Unit.YES_NO,
    Criterion.SCOPE_PERCENT: Unit.PERCENT,
    Criterion.PARALLEL_WEEKS: Unit.WEEKS,
    Criterion.ANNOUNCED_WEEKS_BEFORE: Unit.WEEKS,
    Criterion.JOB_QUESTIONS: Unit.YES_NO,
    Criterion.PILOT_OPERATORS: Unit.COUNT,
    Criterion.PILOT_TIME_PERCENT: Unit.PERCENT,
    Criterion.BARRIERS_ANSWERED: Unit.YES_NO,
    Criterion.BUDGET_PERCENT: Unit.PERCENT,
    Criterion.FALLBACK_WEEKS: Unit.WEEKS,
    Criterion.OPEN_ROLLBACKS: Unit.COUNT,
}


def judge(inputs: Inputs) -> tuple[GateResult, ...]:
    """Return every gate, waivers applied."""
    judged = {
        Gate.ASSESS: _assess(inputs),
        Gate.PILOT: _pilot(inputs),
        Gate.WEEK_SIX: _adoption(inputs, _week_of(inputs, 6)),
        Gate.SCALE: _scale(inputs),
        Gate.WAVE: _wave(inputs),
        Gate.DAY_90: _day_90(inputs),
        Gate.ROLLBACK: _rollback(inputs),
    }
    return tuple(
        GateResult(gate, tuple(_waived(gate, result, inputs) for result in found)) for gate, found in judged.items()
    )


def proposes_rollback(inputs: Inputs) -> bool:
    """Return whether the latest full week calls for a rollback; no data proposes nothing, it fails the gate."""
    latest = _latest(inputs)
    return latest is not None and calls_for_rollback(latest, inputs.limits)


def holds_back(inputs: Inputs) -> bool:
    """Return whether errors lie between 5 and 10 %: hold where you are, and give an extra refresher."""
    latest = _latest(inputs)
    share = latest.error_share if latest else None
    return share is not None and inputs.limits.error < share <= inputs.limits.rollback


def _assess(inputs: Inputs) -> tuple[Result, ...]:
    recorded = (
        Criterion.BASELINE_HOURS,
        Criterion.BASELINE_ERRORS,
        Criterion.BASELINE_CYCLE_TIME,
        Criterion.BASELINE_TICKETS,
    )
    return (
        *(_fact(inputs, criterion, Unit.RECORDED, Bound()) for criterion in recorded),
        _fact(inputs, Criterion.USE_CASES, Unit.COUNT, _between(3, 5)),
        _yes(inputs, Criterion.SKILL_GAPS),
        _yes(inputs, Criterion.KICKOFF_SENT),
    )


def _pilot(inputs: Inputs) -> tuple[Result, ...]:
    return (
        *_coverage(inputs),
        _yes(inputs, Criterion.ROLLBACK_DRILL),
        _fact(inputs, Criterion.SCOPE_PERCENT, Unit.PERCENT, _between(5, 10)),
        _fact(inputs, Criterion.PARALLEL_WEEKS, Unit.WEEKS, _between(2, 4)),
        _fact(inputs, Criterion.ANNOUNCED_WEEKS_BEFORE, Unit.WEEKS, _between(2, 4)),
        _yes(inputs, Criterion.JOB_QUESTIONS),
        _fact(inputs, Criterion.PILOT_OPERATORS, Unit.COUNT, _between(1, 2)),
        _fact(inputs, Criterion.PILOT_TIME_PERCENT, Unit.PERCENT, Bound(least=Fraction(50))),
        _yes(inputs, Criterion.BARRIERS_ANSWERED),
    )


def _coverage(inputs: Inputs) -> tuple[Result, ...]:
    cover = inputs.cover
    if cover is None or not cover.rostered:
        return tuple(
            _missing(criterion, Bound(), Unit.COUNT)
            for criterion in (Criterion.PEOPLE_READY, Criterion.CHAMPIONS, Criterion.APPROVERS)
        )
    return (
        _judged(Criterion.PEOPLE_READY, Fraction(cover.ready), Bound(least=Fraction(cover.rostered)), Unit.COUNT),
        *(
            _judged(criterion, Fraction(cover.teams - without), Bound(least=Fraction(cover.teams)), Unit.COUNT)
            for criterion, without in (
                (Criterion.CHAMPIONS, cover.without_champion),
                (Criterion.APPROVERS, cover.without_approver),
            )
        ),
    )


def _adoption(inputs: Inputs, week: WeekFigures | None) -> tuple[Result, ...]:
    limits = inputs.limits
    active = _judged(
        Criterion.ACTIVE_USERS,
        week.active if week else None,
        Bound(least=limits.active),
        Unit.SHARE,
        amber=Bound(least=limits.active_amber),
    )
    reduction = _reduction(inputs, week)
    return (
        active,
        _error(Criterion.ERROR_RATE, week, Bound(most=limits.error)),
        _judged(Criterion.MANUAL_TIME, reduction, Bound(least=limits.manual_reduction), Unit.SHARE),
        _judged(
            Criterion.SATISFACTION, week.satisfaction if week else None, Bound(least=limits.satisfaction), Unit.MEAN
        ),
    )


def _scale(inputs: Inputs) -> tuple[Result, ...]:
    least, most = inputs.limits.pilot_weeks
    latest = _latest(inputs)
    run = stable_run(inputs.weeks, inputs.limits, latest.monday) if latest else None
    weeks_run = max(0, (inputs.today - inputs.go_live).days // 7)
    return (
        _judged(
            Criterion.PILOT_WEEKS,
            Fraction(weeks_run),
            Bound(Fraction(least), Fraction(most)),
            Unit.WEEKS,
            amber=Bound(least=Fraction(least)),
        ),
        *_adoption(inputs, latest),
        _judged(
            Criterion.STABLE_WEEKS,
            None if run is None else Fraction(run),
            Bound(least=Fraction(inputs.limits.stable_weeks)),
            Unit.WEEKS,
        ),
        *_coverage(inputs),
        _fact(inputs, Criterion.BUDGET_PERCENT, Unit.PERCENT, _between(5, 15)),
    )


def _wave(inputs: Inputs) -> tuple[Result, ...]:
    return (
        *_coverage(inputs),
        _fact(inputs, Criterion.FALLBACK_WEEKS, Unit.WEEKS, _between(2, 4)),
        _fact(inputs, Criterion.OPEN_ROLLBACKS, Unit.COUNT, Bound(most=Fraction(0))),
    )


def _day_90(inputs: Inputs) -> tuple[Result, ...]:
    limits, trained, latest = inputs.limits, inputs.trained, _latest(inputs)
    share = Fraction(trained.trained, trained.staff) if trained and trained.staff else None
    return (
        _judged(
            Criterion.TRAINED, share, Bound(least=limits.trained), Unit.SHARE, amber=Bound(least=limits.trained_amber)
        ),
        _judged(
            Criterion.AUTOMATION, latest.automation if latest else None, Bound(least=limits.automation), Unit.SHARE
        ),
    )


def _rollback(inputs: Inputs) -> tuple[Result, ...]:
    latest, none = _latest(inputs), Bound(most=Fraction(0))
    return (
        _error(Criterion.ERROR_LIMIT, latest, Bound(most=inputs.limits.rollback)),
        _judged(Criterion.MARGIN, _count(latest.margin_breaches if latest else None), none, Unit.COUNT),
        _judged(Criterion.LATENCY, _count(latest.latency_breaches if latest else None), none, Unit.COUNT),
    )


def _week_of(inputs: Inputs, number: int) -> WeekFigures | None:
    """Return the week in which the pilot's `number`th week of live work ends: the first begins with go-live."""
    monday = monday_of(inputs.go_live) + (number - 1) * WEEK
    return next((week for week in inputs.weeks if week.monday == monday), None)


def _latest(inputs: Inputs) -> WeekFigures | None:
    """Return the last full week, if there are figures of it: older ones say nothing about today."""
    last = monday_of(inputs.today) - WEEK
    return next((week for week in inputs.weeks if week.monday == last), None)


def _reduction(inputs: Inputs, week: WeekFigures | None) -> Fraction | None:
    """Return by which share manual time fell: minutes a task, against the baseline's hours for a hundred tasks."""
    baseline = inputs.facts.get(Criterion.BASELINE_HOURS)
    if week is None or week.manual_minutes_per_task is None or not baseline:
        return None
    return 1 - week.manual_minutes_per_task * 100 / (60 * baseline)


def _error(criterion: Criterion, week: WeekFigures | None, bound: Bound) -> Result:
    found = week.error if week else None
    share = week.error_share if week else None
    judged = _judged(criterion, share, bound, Unit.SHARE)
    if found is None:
        return judged
    return Result(criterion, judged.verdict, judged.actual, bound, Unit.SHARE, found.total, found.high)


def _fact(inputs: Inputs, criterion: Criterion, unit: Unit, bound: Bound) -> Result:
    return _judged(criterion, inputs.facts.get(criterion), bound, unit)


def _yes(inputs: Inputs, criterion: Criterion) -> Result:
    return _fact(inputs, criterion, Unit.YES_NO, Bound(least=Fraction(1)))


def _judged(
    criterion: Criterion, actual: Fraction | None, bound: Bound, unit: Unit, *, amber: Bound | None = None
) -> Result:
    if actual is None:
        return _missing(criterion, bound, unit)
    verdict = Verdict.PASS if bound.holds(actual) else Verdict.FAIL
    if verdict is Verdict.FAIL and amber is not None and amber.holds(actual):
        verdict = Verdict.AT_RISK
    return Result(criterion, verdict, actual, bound, unit)


def _missing(criterion: Criterion, bound: Bound, unit: Unit) -> Result:
    return Result(criterion, Verdict.NO_DATA, None, bound, unit)


def _waived(gate: Gate, result: Result, inputs: Inputs) -> Result:
    if result.verdict.holds or (gate, result.criterion) not in inputs.waived:
        return result
    return Result(
        result.criterion, Verdict.WAIVED, result.actual, result.bound, result.unit, result.sample, result.upper
    )


def _between(least: int, most: int) -> Bound:
    return Bound(Fraction(least), Fraction(most))


def _count(value: int | None) -> Fraction | None:
    return None if value is None else Fraction(value)

"""The gates G0 to G5 and the rollback: each a list of criteria that must all hold.

No data counts as fail. Comparators are written out: "exceed 10 %" is not met by 10.0 % (curriculum.md section 7,
trap a). A waiver covers one criterion, by a sponsor, with a reason, until a day. Source: curriculum.md section 6.
"""

from __future__ import annotations

from fractions import Fraction

from lms.readiness.rules.adoption import WEEK, WeekFigures, calls_for_rollback, stable_run
from lms.readiness.rules.criteria import Bound, Cover, Criterion, Gate, GateResult, Inputs, Result, Unit, Verdict
from lms.shared.days import monday_of

FORMULA = "2026-1"


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
        *_coverage(inputs.cover),
        _yes(inputs, Criterion.ROLLBACK_DRILL),
        _fact(inputs, Criterion.SCOPE_PERCENT, Unit.PERCENT, _between(5, 10)),
        _fact(inputs, Criterion.PARALLEL_WEEKS, Unit.WEEKS, _between(2, 4)),
        _fact(inputs, Criterion.ANNOUNCED_WEEKS_BEFORE, Unit.WEEKS, _between(2, 4)),
        _yes(inputs, Criterion.JOB_QUESTIONS),
        _fact(inputs, Criterion.PILOT_OPERATORS, Unit.COUNT, _between(1, 2)),
        _fact(inputs, Criterion.PILOT_TIME_PERCENT, Unit.PERCENT, Bound(least=Fraction(50))),
        _yes(inputs, Criterion.BARRIERS_ANSWERED),
    )


def _coverage(cover: Cover | None) -> tuple[Result, ...]:
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
        *_coverage(inputs.next_cover),
        _fact(inputs, Criterion.BUDGET_PERCENT, Unit.PERCENT, _between(5, 15)),
    )


def _wave(inputs: Inputs) -> tuple[Result, ...]:
    return (
        *_coverage(inputs.cover),
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

"""What the gates say, in words."""

from __future__ import annotations

from fractions import Fraction

from flask_babel import format_decimal

from lms.infra.i18n import _, format_percent, lazy, ngettext
from lms.readiness.rules.criteria import Bound, Criterion, Decision, Gate, GateResult, Result, Unit, Verdict

GATES = {
    Gate.ASSESS: lazy("G0 From assessing to designing"),
    Gate.PILOT: lazy("G1 Pilot goes live"),
    Gate.WEEK_SIX: lazy("G2 Pilot, week 6"),
    Gate.SCALE: lazy("G3 To scale"),
    Gate.WAVE: lazy("G4 This wave goes live"),
    Gate.DAY_90: lazy("G5 Day 90 of scale"),
    Gate.ROLLBACK: lazy("Rollback"),
}
CRITERIA = {
    Criterion.BASELINE_HOURS: lazy("Baseline: hours for a hundred tasks"),
    Criterion.BASELINE_ERRORS: lazy("Baseline: errors"),
    Criterion.BASELINE_CYCLE_TIME: lazy("Baseline: cycle time"),
    Criterion.BASELINE_TICKETS: lazy("Baseline: tickets"),
    Criterion.USE_CASES: lazy("Use cases chosen"),
    Criterion.SKILL_GAPS: lazy("Skill gaps assessed"),
    Criterion.KICKOFF_SENT: lazy("First survey sent"),
    Criterion.PEOPLE_READY: lazy("Rostered people who are ready"),
    Criterion.CHAMPIONS: lazy("Teams with enough champions"),
    Criterion.APPROVERS: lazy("Teams with their approvers"),
    Criterion.ROLLBACK_DRILL: lazy("Rollback drill passed"),
    Criterion.SCOPE_PERCENT: lazy("Scope"),
    Criterion.PARALLEL_WEEKS: lazy("Side by side with the manual way"),
    Criterion.ANNOUNCED_WEEKS_BEFORE: lazy("Announced before go-live"),
    Criterion.JOB_QUESTIONS: lazy("Questions about jobs answered in it"),
    Criterion.PILOT_OPERATORS: lazy("Pilot operators in each function"),
    Criterion.PILOT_TIME_PERCENT: lazy("Their time for the pilot"),
    Criterion.BARRIERS_ANSWERED: lazy("Barriers in awareness and desire answered by an action"),
    Criterion.ACTIVE_USERS: lazy("Weekly active users"),
    Criterion.ERROR_RATE: lazy("Errors"),
    Criterion.MANUAL_TIME: lazy("Less manual time"),
    Criterion.SATISFACTION: lazy("Satisfaction"),
    Criterion.PILOT_WEEKS: lazy("Weeks the pilot has run"),
    Criterion.STABLE_WEEKS: lazy("Stable weeks in a row"),
    Criterion.BUDGET_PERCENT: lazy("Training and change, share of the budget"),
    Criterion.FALLBACK_WEEKS: lazy("Fallback kept open"),
    Criterion.OPEN_ROLLBACKS: lazy("Rollbacks that are open"),
    Criterion.TRAINED: lazy("Trained, of all affected staff"),
    Criterion.AUTOMATION: lazy("Eligible tasks that AI processes"),
    Criterion.ERROR_LIMIT: lazy("Errors, not above the limit"),
    Criterion.MARGIN: lazy("Margin thresholds violated"),
    Criterion.LATENCY: lazy("Delays of orders by the system"),
}
VERDICTS = {
    Verdict.PASS: lazy("Pass"),
    Verdict.AT_RISK: lazy("At risk"),
    Verdict.FAIL: lazy("Fail"),
    Verdict.NO_DATA: lazy("No data: counts as fail"),
    Verdict.WAIVED: lazy("Waived"),
}
KINDS = {
    Verdict.PASS: "ok",
    Verdict.AT_RISK: "warn",
    Verdict.FAIL: "bad",
    Verdict.NO_DATA: "bad",
    Verdict.WAIVED: "info",
}
DECISIONS = {Decision.GO: lazy("Go"), Decision.HOLD: lazy("Hold"), Decision.NO_GO: lazy("No-go")}


def criterion(result: Result) -> str:
    """Return what a criterion is called."""
    return str(CRITERIA[result.criterion])


def verdict_of(gate: GateResult) -> str:
    """Return a gate's verdict in one sentence: "2 of 6 are missing"."""
    failing = len(gate.failing)
    if not failing:
        return str(VERDICTS[gate.verdict])
    return ngettext(
        "Fails: %(num)s of %(all)s is missing", "Fails: %(num)s of %(all)s are missing", failing, all=len(gate.results)
    )


def actual(result: Result) -> str:
    """Return what was found, with the sample and its upper bound where it is estimated."""
    if result.actual is None:
        if result.sample is not None:
            return _("n = %(n)s: too few for a verdict", n=result.sample)
        return _("no evidence")
    text = figure(result.actual, result.unit)
    if result.sample is None or result.upper is None:
        return text
    return _("%(figure)s (n = %(n)s, at most %(upper)s)", figure=text, n=result.sample, upper=_percent(result.upper))


def asked(result: Result) -> str:
    """Return what is asked: "at least 60%", "2 to 4 weeks", "recorded"."""
    bound, unit = result.bound, result.unit
    if unit is Unit.YES_NO:
        return _("yes")
    if bound.least is not None and bound.most is not None:
        return _("%(least)s to %(most)s", least=figure(bound.least, unit), most=figure(bound.most, unit))
    return _one_end(bound, unit)


def _one_end(bound: Bound, unit: Unit) -> str:
    if bound.least is not None:
        return _("at least %(least)s", least=figure(bound.least, unit))
    if bound.most is not None:
        return _("at most %(most)s", most=figure(bound.most, unit))
    return _("recorded")


def figure(value: Fraction, unit: Unit) -> str:
    """Return a figure as it is written."""
    match unit:
        case Unit.YES_NO:
            return _("yes") if value else _("no")
        case Unit.SHARE:
            return _percent(float(value))
        case Unit.PERCENT:
            return _percent(float(value) / 100)
        case Unit.WEEKS:
            count = float(value)
            return ngettext("%(n)s week", "%(n)s weeks", int(count), n=_plain(value))
    return _plain(value)


def _plain(value: Fraction) -> str:
    return str(format_decimal(round(float(value), 2)))


def _percent(share: float) -> str:
    """Return a percentage with one decimal where a whole number would hide the side of a limit it is on."""
    if abs(share * 100 - round(share * 100)) < 0.05:  # noqa: PLR2004 - half of the decimal that is shown
        return format_percent(share)
    return _("%(n)s%%", n=format_decimal(round(share * 100, 1)))

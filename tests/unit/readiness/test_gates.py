from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.readiness.rules.adoption import AdoptionWeek, Limits, calls_for_rollback, figures, is_stable, stable_run
from lms.readiness.rules.criteria import RECORDED, Cover, Criterion, Gate, Inputs, Verdict
from lms.readiness.rules.gates import holds_back, judge, proposes_rollback
from lms.readiness.rules.trained import Trained

GO_LIVE = date(2026, 5, 4)
TODAY = date(2026, 7, 6)
LIMITS = Limits()


def week(number: int = 1, **changes) -> AdoptionWeek:
    """A good week, the `number`th after go-live, a Monday."""
    values = {
        "assigned_users": 100,
        "active_users": 80,
        "eligible_tasks": 1000,
        "ai_tasks": 800,
        "corrected": 20,
        "escalated": 4,
        "mandated": 60,
        "minutes_manual": 3000,
        "opinions": 20,
        "satisfaction": Fraction(4),
        "margin_breaches": 0,
        "latency_breaches": 0,
    }
    return AdoptionWeek(GO_LIVE + timedelta(weeks=number - 1), "customer-service", "north", **(values | changes))


def only(**changes):
    return figures([week(**changes)])[0]


FACTS = {
    **dict.fromkeys(
        ["baseline-errors", "baseline-cycle-time", "baseline-tickets", "skill-gaps", "kickoff-sent", "rollback-drill"],
        Fraction(1),
    ),
    "job-questions": Fraction(1),
    "barriers-answered": Fraction(1),
    "baseline-hours": Fraction(10),
    "use-cases": Fraction(3),
    "scope-percent": Fraction(10),
    "parallel-weeks": Fraction(4),
    "announced-weeks-before": Fraction(4),
    "pilot-operators": Fraction(2),
    "pilot-time-percent": Fraction(50),
    "budget-percent": Fraction(15),
    "fallback-weeks": Fraction(2),
    "open-rollbacks": Fraction(0),
}
GOOD = Inputs(
    today=TODAY,
    go_live=GO_LIVE,
    facts=FACTS,
    weeks=figures(week(number) for number in range(1, 10)),
    cover=Cover(rostered=40, ready=40, teams=4, without_champion=0, without_approver=0),
    next_cover=Cover(rostered=60, ready=60, teams=6, without_champion=0, without_approver=0),
    trained=Trained(staff=100, trained=80, remaining=60, remaining_trained=40),
)


def gate(inputs: Inputs, wanted: Gate):
    return next(found for found in judge(inputs) if found.gate is wanted)


def verdict_of(inputs: Inputs, wanted: Gate, criterion: Criterion) -> Verdict:
    return next(result.verdict for result in gate(inputs, wanted).results if result.criterion is criterion)


def test_with_all_evidence_every_gate_passes() -> None:
    assert {found.gate: found.failing for found in judge(GOOD) if found.verdict is not Verdict.PASS} == {}


def test_without_any_evidence_every_gate_fails_and_says_no_data() -> None:
    for found in judge(Inputs(today=TODAY, go_live=GO_LIVE)):
        assert found.verdict is Verdict.FAIL, found.gate
        assert Verdict.NO_DATA in {result.verdict for result in found.results}


@given(st.sampled_from(sorted(FACTS)))
def test_each_missing_fact_fails_the_gates_that_ask_for_it(name: str) -> None:
    without = replace(GOOD, facts={key: value for key, value in FACTS.items() if key != name})
    failing = {result.criterion.value for found in judge(without) for result in found.failing}
    assert failing <= {name, "manual-time"}
    assert failing


def test_every_recorded_criterion_is_asked_by_a_gate() -> None:
    asked = {result.criterion for found in judge(GOOD) for result in found.results}
    assert set(RECORDED) <= asked
    assert set(Criterion) == asked


@pytest.mark.parametrize(("wrong", "rolls_back"), [(79, False), (80, False), (81, True)])
def test_ten_per_cent_of_errors_is_not_above_ten_per_cent(wrong: int, rolls_back: bool) -> None:
    assert calls_for_rollback(only(corrected=wrong, escalated=0), LIMITS) is rolls_back


@pytest.mark.parametrize(("wrong", "verdict"), [(40, Verdict.PASS), (41, Verdict.FAIL)])
def test_five_per_cent_of_errors_is_at_most_five(wrong: int, verdict: Verdict) -> None:
    inputs = replace(GOOD, weeks=figures([week(6, corrected=wrong, escalated=0)]))
    assert verdict_of(inputs, Gate.WEEK_SIX, Criterion.ERROR_RATE) is verdict


def test_mandatory_approvals_are_told_apart_from_errors() -> None:
    found = only(corrected=20, escalated=4, mandated=60)
    assert (found.error.count, found.error_with_mandated.count) == (24, 84)
    assert not calls_for_rollback(found, LIMITS)


def test_under_a_hundred_tasks_there_is_no_verdict() -> None:
    found = only(eligible_tasks=99, ai_tasks=99, corrected=99, escalated=0, mandated=0)
    assert found.error_share is None
    assert not calls_for_rollback(found, LIMITS)
    assert only(eligible_tasks=100, ai_tasks=100, corrected=11, escalated=0, mandated=0).error_share == Fraction(
        11, 100
    )


@pytest.mark.parametrize("breach", ["margin_breaches", "latency_breaches"])
def test_one_breach_of_margin_or_latency_proposes_a_rollback(breach: str) -> None:
    inputs = replace(GOOD, weeks=figures([week(9, **{breach: 1})]))
    assert proposes_rollback(inputs)
    assert gate(inputs, Gate.ROLLBACK).verdict is Verdict.FAIL


def test_figures_of_an_older_week_say_nothing_about_today() -> None:
    stale = replace(GOOD, weeks=figures(week(number) for number in range(1, 9)))
    assert verdict_of(stale, Gate.ROLLBACK, Criterion.ERROR_LIMIT) is Verdict.NO_DATA
    assert not proposes_rollback(stale)


@pytest.mark.parametrize(("wrong", "holds"), [(40, False), (41, True), (80, True), (81, False)])
def test_between_five_and_ten_per_cent_is_hold(wrong: int, holds: bool) -> None:
    assert holds_back(replace(GOOD, weeks=figures([week(9, corrected=wrong, escalated=0)]))) is holds


@pytest.mark.parametrize(
    ("active", "verdict"), [(60, Verdict.PASS), (59, Verdict.AT_RISK), (50, Verdict.AT_RISK), (49, Verdict.FAIL)]
)
def test_use_is_green_from_sixty_and_amber_from_fifty(active: int, verdict: Verdict) -> None:
    inputs = replace(GOOD, weeks=figures([week(6, active_users=active)]))
    assert verdict_of(inputs, Gate.WEEK_SIX, Criterion.ACTIVE_USERS) is verdict


def test_week_six_is_the_sixth_week_from_go_live() -> None:
    inputs = replace(GOOD, weeks=figures([week(5), week(7)]))
    assert verdict_of(inputs, Gate.WEEK_SIX, Criterion.ACTIVE_USERS) is Verdict.NO_DATA


@pytest.mark.parametrize(("minutes", "verdict"), [(4200, Verdict.PASS), (4201, Verdict.FAIL)])
def test_manual_time_falls_by_thirty_per_cent_or_more(minutes: int, verdict: Verdict) -> None:
    # The baseline is 10 hours for a hundred tasks: 6 minutes each; 4.2 are 30 % less.
    inputs = replace(GOOD, weeks=figures([week(6, minutes_manual=minutes)]))
    assert verdict_of(inputs, Gate.WEEK_SIX, Criterion.MANUAL_TIME) is verdict


@pytest.mark.parametrize(("mean", "verdict"), [(Fraction(7, 2), Verdict.PASS), (Fraction(349, 100), Verdict.FAIL)])
def test_satisfaction_has_a_floor(mean: Fraction, verdict: Verdict) -> None:
    inputs = replace(GOOD, weeks=figures([week(6, satisfaction=mean)]))
    assert verdict_of(inputs, Gate.WEEK_SIX, Criterion.SATISFACTION) is verdict


def test_fewer_than_five_opinions_are_no_satisfaction() -> None:
    assert only(opinions=4).satisfaction is None
    assert only(opinions=5).satisfaction == 4


@pytest.mark.parametrize(
    ("trained", "verdict"), [(80, Verdict.PASS), (79, Verdict.AT_RISK), (70, Verdict.AT_RISK), (69, Verdict.FAIL)]
)
def test_trained_is_judged_against_all_affected_staff(trained: int, verdict: Verdict) -> None:
    inputs = replace(GOOD, trained=Trained(100, trained, 10, 0))
    assert verdict_of(inputs, Gate.DAY_90, Criterion.TRAINED) is verdict
    assert inputs.trained.share_of_staff == trained / 100
    assert inputs.trained.share_of_remaining == 0


@pytest.mark.parametrize(
    ("cases", "verdict"), [(2, Verdict.FAIL), (3, Verdict.PASS), (5, Verdict.PASS), (6, Verdict.FAIL)]
)
def test_three_to_five_use_cases(cases: int, verdict: Verdict) -> None:
    inputs = replace(GOOD, facts=FACTS | {"use-cases": Fraction(cases)})
    assert verdict_of(inputs, Gate.ASSESS, Criterion.USE_CASES) is verdict


def test_one_person_who_is_not_ready_and_rostered_shuts_the_gate() -> None:
    assert gate(replace(GOOD, cover=Cover(41, 40, 4, 0, 0)), Gate.PILOT).verdict is Verdict.FAIL
    assert gate(replace(GOOD, cover=Cover(40, 40, 4, 0, 1)), Gate.WAVE).verdict is Verdict.FAIL


@pytest.mark.parametrize(
    ("weeks", "verdict"), [(7, Verdict.FAIL), (8, Verdict.PASS), (12, Verdict.PASS), (13, Verdict.AT_RISK)]
)
def test_a_pilot_runs_eight_to_twelve_weeks(weeks: int, verdict: Verdict) -> None:
    inputs = replace(GOOD, today=GO_LIVE + timedelta(weeks=weeks))
    assert verdict_of(inputs, Gate.SCALE, Criterion.PILOT_WEEKS) is verdict


def test_scaling_asks_for_the_coverage_of_the_wave_after_this_one() -> None:
    inputs = replace(GOOD, cover=None, next_cover=Cover(60, 59, 6, 0, 0))
    assert verdict_of(inputs, Gate.SCALE, Criterion.PEOPLE_READY) is Verdict.FAIL
    assert verdict_of(inputs, Gate.WAVE, Criterion.PEOPLE_READY) is Verdict.NO_DATA


def test_stable_weeks_count_back_from_the_latest_and_a_gap_breaks_them() -> None:
    weeks = figures(week(number) for number in (1, 2, 3, 5, 6, 7))
    assert stable_run(weeks, LIMITS, weeks[-1].monday) == 3
    assert stable_run(weeks, LIMITS, weeks[-1].monday + timedelta(weeks=1)) == 0


def test_a_week_of_less_than_half_the_usual_work_is_not_stable() -> None:
    quiet = only(eligible_tasks=500, ai_tasks=400, corrected=4, escalated=0, mandated=0)
    assert is_stable(quiet, LIMITS, 1000)
    assert not is_stable(quiet, LIMITS, 1001)


@given(st.sampled_from(["active_users", "ai_tasks", "corrected", "escalated", "margin_breaches", "latency_breaches"]))
def test_a_week_with_a_figure_missing_is_not_stable(name: str) -> None:
    assert is_stable(only(), LIMITS, 1000)
    assert not is_stable(only(**{name: None}), LIMITS, 1000)


def test_one_part_without_a_figure_leaves_the_week_without_it() -> None:
    other = replace(week(), site="south", corrected=None)
    assert figures([week(), other])[0].error is None
    assert figures([week(), other])[0].active == Fraction(160, 200)


def test_a_waiver_covers_its_own_criterion_in_its_own_gate() -> None:
    missing = replace(GOOD, facts=FACTS | {"budget-percent": Fraction(20)})
    assert gate(missing, Gate.SCALE).verdict is Verdict.FAIL
    waived = replace(missing, waived={(Gate.SCALE, Criterion.BUDGET_PERCENT)})
    assert verdict_of(waived, Gate.SCALE, Criterion.BUDGET_PERCENT) is Verdict.WAIVED
    assert gate(waived, Gate.SCALE).verdict is Verdict.PASS
    elsewhere = replace(missing, waived={(Gate.WAVE, Criterion.BUDGET_PERCENT)})
    assert gate(elsewhere, Gate.SCALE).verdict is Verdict.FAIL

"""The rules of operations: thresholds are strict where the policy words them so, and losses follow the ladder."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lms.sandbox.rules.console import Redraw
from lms.sandbox.rules.consoles.agent_ops import truth
from lms.sandbox.rules.consoles.agent_ops.boards import board_fields
from lms.sandbox.rules.consoles.agent_ops.cases import (
    CONTAIN,
    FIELDS,
    IGNORE,
    LADDER,
    RETRAIN,
    ROLL_BACK,
    WATCH,
    Board,
    Family,
    Fields,
    Labels,
    Release,
    Season,
    Window,
)
from lms.sandbox.rules.consoles.agent_ops.console import AgentOps
from lms.sandbox.rules.consoles.agent_ops.events import event_fields
from lms.sandbox.rules.consoles.agent_ops.mix import CAUSES, EDGES, MIX
from lms.sandbox.rules.consoles.agent_ops.releases import feed_fields, release_fields
from lms.sandbox.rules.consoles.agent_ops.screen import screen
from lms.sandbox.rules.exercise import Stratum, Text
from lms.sandbox.rules.streams import Streams
from tests.unit.sandbox.forms import FACTS, form

POLICY = FACTS.numbers


def release(**changed):
    sound = Release("fraud-score", "2.1.0", 1000, 60, 1000, 30, 300, 0, 400)
    windows = tuple(Window(ended, changed.pop(f"latency_{ended}", 410)) for ended in (12, 8, 4, 0))
    return Fields(release=replace(sound, **changed), windows=windows)


def board(week, year=60, before=300, now=300, age=2):
    days = Board("fraud-score", "basket-value", (week,) * 28, week, (now,) * 28, before, now)
    return Fields(board=days, season=Season(year, Text("calendar")), labels=Labels(age, 9500))


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        ({"failed": 50}, IGNORE),
        ({"failed": 51}, CONTAIN),
        ({"failed": 100}, CONTAIN),
        ({"failed": 101}, ROLL_BACK),
        ({"margin_breaches": 1}, ROLL_BACK),
        ({"hours": 48}, IGNORE),
        ({"hours": 47}, WATCH),
        ({"canary": 500}, IGNORE),
        ({"canary": 499}, WATCH),
        ({"hours": 12, "failed": 101}, ROLL_BACK),
        ({"latency_8": 601, "latency_4": 601, "latency_0": 601}, ROLL_BACK),
        ({"latency_8": 600, "latency_4": 601, "latency_0": 601}, IGNORE),
        ({"latency_12": 900, "latency_8": 900, "latency_4": 900}, IGNORE),
    ],
    ids=str,
)
def test_a_release_is_judged_strictly_by_errors_margins_latency_and_its_canary(changed, verdict):
    assert truth.due(release(**changed), POLICY) == verdict


@pytest.mark.parametrize(
    ("figures", "verdict"),
    [
        ({"week": 9}, IGNORE),
        ({"week": 10}, WATCH),
        ({"week": 25, "now": 600}, WATCH),
        ({"week": 26, "now": 600}, RETRAIN),
        ({"week": 26, "now": 450}, RETRAIN),
        ({"week": 26, "now": 449}, WATCH),
        ({"week": 60, "year": 9, "now": 600}, IGNORE),
        ({"week": 60, "now": 600, "age": 7}, RETRAIN),
        ({"week": 60, "now": 600, "age": 8}, WATCH),
    ],
    ids=str,
)
def test_drift_is_judged_by_both_comparisons_fresh_outcomes_and_errors(figures, verdict):
    assert truth.due(board(**figures), POLICY) == verdict


def test_a_company_that_rolls_back_sooner_does_so():
    strict = FACTS.overridden(error_rate_rollback=800).numbers
    assert truth.due(release(failed=81), strict) == ROLL_BACK
    assert truth.due(release(failed=80), strict) == CONTAIN


@pytest.mark.parametrize(("steps", "tenths"), [(0, 0), (1, 4), (2, 7), (3, 10), (4, 10)])
def test_a_verdict_loses_by_its_distance_on_the_ladder(steps, tenths):
    for family, stake in truth.STAKE.items():
        assert truth.loss(family, LADDER[0], LADDER[steps]) == stake * tenths // 10
        assert truth.loss(family, LADDER[steps], LADDER[0]) == stake * tenths // 10


def test_reading_exactly_as_many_rows_as_allowed_is_allowed():
    fields = event_fields("at-most", 3, Streams("rows", 1))
    own = truth.rights_of(fields.event, fields.rights)
    assert (fields.event.rows, truth.due(fields, POLICY)) == (own.rows, IGNORE)
    more = replace(fields, event=replace(fields.event, rows=own.rows + 1))
    assert truth.faults(more, IGNORE, POLICY) == ("SCOPE",)


def test_an_instruction_in_a_text_matters_only_where_it_was_followed():
    for seed in range(8):
        assert truth.due(event_fields("tried", 2, Streams("x", seed)), POLICY) in {WATCH, CONTAIN}
        assert truth.faults(event_fields("obeyed", 2, Streams("x", seed)), IGNORE, POLICY)[0] == "INJECTION"


def test_data_left_in_are_contained_and_data_seen_outside_are_for_privacy():
    fields = event_fields("bare", 1, Streams("x", 5))
    assert (truth.due(fields, POLICY), truth.mandate(fields)) == (CONTAIN, None)
    seen = replace(fields, event=replace(fields.event, exposed=True))
    assert truth.mandate(seen) == "exposure"
    assert truth.mandate(replace(seen, event=replace(seen.event, redacted=True))) is None


def test_asking_for_a_permission_one_has_is_no_widening():
    fields = event_fields("renewed", 1, Streams("x", 2))
    assert truth.mandate(fields) is None
    assert truth.mandate(replace(fields, event=replace(fields.event, asks="payment-data"))) == "widening"


@pytest.mark.parametrize("family", Family)
def test_every_cause_is_drawn_for_some_kind_of_case(family):
    used = {cause for weights in MIX.values() for cause in weights} | EDGES
    assert {cause for cause, (one, _) in CAUSES.items() if one is family} <= used


def test_the_errors_and_index_of_a_quiet_board_stay_where_sampling_leaves_them():
    quiet = [board_fields("none", 1, Streams("quiet", seed), FACTS).board for seed in range(3)]
    days = [value for one in quiet for value in one.index]
    assert max(days) <= 6
    assert all(0 < rate < 800 for one in quiet for rate in one.errors)


def test_a_drift_board_has_28_days_whose_last_week_is_what_the_figures_say():
    console = AgentOps()
    seen = 0
    for seed in range(4):
        for case in form(console.id, 3, seed).public.cases:
            fields = FIELDS.validate_python(case.fields)
            if fields.board is None:
                continue
            seen += 1
            assert len(fields.board.index) == len(fields.board.errors) == 28
            assert abs(7 * fields.board.index_week - sum(fields.board.index[-7:])) <= 3
            assert abs(7 * fields.board.errors_now - sum(fields.board.errors[-7:])) <= 3
    assert seen


def test_edges_come_with_the_highest_level_and_are_good_or_misread():
    goal = release_fields("goal-edge", 3, Streams("e", 1), FACTS)
    most = release_fields("rollback-edge", 3, Streams("e", 1), FACTS)
    assert (truth.due(goal, POLICY), truth.due(most, POLICY)) == (IGNORE, CONTAIN)
    assert truth.due(feed_fields("at-limit", 3, Streams("e", 1), FACTS), POLICY) == WATCH
    for seed in range(4):
        for key in form("agent-ops", 3, seed).key.cases:
            assert key.stratum is not Stratum.MAND or key.answer.queue


def test_every_limit_the_rules_go_by_is_in_the_policy_drawer():
    drawer = {name: POLICY[name] for name in AgentOps().policy}
    for fields in (release(), board(60, now=600), feed_fields("late", 2, Streams("e", 1), FACTS)):
        truth.faults(fields, ROLL_BACK, drawer)


@pytest.mark.parametrize("cause", ["clean", "at-most", "taken-out", "renewed"])
def test_an_alarm_about_a_harmless_event_is_an_error_with_a_code_of_its_own(cause):
    fields = event_fields(cause, 1, Streams("n", 3))
    assert truth.faults(fields, WATCH, POLICY) == truth.faults(fields, CONTAIN, POLICY) == ("CLEAR",)
    assert truth.faults(fields, IGNORE, POLICY) == ()


@pytest.mark.parametrize("week", [2, 9])
def test_a_quiet_board_that_is_watched_is_no_season(week):
    assert truth.faults(board(week), WATCH, POLICY) == ("CLEAR",)
    assert truth.faults(board(60, year=4), WATCH, POLICY) == ("SEASONAL",)


def _drawn(cause, level, seed):
    try:
        return board_fields(cause, level, Streams("y", seed), FACTS)
    except Redraw:
        return None


@pytest.mark.parametrize("cause", ["season", "drift"])
def test_errors_of_a_season_stood_as_high_a_year_ago_and_those_of_drift_did_not(cause):
    boards = [fields for seed in range(40) if (fields := _drawn(cause, 2, seed))]
    assert boards
    for fields in boards:
        same = fields.board.errors_now if cause == "season" else fields.board.errors_before
        assert abs(fields.season.errors_year - same) <= 30


def test_a_case_of_the_first_version_has_no_errors_of_last_year_and_no_row_for_them():
    season = {"index_year": 4, "calendar": {"id": "calendar.same", "params": {}, "pick": 0}}
    new = FIELDS.dump_python(board(60), mode="json")
    old = FIELDS.validate_python({**new, "season": season})
    case = next(one for one in form("agent-ops", 1, 0).public.cases if one.family == Family.DRIFT)
    shown = screen(replace(case, fields=FIELDS.dump_python(old, mode="json")))
    paths = {fact.path for panel in shown for fact in panel.facts}
    assert "season.index_year" in paths
    assert "season.errors_year" not in paths


@pytest.mark.parametrize("level", [1, 2, 3])
def test_a_release_that_comes_early_has_the_day_that_its_panel_tells_of(level):
    for seed in range(20):
        assert release_fields("early", level, Streams("h", seed), FACTS).release.hours >= 24

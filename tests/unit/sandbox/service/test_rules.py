"""The rules that runs are governed by, as values."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lms.sandbox.rules.choosing import Lacking, lacks, own_choices, own_lacks, stands_for
from lms.sandbox.rules.company import CompanyFacts
from lms.sandbox.rules.consoles.registry import CONSOLES
from lms.sandbox.rules.debrief import Pattern, Sureness, Trials, calibration, catches, cells, costliest, pattern
from lms.sandbox.rules.engine import generate
from lms.sandbox.rules.exercise import Action, Exercise, Mode, Response, Stratum
from lms.sandbox.rules.hinting import hint_for
from lms.sandbox.rules.itemstats import Observation, item_lines
from lms.sandbox.rules.runs import Given, RunState, exercise_for, seed_for
from lms.sandbox.rules.scoring import CaseResult, score
from lms.sandbox.rules.tries import Blocked, Help, Outcome, Past, Record, may_begin
from lms.shared.itemstats import Advice
from tests.unit.sandbox.forms import PAIRS, form

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
READY = Record(guided=2, supervised=(NOW - timedelta(days=9),))
FAILED = Past(RunState.CLOSED, passed=False, handed_in_at=NOW - timedelta(days=3))
EXAM = Mode.FOUNDATION


def test_guided_practice_and_the_gym_may_always_begin():
    assert may_begin(Mode.GUIDED, (), Record(), None, NOW).blocked is None
    assert may_begin(Mode.GYM, (), Record(), None, NOW).blocked is None


@pytest.mark.parametrize(("guided", "blocked"), [(0, Blocked.GUIDED_FIRST), (1, Blocked.GUIDED_FIRST), (2, None)])
def test_two_guided_sets_unlock_the_supervised_one(guided, blocked):
    assert may_begin(Mode.SUPERVISED, (), Record(guided), None, NOW).blocked is blocked


def test_a_supervised_set_unlocks_the_exam():
    assert may_begin(EXAM, (), Record(2), None, NOW).blocked is Blocked.SUPERVISED_FIRST
    assert may_begin(EXAM, (), READY, None, NOW).blocked is None


def test_a_try_waits_a_day_from_the_last_and_for_its_debrief():
    fresh = Past(RunState.HANDED_IN, passed=False, handed_in_at=NOW)
    assert may_begin(EXAM, (fresh,), READY, None, NOW).blocked is Blocked.DEBRIEF_FIRST
    closed = Past(RunState.CLOSED, passed=False, handed_in_at=NOW)
    gate = may_begin(EXAM, (closed,), READY, None, NOW + timedelta(hours=24, seconds=-1))
    assert (gate.blocked, gate.not_before) == (Blocked.TOO_SOON, NOW + timedelta(hours=24))
    assert may_begin(EXAM, (closed,), READY, None, NOW + timedelta(hours=24)).blocked is None


def test_after_two_failures_coaching_a_supervised_set_and_a_person_come_in_this_order():
    twice = (FAILED, FAILED)

    def blocked(given, record=READY):
        return may_begin(EXAM, twice, record, given, NOW).blocked

    coached = NOW - timedelta(days=1)
    again = Record(2, (*READY.supervised, NOW - timedelta(hours=2)))
    assert blocked(None) is Blocked.COACHING
    assert blocked(Help(NOW)) is Blocked.COACHING
    assert blocked(Help(NOW, coached)) is Blocked.SUPERVISED_TRY
    assert blocked(Help(NOW, coached), again) is Blocked.DECISION
    assert blocked(Help(NOW, coached, NOW, Outcome.ANOTHER_TASK), again) is Blocked.ANOTHER_TASK
    assert blocked(Help(NOW, coached, NOW, Outcome.ANOTHER_TRY), again) is None


def test_a_run_that_expired_is_no_failure():
    lapsed = Past(RunState.EXPIRED, passed=None, handed_in_at=None)
    assert may_begin(EXAM, (lapsed, lapsed, lapsed), READY, None, NOW).blocked is None


def test_a_seed_is_the_persons_own_and_of_64_bits():
    exercise = Exercise("floor-desk", (1,), Mode.GUIDED)
    seeds = {seed_for("secret", exercise, 1, learner, variant) for learner in "ab" for variant in (1, 2)}
    assert len(seeds) == 4
    assert max(seeds) < 2**64
    assert seed_for("secret", exercise, 1, "a", 1) != seed_for("other", exercise, 1, "a", 1)


def test_a_step_on_a_level_that_the_console_does_not_have_takes_the_next_lower_one():
    settings = {"console": "floor-desk", "level": 3, "mode": "guided", "mix": {"good": 6, "wrong": 4, "mand": 2}}
    assert exercise_for(settings, CONSOLES["floor-desk"]) == Exercise("floor-desk", (2,), Mode.GUIDED)
    fewer = exercise_for(settings, CONSOLES["floor-desk"], ["pack-slip"])
    assert "pack-slip" not in fewer.errors


@pytest.mark.parametrize(("console", "level"), PAIRS)
def test_no_hint_tells_whether_the_ai_is_right(console, level):
    made, facts = CONSOLES[console], CompanyFacts()
    served, seen = form(console, level, 5), {}
    exercise = Exercise(console, (level,), served.public.mode)
    for place, pair in enumerate(zip(served.public.cases, served.key.cases, strict=True)):
        hint = hint_for(made, exercise, 1, 5, facts, place, pair)
        assert hint is not None
        assert hint.where
        assert hint.worked[1].stratum is not Stratum.GOOD
        assert not hint.rule.id.startswith("rule.good.")
        assert not any(part.isdigit() for path in hint.where for part in path.split("."))
        seen.setdefault(pair[1].stratum is Stratum.GOOD, set()).add(hint.rule.id)
    assert seen[True] & seen[False]


@pytest.mark.parametrize(("console", "level"), PAIRS)
def test_before_the_advice_is_shown_what_it_proposes_is_one_of_the_answers(console, level):
    for case in form(console, level, 3).public.cases:
        values = [choice.value for choice in own_choices(case)]
        assert values == sorted(set(values))
        if case.advice.option is None:
            assert case.change.number.low <= case.advice.number <= case.change.number.high
        else:
            assert case.advice.option in values


def test_an_own_answer_stands_for_what_it_would_do_to_the_advice():
    served = form("floor-desk", 1, 2)
    case, key = served.public.cases[0], served.key.cases[0]
    other = next(choice.value for choice in own_choices(case) if choice.value != case.advice.option)
    assert stands_for(case, key, Given(Action.CHANGE, case.advice.option)) is Action.ACCEPT
    assert stands_for(case, key, Given(Action.CHANGE, other)) is Action.CHANGE
    assert stands_for(case, key, Given(Action.REJECT)) is Action.REJECT
    assert own_lacks(served.public, case, Given(Action.CHANGE, "nonsense"), own_choices(case)) == (Lacking.OPTION,)


def test_a_decision_is_whole_or_says_what_it_lacks():
    served = form("floor-desk", 1, 2)
    case, reason = served.public.cases[0], served.public.reasons[0]
    assert lacks(served.public, case, Given(Action.ACCEPT)) == ()
    assert lacks(served.public, case, Given(Action.REJECT)) == (Lacking.REASON,)
    assert lacks(served.public, case, Given(Action.ESCALATE, reason=reason)) == (Lacking.QUEUE,)
    assert lacks(served.public, case, Given(Action.CHANGE, reason=reason)) == (Lacking.OPTION,)


def test_a_number_has_to_lie_within_its_bounds():
    served = generate(CONSOLES["reply-desk"], Exercise("reply-desk", (1,), Mode.GUIDED), 1, 1, CompanyFacts())
    case, reason = served.public.cases[0], served.public.reasons[0]
    option = next(one.value for one in case.change.options if one.takes_number)
    high = case.change.number.high
    for number, lacking in ((None, (Lacking.NUMBER,)), (high + 1, (Lacking.RANGE,)), (high, ())):
        assert lacks(served.public, case, Given(Action.CHANGE, option, number, reason=reason)) == lacking


@pytest.mark.parametrize(
    ("trials", "found"),
    [
        (Trials(3, 9, 0, 12), Pattern.ACCEPTS_TOO_READILY),
        (Trials(9, 9, 7, 12), Pattern.REJECTS_TOO_READILY),
        (Trials(8, 9, 1, 12), Pattern.BALANCED),
        (Trials(5, 10, 5, 10), Pattern.GUESSES),
        (Trials(7, 8, 0, 8), Pattern.BALANCED),
        (Trials(1, 3, 0, 12), None),
    ],
)
def test_a_pattern_is_named_only_where_mistakes_lean_one_way(trials, found):
    assert pattern(trials) is found


def test_the_costliest_decisions_come_first_and_breaches_before_all():
    served = form("floor-desk", 2, 4)
    result = score(served.public, served.key, [Response(key.id, Action.ACCEPT) for key in served.key.cases])
    found = costliest(result.cases)
    assert len(found) == 3
    assert found[0].breach is not None
    assert catches(served.key, result.cases) == ()
    assert cells(result.trials).wrong_not == 0


def test_sureness_is_named_only_beyond_ten_points():
    def shown(said, right):
        results = [CaseResult(str(n), 0, 0, 0, n < right, None, answered=True) for n in range(10)]
        return calibration(results, [Response(str(n), Action.ACCEPT, confidence=said) for n in range(10)]).sureness

    assert shown(90, 6) is Sureness.TOO_SURE
    assert shown(60, 9) is Sureness.TOO_DOUBTFUL
    assert shown(80, 8) is Sureness.ABOUT_RIGHT
    assert calibration([], []) is None


def observed(right, rest, n):
    return [Observation("repack", "pack-slip", 1, right, rest) for _ in range(n)]


def test_item_statistics_say_nothing_under_thirty_and_withdraw_what_misleads_good_judges():
    few = item_lines(observed(True, 0.9, 20) + observed(False, 0.2, 9))
    good = item_lines(observed(True, 0.9, 20) + observed(False, 0.2, 15))
    bad = item_lines(observed(True, 0.2, 20) + observed(False, 0.9, 15))
    easy = item_lines(observed(True, 0.9, 20) + observed(True, 0.2, 20))
    assert [line.advice for lines in (few, good, bad, easy) for line in lines] == [
        Advice.TOO_FEW, Advice.FINE, Advice.WITHDRAW, Advice.REVIEW,
    ]  # fmt: skip
    assert good[0].correlation == 1.0

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lms.catalog.rules.content import Adkar, Change, Module, Part, Step
from lms.learning.rules.evidence import Fact, Result, credited_minutes, required_steps, standing

MORNING = datetime(2026, 3, 2, 9, tzinfo=UTC)


def step(identity, kind, minutes=5, **settings):
    return Step(identity, kind, Part.SELF_PACED, {"en": identity}, minutes, (), settings, {"en": {}})


def module(*steps):
    return Module("m", {}, {}, (), (Adkar.KNOWLEDGE,), 20, 20.0, (), Change.COSMETIC, True, steps)


def fact(identity, result, hours=0, supersedes=None):
    return Fact(identity, result, MORNING + timedelta(hours=hours), supersedes)


def test_nothing_recorded_stands_for_nothing():
    assert standing([]) is None


@pytest.mark.parametrize("result", [Result.FAILED, Result.ABSENT, Result.NOT_YET, Result.WITHDRAWN])
def test_a_fact_that_completes_nothing_does_not_stand(result):
    assert standing([fact("a", result)]) is None


def test_the_earliest_completing_row_stands():
    assert standing([fact("b", Result.PASSED, 2), fact("a", Result.PASSED, 1), fact("c", Result.FAILED)]).id == "a"


def test_a_superseded_row_stands_no_longer():
    rows = [fact("a", Result.ATTENDED), fact("b", Result.ABSENT, 1, supersedes="a")]
    assert standing(rows) is None


def test_a_correction_can_itself_be_corrected():
    rows = [
        fact("a", Result.ATTENDED),
        fact("b", Result.ABSENT, 1, supersedes="a"),
        fact("c", Result.ATTENDED, 2, supersedes="b"),
    ]
    assert standing(rows).id == "c"


def test_reading_earns_its_minutes_when_the_check_is_passed():
    made = module(step("read", "lesson", 5), step("more", "lesson", 4), step("check", "quiz", 6))
    assert credited_minutes(made, made.steps[0], set()) == 0
    assert credited_minutes(made, made.steps[2], {"read"}) == 6 + 5
    assert credited_minutes(made, made.steps[1], {"read", "check"}) == 4


def test_in_a_module_without_a_check_reading_earns_at_once():
    made = module(step("read", "lesson", 5))
    assert credited_minutes(made, made.steps[0], set()) == 5


def test_every_order_of_completion_credits_the_declared_minutes():
    made = module(step("read", "lesson", 5), step("check", "quiz", 6), step("gym", "sandbox", 20))
    from itertools import permutations

    for order in permutations(made.steps):
        done: set[str] = set()
        total = 0
        for one in order:
            total += credited_minutes(made, one, done)
            done.add(one.id)
        assert total == 31


def test_an_anonymous_survey_is_never_required():
    made = module(step("read", "lesson"), step("pulse", "survey"), step("cards", "cards"))
    assert [one.id for one in required_steps(made)] == ["read", "cards"]


def test_a_step_for_another_role_is_not_required():
    made = module(step("all", "lesson"), step("floor", "lesson", roles=["fulfilment-floor"]))
    assert [one.id for one in required_steps(made, {"customer-service"})] == ["all"]
    assert [one.id for one in required_steps(made, {"fulfilment-floor"})] == ["all", "floor"]

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.assessment.rules.attempts import (
    Blocked,
    DrawLine,
    History,
    Mode,
    Past,
    QuizRules,
    Served,
    accepts_answers,
    draw_items,
    may_start,
    serve_check,
    time_limit,
)
from lms.assessment.rules.responses import read_response
from lms.catalog.rules.items import Item, ItemType, Option, Wording

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def item(identity, kind=ItemType.SINGLE, scenario=None, fixed=False):
    options = tuple(Option(f"o{number}", str(number)) for number in range(4))
    return Item(
        identity,
        kind,
        "c/b",
        "o.x",
        {"en": Wording("?", options=options)},
        right=("o0",),
        scenario=scenario,
        fixed=fixed,
    )


ITEMS = {identity: item(identity) for identity in "abcdefgh"}


def rules(**changes):
    base = {"mode": Mode.GRADED, "pass_share": Fraction(4, 5), "fixed": (), "draw": (DrawLine(tuple(ITEMS), 3),)}
    return QuizRules(**(base | changes))


def failed(minutes_ago):
    return Past(NOW - timedelta(minutes=minutes_ago), passed=False)


def test_the_first_attempt_may_start_at_once():
    assert may_start(rules(), [], NOW).blocked is None


@pytest.mark.parametrize(
    ("past", "blocked"),
    [
        ([failed(9)], Blocked.TOO_SOON),
        ([failed(10)], None),
        ([failed(600), failed(599)], Blocked.TOO_SOON),
        ([failed(3000), failed(24 * 60)], None),
        ([failed(9000), failed(8000), failed(7000), failed(60)], Blocked.TOO_SOON),
        ([Past(NOW, passed=True)], None),
        ([Past(None, None)], Blocked.OPEN_ATTEMPT),
    ],
)
def test_delays_are_none_then_ten_minutes_then_a_day(past, blocked):
    assert may_start(rules(), past, NOW).blocked is blocked


def test_a_maximum_is_kept_to():
    start = may_start(rules(max_attempts=2), [failed(9000), failed(9000)], NOW)
    assert (start.blocked, start.left) == (Blocked.NO_ATTEMPTS_LEFT, 0)


def test_extra_time_lengthens_a_limit_and_untimed_removes_it():
    timed = rules(limit=timedelta(minutes=20))
    assert time_limit(timed, 0) == timedelta(minutes=20)
    assert time_limit(timed, 25) == timedelta(minutes=25)
    assert time_limit(timed, None) is None
    assert time_limit(rules(), 50) is None


def test_answers_are_taken_until_the_grace_is_over():
    grace = timedelta(seconds=60)
    assert accepts_answers(None, grace, NOW)
    assert accepts_answers(NOW, grace, NOW + grace)
    assert not accepts_answers(NOW, grace, NOW + grace + timedelta(microseconds=1))


@given(st.integers(0, 10_000))
def test_a_draw_serves_each_item_once_and_as_many_as_it_says(seed):
    served = draw_items(rules(), ITEMS, History(), random.Random(seed))
    assert len({one.item for one in served}) == len(served) == 3


@given(st.integers(0, 10_000))
def test_a_draw_leaves_out_the_last_attempts_items_while_it_can(seed):
    last = frozenset("abc")
    served = draw_items(rules(), ITEMS, History(last, dict.fromkeys(last, 0)), random.Random(seed))
    assert not last & {one.item for one in served}


@given(st.integers(0, 10_000))
def test_a_draw_prefers_what_was_served_longest_ago(seed):
    history = History(frozenset("gh"), {name: place for place, name in enumerate("abcdefgh")})
    served = draw_items(rules(), ITEMS, history, random.Random(seed))
    assert {one.item for one in served} == set("abc")


def test_a_pool_that_is_too_small_falls_back_on_the_last_items():
    small = {name: ITEMS[name] for name in "abc"}
    served = draw_items(rules(), small, History(frozenset("abc")), random.Random(1))
    assert {one.item for one in served} == set("abc")


@given(st.integers(0, 10_000))
def test_children_of_a_scenario_are_served_together(seed):
    pool = ITEMS | {name: item(name, scenario="story") for name in ("s1", "s2")}
    served = [
        one.item for one in draw_items(rules(draw=(DrawLine(tuple(pool), 4),)), pool, History(), random.Random(seed))
    ]
    assert ("s1" in served) == ("s2" in served)
    if "s1" in served:
        assert abs(served.index("s1") - served.index("s2")) == 1


@given(st.integers(0, 10_000))
def test_lines_to_order_are_never_served_in_the_right_order(seed):
    pool = {"x": item("x", ItemType.ORDER)}
    served = draw_items(rules(draw=(DrawLine(("x",), 1),)), pool, History(), random.Random(seed))
    assert served[0].options != ("o0", "o1", "o2", "o3")


def test_options_with_a_meaning_in_their_order_are_not_shuffled():
    pool = {"x": item("x", fixed=True)}
    for seed in range(20):
        served = draw_items(rules(draw=(DrawLine(("x",), 1),)), pool, History(), random.Random(seed))
        assert served[0].options == ("o0", "o1", "o2", "o3")


def test_the_right_side_of_a_pair_is_named_by_its_place_and_never_by_its_id():
    pairs = {"see": "see", "hear": "hear"}
    sides = tuple(Option(one, one) for one in pairs)
    question = Item(
        "pairs", ItemType.MATCH, "c/b", "o.x", {"en": Wording("?", options=sides, rights=sides)}, pairs=pairs
    )
    served = Served("pairs", "", ("see", "hear"), ("hear", "see"))
    wording = question.wordings["en"]
    assert read_response(question, wording, served, {"answer.see": ["2"], "answer.hear": ["1"]}) == {"pairs": pairs}
    assert read_response(question, wording, served, {"answer.see": ["see"], "answer.hear": ["3"]}) == {}
    shown = [serve_check(replace(question, id=str(number)), {}) for number in range(40)]
    assert 10 < sum(one.options == one.rights for one in shown) < 30

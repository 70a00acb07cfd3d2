from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.assessment.rules.attempts import DrawLine, History, Mode, QuizRules, draw_items, largest_draw
from lms.assessment.rules.itemstats import item_lines, observe
from lms.assessment.rules.marking import marked_share, needs_marking, unmarked_rows
from lms.catalog.rules.items import Item, ItemType, RubricRow, Wording
from lms.shared.itemstats import correlation

ROWS = (RubricRow("a", "A", ("1", "2", "3")), RubricRow("b", "B", ("1", "2")))


def item(name, scenario=None, kind=ItemType.SINGLE):
    return Item(name, kind, "c/b", "a.know", {"en": Wording("?")}, scenario=scenario)


def test_the_lowest_levels_earn_nothing_and_the_highest_everything():
    assert marked_share(ROWS, {"a": 1, "b": 1}) == 0
    assert marked_share(ROWS, {"a": 3, "b": 2}) == 1
    assert marked_share(ROWS, {"a": 2, "b": 1}) == Fraction(1, 4)


@pytest.mark.parametrize("levels", [{}, {"a": 1}, {"a": 4, "b": 1}, {"a": 0, "b": 1}])
def test_what_is_not_marked_in_every_row_is_worth_nothing_at_all(levels):
    assert unmarked_rows(ROWS, levels)
    with pytest.raises(ValueError, match="level"):
        marked_share(ROWS, levels)


def test_only_an_open_answer_that_says_something_needs_a_person():
    assert needs_marking(item("x", kind=ItemType.OPEN), {"text": "I would ask."})
    assert not needs_marking(item("x", kind=ItemType.OPEN), {"text": "  "})
    assert not needs_marking(item("x", kind=ItemType.SHORT), {"text": "I would ask."})


@given(st.lists(st.integers(1, 4), min_size=1, max_size=9), st.integers(1, 12), st.integers(0, 99))
def test_a_draw_takes_scenarios_whole_and_as_many_questions_as_they_can_make(sizes, n, seed):
    items = {
        f"s{group}-{place}": item(f"s{group}-{place}", f"s{group}")
        for group, size in enumerate(sizes)
        for place in range(size)
    }
    rules = QuizRules(Mode.GRADED, Fraction(1), (), (DrawLine(tuple(items), n),))
    drawn = [served.item for served in draw_items(rules, items, History(), Random(seed))]
    assert len(drawn) == largest_draw(sizes, n)
    for group, size in enumerate(sizes):
        assert sum(name.startswith(f"s{group}-") for name in drawn) in {0, size}


def test_an_attempt_of_one_question_says_nothing_about_the_rest():
    served = [{"item": "a", "version": "v"}]
    assert observe(served, ["1"], "en") == []
    assert len(observe(served * 2, ["1", "1/2"], "en")) == 2


def test_lines_are_apart_by_version_and_where_asked_by_language():
    observed = observe([{"item": "a", "version": "v"}, {"item": "b", "version": "v"}], ["1", "0"], "en")
    observed += observe([{"item": "a", "version": "w"}, {"item": "b", "version": "v"}], ["1", "0"], "es")
    assert [(line.item, line.version) for line in item_lines(observed)] == [("a", "v"), ("a", "w"), ("b", "v")]
    assert len(item_lines(observed, by_language=True)) == 4


def test_correlation_is_one_minus_one_or_none():
    assert correlation([(0, 0), (1, 2)]) == 1
    assert correlation([(0, 2), (1, 0)]) == -1
    assert correlation([(1, 0), (1, 1)]) is None
    assert correlation([]) is None

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.reporting.rules.completion import (
    NONE,
    Cut,
    Filters,
    Finding,
    Headline,
    Measure,
    Part,
    Selection,
    headline,
    in_order,
    read_selection,
)


def test_the_part_furthest_below_the_target_is_the_headline() -> None:
    parts = [Part("a", "Service", 9, 10), Part("b", "Warehouse", 56, 100), Part("c", "Finance", 3, 5)]
    found = headline(parts, 80)
    assert (found.headline, found.parts, found.points) == (Headline.BELOW, (parts[1],), 24)


def test_exactly_at_the_target_is_reached() -> None:
    assert headline([Part("a", "Service", 8, 10)], 80).headline is Headline.REACHED


def test_a_part_with_nobody_in_it_says_nothing() -> None:
    assert headline([Part("a", "Service", 0, 0)], 80).headline is Headline.NOBODY
    assert headline([], 80).headline is Headline.NOBODY
    assert headline([Part("a", "Service", 0, 0), Part("b", "Floor", 1, 1)], 80).headline is Headline.REACHED


def test_those_equally_far_behind_are_all_named_the_largest_first() -> None:
    small, large, ahead = Part("a", "A", 1, 2), Part("b", "B", 10, 20), Part("c", "C", 3, 4)
    found = headline([small, large, ahead], 80)
    assert (found.headline, found.parts, found.points) == (Headline.BELOW, (large, small), 30)


def test_where_nobody_is_done_in_several_that_is_the_headline() -> None:
    one, two, begun = Part("a", "A", 0, 2), Part("b", "B", 0, 3), Part("c", "C", 1, 4)
    assert headline([one, begun], 80).headline is Headline.BELOW
    assert headline([one, two, begun], 80) == Finding(Headline.NONE_DONE, (two, one), 80)


def test_those_who_belong_to_none_are_named_only_where_nobody_else_is() -> None:
    nobodys, one = Part(NONE, "No cohort", 0, 2), Part("a", "A", 0, 1)
    assert headline([nobodys, one], 80).parts == (one,)
    assert headline([nobodys], 80).parts == (nobodys,)


def test_hundred_per_cent_is_everybody() -> None:
    assert Part("a", "A", 999, 1000).percent == 99
    assert Part("a", "A", 1000, 1000).percent == 100
    assert Part("a", "A", 0, 0).percent is None


@pytest.mark.parametrize(("before", "change"), [(None, None), (5, 20), (7, 0), (8, -10)])
def test_change_is_in_points_and_only_where_compared(before, change) -> None:
    assert Part("a", "A", 7, 10, before).change == change


def test_the_least_done_stands_first_and_nobody_last() -> None:
    parts = [Part("a", "A", 9, 10), Part("b", "B", 0, 0), Part("c", "C", 1, 10)]
    assert [part.key for part in in_order(parts)] == ["c", "a", "b"]


def test_an_address_without_parameters_is_the_usual_report() -> None:
    assert read_selection({}) == (Selection(), ())


def test_what_cannot_be_read_is_named_and_replaced_by_the_usual() -> None:
    found, wrong = read_selection({"measure": "smiles", "by": "star-sign", "target": "0", "compare": "٢٨"})
    assert (found, wrong) == (Selection(), ("measure", "by", "target", "compare"))


@given(
    st.builds(
        Selection,
        st.sampled_from(Measure),
        st.sampled_from(Cut),
        st.builds(Filters, *[st.sampled_from(["", "north", "-"])] * 7),
        st.integers(1, 100),
        st.sampled_from([0, 7, 28, 84]),
    )
)
def test_an_address_holds_the_whole_report(selection: Selection) -> None:
    assert read_selection(selection.as_args()) == (selection, ())

"""A shift that would lapse together renews in turns."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lms.certification.rules.turns import WEEK, turns

FIRST = date(2027, 1, 4)


def windows(*ends: int) -> dict[str, tuple[date, date]]:
    return {f"p{n}": (FIRST + timedelta(days=end), FIRST + timedelta(days=60 + end)) for n, end in enumerate(ends)}


def test_who_ends_first_comes_first_and_the_weeks_are_even() -> None:
    found = turns(windows(*range(14)))
    assert list(found) == [f"p{n}" for n in range(14)]
    assert set(Counter(found.values()).values()) == {2, 3}
    assert min(found.values()) == FIRST + timedelta(days=13)


def test_nobody_makes_no_turns() -> None:
    assert turns({}) == {}


@given(st.lists(st.integers(0, 13), min_size=1, max_size=40))
def test_every_turn_lies_in_the_persons_own_window(ends: list[int]) -> None:
    given_windows = windows(*ends)
    for key, week in turns(given_windows).items():
        opens, last = given_windows[key]
        assert opens <= week <= week + WEEK - timedelta(days=1) <= last

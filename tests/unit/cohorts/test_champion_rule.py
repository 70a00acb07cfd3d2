from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.cohorts.rules.champions import ChampionCover, Standing


@pytest.mark.parametrize(
    ("staff", "needed", "target"),
    [(0, 1, 1), (1, 1, 1), (10, 1, 1), (11, 1, 2), (20, 1, 2), (21, 2, 3), (40, 2, 4), (41, 3, 5), (240, 12, 24)],
)
def test_one_champion_for_at_most_twenty_and_better_for_ten(staff, needed, target):
    cover = ChampionCover(staff, 0)
    assert (cover.needed, cover.target) == (needed, target)


@pytest.mark.parametrize(
    ("champions", "standing", "missing"),
    [(0, Standing.NONE, 2), (1, Standing.SHORT, 1), (2, Standing.ENOUGH, 0), (4, Standing.ON_TARGET, 0)],
)
def test_cover_of_forty_people_in_one_word(champions, standing, missing):
    cover = ChampionCover(40, champions)
    assert (cover.standing, cover.missing) == (standing, missing)


@given(st.integers(0, 10_000))
def test_what_is_needed_is_the_least_number_that_leaves_nobody_with_more_than_twenty(staff):
    needed = ChampionCover(staff, 0).needed
    assert needed * 20 >= staff
    assert needed == 1 or (needed - 1) * 20 < staff

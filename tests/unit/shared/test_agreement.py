"""Cohen's κ against worked examples."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.shared.agreement import LEAST, Verdict, agreement

LEVELS = st.integers(0, 4)


def table(cells: dict[tuple[int, int], int]) -> list[tuple[int, int]]:
    return [pair for pair, count in cells.items() for _ in range(count)]


def test_the_textbook_table_of_fifty_grants_gives_four_tenths():
    # 20 yes/yes, 5 yes/no, 10 no/yes, 15 no/no: observed .7, by chance .5.
    found = agreement(table({(1, 1): 20, (1, 0): 5, (0, 1): 10, (0, 0): 15}), ordered=False)
    assert (found.kappa, found.same, found.n) == (Fraction(2, 5), 35, 50)
    assert found.verdict is Verdict.FAIR


def test_a_neighbouring_level_costs_less_than_a_distant_one_only_where_levels_have_an_order():
    near = table({(1, 1): 15, (4, 4): 14, (3, 4): 1})
    far = table({(1, 1): 15, (4, 4): 14, (1, 4): 1})
    assert agreement(near, ordered=True).kappa > agreement(far, ordered=True).kappa
    # By hand: 15 x 1/1, 15 x 3 or 4: Σw·o = 1, Σw·e = (15·15·3 + 14·15·3 + 15·2 + 15·1)/30 over both orders.
    assert agreement(near, ordered=True).kappa == 1 - Fraction(30, 15 * 15 * 3 + 14 * 15 * 3 + 15 * 2 + 15 * 1)


@pytest.mark.parametrize(
    ("same", "apart", "verdict"),
    [(26, 4, Verdict.GOOD), (22, 8, Verdict.FAIR), (18, 12, Verdict.POOR), (29, 0, Verdict.TOO_FEW)],
)
def test_the_words_follow_the_figure_and_nothing_is_said_under_thirty(same, apart, verdict):
    pairs = [(number % 2, number % 2) for number in range(same)] + [(n % 2, 1 - n % 2) for n in range(apart)]
    assert agreement(pairs, ordered=False).verdict is verdict


def test_two_who_never_vary_prove_nothing():
    found = agreement([(3, 3)] * LEAST, ordered=True)
    assert (found.kappa, found.verdict, found.same) == (None, Verdict.UNDEFINED, LEAST)


def test_four_rows_of_eight_sheets_are_eight_sheets():
    assert agreement([(1, 1), (2, 2)] * 16, ordered=True, sheets=8).verdict is Verdict.TOO_FEW


@given(st.lists(st.tuples(LEVELS, LEVELS), max_size=40), st.booleans())
def test_it_never_exceeds_one_and_does_not_mind_who_is_first(pairs, ordered):
    found = agreement(pairs, ordered=ordered)
    assert found.kappa is None or found.kappa <= 1
    assert found.kappa == agreement([(other, one) for one, other in pairs], ordered=ordered).kappa
    if found.kappa is not None:
        assert (found.kappa == 1) == (found.same == found.n)

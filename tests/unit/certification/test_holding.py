"""Since when a level is held: only what is in force counts, and only without a break."""

from __future__ import annotations

from datetime import date

import pytest

from lms.certification.rules.holding import Stretch, held_without_break
from lms.certification.rules.validity import IN_FORCE, Standing

FIRST, SECOND, THIRD = date(2026, 3, 2), date(2027, 3, 2), date(2028, 3, 2)


def first(standing: Standing) -> Stretch:
    return Stretch(0, FIRST, continues=False, standing=standing)


@pytest.mark.parametrize("standing", Standing)
def test_a_level_is_held_while_it_is_valid_or_in_grace_and_only_then(standing: Standing) -> None:
    assert (held_without_break([first(standing)]) == FIRST) == (standing in IN_FORCE)


def test_renewals_that_continue_go_back_to_the_beginning() -> None:
    renewed = [Stretch(number, day, continues=True, standing=each) for number, day, each in (
        (1, SECOND, Standing.GRACE), (2, THIRD, Standing.VALID))]  # fmt: skip
    assert held_without_break([*reversed(renewed), first(Standing.LAPSED)]) == FIRST


def test_a_renewal_that_has_not_begun_takes_nothing_away() -> None:
    assert held_without_break([first(Standing.VALID), Stretch(1, SECOND, True, Standing.NOT_YET)]) == FIRST


def test_after_a_lapse_it_begins_with_the_next_award() -> None:
    assert held_without_break([first(Standing.LAPSED), Stretch(1, SECOND, False, Standing.VALID)]) == SECOND


@pytest.mark.parametrize("standing", [Standing.REVOKED, Standing.SUSPENDED])
def test_what_was_taken_away_is_not_behind_what_stands(standing: Standing) -> None:
    assert held_without_break([first(standing), Stretch(1, SECOND, True, Standing.VALID)]) == SECOND


def test_a_corrected_award_stands_in_for_the_one_it_replaced() -> None:
    assert held_without_break([first(Standing.REPLACED), first(Standing.VALID)]) == FIRST
    assert held_without_break([first(Standing.REPLACED)]) is None

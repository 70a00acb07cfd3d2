from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.shared.ids import CODE_ALPHABET, new_code, new_id, read_code, spell_code
from lms.shared.statistics import rate


def test_codes_avoid_symbols_that_look_alike():
    assert not set("01OI") & set(CODE_ALPHABET)
    assert len(set(CODE_ALPHABET)) == 32


@given(st.text(alphabet=CODE_ALPHABET, min_size=12, max_size=12), st.sampled_from(["-", " ", "–", ""]))
def test_a_code_is_read_however_it_is_typed(code, separator):
    typed = separator.join([code[:4], code[4:8], code[8:]]).lower()
    assert read_code(f" {typed} ") == code


@pytest.mark.parametrize("text", ["", "7K4P-QX9M-3TN", "7K4P-QX9M-3TN0", "7K4P-QX9M-3TNI", "7K4P-QX9M-3TNHH"])
def test_what_cannot_be_a_code_is_none(text):
    assert read_code(text) is None


def test_a_code_is_spelt_in_groups_of_four():
    assert spell_code("7K4PQX9M3TNH") == "7K4P-QX9M-3TNH"
    assert len({new_code() for _ in range(500)}) == 500


def test_ids_are_ordered_by_time():
    ids = [new_id() for _ in range(200)]
    assert ids == sorted(ids)


@given(st.integers(0, 500), st.integers(1, 500))
def test_a_wilson_interval_holds_its_share_and_stays_within_bounds(count, total):
    found = rate(min(count, total), total)
    assert 0 <= found.low <= found.value <= found.high <= 1


def test_a_rate_of_nothing_is_no_rate_and_a_small_one_decides_nothing():
    assert rate(0, 0) is None
    assert not rate(1, 99).decides
    assert rate(1, 100).decides


def test_the_interval_is_wilsons():
    # Newcombe (1998), table I: 81 of 263 gives .2553 to .3662.
    found = rate(81, 263)
    assert (round(found.low, 4), round(found.high, 4)) == (0.2553, 0.3662)

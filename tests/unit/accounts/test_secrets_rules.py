from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.accounts.rules.actor import Role, may_reset
from lms.accounts.rules.names import fold, slug
from lms.accounts.rules.passwords import SecretFault, password_fault, pin_fault
from lms.accounts.rules.second_factor import NextStep, after_password
from lms.accounts.rules.throttle import ACCOUNT, Limit, Tries, count_try, give_back, wait
from lms.accounts.rules.totp import accepted_step, code_at, provisioning_uri, step_at, typed_seed

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SEED = b"12345678901234567890"


class TestPasswords:
    @pytest.mark.parametrize(
        "password",
        ["password12345", "qwertyuiop12", "aaaaaaaaaaaa", "123456123456", "groundschool1", "letmeinletmein"],
    )
    def test_what_everybody_would_guess_is_refused(self, password):
        assert password_fault(password) is SecretFault.COMMON

    @pytest.mark.parametrize("password", ["copper lantern orchard", "plum kettle otter", "Xk9$mQ2!vLp7"])
    def test_long_and_unlikely_is_enough_without_any_composition(self, password):
        assert password_fault(password) is None

    def test_what_others_know_of_the_person_counts_as_guessed(self):
        about = ("Wilhelmina Featherstone", "W-20418", "wilhelmina@example.com")
        assert password_fault("wilhelminafeatherstone", about) is SecretFault.COMMON

    def test_length_is_bounded_on_both_sides(self):
        assert password_fault("short") is SecretFault.TOO_SHORT
        assert password_fault("é" * 201) is SecretFault.TOO_LONG

    @pytest.mark.parametrize("pin", ["123456", "654321", "111111", "121212", "123123", "567890"])
    def test_rows_and_repeats_make_no_pin(self, pin):
        assert pin_fault(pin) is SecretFault.COMMON

    @pytest.mark.parametrize("pin", ["12345a", "１２３４５６", "", "12 3456"])
    def test_a_pin_is_ascii_digits(self, pin):
        assert pin_fault(pin) is SecretFault.NOT_DIGITS

    def test_a_usual_pin_is_fine(self):
        assert pin_fault("482913") is None


class TestTotp:
    @pytest.mark.parametrize(
        ("seconds", "code"),
        # RFC 6238, appendix B, SHA-1, the last six of the eight digits there.
        [
            (59, "287082"),
            (1111111109, "081804"),
            (1111111111, "050471"),
            (1234567890, "005924"),
            (20000000000, "353130"),
        ],
    )
    def test_the_codes_are_those_of_the_standard(self, seconds, code):
        assert code_at(SEED, seconds // 30) == code

    @pytest.mark.parametrize(("drift", "accepted"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
    def test_one_step_of_drift_is_allowed(self, drift, accepted):
        code = code_at(SEED, step_at(NOW) + drift)
        assert (accepted_step(SEED, code, NOW, None) is not None) is accepted

    def test_a_code_and_all_before_it_work_once(self):
        present = step_at(NOW)
        assert accepted_step(SEED, code_at(SEED, present), NOW, None) == present
        assert accepted_step(SEED, code_at(SEED, present), NOW, present) is None
        assert accepted_step(SEED, code_at(SEED, present - 1), NOW, present) is None

    @pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "２８７０８２"])
    def test_anything_else_is_refused(self, typed):
        assert accepted_step(SEED, typed, NOW, None) is None

    def test_spaces_inside_a_code_do_not_matter(self):
        code = code_at(SEED, step_at(NOW))
        assert accepted_step(SEED, f" {code[:3]} {code[3:]} ", NOW, None)

    def test_the_seed_is_told_in_two_ways_that_agree(self):
        plain = typed_seed(SEED).replace(" ", "")
        assert f"secret={plain}&" in provisioning_uri(SEED, "A/1 é", "Groundschool")


class TestSecondFactorPolicy:
    def step(self, *roles, confirmed=False, first=None):
        return after_password(frozenset({Role.EMPLOYEE, *roles}), confirmed=confirmed, first_session_at=first, now=NOW)

    def test_employees_and_champions_go_straight_in(self):
        assert self.step() is NextStep.SIGNED_IN
        assert self.step(Role.CHAMPION) is NextStep.SIGNED_IN

    @pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ADMINISTRATOR])
    def test_who_can_see_others_is_offered_it_for_a_fortnight_and_then_needs_it(self, role):
        assert self.step(role) is NextStep.OFFER
        assert self.step(role, first=NOW - timedelta(days=13, hours=23)) is NextStep.OFFER
        assert self.step(role, first=NOW - timedelta(days=14)) is NextStep.ENROL

    def test_who_has_one_is_asked_whatever_their_role(self):
        assert self.step(confirmed=True) is NextStep.CODE


class TestThrottle:
    def test_waiting_doubles_up_to_a_quarter_of_an_hour(self):
        tries, waits, moment = None, [], NOW
        for _try in range(12):
            tries = count_try(tries, ACCOUNT, moment)
            waits.append((tries.blocked_until - moment) if tries.blocked_until else timedelta())
            moment = tries.blocked_until or moment
        minutes = [round(each.total_seconds() / 60) for each in waits]
        assert minutes == [0, 0, 0, 0, 1, 2, 4, 8, 15, 15, 15, 15]

    def test_an_hour_later_all_is_forgotten(self):
        tries = Tries(40, NOW, NOW + timedelta(minutes=15))
        assert count_try(tries, ACCOUNT, NOW + timedelta(hours=1, seconds=1)).failures == 1

    @given(st.integers(0, 200), st.integers(1, 100))
    def test_a_success_gives_back_one_try_and_never_more(self, failures, limit):
        tries = Tries(failures, NOW, NOW + timedelta(minutes=5))
        given_back = give_back(tries, Limit(tries=limit))
        assert given_back.failures == max(0, failures - 1)
        assert (given_back.blocked_until is None) == (given_back.failures < limit)

    def test_the_wait_is_said_in_whole_seconds_rounded_up(self):
        assert wait(Tries(5, NOW, NOW + timedelta(seconds=1, microseconds=1)), NOW) == 2
        assert wait(Tries(5, NOW, NOW), NOW) == 0


def test_only_administrators_reset_those_who_run_the_service():
    coordinator, administrator = frozenset({Role.COORDINATOR}), frozenset({Role.ADMINISTRATOR})
    assert may_reset(coordinator, frozenset({Role.CHAMPION}))
    assert not may_reset(coordinator, coordinator)
    assert not may_reset(coordinator, administrator)
    assert may_reset(administrator, administrator)
    assert not may_reset(frozenset({Role.CHAMPION}), frozenset())


@pytest.mark.parametrize(
    ("label", "identity"),
    [("Almacén Norte 2", "almacen-norte-2"), ("R&D / IT", "r-d-it"), ("仓库", "仓库"), ("  A  ", "a")],
)
def test_places_get_readable_identifiers(label, identity):
    assert slug(label) == identity


@given(st.text(max_size=80))
def test_folding_twice_changes_nothing_more(text):
    assert fold(fold(text)) == fold(text)

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.workshops.rules.booking import BookingState, SessionState, SessionTime, state_for_newcomer, to_move_up
from lms.workshops.rules.checkin import is_current, make_code, make_token, matches, read_token
from lms.workshops.rules.localtime import moment

START = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
SESSION = uuid.UUID("01900000-0000-7000-8000-000000000001")
SECRET = "a secret of this session"
MOMENTS = st.integers(1_577_836_800, 2_208_988_800).map(lambda second: datetime.fromtimestamp(second, UTC))


@pytest.mark.parametrize(
    ("minutes", "state"),
    [(-1, SessionState.COMING), (0, SessionState.RUNNING), (59, SessionState.RUNNING), (60, SessionState.OVER)],
)
def test_a_session_runs_from_its_first_minute_to_its_last(minutes, state):
    assert SessionTime(START, 60).state(START + timedelta(minutes=minutes)) is state
    assert SessionTime(START, 60, cancelled=True).state(START + timedelta(minutes=minutes)) is SessionState.CANCELLED


@pytest.mark.parametrize(
    ("minutes", "book", "check_in", "tick"),
    [
        (-31, True, False, False),
        (-30, True, True, True),
        (0, False, True, True),
        (89, False, True, True),
        (90, False, False, True),
        (100_000, False, False, True),
    ],
)
def test_booking_ends_as_check_in_runs_and_the_roster_stays_open(minutes, book, check_in, tick):
    session, now = SessionTime(START, 60), START + timedelta(minutes=minutes)
    assert (session.may_book(now), session.may_check_in(now), session.may_keep_roster(now)) == (book, check_in, tick)


@pytest.mark.parametrize(
    ("seats", "booked", "waiting", "state"),
    [
        (2, 0, 0, BookingState.BOOKED),
        (2, 1, 0, BookingState.BOOKED),
        (2, 2, 0, BookingState.WAITING),
        (2, 1, 1, BookingState.WAITING),
    ],
)
def test_nobody_gets_a_place_before_those_who_wait(seats, booked, waiting, state):
    assert state_for_newcomer(seats, booked, waiting) is state


@given(st.integers(1, 30), st.integers(0, 30), st.lists(st.integers(), max_size=30))
def test_moving_up_fills_the_places_in_order_and_never_more(seats, booked, waiting):
    moved = list(to_move_up(seats, booked, waiting))
    assert moved == waiting[: len(moved)]
    assert booked + len(moved) <= max(seats, booked)
    assert len(moved) == len(waiting) or booked + len(moved) >= seats


@given(MOMENTS, st.integers(-400, 400))
def test_a_check_in_link_holds_for_two_minutes_around_its_own(made, seconds):
    token = read_token(make_token(SESSION, SECRET, made))
    apart = abs(int((made + timedelta(seconds=seconds)).timestamp()) // 60 - int(made.timestamp()) // 60)
    assert token.session_id == SESSION
    assert is_current(token, SECRET, made + timedelta(seconds=seconds)) == (apart <= 2)


@given(MOMENTS)
def test_a_link_of_another_session_or_secret_is_not_taken(made):
    token = read_token(make_token(SESSION, SECRET, made))
    assert not is_current(token, "another secret", made)
    forged = type(token)(uuid.uuid4(), token.minute, token.mark)
    assert not is_current(forged, SECRET, made)


@pytest.mark.parametrize("token", ["", "x", "not a token!", "é", "A" * 40, "A" * 41, "../../etc/passwd"])
def test_anything_else_is_no_link(token):
    read = read_token(token)
    assert read is None or not is_current(read, SECRET, START)


@given(MOMENTS, st.integers(-2, 2))
def test_a_typed_code_is_taken_whatever_its_case_and_spacing(made, minutes):
    code = make_code(SESSION, SECRET, made)
    assert len(code) == 6
    assert not set("01OI") & set(code)
    assert matches(f" {code[:3].lower()} {code[3:]} ", SESSION, SECRET, made + timedelta(minutes=minutes))


def test_an_old_code_or_a_strange_one_is_refused():
    code = make_code(SESSION, SECRET, START)
    assert not matches(code, SESSION, SECRET, START + timedelta(minutes=3))
    assert not matches("", SESSION, SECRET, START)
    assert not matches("äöü€½¾", SESSION, SECRET, START)


@pytest.mark.parametrize(
    ("day", "clock", "zone", "expected"),
    [
        (date(2026, 7, 1), time(9, 0), "Europe/Madrid", datetime(2026, 7, 1, 7, 0, tzinfo=UTC)),
        (date(2026, 3, 29), time(2, 30), "Europe/Madrid", None),
        (date(2026, 10, 25), time(2, 30), "Europe/Madrid", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    ],
)
def test_a_time_of_day_is_one_moment_the_first_of_two_or_none(day, clock, zone, expected):
    assert moment(day, clock, zone) == expected

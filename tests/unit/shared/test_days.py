from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.shared.days import add_months, end_of_day, local_date, monday_of, start_of_day

DAYS = st.dates(date(1990, 1, 1), date(2040, 12, 31))
# Zones that move their clocks at midnight, by half an hour, and across the date line.
ZONES = st.sampled_from(
    [
        "UTC",
        "Europe/Berlin",
        "America/Sao_Paulo",
        "Asia/Beirut",
        "Australia/Lord_Howe",
        "America/Havana",
        "Africa/Cairo",
    ]
)


@given(DAYS, ZONES)
def test_a_day_begins_on_that_day_and_ends_before_the_next(day, zone):
    start, end = start_of_day(day, zone), end_of_day(day, zone)
    assert local_date(start, zone) == day
    assert local_date(end - timedelta(microseconds=1), zone) == day
    assert start < end
    assert start_of_day(day + timedelta(days=1), zone) == end


@given(DAYS, ZONES)
def test_the_moment_before_a_day_begins_belongs_to_the_day_before(day, zone):
    assert local_date(start_of_day(day, zone) - timedelta(microseconds=1), zone) == day - timedelta(days=1)


def test_a_midnight_that_a_clock_change_removes_is_the_first_moment_that_exists():
    day = date(2018, 11, 4)
    assert start_of_day(day, "America/Sao_Paulo").astimezone(ZoneInfo("America/Sao_Paulo")).hour == 1


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 3, 2), 12, date(2027, 3, 2)),
    ],
)
def test_months_end_on_the_last_day_where_the_month_is_shorter(day, months, expected):
    assert add_months(day, months) == expected


@given(DAYS)
def test_the_week_of_a_day_begins_on_a_monday_not_after_it(day):
    monday = monday_of(day)
    assert monday.weekday() == 0
    assert 0 <= (day - monday).days < 7

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.cohorts.rules.due import DueReason, StartFacts, StartReason, initial_due, rostered_by_default
from lms.cohorts.rules.periods import Period
from lms.shared.days import add_months

# Zones whose clocks skip or repeat an hour at midnight, at night, by half an hour, or a whole day.
ZONES = [
    "UTC",
    "Europe/Madrid",
    "America/Sao_Paulo",
    "Asia/Beirut",
    "Australia/Lord_Howe",
    "Africa/Cairo",
    "Pacific/Apia",
]
DAYS = st.dates(date(2009, 1, 1), date(2035, 12, 31))


def facts(**given) -> StartFacts:
    return StartFacts(**{"training_start": date(2026, 1, 12), "joined_on": date(2020, 5, 4), **given})


def test_three_months_count_from_the_start_of_training_for_people_who_were_there():
    due = initial_due(facts())
    assert (due.starts_on, due.start_reason) == (date(2026, 1, 12), StartReason.TRAINING_START)
    assert (due.on, due.reason) == (date(2026, 4, 12), DueReason.THREE_MONTHS)


@pytest.mark.parametrize(
    ("given", "start", "reason"),
    [
        ({"joined_on": date(2026, 2, 2)}, date(2026, 2, 2), StartReason.JOINING),
        ({"role_changed_on": date(2026, 3, 1)}, date(2026, 3, 1), StartReason.ROLE_CHANGE),
        ({"role_changed_on": date(2024, 3, 1)}, date(2026, 1, 12), StartReason.TRAINING_START),
        ({"absences": (Period(date(2025, 11, 1), date(2026, 2, 16)),)}, date(2026, 2, 16), StartReason.RETURN),
    ],
)
def test_the_latest_fact_starts_the_clock(given, start, reason):
    due = initial_due(facts(**given))
    assert (due.starts_on, due.start_reason) == (start, reason)
    assert due.three_months_on == add_months(start, 3)


def test_people_rostered_to_go_live_are_due_the_day_before_it_and_both_dates_stand():
    due = initial_due(facts(go_live=date(2026, 3, 9)))
    assert (due.on, due.reason) == (date(2026, 3, 8), DueReason.BEFORE_GO_LIVE)
    assert due.as_reason() == {
        "reason": "before-go-live",
        "starts_on": "2026-01-12",
        "start_reason": "training-start",
        "three_months_on": "2026-04-12",
        "before_go_live_on": "2026-03-08",
        "paused_days": 0,
    }


def test_three_months_bind_where_go_live_comes_later():
    due = initial_due(facts(go_live=date(2026, 6, 1)))
    assert (due.on, due.reason, due.before_go_live_on) == (
        date(2026, 4, 12),
        DueReason.THREE_MONTHS,
        date(2026, 5, 31),
    )


def test_go_live_does_not_bind_people_who_start_on_or_after_it():
    due = initial_due(facts(joined_on=date(2026, 3, 9), go_live=date(2026, 3, 9)))
    assert (due.before_go_live_on, due.on) == (None, date(2026, 6, 9))


def test_go_live_does_not_bind_people_who_are_absent_on_the_day():
    due = initial_due(facts(go_live=date(2026, 3, 9), absences=(Period(date(2026, 3, 2), date(2026, 3, 16)),)))
    assert due.before_go_live_on is None
    assert due.on == date(2026, 4, 26)


def test_absence_stops_the_clock_day_for_day_even_when_it_begins_on_the_due_day():
    due = initial_due(
        facts(absences=(Period(date(2026, 2, 2), date(2026, 2, 9)), Period(date(2026, 4, 19), date(2026, 4, 22))))
    )
    assert (due.on, due.paused_days) == (date(2026, 4, 22), 10)


def test_absence_after_the_due_day_changes_nothing():
    assert initial_due(facts(absences=(Period(date(2026, 4, 13), None),))).on == date(2026, 4, 12)


def test_an_absence_without_an_end_leaves_no_due_date_yet():
    due = initial_due(facts(go_live=date(2026, 4, 20), absences=(Period(date(2026, 2, 2), None),)))
    assert (due.on, due.reason, due.late_at) == (None, DueReason.PAUSED, None)
    assert not due.is_overdue(datetime(2036, 1, 1, tzinfo=UTC))


def test_overlapping_absences_count_once():
    due = initial_due(
        facts(absences=(Period(date(2026, 2, 2), date(2026, 2, 12)), Period(date(2026, 2, 5), date(2026, 2, 9))))
    )
    assert due.paused_days == 10


def test_a_day_is_over_at_midnight_where_the_person_is():
    due = initial_due(facts(zone="America/New_York"))
    assert due.late_at == datetime(2026, 4, 13, 4, 0, tzinfo=UTC)
    assert not due.is_overdue(datetime(2026, 4, 13, 3, 59, 59, tzinfo=UTC))
    assert due.is_overdue(datetime(2026, 4, 13, 4, 0, tzinfo=UTC))


def test_joining_too_late_to_become_ready_means_no_place_on_the_roster_by_default():
    assert rostered_by_default(date(2026, 2, 1), date(2026, 3, 1))
    assert not rostered_by_default(date(2026, 2, 2), date(2026, 3, 1))


@given(DAYS, st.sampled_from(ZONES))
def test_the_whole_due_day_is_in_time_and_the_first_moment_after_it_is_late(start, zone):
    due = initial_due(StartFacts(training_start=start, joined_on=start, zone=zone))
    assert due.on is not None
    assert due.late_at is not None
    last = due.late_at - timedelta(microseconds=1)
    assert not due.is_overdue(last)
    assert due.is_overdue(due.late_at)
    assert due.late_at.astimezone(ZoneInfo(zone)).date() > due.on
    # A zone may skip the due day as a whole (Samoa, 30 December 2011): then the day before it is the last one.
    assert last.astimezone(ZoneInfo(zone)).date() <= due.on
    assert timedelta(0) <= due.late_at - datetime.combine(due.on, datetime.min.time(), UTC) <= timedelta(hours=40)


@given(DAYS, st.lists(st.tuples(DAYS, st.integers(0, 200)), max_size=4), st.none() | DAYS)
def test_absence_never_brings_a_due_date_forward(start, spans, go_live):
    absences = tuple(Period(first, first + timedelta(days=days)) for first, days in spans)
    plain = initial_due(StartFacts(start, start, go_live=go_live))
    paused = initial_due(StartFacts(start, start, go_live=go_live, absences=absences))
    assert paused.three_months_on >= plain.three_months_on
    assert paused.on >= min(plain.on, go_live or date.max)

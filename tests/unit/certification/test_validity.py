"""The validity clock, tried with values and with many invented calendars."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.certification.rules.validity import (
    AwardFacts,
    Days,
    ExtensionReason,
    RenewalTiming,
    Standing,
    StatusEntry,
    StatusKind,
    Term,
    ValidityRule,
    carries_authority,
    cliffs,
    first_term,
    renewal_timing,
    renewed_term,
    spend,
    standing,
    timeline,
)

RULE = ValidityRule()
TERM = Term(date(2026, 3, 2), date(2027, 3, 2))
FACTS = AwardFacts(TERM)

days = st.dates(date(2024, 1, 1), date(2030, 12, 31))
spans = st.builds(lambda first, length: Days(first, first + timedelta(days=length)), days, st.integers(0, 120))
calendars = st.lists(spans, max_size=4).map(tuple)
terms = days.map(lambda day: first_term(RULE, day))


def facts(**changes: object) -> AwardFacts:
    return replace(FACTS, **changes)  # type: ignore[arg-type]


def test_an_award_holds_twelve_months_through_its_last_day_then_thirty_of_grace_then_lapses() -> None:
    assert first_term(RULE, date(2026, 3, 2)) == TERM
    shown = {day: standing(RULE, FACTS, day) for day in map(date.fromisoformat, (
        "2026-03-01", "2026-03-02", "2027-03-02", "2027-03-03", "2027-04-01", "2027-04-02"))}  # fmt: skip
    assert list(shown.values()) == [
        Standing.NOT_YET, Standing.VALID, Standing.VALID, Standing.GRACE, Standing.GRACE, Standing.LAPSED,
    ]  # fmt: skip


def test_reminders_go_out_at_sixty_and_fourteen_days_and_at_lapse() -> None:
    dates = timeline(RULE, FACTS)
    assert dates.reminders == (date(2027, 1, 1), date(2027, 2, 16))
    assert dates.window_opens == date(2027, 1, 1)
    assert dates.lapses_on == date(2027, 4, 2)
    assert standing(RULE, FACTS, date(2027, 4, 2)) is Standing.LAPSED


def test_a_certificate_earned_on_the_29th_of_february_ends_on_the_28th() -> None:
    assert first_term(RULE, date(2028, 2, 29)).valid_until == date(2029, 2, 28)


def test_absence_moves_the_expiry_by_the_days_away_and_not_the_printed_date() -> None:
    dates = timeline(RULE, facts(absences=(Days(date(2026, 6, 1), date(2026, 7, 1)),)))
    assert dates.expires_on == date(2027, 4, 1)
    assert dates.printed_until == TERM.valid_until
    assert dates.reasons == {ExtensionReason.ABSENCE}


def test_overlapping_absences_count_once_and_an_absence_after_expiry_not_at_all() -> None:
    overlapping = (Days(date(2026, 6, 1), date(2026, 7, 1)), Days(date(2026, 6, 15), date(2026, 7, 1)))
    assert timeline(RULE, facts(absences=overlapping)).expires_on == date(2027, 4, 1)
    later = facts(absences=(Days(date(2027, 3, 3), date(2027, 3, 10)),))
    assert timeline(RULE, later).expires_on == TERM.valid_until
    assert timeline(RULE, later).grace_until == date(2027, 4, 8)


def test_somebody_away_without_a_known_return_neither_expires_nor_is_reminded() -> None:
    away = facts(absences=(Days(date(2027, 1, 10)),))
    dates = timeline(RULE, away)
    assert (dates.expires_on, dates.grace_until, dates.window_opens, dates.reminders) == (None, None, None, ())
    assert standing(RULE, away, date(2029, 1, 1)) is Standing.VALID


def test_nothing_expires_in_a_declared_peak_but_fourteen_days_after_its_last_day() -> None:
    dates = timeline(RULE, facts(peaks=(Days(date(2027, 2, 20), date(2027, 3, 11)),)))
    assert dates.expires_on == date(2027, 3, 24)
    assert dates.reasons == {ExtensionReason.PEAK}


def test_grace_does_not_run_out_inside_a_peak_either() -> None:
    dates = timeline(RULE, facts(peaks=(Days(date(2027, 3, 20), date(2027, 4, 11)),)))
    assert dates.expires_on == TERM.valid_until
    assert dates.grace_until == date(2027, 4, 24)


def test_a_decision_to_extend_counts_from_the_day_it_was_recorded() -> None:
    extended = facts(entries=(StatusEntry(StatusKind.EXTENDED, date(2027, 4, 10), date(2027, 5, 1)),))
    assert standing(RULE, extended, date(2027, 4, 9)) is Standing.LAPSED
    assert standing(RULE, extended, date(2027, 4, 10)) is Standing.VALID
    assert timeline(RULE, extended).reasons == {ExtensionReason.DECISION}


def test_suspension_and_revocation_outweigh_the_calendar_until_reinstated() -> None:
    entries = (
        StatusEntry(StatusKind.SUSPENDED, date(2026, 5, 1)),
        StatusEntry(StatusKind.REINSTATED, date(2026, 6, 1)),
        StatusEntry(StatusKind.REVOKED, date(2026, 7, 1)),
        StatusEntry(StatusKind.SUSPENDED, date(2026, 8, 1)),
    )
    shown = [standing(RULE, facts(entries=entries), date(2026, month, 2)) for month in range(4, 9)]
    assert shown == [Standing.VALID, Standing.SUSPENDED, Standing.VALID, Standing.REVOKED, Standing.REVOKED]
    assert not carries_authority(RULE, facts(entries=entries), date(2026, 5, 2))


def test_grace_carries_authority_and_a_leaver_has_none_from_the_day_of_leaving() -> None:
    assert carries_authority(RULE, FACTS, date(2027, 3, 20))
    assert carries_authority(RULE, FACTS, date(2026, 9, 29), left_on=date(2026, 9, 30))
    assert not carries_authority(RULE, FACTS, date(2026, 9, 30), left_on=date(2026, 9, 30))


@pytest.mark.parametrize(
    ("passed_on", "timing", "term"),
    [
        (date(2026, 12, 31), RenewalTiming.TOO_EARLY, None),
        (date(2027, 1, 1), RenewalTiming.CONTINUES, Term(date(2027, 3, 2), date(2028, 3, 2))),
        (date(2027, 4, 1), RenewalTiming.CONTINUES, Term(date(2027, 3, 2), date(2028, 3, 2))),
        (date(2027, 4, 2), RenewalTiming.STARTS_AGAIN, Term(date(2027, 4, 2), date(2028, 4, 2))),
    ],
)
def test_renewing_in_time_continues_from_the_old_expiry_and_later_starts_again(
    passed_on: date, timing: RenewalTiming, term: Term | None
) -> None:
    assert renewal_timing(RULE, FACTS, passed_on) is timing
    assert renewed_term(RULE, FACTS, passed_on) == term


def test_a_fortnight_that_would_cost_a_shift_more_than_a_fifth_is_a_cliff() -> None:
    start = date(2027, 3, 1)
    expiries = {f"p{n}": start + timedelta(days=n * 4) for n in range(3)} | {"late": date(2027, 9, 1)}
    assert cliffs(expiries, size=15) == ()
    (cliff,) = cliffs(expiries, size=14)
    assert (cliff.first, cliff.people) == (start, ("p0", "p1", "p2"))


def test_a_span_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot end"):
        Days(date(2026, 2, 2), date(2026, 2, 1))


@given(terms, calendars, calendars)
def test_an_award_never_expires_earlier_than_printed_nor_in_a_peak_nor_on_an_absent_day(
    term: Term, absences: tuple[Days, ...], peaks: tuple[Days, ...]
) -> None:
    dates = timeline(RULE, AwardFacts(term, (), absences, peaks))
    assert dates.expires_on is not None
    assert dates.grace_until is not None
    assert term.valid_until <= dates.expires_on < dates.grace_until
    for day in (dates.expires_on, dates.grace_until):
        assert not any(span.holds(day) for span in peaks)
    assert not any(span.holds(dates.expires_on) for span in absences)


@given(days, st.integers(0, 400), calendars)
def test_the_clock_spends_exactly_the_present_days(start: date, count: int, absences: tuple[Days, ...]) -> None:
    stop = spend(start, count, absences)
    assert stop is not None
    passed = (start + timedelta(days=offset) for offset in range((stop - start).days))
    assert sum(not any(span.holds(day) for span in absences) for day in passed) == count


@given(terms, calendars, calendars, calendars, days)
def test_more_absence_never_takes_authority_away(
    term: Term, absences: tuple[Days, ...], more: tuple[Days, ...], peaks: tuple[Days, ...], day: date
) -> None:
    less = timeline(RULE, AwardFacts(term, (), absences))
    longer = timeline(RULE, AwardFacts(term, (), absences + more))
    assert less.expires_on is not None
    assert longer.expires_on is not None
    assert less.expires_on <= longer.expires_on
    known = AwardFacts(term, (), absences, peaks)
    assert carries_authority(RULE, known, day) == (standing(RULE, known, day) in {Standing.VALID, Standing.GRACE})


@given(terms, calendars, calendars, st.integers(-60, 400))
def test_a_renewal_leaves_no_day_uncovered_while_authority_holds(
    term: Term, absences: tuple[Days, ...], peaks: tuple[Days, ...], offset: int
) -> None:
    known = AwardFacts(term, (), absences, peaks)
    expires = timeline(RULE, known).expires_on
    assert expires is not None
    passed_on = expires + timedelta(days=offset)
    new = renewed_term(RULE, known, passed_on)
    assert new is not None
    if standing(RULE, known, passed_on) is Standing.LAPSED:
        assert new == first_term(RULE, passed_on)
    else:
        assert new.starts_on == expires

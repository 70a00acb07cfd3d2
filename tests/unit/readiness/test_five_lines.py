from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.certification.rules.predicates import Action, NextAction
from lms.certification.rules.validity import Standing
from lms.readiness.rules.person import (
    Answer,
    Certificate,
    Duty,
    Exam,
    Lack,
    Line,
    Mend,
    PersonFacts,
    five_lines,
    is_ready,
    lapses_soon,
    smallest_fix,
)

TODAY = date(2026, 3, 2)
GO_LIVE = date(2026, 5, 4)
VALID = Certificate("2026-00007", "Foundation", Standing.VALID, Standing.VALID, date(2027, 1, 31), date(2027, 3, 2))
READY = PersonFacts("customer-service", VALID, exam=Exam(date(2026, 1, 31), 0), rostered=True)


def line(facts: PersonFacts, wanted: Line):
    return next(finding for finding in five_lines(facts, TODAY) if finding.line is wanted)


def test_somebody_with_everything_is_ready_on_five_lines() -> None:
    findings = five_lines(READY, TODAY)
    assert [finding.line for finding in findings] == list(Line)
    assert is_ready(findings)
    assert smallest_fix(findings) is None


def test_nothing_known_is_not_ready_and_says_what_is_missing() -> None:
    findings = five_lines(PersonFacts(None), TODAY)
    assert not is_ready(findings)
    assert {finding.lack for finding in findings if not finding.holds} == {
        Lack.NO_PROGRAMME,
        Lack.NO_EXAM,
        Lack.NOT_ROSTERED,
    }


def test_no_lines_at_all_are_not_readiness() -> None:
    assert not is_ready(())


@pytest.mark.parametrize(
    ("now", "then", "answer", "lack"),
    [
        (Standing.VALID, Standing.VALID, Answer.YES, None),
        (Standing.VALID, Standing.GRACE, Answer.AMBER, None),
        (Standing.GRACE, Standing.GRACE, Answer.AMBER, None),
        (Standing.VALID, Standing.LAPSED, Answer.NO, Lack.LAPSES_BEFORE),
        (Standing.GRACE, Standing.LAPSED, Answer.NO, Lack.LAPSES_BEFORE),
        (Standing.LAPSED, Standing.LAPSED, Answer.NO, Lack.LAPSED),
        (Standing.REVOKED, Standing.REVOKED, Answer.NO, Lack.NOT_IN_FORCE),
        (Standing.SUSPENDED, Standing.SUSPENDED, Answer.NO, Lack.NOT_IN_FORCE),
        (Standing.NOT_YET, Standing.NOT_YET, Answer.NO, Lack.NOT_IN_FORCE),
    ],
)
def test_a_certificate_counts_while_it_carries_authority_on_the_day(now, then, answer, lack) -> None:
    found = line(replace(READY, certificate=replace(VALID, standing=now, standing_then=then)), Line.CERTIFICATE)
    assert (found.answer, found.lack) == (answer, lack)


def test_without_a_certificate_the_fix_is_what_the_level_still_asks_for() -> None:
    wanted = NextAction(Action.PASS_QUIZ, "cs-escalation", minutes=12)
    found = line(replace(READY, certificate=None, next_action=wanted), Line.CERTIFICATE)
    assert found.lack is Lack.NO_CERTIFICATE
    assert found.fix is not None
    assert (found.fix.mend, found.fix.subject, found.fix.minutes) == (Mend.PASS_QUIZ, "cs-escalation", 12)


def test_a_delta_module_is_overdue_the_day_after_its_day() -> None:
    due_today = replace(READY, deltas=(Duty("delta-price", TODAY),))
    assert line(due_today, Line.DELTAS).holds
    late = replace(READY, deltas=(Duty("delta-price", TODAY - timedelta(days=1)),))
    assert line(late, Line.DELTAS).lack is Lack.DELTA_OVERDUE


def test_a_delta_module_without_a_day_is_never_overdue() -> None:
    assert line(replace(READY, deltas=(Duty("delta-price", None),)), Line.DELTAS).holds


def test_only_the_latest_due_refresher_counts() -> None:
    january = Duty("refresher-2026-01", date(2026, 1, 31))
    february = Duty("refresher-2026-02", date(2026, 2, 28), done_on=date(2026, 2, 20))
    march = Duty("refresher-2026-03", date(2026, 3, 31))
    assert line(replace(READY, refreshers=(january, february, march)), Line.REFRESHER).holds
    behind = replace(READY, refreshers=(replace(january, done_on=date(2026, 1, 9)), replace(february, done_on=None)))
    assert line(behind, Line.REFRESHER).lack is Lack.REFRESHER_OVERDUE


def test_an_exam_that_does_not_say_whether_there_was_a_breach_proves_nothing() -> None:
    assert line(replace(READY, exam=Exam(TODAY, None)), Line.BREACHES).lack is Lack.NO_BREACH_RECORD
    assert line(replace(READY, exam=Exam(TODAY, 1)), Line.BREACHES).lack is Lack.OPEN_BREACH


def test_a_missing_exam_is_missing_evidence_only_where_the_certificate_asks_for_one() -> None:
    assert line(replace(READY, exam=None), Line.BREACHES).lack is Lack.NO_EXAM
    assert line(replace(READY, exam=None, exam_asked=False), Line.BREACHES).holds


@pytest.mark.parametrize(("days", "soon"), [(-1, True), (0, True), (30, True), (31, False)])
def test_authority_that_ends_within_thirty_days_of_the_day_lapses_soon(days: int, soon: bool) -> None:
    certificate = replace(VALID, authority_until=GO_LIVE + timedelta(days=days))
    assert lapses_soon(certificate, GO_LIVE) is soon


def test_a_clock_that_an_absence_holds_does_not_lapse() -> None:
    assert not lapses_soon(replace(VALID, expires_on=None, authority_until=None), GO_LIVE)
    assert not lapses_soon(None, GO_LIVE)


duties = st.builds(
    Duty,
    st.sampled_from(["refresher-2026-01", "refresher-2026-02", "delta-a"]),
    st.none() | st.dates(date(2025, 1, 1), date(2027, 1, 1)),
    st.none() | st.dates(date(2025, 1, 1), date(2027, 1, 1)),
)
people = st.builds(
    PersonFacts,
    programme=st.none() | st.just("customer-service"),
    certificate=st.none()
    | st.builds(
        Certificate,
        st.just("1"),
        st.just("Foundation"),
        st.sampled_from(Standing),
        st.sampled_from(Standing),
        st.none() | st.dates(),
        st.none() | st.dates(),
    ),
    next_action=st.none() | st.builds(NextAction, st.sampled_from(Action), st.just("c2"), minutes=st.integers(1, 90)),
    deltas=st.tuples(duties),
    refreshers=st.tuples(duties, duties),
    exam=st.none() | st.builds(Exam, st.dates(), st.none() | st.integers(0, 3)),
    exam_asked=st.booleans(),
    rostered=st.booleans(),
)


@given(people)
def test_every_line_is_answered_and_each_no_says_what_is_missing(facts: PersonFacts) -> None:
    findings = five_lines(facts, TODAY)
    assert [finding.line for finding in findings] == list(Line)
    for finding in findings:
        assert finding.holds == (finding.lack is None)
        assert finding.fix is None or not finding.holds


@given(people)
def test_evidence_that_is_taken_away_never_makes_anybody_ready(facts: PersonFacts) -> None:
    less = (
        replace(facts, certificate=None),
        replace(facts, exam=None, exam_asked=True),
        replace(facts, rostered=False),
    )
    assert not any(is_ready(five_lines(each, TODAY)) for each in less)


@given(people)
def test_the_smallest_fix_is_one_of_the_open_lines(facts: PersonFacts) -> None:
    findings = five_lines(facts, TODAY)
    open_fixes = [finding.fix for finding in findings if not finding.holds and finding.fix]
    assert (smallest_fix(findings) in open_fixes) == bool(open_fixes)

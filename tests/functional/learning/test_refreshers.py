"""Months after go-live: each opens by itself, moves for peaks, waits for the absent and is followed up."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from lms.accounts.models.people import Absence
from lms.accounts.rules.actor import Role
from lms.certification.queries.evidence import evidence_view
from lms.cohorts.events import DueDateChanged
from lms.cohorts.service.cohorts import add_member
from lms.cohorts.service.plan import PeakDraft, create_peak
from lms.infra.clock import now
from lms.infra.events import publish
from lms.learning.models import Cycle, Evidence
from lms.learning.queries.catalogue import programme_by_id
from lms.learning.rules.evidence import Result, Source
from lms.learning.service.evidence import Claim, record_evidence
from lms.learning.service.rebuild import rebuild
from lms.learning.service.refreshers import follow_up, months_to_open, open_months
from lms.messaging.models import Notification
from lms.readiness.queries.facts import Task, person_facts
from lms.readiness.rules.person import Answer, Line, five_lines
from tests.factories.cohorts import make_cohort, make_wave
from tests.factories.people import as_actor, make_person
from tests.factories.training import do_modules

GO_LIVE = date(2026, 3, 9)
APRIL = ["t11-notes", "t11-cards", "t11-practice", "t11-incident", "t11-live"]


@pytest.fixture
def coordinator(session):
    return make_person("Cleo", Role.COORDINATOR, function="hr")


@pytest.fixture
def boss(session):
    return make_person("Bo Boss", function="hr")


@pytest.fixture
def learner(session, flight_refreshers, coordinator, boss):
    """Somebody trained in February, of a wave that goes live on 9 March."""
    wave = make_wave(as_actor(coordinator), go_live=GO_LIVE, training_start=date(2026, 1, 5))
    cohort = make_cohort(as_actor(coordinator), wave=wave, programme=flight_refreshers)
    person = make_person("Ana Ruiz", manager=boss)
    add_member(as_actor(coordinator), cohort, person.id, date(2026, 2, 2))
    do_modules(person)
    session.commit()
    return person


@pytest.fixture
def on(session, clock):
    """Do what the job does on a day."""

    def _on(day):
        clock.advance(days=(day - now().date()).days)
        opened = open_months(months_to_open(day))
        follow_up(day)
        session.commit()
        return opened

    return _on


def cycles(session):
    return session.scalars(sa.select(Cycle).where(Cycle.name.startswith("refresher-")).order_by(Cycle.name)).all()


def finish(session, cycle, steps=None):
    for step in steps or cycle.parts:
        record_evidence(Claim(cycle.id, step, Result.COMPLETED, Source.PLAYER, now(), cycle.person_id))
    session.commit()


def told(session, person, kind):
    query = sa.select(sa.func.count()).where(Notification.person_id == person.id, Notification.kind == kind)
    return session.scalar(query)


def line_three(person, today):
    facts = person_facts(sa.select(sa.literal(person.id)), [Task(person.id, "flight-check", True)], today, today)
    return next(found for found in five_lines(facts[person.id], today) if found.line is Line.REFRESHER)


def test_the_month_after_go_live_opens_once_with_the_log_of_own_decisions(session, learner, on):
    assert on(date(2026, 3, 31)) == 0
    assert on(date(2026, 4, 1)) == 1
    assert on(date(2026, 4, 2)) == 0
    (cycle,) = cycles(session)
    assert (cycle.name, cycle.due_on, cycle.parts) == ("refresher-2026-04", date(2026, 4, 30), APRIL)
    on(date(2026, 5, 1))
    assert cycles(session)[1].parts == ["t12-notes", "t12-cards", "t12-practice", "t12-incident"]


def test_home_says_why_a_refresher_is_due_on_that_day(session, client, learner, on):
    on(date(2026, 4, 1))
    client.sign_in(learner)
    page = client.get("/home").get_data(as_text=True)
    assert "Refresher April 2026" in page
    assert "A refresher is due on the last day of its month." in page
    assert "Repeat cards" in page


def test_somebody_whose_training_is_not_done_has_no_refresher(session, learner, on, coordinator):
    other = make_person("Bo Li")
    add_member(as_actor(coordinator), cycles_cohort(session, learner), other.id, date(2026, 2, 2))
    do_modules(other, most=2)
    assert on(date(2026, 4, 1)) == 1


def cycles_cohort(session, person):
    return session.scalar(sa.select(Cycle.cohort_id).where(Cycle.person_id == person.id))


def test_in_a_peak_month_only_the_cards_stay_and_the_rest_comes_after_it(session, client, learner, on, coordinator):
    create_peak(as_actor(coordinator), PeakDraft("Spring sale", date(2026, 4, 6), date(2026, 4, 27)))
    on(date(2026, 4, 1))
    on(date(2026, 5, 1))
    april, may = cycles(session)
    assert april.parts == ["t11-cards"]
    assert may.due_reason["merged"] == ["2026-04-01"]
    assert set(may.parts) == {*APRIL, "t12-notes", "t12-cards", "t12-practice", "t12-incident"} - {"t11-cards"}
    client.sign_in(learner)
    page = client.get("/home").get_data(as_text=True)
    assert "What the peak moved from April 2026 is part of this month." in page


def test_merged_months_stay_within_four_hours_and_what_is_dropped_is_excused(session, learner, on, coordinator):
    create_peak(as_actor(coordinator), PeakDraft("Long sale", date(2026, 4, 6), date(2026, 6, 1)))
    for month in (4, 5, 6):
        on(date(2026, month, 1))
    june = cycles(session)[-1]
    excused = session.scalars(sa.select(Evidence).where(Evidence.result == Result.EXCUSED)).all()
    assert june.due_reason["left_out"] == ["t13-vigilance"]
    assert [(row.step, row.source, row.credited_minutes) for row in excused] == [("t13-vigilance", Source.RULE, 0)]
    assert rebuild(check_only=True) == []


def test_nobody_is_given_a_refresher_while_away_and_absence_moves_its_day(session, learner, on):
    session.add(Absence(person_id=learner.id, starts_on=date(2026, 3, 30), ends_on=date(2026, 4, 8)))
    session.commit()
    assert on(date(2026, 4, 1)) == 0
    assert on(date(2026, 4, 8)) == 1
    (cycle,) = cycles(session)
    assert cycle.due_on == date(2026, 5, 7)
    session.add(Absence(person_id=learner.id, starts_on=date(2026, 4, 20), ends_on=None))
    session.flush()
    publish(DueDateChanged(learner.id, cycle.cohort_id, cycle.programme))
    assert cycle.due_on is None


def test_two_refreshers_done_meet_the_practitioners_line(session, learner, on):
    programme = programme_by_id("flight-check")
    on(date(2026, 4, 1))
    finish(session, cycles(session)[0], APRIL[:-1])
    assert evidence_view(learner.id, programme, now().date()).refreshers == 0
    finish(session, cycles(session)[0], APRIL[-1:])
    assert evidence_view(learner.id, programme, now().date()).refreshers == 1
    on(date(2026, 5, 1))
    finish(session, cycles(session)[1])
    assert evidence_view(learner.id, programme, now().date()).refreshers == 2


def test_merged_months_count_as_one_refresher_when_both_are_done(session, learner, on, coordinator):
    create_peak(as_actor(coordinator), PeakDraft("Spring sale", date(2026, 4, 6), date(2026, 4, 27)))
    on(date(2026, 4, 1))
    on(date(2026, 5, 1))
    may, programme = cycles(session)[1], programme_by_id("flight-check")
    finish(session, may, [step for step in may.parts if step.startswith("t11")])
    assert evidence_view(learner.id, programme, now().date()).refreshers == 0
    finish(session, may, [step for step in may.parts if step.startswith("t12")])
    assert evidence_view(learner.id, programme, now().date()).refreshers == 1


def test_a_missed_refresher_reminds_and_two_ask_the_manager_for_a_conversation(session, learner, boss, on):
    on(date(2026, 4, 1))
    on(date(2026, 5, 1))
    on(date(2026, 5, 2))
    assert (told(session, learner, "refresher-missed"), told(session, boss, "refresher-talk")) == (1, 0)
    on(date(2026, 6, 1))
    on(date(2026, 6, 2))
    assert (told(session, learner, "refresher-missed"), told(session, boss, "refresher-talk")) == (2, 1)


def test_the_third_line_fails_while_the_latest_due_refresher_is_open(session, learner, on):
    on(date(2026, 4, 1))
    assert line_three(learner, date(2026, 4, 30)).answer is Answer.YES
    on(date(2026, 5, 1))
    assert line_three(learner, date(2026, 5, 1)).answer is Answer.NO
    finish(session, cycles(session)[0])
    assert line_three(learner, date(2026, 5, 1)).answer is Answer.YES


def test_the_month_before_can_be_caught_up_and_older_ones_are_let_go(session, client, learner, on):
    for month in (4, 5, 6):
        on(date(2026, month, 1))
    assert [cycle.closed_at is None for cycle in cycles(session)] == [False, True, True]
    client.sign_in(learner)
    assert client.get("/learn/flight-refreshers/t12/t12-notes").status_code == 200

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from lms.accounts.events import PersonLeft
from lms.accounts.models.people import Absence
from lms.accounts.models.signin import SignInSession
from lms.accounts.queries.scope import people_in_scope, require_in_scope
from lms.accounts.rules.actor import Role
from lms.accounts.rules.permissions import Permission
from lms.accounts.service.sessions import start_session
from lms.cohorts.models import ChampionAppointment
from lms.cohorts.queries.cohorts import appointments_of, cohort_line, cohorts_championed_by
from lms.cohorts.rules.champions import AppointmentStatus, EndReason, Standing
from lms.cohorts.service.champions import (
    appoint_champion,
    confirm_champion,
    end_appointment,
    hand_over,
    name_deputy,
)
from lms.cohorts.service.cohorts import add_member
from lms.infra.db import db
from lms.infra.events import publish
from lms.shared.errors import Conflict, Invalid, NotFound
from tests.conftest import NOW
from tests.factories.cohorts import make_cohort
from tests.factories.people import as_actor, make_person

TODAY = date(2026, 3, 2)


@pytest.fixture
def coordinator(session):
    return as_actor(make_person("Cleo Coordinator", Role.COORDINATOR, function="hr"))


@pytest.fixture
def team(coordinator):
    cohort = make_cohort(coordinator)
    people = [make_person(name) for name in ("Champ", "Deputy", "Learner")]
    for person in people:
        add_member(coordinator, cohort, person.id, TODAY)
    return cohort, *people


def seen_by(person, day=TODAY) -> set:
    scope = people_in_scope(as_actor(person), Permission.SEE_TEAM, day)
    return set(db.session.scalars(scope))


def has_session(person) -> bool:
    query = sa.select(SignInSession.id).where(SignInSession.person_id == person.id, SignInSession.ended_at.is_(None))
    return db.session.scalar(query) is not None


def test_a_champion_gets_the_role_and_signs_in_anew(coordinator, team):
    cohort, champion, *_ = team
    start_session(champion.id, NOW)
    db.session.flush()
    appointment = appoint_champion(coordinator, cohort, champion.id, TODAY)
    assert as_actor(champion).has(Role.CHAMPION)
    assert not has_session(champion)
    assert appointments_of(cohort)[0].status is AppointmentStatus.ACTING
    confirm_champion(coordinator, appointment, TODAY)
    assert appointments_of(cohort)[0].status is AppointmentStatus.FULL


def test_a_champion_sees_the_cohort_but_not_themselves_nor_others(coordinator, team):
    cohort, champion, deputy, learner = team
    stranger = make_person("Stranger")
    appoint_champion(coordinator, cohort, champion.id, TODAY)
    assert seen_by(champion) == {deputy.id, learner.id}
    with pytest.raises(NotFound):
        require_in_scope(as_actor(champion), Permission.OBSERVE, stranger.id, TODAY)


def test_a_deputy_sees_the_cohort_only_while_the_champion_is_absent(coordinator, team):
    cohort, champion, deputy, learner = team
    appoint_champion(coordinator, cohort, champion.id, TODAY, deputy.id)
    assert seen_by(deputy) == set()
    db.session.add(Absence(person_id=champion.id, starts_on=TODAY, ends_on=TODAY + timedelta(days=2)))
    db.session.flush()
    assert seen_by(deputy) == {champion.id, learner.id}
    assert seen_by(deputy, TODAY + timedelta(days=2)) == set()


def test_nobody_is_champion_twice_or_their_own_deputy(coordinator, team):
    cohort, champion, *_ = team
    with pytest.raises(Invalid):
        appoint_champion(coordinator, cohort, champion.id, TODAY, champion.id)
    appoint_champion(coordinator, cohort, champion.id, TODAY)
    with pytest.raises(Conflict):
        appoint_champion(coordinator, cohort, champion.id, TODAY)


def test_a_leaver_cannot_be_appointed(coordinator, team):
    gone = make_person("Gone", left_on=date(2026, 1, 31))
    with pytest.raises(NotFound):
        appoint_champion(coordinator, team[0], gone.id, TODAY)


def test_handing_over_makes_the_deputy_champion_and_keeps_the_history(coordinator, team):
    cohort, champion, deputy, _learner = team
    appointment = appoint_champion(coordinator, cohort, champion.id, TODAY, deputy.id)
    later = TODAY + timedelta(days=30)
    hand_over(coordinator, appointment, later, "Learner needs help with refunds.")
    now, before = appointments_of(cohort)
    assert (now.name, now.valid_from, now.handover_note) == ("Deputy", later, "Learner needs help with refunds.")
    assert (before.name, before.valid_to, before.end_reason) == ("Champ", later, EndReason.HANDED_OVER)
    assert cohorts_championed_by(champion.id, TODAY) == (cohort,)
    assert cohorts_championed_by(champion.id, later) == ()


def test_without_a_deputy_there_is_nobody_to_hand_over_to(coordinator, team):
    appointment = appoint_champion(coordinator, team[0], team[1].id, TODAY)
    with pytest.raises(Conflict):
        hand_over(coordinator, appointment, TODAY, "note")


def test_a_champion_who_leaves_the_company_leaves_the_cohort_visibly_without_one(coordinator, team):
    cohort, champion, deputy, _learner = team
    appointment = appoint_champion(coordinator, cohort, champion.id, TODAY, deputy.id)
    publish(PersonLeft(champion.id, TODAY))
    line = cohort_line(cohort, TODAY)
    assert (line.cover.standing, line.cover.champions) == (Standing.NONE, 0)
    assert appointments_of(cohort)[0].end_reason is EndReason.LEFT
    hand_over(coordinator, appointment, TODAY, "Left on short notice.")
    assert cohort_line(cohort, TODAY).cover.champions == 1


def test_an_appointment_that_was_ended_cannot_be_handed_over(coordinator, team):
    cohort, champion, deputy, _learner = team
    appointment = appoint_champion(coordinator, cohort, champion.id, TODAY, deputy.id)
    end_appointment(coordinator, appointment, TODAY)
    with pytest.raises(Conflict):
        hand_over(coordinator, appointment, TODAY, "note")
    with pytest.raises(NotFound):
        end_appointment(coordinator, appointment, TODAY)


def test_the_role_ends_with_the_last_appointment_that_gives_it(coordinator, team):
    cohort, champion, deputy, _learner = team
    other = make_cohort(coordinator, "Service South", wave="pilot", site="south")
    first = appoint_champion(coordinator, cohort, champion.id, TODAY, deputy.id)
    second = appoint_champion(coordinator, other, champion.id, TODAY)
    end_appointment(coordinator, first, TODAY)
    assert as_actor(champion).has(Role.CHAMPION)
    assert not as_actor(deputy).has(Role.CHAMPION)
    end_appointment(coordinator, second, TODAY)
    assert not as_actor(champion).has(Role.CHAMPION)


def test_another_deputy_takes_the_role_from_the_first(coordinator, team):
    cohort, champion, deputy, learner = team
    appointment = appoint_champion(coordinator, cohort, champion.id, TODAY, deputy.id)
    name_deputy(coordinator, appointment, learner.id, TODAY)
    assert not as_actor(deputy).has(Role.CHAMPION)
    assert as_actor(learner).has(Role.CHAMPION)
    publish(PersonLeft(learner.id, TODAY))
    assert db.session.get(ChampionAppointment, appointment).deputy_id is None

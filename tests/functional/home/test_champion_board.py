from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from lms.accounts.rules.actor import Role
from lms.cohorts.models import ChampionAppointment, CohortMember
from lms.home.models import Nudge
from lms.home.tasks import remind
from lms.infra.clock import now
from lms.infra.jobs import JobRun
from lms.learning.service.assign import Assignment, assign_programme
from lms.messaging.models import Notification
from lms.shared.ids import new_id
from lms.workshops.service.sessions import SessionDraft, schedule_session
from tests.factories.cohorts import make_cohort
from tests.factories.people import as_actor, make_person

SINCE = date(2026, 1, 5)


@pytest.fixture
def coordinator(session):
    return make_person("Cora", Role.COORDINATOR)


@pytest.fixture
def cohort(session, coordinator, flight_check):
    return make_cohort(as_actor(coordinator), programme=flight_check)


def join(session, person, cohort):
    session.add(
        CohortMember(person_id=person.id, cohort_id=cohort, programme="flight-check", valid_from=SINCE, by_rule=False)
    )
    session.flush()


@pytest.fixture
def champion(session, cohort, coordinator):
    person = make_person("Kim Berg", Role.CHAMPION)
    session.add(ChampionAppointment(id=new_id(), cohort_id=cohort, person_id=person.id, valid_from=SINCE))
    session.flush()
    return person


@pytest.fixture
def learner(session, cohort, flight_check):
    person = make_person("Ana Ruiz")
    join(session, person, cohort)
    assign_programme(Assignment(person.id, flight_check, cohort_id=cohort, due_on=date(2026, 3, 9)), None)
    return person


def test_a_champion_reads_at_home_how_many_need_them(client, session, champion, learner):
    client.sign_in(learner)
    client.post("/ask", data={"note": "How do I begin?"})
    client.sign_in(champion)
    page = " ".join(client.get("/home").get_data(as_text=True).split())
    assert re.search(r'href="/team"[^>]*>See who of your team needs you now</a>.*?1 person', page)


def test_a_champion_without_colleagues_is_told_so(client, session, cohort):
    client.sign_in(make_person("Lone", Role.CHAMPION))
    assert "No colleagues assigned yet" in client.get("/team").get_data(as_text=True)


def test_sessions_of_the_week_leave_less_of_the_two_hours(client, session, champion, learner, coordinator):
    client.sign_in(champion)
    assert "sessions that you hold" not in client.get("/team").get_data(as_text=True)
    for days, minutes in ((1, 45), (4, 30), (8, 60)):
        starts = now() + timedelta(days=days)
        schedule_session(
            as_actor(coordinator), SessionDraft("t2-clinic", "Clinic", starts, minutes, "UTC", 9, champion.id, "4")
        )
    session.commit()
    assert "1 h 15 min of them are for sessions that you hold." in client.get("/team").get_data(as_text=True)


def test_the_board_shows_the_champions_own_colleagues_only(client, session, champion, learner):
    stranger = make_person("Bo Li")
    client.sign_in(champion)
    page = client.get("/team").get_data(as_text=True)
    assert "Ana Ruiz" in page
    assert "Bo Li" not in page
    assert client.get(f"/team/{stranger.id}").status_code == 404


def test_asking_for_help_puts_a_learner_on_top_until_it_is_answered(client, session, champion, learner):
    client.sign_in(learner)
    client.post("/ask", data={"text": "I do not understand limits"})
    client.sign_in(champion)
    assert "Asked for help" in client.get("/team").get_data(as_text=True)
    assert "I do not understand limits" in client.get(f"/team/{learner.id}").get_data(as_text=True)
    client.post(f"/team/{learner.id}/answered")
    assert "Asked for help" not in client.get("/team").get_data(as_text=True)


def test_the_champion_is_told_when_somebody_asks(client, session, champion, learner):
    client.sign_in(learner)
    client.post("/ask", data={"text": ""})
    told = session.scalars(sa.select(Notification).where(Notification.person_id == champion.id)).one()
    assert "Ana Ruiz" in told.subject


def test_a_nudge_reaches_the_learner_once_in_two_days(client, session, champion, learner, clock):
    client.sign_in(champion)
    for _ in range(2):
        client.post("/team/nudge", data={"person": str(learner.id), "text": "Your next step is short."})
    assert session.scalar(sa.select(sa.func.count()).select_from(Nudge)) == 1
    told = session.scalars(sa.select(Notification).where(Notification.person_id == learner.id)).one()
    assert "Kim Berg" in told.subject
    clock.advance(hours=48)
    client.post("/team/nudge", data={"person": str(learner.id), "text": "Still short."})
    assert session.scalar(sa.select(sa.func.count()).select_from(Nudge)) == 2


def test_nobody_nudges_a_person_outside_their_team(client, session, champion, learner):
    stranger = make_person("Bo Li")
    client.sign_in(champion)
    assert client.post("/team/nudge", data={"person": str(stranger.id), "text": "Hello"}).status_code == 422
    assert session.scalar(sa.select(sa.func.count()).select_from(Nudge)) == 0


def test_an_empty_nudge_keeps_whom_it_was_for(client, champion, learner):
    client.sign_in(champion)
    response = client.post("/team/nudge", data={"person": str(learner.id), "text": " "})
    assert response.status_code == 422
    assert "Ana Ruiz" in response.get_data(as_text=True)


def test_a_colleagues_page_shows_no_score(client, champion, learner):
    client.sign_in(champion)
    page = client.get(f"/team/{learner.id}").get_data(as_text=True)
    assert "One limit" in page
    assert "You never see answers, scores or times" in page


def test_due_dates_are_recalled_a_week_and_a_day_before_and_once_each(session, learner, clock):
    run = JobRun(new_id(), {}, 1)
    for _ in range(2):
        remind(run)
    clock.advance(days=6)
    remind(run)
    told = session.scalars(sa.select(Notification.subject).where(Notification.person_id == learner.id)).all()
    assert sorted(told) == ["Your training is due in 1 day", "Your training is due in 7 days"]


def test_a_cohort_on_track_names_its_missing_champion(client, coordinator, learner, cohort):
    client.sign_in(coordinator)
    page = client.get(f"/cohorts/{cohort}").get_data(as_text=True)
    assert "Nobody is appointed to this cohort" in page
    assert "Ana Ruiz" in page


def test_every_count_of_a_cohort_leads_to_its_people(client, coordinator, learner, cohort):
    client.sign_in(coordinator)
    page = client.get(f"/cohorts/{cohort}/modules/t1").get_data(as_text=True)
    assert "0 of 1 completed it" in page
    assert "Ana Ruiz" in page


def test_ones_own_record_counts_and_exports_what_is_held(client, learner):
    client.sign_in(learner)
    assert "What is held about you" in client.get("/me").get_data(as_text=True)
    export = client.get("/me/export.json").json
    assert export["profile"][0]["name"] == "Ana Ruiz"
    assert {"cycle", "placement", "sign_in_session"} <= export.keys()
    assert "token_hash" not in export["sign_in_session"][0]

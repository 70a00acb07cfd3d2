"""The survey of each moment, stored without the person, and a self-check that is stored nowhere."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from lms.accounts.rules.actor import Role
from lms.assessment.models import SurveyAnswer, SurveyTaken
from lms.catalog.adapters.sources import Source, read_tree
from lms.catalog.service import publish_courses
from lms.cohorts.service.cohorts import add_member
from lms.formats import course_formats
from lms.infra.clock import now
from lms.infra.db import Base
from lms.reporting.queries.surveys import survey_titles
from tests.factories.cohorts import make_cohort, make_wave
from tests.factories.people import as_actor, make_person
from tests.factories.training import do_modules

FLIGHT = Path(__file__).parents[1] / "flight"
ELEMENTS = ("awareness", "desire", "knowledge", "ability", "reinforcement")
ITEMS = [f"q-{element[:3]}{number}" for element in ELEMENTS for number in (1, 2, 3)]


@pytest.fixture
def learner(session, client):
    """Somebody trained, of a wave that goes live on 9 March, whose course has the fifteen questions."""
    lines = "".join(
        f"  - {{id: q-{element[:3]}{number}, adkar: {element}, text: Sentence {number} about {element}.}}\n"
        for element in ELEMENTS
        for number in (1, 2, 3)
    )
    tree = read_tree(FLIGHT)
    path = "flight-check/01-brief/30-pulse.survey.yml"
    tree.files[path] = Source(path, f"id: t1-pulse\ntitle: How ready do you feel?\nitems:\n{lines}")
    module = "flight-check/01-brief/module.yml"
    tree.files[module] = Source(module, tree.files[module].text.replace("minutes: 4", "minutes: 8"))
    done = publish_courses(None, tree, course_formats(), now())
    assert not [problem.message for problem in done.problems if problem.is_error]
    coordinator = as_actor(make_person("Cleo", Role.COORDINATOR, function="hr"))
    wave = make_wave(coordinator, go_live=date(2026, 3, 9), training_start=date(2026, 1, 5))
    person = make_person("Ana Ruiz")
    add_member(coordinator, make_cohort(coordinator, wave=wave, programme="flight-check"), person.id, date(2026, 2, 2))
    do_modules(person)
    session.commit()
    client.sign_in(person)
    return person


def answers(value="4", **others):
    given = {f"answer.{item}": value for item in ITEMS}
    return {**given, **{f"answer.{item}": rating for item, rating in others.items()}}


def test_after_training_home_leads_to_the_survey_once(session, client, learner):
    assert 'href="/pulse"' in client.get("/home").get_data(as_text=True)
    assert client.post("/pulse", data=answers()).status_code == 302
    assert 'href="/pulse"' not in client.get("/home").get_data(as_text=True)
    assert client.post("/pulse", data=answers()).status_code == 404
    assert {row.survey for row in session.scalars(sa.select(SurveyAnswer))} == {"t1-pulse@trained"}
    assert session.scalars(sa.select(SurveyTaken.step)).all() == ["t1-pulse@trained"]


def test_week_six_and_each_quarter_ask_again_as_surveys_of_their_own(session, client, learner, clock):
    for days in (0, 60, 91):
        clock.advance(days=days)
        client.sign_in(learner)
        assert client.post("/pulse", data=answers()).status_code == 302
    assert sorted(session.scalars(sa.select(SurveyTaken.step))) == [
        "t1-pulse@quarter-1", "t1-pulse@trained", "t1-pulse@week-6",
    ]  # fmt: skip
    assert survey_titles("en")["t1-pulse@week-6"] == "How ready do you feel? · week 6"


def test_a_sentence_left_out_is_named_and_the_rest_is_kept(session, client, learner):
    given = answers()
    del given["answer.q-awa1"]
    answer = client.post("/pulse", data=given)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert page.count("Choose one answer.") == 1
    assert page.count(" checked") == len(ITEMS) - 1
    assert session.scalar(sa.select(sa.func.count()).select_from(SurveyAnswer)) == 0


def rows(session):
    return {
        table.name: session.scalar(sa.select(sa.func.count()).select_from(table))
        for table in Base.metadata.sorted_tables
    }


def test_the_self_check_advises_on_the_first_barrier_and_stores_nothing(session, client, learner):
    assert client.get("/self-check").status_code == 200
    before = rows(session)
    low = {f"q-kno{number}": "2" for number in (1, 2, 3)} | {f"q-rei{number}": "1" for number in (1, 2, 3)}
    answer = client.post("/self-check", data=answers("4", **low))
    page = answer.get_data(as_text=True)
    assert "Read the rules again" in page
    assert "Ask to be seen" not in page
    assert answer.headers["Cache-Control"] == "no-store"
    assert rows(session) == before


def test_the_self_check_keeps_what_was_chosen_when_a_sentence_is_missing(client, learner):
    answer = client.post("/self-check", data={"answer.q-awa1": "3"})
    assert answer.status_code == 422
    assert answer.get_data(as_text=True).count(" checked") == 1

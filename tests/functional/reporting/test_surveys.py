from __future__ import annotations

import csv
import io
import re

import pytest

from lms.accounts.rules.actor import Role
from lms.assessment.models import SurveyAnswer
from lms.infra.db import db
from lms.reporting.queries import surveys as queries
from lms.reporting.rules.surveys import Element
from tests.factories.people import make_person


def answer(group: str, people: int, rating: int = 4, *, week: str = "2026-02-16", only: Element | None = None) -> None:
    for _person in range(people):
        for element in Element:
            if only not in {None, element}:
                continue
            for number in (1, 2, 3):
                db.session.add(
                    SurveyAnswer(
                        survey="pulse",
                        release="r",
                        wave_id="pilot",
                        group_id=group,
                        item=f"{element.value}-{number}",
                        element=element.value,
                        rating=rating,
                        week=week,
                    )
                )
    db.session.flush()


@pytest.fixture
def report(client, session, cohorts, coordinator, monkeypatch):
    monkeypatch.setattr("lms.reporting.views.surveys.survey_titles", lambda _language: {"pulse": "Pulse"})
    client.sign_in(coordinator)
    return lambda query="": re.sub(
        r"\s+", " ", re.sub(r"<[^>]+>", " ", client.get(f"/reports/surveys{query}").get_data(as_text=True))
    )


def test_five_answers_of_a_group_are_shown_with_their_number(report, cohorts):
    answer(cohorts["north"], 5)
    page = report()
    assert "Service North" in page
    assert "4.00 n = 5" in page
    assert "No group meets a barrier" in page


def test_four_answers_are_in_no_number_and_wait(report, cohorts):
    answer(cohorts["north"], 6, 4)
    answer(cohorts["south"], 4, 1)
    page = report()
    assert "Service South" not in page
    assert "4.00 n = 6" in page
    assert "1 group waits." in page


def test_the_first_low_element_is_the_barrier_and_says_what_helps(report, cohorts):
    answer(cohorts["north"], 5, 4, only=Element.AWARENESS)
    answer(cohorts["north"], 5, 3, only=Element.DESIRE)
    for element in (Element.KNOWLEDGE, Element.ABILITY, Element.REINFORCEMENT):
        answer(cohorts["north"], 5, 2, only=element)
    page = report()
    assert "1 group of 1 meets a barrier. All together: Desire." in page
    assert "pair each person with a champion" in page


def test_answers_of_this_week_wait_until_it_is_over(report, cohorts, clock):
    answer(cohorts["north"], 5, week="2026-03-02")
    assert "No group has five answers yet" in report()
    clock.advance(days=7)
    assert "4.00 n = 5" in report()


def test_the_file_holds_what_the_page_shows(client, report, cohorts):
    answer(cohorts["north"], 5)
    report()
    rows = list(csv.reader(io.StringIO(client.get("/reports/surveys.csv").get_data().decode("utf-8-sig"))))
    assert rows[1][:3] == ["Service North", "4.0", "5"]


def test_adding_up_takes_one_statement_whatever_the_answers(session, cohorts, clock):
    answer(cohorts["north"], 5)
    data = queries.survey_data("pulse", clock.now().date())
    assert {batch.respondents for batch in data.batches} == {5}


def test_a_champion_is_refused(client, session, flight_check):
    client.sign_in(make_person("Chi", Role.CHAMPION))
    assert client.get("/reports/surveys").status_code == 403

"""Checks in another language: whole or not at all, and stored with the language that was served."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from lms.assessment.models import Attempt
from lms.catalog.queries import current_release
from lms.learning.service.assign import Assignment, assign_programme
from tests.factories.people import make_person
from tests.functional.assessment.conftest import publish_tree

FLIGHT = Path(__file__).parents[1] / "flight" / "flight-check"
COURSE = (
    "title: Vuelo de prueba\nsummary: Lo más corto.\nobjectives:\n  - {id: flight.limits, text: Decir quién decide}\n"
)
QUIZ = "---\nid: t1-check\ntitle: Control\n---\nDos preguntas.\n"
PAGE = "---\nid: t1-page\ntitle: Un límite\n---\nEl límite es {{price_approval_limit}}. Más alto, pregunte.\n"
OVER = """\
## flight-over {single objective=flight.limits}
La IA sube un precio un 16 %. ¿Qué hace usted?
- (x) Pedir permiso {#ask}
  > Sí.
- ( ) Aceptar {#accept}
  > No.
"""
AT = """
## flight-at {single objective=flight.limits}
Sube exactamente un 15 %. ¿Quién decide?
- ( ) Otra persona {#approver}
  > Todavía no.
- (x) Usted {#you}
  > Sí.
"""
SUM = """
## flight-sum {numeric objective=flight.limits unit=%}
De 40 a 46: ¿cuánto por ciento?
= 15 +- 0.1
  > Sí.
! *
  > Divida.
"""
ALL = {
    "locales/es/course.yml": COURSE,
    "locales/es/01-brief/20-check.quiz.md": QUIZ,
    "locales/es/01-brief/10-page.md": PAGE,
    "locales/es/bank/limits.q.md": OVER + AT + SUM,
}


@pytest.fixture
def start(session, client, tmp_path):
    """Publish the flight check with these Spanish files and open its quiz as somebody who reads Spanish."""

    def run(**files):
        publication = publish_tree(tmp_path, **files)
        assert not [problem for problem in publication.problems if problem.is_error]
        person = make_person("Inés Gil", language="es")
        assign_programme(Assignment(person.id, "flight-check"), None)
        session.commit()
        client.sign_in(person)
        return client.post("/quiz/t1-check/start")

    return run


def test_an_attempt_stores_the_language_it_was_served_in(session, client, start):
    assert start(**ALL).status_code == 302
    attempt = session.scalars(sa.select(Attempt)).one()
    assert attempt.language == "es"
    page = client.get(f"/attempt/{attempt.id}/q/1").get_data(as_text=True)
    assert "La IA" in page or "Sube" in page or "De 40" in page
    assert "The AI" not in page
    assert current_release("flight-check").course.languages == ("en", "es")


def test_a_check_without_a_translation_is_not_served_in_another_language(session, client, start):
    without = {name: text for name, text in ALL.items() if "quiz" not in name}
    assert start(**without).status_code == 403
    page = client.get("/learn/flight-check/t1/t1-check").get_data(as_text=True)
    assert "The AI lifts" not in page
    assert session.scalars(sa.select(Attempt)).all() == []
    assert current_release("flight-check").course.languages == ("en",)


def test_a_check_whose_questions_are_not_all_translated_is_not_served_with_fewer(session, client, start):
    response = start(**{**ALL, "locales/es/bank/limits.q.md": OVER})
    assert response.status_code == 409
    assert session.scalars(sa.select(Attempt)).all() == []


def test_a_page_keeps_its_question_where_only_the_question_lacks_a_translation(session, client, start):
    original = (FLIGHT / "01-brief/10-page.md").read_text()
    original = original.replace("title:", "check: [flight-at]\ntitle:", 1).replace("minutes: 2", "minutes: 3")
    module = (FLIGHT / "01-brief/module.yml").read_text().replace("minutes: 4", "minutes: 6")
    spanish = {**ALL, "locales/es/bank/limits.q.md": OVER + SUM}
    start(**{**spanish, "01-brief/10-page.md": original, "01-brief/module.yml": module})
    page = client.get("/learn/flight-check/t1/t1-page").get_data(as_text=True)
    assert "El límite es" in page
    assert 'lang="en"' in page
    assert "Who decides?" in page

"""A diagnostic: it spares lessons, never checks, practice or exams, and what it spares is counted apart."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from lms.assessment.models import Attempt
from lms.learning.models import Evidence, ModuleProgress, StepProgress
from lms.learning.rules.evidence import Source
from lms.learning.service.assign import Assignment, assign_programme
from lms.learning.service.rebuild import rebuild
from tests.factories.people import make_person
from tests.functional.assessment.conftest import publish_tree

DIAGNOSTIC = """\
---
id: t1-diagnostic
title: What do you know already?
mode: diagnostic
pass: 60%
skips: [t1]
draw:
  - {bank: limits, n: 3}
---
Three questions.
"""
RIGHT = {"flight-over": "ask", "flight-at": "you", "flight-sum": "15"}
WRONG = {"flight-over": "accept", "flight-at": "approver", "flight-sum": "99"}
KEYS = ("Yes: it is more than the limit", "Yes: only above the limit", "Divide the change")


@pytest.fixture
def learner(session, client, tmp_path):
    publication = publish_tree(tmp_path, **{"01-brief/05-diagnostic.quiz.md": DIAGNOSTIC})
    # Its minutes are nobody's: the module's own still fit.
    assert not [problem for problem in publication.problems if problem.is_error]
    person = make_person("Ana Ruiz")
    assign_programme(Assignment(person.id, "flight-check"), None)
    session.commit()
    client.sign_in(person)
    return person


def answer(session, client, answers):
    client.post("/quiz/t1-diagnostic/start")
    attempt = session.scalars(sa.select(Attempt)).one()
    for number, served in enumerate(attempt.served, 1):
        client.post(f"/attempt/{attempt.id}/q/{number}", data={"answer": answers[served["item"]], "go": "next"})
    return client.post(f"/attempt/{attempt.id}/review", follow_redirects=True).get_data(as_text=True)


def test_who_knows_it_is_spared_the_lessons_and_nothing_else(session, client, learner):
    page = answer(session, client, RIGHT)
    assert "You may skip the lessons" in page
    rows = session.scalars(sa.select(Evidence).where(Evidence.source == Source.EQUIVALENT)).all()
    assert [(row.step, row.kind, row.credited_minutes) for row in rows] == [("t1-page", "lesson", 0)]
    done = set(session.scalars(sa.select(StepProgress.step)))
    assert "t1-page" in done
    assert "t1-check" not in done
    progress = session.get(ModuleProgress, (learner.id, "initial", "t1"))
    assert (progress.steps_total, progress.completed_at) == (2, None)
    assert rebuild(check_only=True) == []


def test_who_does_not_know_it_takes_the_lessons_and_loses_nothing(session, client, learner):
    page = answer(session, client, WRONG)
    assert "Take the lessons" in page
    assert session.scalars(sa.select(Evidence).where(Evidence.source == Source.EQUIVALENT)).all() == []
    assert client.post("/learn/flight-check/t1/t1-page").status_code == 302


@pytest.mark.parametrize("answers", [RIGHT, WRONG])
def test_a_diagnostic_shows_no_key_of_the_checks_it_draws_from(session, client, learner, answers):
    page = answer(session, client, answers)
    assert not any(key in page for key in KEYS)


def test_nobody_has_to_take_it(session, client, learner):
    client.post("/learn/flight-check/t1/t1-page")
    client.post("/quiz/t1-check/start")
    attempt = session.scalars(sa.select(Attempt)).one()
    for number, served in enumerate(attempt.served, 1):
        client.post(f"/attempt/{attempt.id}/q/{number}", data={"answer": RIGHT[served["item"]], "go": "next"})
    client.post(f"/attempt/{attempt.id}/review")
    assert session.get(ModuleProgress, (learner.id, "initial", "t1")).completed_at is not None


def test_a_diagnostic_that_spares_nothing_or_something_unknown_is_refused(session, tmp_path):
    nothing = publish_tree(tmp_path, **{"01-brief/05-diagnostic.quiz.md": DIAGNOSTIC.replace("skips: [t1]\n", "")})
    assert "wrong-value" in {problem.rule for problem in nothing.problems if problem.is_error}
    unknown = publish_tree(tmp_path, **{"01-brief/05-diagnostic.quiz.md": DIAGNOSTIC.replace("[t1]", "[t7]")})
    assert "unknown-module" in {problem.rule for problem in unknown.problems if problem.is_error}

"""Scenario, parametric and open questions, from the served attempt to the result, the history and the evidence."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from lms.accounts.events import PersonWithdrawn
from lms.assessment.handlers import withdraw
from lms.assessment.models import Attempt, OpenMark
from lms.infra.audit import AuditEntry
from lms.learning.models import Evidence
from lms.messaging.models import Notification
from lms.shared.errors import Conflict

FULL = {"level.bounded": "3", "level.testable": "3"}
LOW = {"level.bounded": "1", "level.testable": "2", "comment": "Say what it must not do."}


def number_of(attempt, item):
    return next(place for place, served in enumerate(attempt.served, 1) if served["item"] == item)


def mark(client, people, attempt, data):
    client.sign_in(people.coordinator)
    return client.post(f"/admin/marking/{attempt.id}/{number_of(attempt, 'instruct')}", data=data)


def result_page(client, attempt):
    return client.get(f"/attempt/{attempt.id}/result").get_data(as_text=True)


def test_the_questions_of_a_scenario_are_served_together_each_with_its_story(session, client, people, take):
    attempt = take()
    first, then = number_of(attempt, "late-first"), number_of(attempt, "late-then")
    assert then == first + 1
    client.post("/quiz/t1-check/start")
    assert {served["item"] for served in attempt.served} == {"late-first", "late-then", "worth", "instruct"}


def test_every_question_of_a_scenario_shows_the_story(session, client, people):
    client.post("/quiz/t1-check/start")
    attempt = session.scalars(sa.select(Attempt)).one()
    for item in ("late-first", "late-then"):
        page = client.get(f"/attempt/{attempt.id}/q/{number_of(attempt, item)}").get_data(as_text=True)
        assert "A parcel is nine days late." in page


def test_a_parametric_question_is_stored_with_its_figures_and_graded_by_them(session, client, people, take):
    attempt = take()
    served = next(one for one in attempt.served if one["item"] == "worth")
    values = served["values"]
    assert int(values["units"]) * int(values["cost"]) == int(values["value"])
    mark(client, people, attempt, FULL)
    session.refresh(attempt)
    assert attempt.score == 10_000
    client.sign_in(people.learner)
    page = result_page(client, attempt)
    assert f"moves {values['units']} units at ${values['cost']} each" in page


def test_an_open_answer_passes_nobody_before_it_is_marked(session, client, people, take):
    attempt = take()
    assert (attempt.state, attempt.score, attempt.passed) == ("marking", None, None)
    assert session.scalars(sa.select(Evidence).where(Evidence.step == "t1-check")).all() == []
    page = result_page(client, attempt)
    assert "Waiting to be marked" in page
    assert "Passed" not in page
    assert "Yes: everything follows from it." not in page
    assert "Waiting to be marked" in client.get("/quiz/t1-check/attempts").get_data(as_text=True)
    assert client.post("/quiz/t1-check/start").status_code == 403


def test_marking_the_last_open_answer_settles_score_evidence_and_tells_the_learner(session, client, people, take):
    attempt = take()
    response = mark(client, people, attempt, FULL)
    assert response.status_code == 302
    session.refresh(attempt)
    assert (attempt.state, attempt.score, attempt.passed) == ("submitted", 10_000, True)
    row = session.scalars(sa.select(Evidence).where(Evidence.step == "t1-check")).one()
    assert (row.result, row.occurred_at, row.actor_id) == ("passed", attempt.submitted_at, people.coordinator.id)
    assert session.scalars(sa.select(Notification.kind)).all() == ["answers-marked"]
    assert "answer.marked" in session.scalars(sa.select(AuditEntry.action)).all()
    client.sign_in(people.learner)
    page = result_page(client, attempt)
    assert "The limits that matter" in page
    assert "level 3 of 3" in page


def test_a_low_mark_counts_by_the_rubric_and_can_fail_the_attempt(session, client, people, take):
    attempt = take(worth="1")
    mark(client, people, attempt, LOW)
    session.refresh(attempt)
    # Rows earn 0 and a half; the answer a quarter of one point in four, beside two right ones.
    assert (attempt.score, attempt.passed) == (5625, False)
    client.sign_in(people.learner)
    page = result_page(client, attempt)
    assert "Say what it must not do." in page
    assert "Nothing is ruled out" in page
    assert "Yes: everything follows from it." not in page


def test_a_mark_needs_every_row_and_a_comment_below_the_highest_and_keeps_what_was_typed(session, client, people, take):
    attempt = take()
    half = mark(client, people, attempt, {"level.bounded": "2", "comment": "More limits."})
    assert half.status_code == 422
    assert "More limits." in half.get_data(as_text=True)
    silent = mark(client, people, attempt, {"level.bounded": "2", "level.testable": "3"})
    assert silent.status_code == 422
    beyond = mark(client, people, attempt, {"level.bounded": "4", "level.testable": "3"})
    assert beyond.status_code == 422
    assert session.scalars(sa.select(OpenMark)).all() == []


def test_an_answer_is_marked_once(session, client, people, take):
    attempt = take()
    mark(client, people, attempt, FULL)
    assert mark(client, people, attempt, LOW).status_code == 409


def test_nobody_sees_or_marks_their_own_answer(session, client, people, take):
    client.sign_in(people.coordinator)
    attempt = take()
    assert "No written answer waits" in client.get("/admin/marking").get_data(as_text=True)
    assert mark(client, people, attempt, FULL).status_code == 404


def test_the_queue_names_nobody_and_leads_to_the_answer(session, client, people, take):
    attempt = take()
    client.sign_in(people.coordinator)
    queue = client.get("/admin/marking").get_data(as_text=True)
    address = f"/admin/marking/{attempt.id}/{number_of(attempt, 'instruct')}"
    assert address in queue
    page = client.get(address).get_data(as_text=True)
    assert "Never promise a date." in page
    assert "Ana Ruiz" not in queue + page


def test_an_open_answer_left_empty_earns_nothing_and_waits_for_nobody(session, client, people, take):
    attempt = take(instruct=" ")
    assert (attempt.state, attempt.score, attempt.passed) == ("submitted", 7500, False)


def test_a_person_takes_their_marks_with_them(session, client, people, take):
    attempt = take()
    mark(client, people, attempt, FULL)
    client.sign_in(people.learner)
    export = client.get("/me/export.json").get_json()
    assert export["open_mark"][0]["levels"] == {"bounded": 3, "testable": 3}


def test_an_import_is_not_taken_back_once_somebody_in_it_has_begun_a_check(session, client, people):
    withdrawn = PersonWithdrawn(people.learner.id)
    withdraw(withdrawn)
    client.post("/quiz/t1-check/start")
    with pytest.raises(Conflict, match="begun a check"):
        withdraw(withdrawn)

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from lms.assessment.models import Answer, Attempt
from lms.learning.models import Evidence, ModuleProgress
from lms.learning.service.assign import Assignment, assign_programme
from lms.learning.service.rebuild import rebuild
from tests.factories.people import make_person

RIGHT = {"flight-over": "ask", "flight-at": "you", "flight-sum": "15"}
WRONG = {"flight-over": "accept", "flight-at": "approver", "flight-sum": "99"}


@pytest.fixture
def learner(session, client, flight_check):
    person = make_person("Ana Ruiz")
    assign_programme(Assignment(person.id, flight_check), None)
    session.commit()
    client.sign_in(person)
    return person


def take_quiz(session, client, answers):
    client.post("/quiz/t1-check/start")
    attempt = session.scalars(sa.select(Attempt).order_by(Attempt.number.desc())).first()
    for number, served in enumerate(attempt.served, 1):
        client.post(f"/attempt/{attempt.id}/q/{number}", data={"answer": answers[served["item"]], "go": "next"})
    return client.post(f"/attempt/{attempt.id}/review", follow_redirects=True), attempt.id


def test_home_names_the_first_step(client, learner):
    page = client.get("/home").get_data(as_text=True)
    assert "One limit" in page
    assert "/learn/flight-check/t1/t1-page" in page


def test_a_person_without_training_is_told_so(session, client, flight_check):
    client.sign_in(make_person())
    assert "No training is assigned" in client.get("/home").get_data(as_text=True)


def test_a_step_nobody_assigned_is_not_found(session, client, flight_check):
    client.sign_in(make_person())
    assert client.get("/learn/flight-check/t1/t1-page").status_code == 404


def test_a_lessons_link_to_a_module_leads_to_its_place_in_the_course(client, learner):
    assert client.get("/learn/flight-check/t2").location == "/path/flight-check#t2"
    assert 'id="t2"' in client.get("/path/flight-check").get_data(as_text=True)
    assert client.get("/learn/flight-check/t99").status_code == 404


def test_finishing_a_lesson_leads_to_the_next_step(session, client, learner):
    response = client.post("/learn/flight-check/t1/t1-page")
    assert response.status_code == 302
    assert response.location.endswith("/learn/flight-check/t1/t1-check")
    row = session.scalars(sa.select(Evidence)).one()
    assert (row.step, row.credited_minutes) == ("t1-page", 0)


def test_a_module_that_waits_cannot_be_started(client, learner):
    page = client.get("/learn/flight-check/t2/t2-clinic").get_data(as_text=True)
    assert "You cannot start this yet" in page
    assert client.post("/learn/flight-check/t2/t2-clinic").status_code == 403


def test_passing_the_quiz_completes_the_module_and_credits_its_minutes(session, client, learner):
    client.post("/learn/flight-check/t1/t1-page")
    page, _attempt = take_quiz(session, client, RIGHT)
    assert "Passed" in page.get_data(as_text=True)
    progress = session.get(ModuleProgress, (learner.id, "initial", "t1"))
    assert progress.completed_at is not None
    total = session.scalar(sa.select(sa.func.sum(Evidence.credited_minutes)))
    # The lesson's two minutes waited for the check, whose own three are added.
    assert total == 2 + session.scalar(sa.select(Evidence.credited_minutes).where(Evidence.kind == "quiz")) - 2
    assert rebuild(check_only=True) == []


def test_a_failed_quiz_shows_objectives_but_no_key(session, client, learner):
    client.post("/learn/flight-check/t1/t1-page")
    page, _attempt = take_quiz(session, client, WRONG)
    text = page.get_data(as_text=True)
    assert "Not passed yet" in text
    assert "Say when a person approves" in text
    for secret in ("Yes: it is more than the limit", "exactly at the limit is still yours", "Divide the change"):
        assert secret not in text


def test_the_second_attempt_after_a_failure_starts_only_after_the_delay(session, client, learner, clock):
    take_quiz(session, client, WRONG)
    assert client.post("/quiz/t1-check/start").status_code == 403
    clock.advance(minutes=11)
    assert client.post("/quiz/t1-check/start").status_code == 302


def test_no_page_of_an_open_attempt_contains_key_material(session, client, learner):
    client.post("/quiz/t1-check/start")
    attempt = session.scalars(sa.select(Attempt)).one()
    pages = [client.get(f"/attempt/{attempt.id}/q/{number}") for number in (1, 2)]
    pages.append(client.get(f"/attempt/{attempt.id}/review"))
    pages.append(client.get(f"/attempt/{attempt.id}/result", follow_redirects=True))
    for page in pages:
        text = page.get_data(as_text=True)
        assert not re.search(r"is-right|is-wrong|Yes:|Not yet: exactly|Divide the change", text)


def test_somebody_elses_attempt_is_not_found(session, client, learner, flight_check):
    client.post("/quiz/t1-check/start")
    attempt = session.scalars(sa.select(Attempt)).one()
    other = make_person("Bo Li")
    assign_programme(Assignment(other.id, flight_check), None)
    client.sign_in(other)
    for path in ("q/1", "review", "result"):
        assert client.get(f"/attempt/{attempt.id}/{path}").status_code == 404
    assert client.post(f"/attempt/{attempt.id}/q/1", data={"answer": "ask"}).status_code == 404


def test_an_answer_saved_twice_is_one_answer(session, client, learner):
    client.post("/quiz/t1-check/start")
    attempt = session.scalars(sa.select(Attempt)).one()
    served = attempt.served[0]["item"]
    url = f"/attempt/{attempt.id}/q/1/answer"
    first = client.post(url, data={"answer": RIGHT[served], "seq": "1"})
    again = client.post(url, data={"answer": RIGHT[served], "seq": "1"})
    assert (first.status_code, again.status_code) == (200, 200)
    assert session.scalar(sa.select(sa.func.count()).select_from(Answer)) == 1


def test_an_answer_holds_the_write_queue_for_what_must_be_judged_in_it(session, client, learner, in_queue):
    client.post("/quiz/t1-check/start")
    attempt = session.scalars(sa.select(Attempt)).one()
    in_queue.clear()
    served = attempt.served[0]["item"]
    client.post(f"/attempt/{attempt.id}/q/1/answer", data={"answer": RIGHT[served], "seq": "1"})
    # The attempt, the last number, and the row that is stored.
    asked = [statement for statement in in_queue if not statement.upper().startswith(("SAVEPOINT", "RELEASE"))]
    assert len(asked) <= 3, asked


def test_another_answer_under_a_used_number_is_refused(session, client, learner):
    client.post("/quiz/t1-check/start")
    attempt = session.scalars(sa.select(Attempt)).one()
    served = attempt.served[0]["item"]
    url = f"/attempt/{attempt.id}/q/1/answer"
    client.post(url, data={"answer": RIGHT[served], "seq": "1"})
    assert client.post(url, data={"answer": WRONG[served], "seq": "1"}).status_code == 409


def test_an_attempt_that_is_handed_in_takes_no_more_answers(session, client, learner):
    _page, attempt = take_quiz(session, client, RIGHT)
    assert client.post(f"/attempt/{attempt}/q/1/answer", data={"answer": "ask", "seq": "9"}).status_code == 403


def test_the_next_draw_prefers_questions_not_served_before(session, client, learner, clock):
    take_quiz(session, client, WRONG)
    first = session.scalars(sa.select(Attempt)).one()
    clock.advance(hours=1)
    client.post("/quiz/t1-check/start")
    second = session.scalars(sa.select(Attempt).where(Attempt.number == 2)).one()
    unseen = {"flight-over", "flight-at", "flight-sum"} - {served["item"] for served in first.served}
    assert unseen <= {served["item"] for served in second.served}

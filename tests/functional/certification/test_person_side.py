"""What a person sees of their certificates, shares, takes along, and may have looked at again."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from lms.accounts.models.people import Profile
from lms.accounts.rules.actor import Role
from lms.certification.models import Review
from lms.certification.rules.reviews import Outcome
from lms.certification.rules.snapshot import from_json
from lms.certification.service.reviews import answer_review, ask_for_review, remind_of_reviews
from lms.infra.clock import now
from lms.infra.worker import run_due_jobs
from lms.learning.models import Evidence
from lms.learning.rules.evidence import Result
from lms.messaging.models import Notification
from lms.shared.errors import Conflict, Invalid, NotFound, Refused
from tests.factories.people import as_actor, make_person
from tests.functional.certification.conftest import awards_of, begin, show


def told(session, person, kind):
    query = sa.select(sa.func.count()).where(Notification.person_id == person.id, Notification.kind == kind)
    return session.scalar(query)


def evidence_of(session, person, step):
    return session.scalars(sa.select(Evidence).where(Evidence.person_id == person.id, Evidence.step == step)).one()


def test_the_page_says_what_is_held_and_what_to_do(client, holder, award):
    client.sign_in(holder)
    page = client.get("/certificates").get_data(as_text=True)
    assert "Nothing to do. You can renew it from Fri 1 Jan 2027." in page
    assert "linkedin.com/profile/add?" in page
    assert "certId=" in page


def test_an_award_is_announced_to_its_holder(session, holder, award):
    assert told(session, holder, "certificate-issued") == 1


def test_without_a_certificate_the_page_says_where_to_go(client, flight_check):
    client.sign_in(make_person("Neo"))
    assert "You hold no certificate yet" in client.get("/certificates").get_data(as_text=True)


def test_the_link_is_switched_off_and_on_by_its_holder_alone(client, holder, award):
    link = f"/v/{award.token}"
    client.sign_in(make_person("Bo Li"))
    assert client.post(f"/certificates/{award.id}/sharing", data={"shared": "no"}).status_code == 404
    client.sign_in(holder)
    client.post(f"/certificates/{award.id}/sharing", data={"shared": "no"})
    page = client.get(link).get_data(as_text=True)
    assert "has switched this link off" in page
    assert "Ångström" not in page.split("<main")[1]
    for path in ("credential", "credential.json", "badge.png", "status.json"):
        assert client.get(f"{link}/{path}").status_code == 404
    assert client.post("/verify", data={"code": award.code}).status_code == 200
    assert client.get(f"/certificates/{award.id}/credential.json").status_code == 200
    client.post(f"/certificates/{award.id}/sharing", data={"shared": "yes"})
    assert "real and valid" in client.get(link).get_data(as_text=True)


def test_a_file_that_is_not_drawn_yet_is_drawn_by_a_job_not_by_the_request(client, holder, award):
    client.sign_in(holder)
    assert client.get(f"/certificates/{award.id}.pdf").status_code == 202
    run_due_jobs()
    assert client.get(f"/certificates/{award.id}.pdf").data.startswith(b"%PDF-")


def test_the_transcript_is_a_page_data_and_a_file(client, holder, award):
    client.sign_in(holder)
    page = client.get("/certificates/transcript").get_data(as_text=True)
    assert "Foundation · Flight check" in page
    data = client.get("/certificates/transcript.json").json
    assert data["certificates"][0]["serial"] == "2026-00001"
    assert {line["module"] for line in data["modules"]} == {"t1", "t2", "t3"}
    asked = client.post("/certificates/transcript")
    assert client.get(asked.location).status_code == 202
    run_due_jobs()
    assert client.get(asked.location).data.startswith(b"%PDF-")
    client.sign_in(make_person("Bo Li"))
    assert client.get(asked.location).status_code == 404


def test_a_leavers_authority_ends_and_the_certificate_stands(session, client, holder, award):
    session.get(Profile, holder.id).left_on = now().date()
    session.commit()
    page = client.get(f"/v/{award.token}").get_data(as_text=True)
    assert "It stands as earned and grants no authority" in page
    assert client.get(f"/v/{award.token}/status.json").json["grants_authority"] is False


@pytest.fixture
def failed(session, holder, cycle):
    """A workshop marked as missed by the trainer."""
    trainer = make_person("Toni", Role.COORDINATOR)
    show(cycle, "t2-clinic", result=Result.ABSENT, actor_id=trainer.id)
    session.commit()
    return evidence_of(session, holder, "t2-clinic"), trainer


def test_a_review_is_asked_for_decided_by_somebody_else_and_read(session, client, holder, failed, coordinator):
    row, _trainer = failed
    client.sign_in(holder)
    assert "absent" in client.get("/reviews/new").get_data(as_text=True)
    assert client.post(f"/reviews/new/{row.id}", data={"request": ""}).status_code == 422
    asked = client.post(f"/reviews/new/{row.id}", data={"request": "I was there, the badge was not read."})
    assert asked.status_code == 303
    client.sign_in(coordinator)
    assert "Attendance" in client.get("/reviews").get_data(as_text=True)
    assert client.post(asked.location, data={"outcome": "changed", "answer": ""}).status_code == 422
    assert (
        client.post(asked.location, data={"outcome": "changed", "answer": "Two colleagues say so."}).status_code == 303
    )
    client.sign_in(holder)
    page = client.get(asked.location).get_data(as_text=True)
    assert "Two colleagues say so." in page
    assert "Changed" in page
    assert told(session, holder, "review-answered") == 1


def test_whoever_made_the_decision_does_not_judge_it(session, client, holder, failed):
    row, trainer = failed
    review = ask_for_review(as_actor(holder), row.id, "I was there.")
    with pytest.raises(Refused):
        answer_review(as_actor(trainer), review, Outcome.STANDS, "I saw nobody.")
    session.commit()
    client.sign_in(trainer)
    assert "somebody else looks at it" in client.get(f"/reviews/{review}").get_data(as_text=True)
    assert told(session, trainer, "review-asked") == 0


def test_nobody_decides_their_own_request(session, flight_check):
    person = make_person("Cora", Role.COORDINATOR)
    show(begin(person))
    row = evidence_of(session, person, "t1-check")
    review = ask_for_review(as_actor(person), row.id, "Question 3 is wrong.")
    with pytest.raises(Refused):
        answer_review(as_actor(person), review, Outcome.CHANGED, "I agree with myself.")


def test_one_open_request_about_one_thing(session, holder, failed, as_coordinator):
    row, _trainer = failed
    review = ask_for_review(as_actor(holder), row.id, "I was there.")
    with pytest.raises(Conflict):
        ask_for_review(as_actor(holder), row.id, "Really.")
    answer_review(as_coordinator, review, Outcome.STANDS, "The list says otherwise.")
    with pytest.raises(Conflict):
        answer_review(as_coordinator, review, Outcome.CHANGED, "Changed my mind.")
    assert ask_for_review(as_actor(holder), row.id, "Here is a witness.") != review


def test_about_others_results_nobody_asks(holder, failed):
    row, trainer = failed
    with pytest.raises(NotFound):
        ask_for_review(as_actor(trainer), row.id, "I want to know.")
    with pytest.raises(Invalid):
        ask_for_review(as_actor(holder), row.id, " ")


def test_a_lapse_can_be_asked_about(session, client, holder, award):
    client.sign_in(holder)
    asked = client.post(f"/reviews/new/{award.id}", data={"request": "I was on parental leave."})
    assert asked.status_code == 303
    assert session.scalars(sa.select(Review)).one().subject.value == "lapse"


def test_after_48_hours_the_coordinators_are_reminded_once(session, clock, holder, failed, coordinator):
    row, trainer = failed
    ask_for_review(as_actor(holder), row.id, "I was there.")
    clock.advance(hours=47)
    assert remind_of_reviews(now()) == 0
    clock.advance(hours=1)
    assert remind_of_reviews(now()) == 1
    assert remind_of_reviews(now()) == 0
    assert (told(session, coordinator, "review-late"), told(session, trainer, "review-late")) == (1, 0)


def test_somebody_elses_request_is_not_found(client, holder, failed):
    row, _trainer = failed
    review = ask_for_review(as_actor(holder), row.id, "I was there.")
    client.sign_in(make_person("Bo Li"))
    assert client.get(f"/reviews/{review}").status_code == 404
    assert client.get(f"/reviews/new/{row.id}").status_code == 404


def test_every_result_attendance_and_sign_off_leads_to_a_review_of_itself(session, client, holder, cycle):
    show(cycle, "t1-check", "t2-clinic")
    session.commit()
    client.sign_in(holder)
    page = client.get("/learn/flight-check/t2/t2-clinic").get_data(as_text=True)
    assert "/reviews/new?step=t2-clinic" in page
    row = evidence_of(session, holder, "t2-clinic")
    assert client.get("/reviews/new?step=t2-clinic").location == f"/reviews/new/{row.id}"
    show(cycle, "t2-clinic")
    session.commit()
    chosen = client.get("/reviews/new?step=t2-clinic").get_data(as_text=True)
    assert (chosen.count("/reviews/new/"), "t1-check" in chosen) == (2, False)
    assert client.get("/reviews/new?step=unknown").get_data(as_text=True).count("/reviews/new/") == 3


def test_the_holder_has_scores_left_off_now_and_from_then_on(session, client, clock, holder, cycle, award):
    client.sign_in(holder)
    assert "Leave the scores off" in client.get("/certificates").get_data(as_text=True)
    assert client.post(f"/certificates/{award.id}/scores").status_code == 303
    first, second = awards_of(session, holder)
    assert (second.supersedes, second.valid_until) == (first.id, first.valid_until)
    assert (from_json(first.snapshot).has_scores, from_json(second.snapshot).has_scores) == (True, False)
    assert "replaced by a corrected one" in client.get(f"/v/{first.token}").get_data(as_text=True)
    assert client.post(f"/certificates/{second.id}/scores").status_code == 409
    clock.advance(days=330)
    show(cycle, "t1-check")
    assert not from_json(awards_of(session, holder)[-1].snapshot).has_scores


def test_others_scores_are_not_ones_to_leave_off(client, award):
    client.sign_in(make_person("Bo Li"))
    assert client.post(f"/certificates/{award.id}/scores").status_code == 404

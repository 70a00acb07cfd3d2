"""What follows failures: a day and the debrief, then coaching, a supervised set, and a person's decision."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from lms.accounts.rules.actor import Role
from lms.cohorts.service.champions import appoint_champion
from lms.cohorts.service.cohorts import add_member
from lms.learning.models import Evidence
from lms.messaging.models import Notification
from lms.sandbox.models import Contest, ExamHelp, Run, SharedPattern
from tests.factories.cohorts import make_cohort
from tests.factories.people import as_actor, make_person
from tests.functional.sandbox import player


def fail_twice(learner, clock):
    player.unlock_exam(learner)
    for _ in range(2):
        clock.advance(hours=25)
        player.served(learner, "k4-exam", player.accept)
    clock.advance(hours=25)


def test_after_two_failures_come_coaching_a_supervised_set_and_a_decision(session, client, learner, clock):
    coordinator, champion = make_person("Cora Lee", Role.COORDINATOR), make_person("Mara Cho", Role.CHAMPION)
    cohort = make_cohort(as_actor(coordinator), programme="desk-check")
    add_member(as_actor(coordinator), cohort, learner.id, date(2026, 3, 2))
    appoint_champion(as_actor(coordinator), cohort, champion.id, date(2026, 3, 2))
    session.commit()
    fail_twice(learner, clock)
    client.sign_in(learner)
    assert client.post("/sandbox/k4-exam/start").status_code == 403
    assert "Ask my champion for coaching" in client.get("/sandbox/k4-exam", follow_redirects=True).get_data(
        as_text=True
    )
    client.post("/sandbox/k4-exam/coaching")
    client.post("/sandbox/k4-exam/coaching")
    asked = session.scalars(sa.select(ExamHelp)).one()

    told = session.scalars(sa.select(Notification).where(Notification.person_id == champion.id)).all()
    assert [one.kind for one in told] == ["coaching-asked"]
    client.sign_in(champion)
    for way in ("/home", "/team"):
        assert 'href="/team/coaching"' in client.get(way).get_data(as_text=True)
    page = client.get("/team/coaching").get_data(as_text=True)
    assert "Ana Ruiz" in page
    assert "wrong suggestions" not in page
    assert client.post(f"/team/coaching/{asked.id}").status_code == 302
    assert 'href="/team/coaching"' not in client.get("/team").get_data(as_text=True)

    client.sign_in(learner)
    page = client.get("/sandbox/k4-exam", follow_redirects=True).get_data(as_text=True)
    assert "Open the supervised set on your path" in page
    clock.advance(hours=1)
    player.served(learner, "k3-supervised")
    assert "You hear within two working days" in client.get("/sandbox/k4-exam", follow_redirects=True).get_data(
        as_text=True
    )

    client.sign_in(coordinator)
    assert "Ana Ruiz" in client.get("/admin/exam-tries").get_data(as_text=True)
    half = client.post(f"/admin/exam-tries/{asked.id}", data={"outcome": "another-try", "reason": ""})
    assert half.status_code == 422
    done = client.post(f"/admin/exam-tries/{asked.id}", data={"outcome": "another-try", "reason": "She is ready."})
    assert done.status_code == 302

    client.sign_in(learner)
    clock.advance(days=2)
    player.served(learner, "k4-exam")
    results = session.scalars(sa.select(Evidence.result).where(Evidence.step == "k4-exam")).all()
    assert sorted(results) == ["failed", "failed", "passed"]


def test_a_champion_of_others_cannot_note_coaching(session, client, learner, clock):
    fail_twice(learner, clock)
    client.sign_in(learner)
    client.post("/sandbox/k4-exam/coaching")
    asked = session.scalars(sa.select(ExamHelp)).one()
    client.sign_in(make_person("Zed Oz", Role.CHAMPION))
    assert client.post(f"/team/coaching/{asked.id}").status_code == 404


def test_an_upheld_contest_raises_the_result_and_never_lowers_one(session, client, learner):
    run = player.served(learner, "k1-gym", player.accept)
    before = session.get(Run, run).result["score"]
    wrong = next(one["id"] for one in session.get(Run, run).result["cases"] if not one["right"])
    number = int(wrong[1:])
    assert client.post(f"/run/{run}/case/{number}/contest", data={"reason": ""}).status_code == 422
    client.post(f"/run/{run}/case/{number}/contest", data={"reason": "The date is on the label."})
    contest = session.scalars(sa.select(Contest)).one()
    assert "You asked for a review on" in client.get(f"/run/{run}/case/{number}").get_data(as_text=True)
    own = client.get(f"/run/{run}/debrief").get_data(as_text=True)
    assert "You caught 0 of 6" in own

    client.sign_in(make_person("Cora Lee", Role.COORDINATOR))
    page = client.get(f"/admin/contests/{contest.id}").get_data(as_text=True)
    assert "The date is on the label." in page
    assert "Ana Ruiz" not in page
    decided = client.post(f"/admin/contests/{contest.id}", data={"verdict": "uphold", "answer": "You are right."})
    assert decided.status_code == 302
    session.expire_all()
    assert session.get(Run, run).result["score"] > before
    client.sign_in(learner)
    page = client.get(f"/run/{run}/case/{number}").get_data(as_text=True)
    assert "Reviewed: you are right." in page
    assert "Key contested with success" in page


def test_only_the_pattern_is_shared_and_it_can_be_taken_back(session, client, learner):
    run = player.served(learner, "k1-gym", player.accept)
    page = client.get(f"/run/{run}/debrief").get_data(as_text=True)
    assert "Your pattern: Accepts too readily" in page
    client.post(f"/run/{run}/pattern", data={"share": "1"})
    shared = session.scalars(sa.select(SharedPattern)).one()
    assert (shared.console, shared.pattern) == ("trust-gym", "accepts-too-readily")
    coordinator, champion = make_person("Cora Lee", Role.COORDINATOR), make_person("Mara Cho", Role.CHAMPION)
    cohort = make_cohort(as_actor(coordinator), programme="desk-check")
    add_member(as_actor(coordinator), cohort, learner.id, date(2026, 3, 2))
    appoint_champion(as_actor(coordinator), cohort, champion.id, date(2026, 3, 2))
    client.sign_in(champion)
    page = client.get(f"/team/{learner.id}").get_data(as_text=True)
    assert "Accepts too readily" in page
    assert "caught" not in page
    client.sign_in(learner)
    client.post(f"/run/{run}/pattern", data={"share": "0"})
    assert session.scalars(sa.select(SharedPattern)).all() == []


def test_withdrawing_a_kind_scores_again_upwards_and_draws_it_no_more(session, client, learner):
    run = player.served(learner, "k1-gym", player.accept)
    before = session.get(Run, run).result["score"]
    client.sign_in(make_person("Cora Lee", Role.COORDINATOR))
    assert "Trust Gym" in client.get("/admin/scenarios").get_data(as_text=True)
    page = client.get("/admin/scenarios/trust-gym").get_data(as_text=True)
    assert "Too few yet" in page
    missing = client.post("/admin/scenarios/trust-gym/withdraw", data={"kind": "wrong-unit", "level": "1"})
    assert missing.status_code == 422
    client.post(
        "/admin/scenarios/trust-gym/withdraw", data={"kind": "wrong-unit", "level": "1", "reason": "Ambiguous labels."}
    )
    session.expire_all()
    assert session.get(Run, run).result["score"] > before
    client.sign_in(learner)
    second = session.get(Run, player.start(client, "k1-gym"))
    assert second.version == session.get(Run, run).version + 1
    assert "wrong-unit" not in second.exercise["errors"]

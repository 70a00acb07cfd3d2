from __future__ import annotations

import uuid

import sqlalchemy as sa

from lms.learning.models import Evidence, StepProgress
from lms.learning.service.assign import Assignment, assign_programme
from lms.sandbox.models import Decision, Run
from lms.sandbox.rules.runs import RunState
from tests.factories.people import make_person
from tests.functional.sandbox import player


def test_the_brief_says_what_it_is_and_what_passing_takes(client, learner):
    page = client.get("/sandbox/k4-exam", follow_redirects=True).get_data(as_text=True)
    assert "catch at least 5 of 7 wrong suggestions" in page
    assert "Finish the supervised set on this console" in page
    assert "About 46 min" in page


def test_a_guided_set_is_explained_case_by_case_and_completes_its_step(session, client, learner):
    run = player.start(client, "k2-guided")
    page = client.get(f"/run/{run}", follow_redirects=True).get_data(as_text=True)
    assert "Practice data. Nothing here reaches a customer." in page
    assert "Case 1 of 12" in page
    shown = player.decide(client, run, 1)
    text = client.get(shown.location).get_data(as_text=True)
    assert "What was true" in text
    player.play(client, run)
    player.finish(client, run)
    assert session.scalar(sa.select(sa.func.count()).select_from(Evidence)) == 0
    page = client.get(f"/run/{run}/debrief").get_data(as_text=True)
    assert "You caught 4 of 4 wrong suggestions, kept 6 of 6 right ones" in page
    player.whole(client, "k2-guided")
    evidence = session.scalars(sa.select(Evidence)).one()
    assert (evidence.result, evidence.details["console"], evidence.details["level"]) == (
        "completed",
        "floor-desk",
        "guided",
    )
    assert session.get(StepProgress, (learner.id, "initial", "k2-guided")) is not None


def test_the_gym_is_complete_once_the_line_is_written(session, client, learner):
    run = player.start(client, "k1-gym")
    player.play(client, run)
    client.post(f"/run/{run}/finish")
    assert session.get(StepProgress, (learner.id, "initial", "k1-gym")) is None
    empty = client.post(f"/run/{run}/debrief", data={"next_time": "  "})
    assert empty.status_code == 422
    assert "Write one line for yourself" in empty.get_data(as_text=True)
    client.post(f"/run/{run}/debrief", data={"next_time": "look at the unit first"})
    assert session.get(StepProgress, (learner.id, "initial", "k1-gym")) is not None
    brief = client.get("/sandbox/k1-gym", follow_redirects=True).get_data(as_text=True)
    assert "Next time I will look at the unit first" in brief
    client.post(f"/run/{run}/debrief", data={"next_time": "Next time I will read the date."})
    brief = client.get("/sandbox/k1-gym", follow_redirects=True).get_data(as_text=True)
    assert brief.count("Next time I will") == 1


def test_sets_unlock_the_supervised_set_and_that_the_exam(session, client, learner):
    assert client.post("/sandbox/k3-supervised/start").status_code == 403
    assert client.post("/sandbox/k4-exam/start").status_code == 403
    player.unlock_exam(learner)
    run = player.whole(client, "k4-exam")
    evidence = session.scalars(sa.select(Evidence).where(Evidence.step == "k4-exam")).one()
    assert (evidence.result, evidence.score) == ("passed", 10_000)
    assert evidence.details | {"seed": "", "digest": ""} == {
        "console": "floor-desk", "level": "foundation", "difficulty": 2, "seed": "", "version": 2, "scorer": 1,
        "digest": "", "score": 100, "critical": 0,
    }  # fmt: skip
    page = client.get(f"/run/{run}/debrief").get_data(as_text=True)
    assert "Passed" in page
    assert "You caught 7 of 7 wrong suggestions" in page
    assert client.post("/sandbox/k4-exam/start").status_code == 403


def test_whoever_accepts_everything_fails_and_is_told_what_was_missing(session, client, learner):
    player.unlock_exam(learner)
    run = player.whole(client, "k4-exam", player.accept)
    assert session.get(Run, run).passed is False
    page = client.get(f"/run/{run}/debrief").get_data(as_text=True)
    assert "Not passed yet" in page
    assert "You caught 0 of 7 wrong suggestions, kept 14 of 14 right ones" in page
    assert "approvals: a case went through that a person has to approve" in page


def test_the_next_try_waits_a_day_and_for_the_debrief(session, client, learner, clock):
    player.unlock_exam(learner)
    run = player.start(client, "k4-exam")
    player.play(client, run, player.accept)
    client.post(f"/run/{run}/finish")
    clock.advance(hours=30)
    refused = client.post("/sandbox/k4-exam/start")
    assert "Finish the debrief" in refused.get_data(as_text=True)
    player.finish(client, run)
    second = player.whole(client, "k4-exam", player.accept)
    assert session.get(Run, second).public != session.get(Run, run).public
    again = client.post("/sandbox/k4-exam/start")
    assert again.status_code == 403


def test_the_ai_is_shown_only_after_ones_own_decision(session, client, learner):
    player.served(learner, "k2-guided")
    player.served(learner, "k2-guided")
    run = player.start(client, "k3-supervised")
    row = session.get(Run, run)
    number = next(n for n, case in enumerate(row.public["cases"], 1) if case["decide_first"])
    before = client.get(f"/run/{run}/case/{number}").get_data(as_text=True)
    assert "You decide first" in before
    assert "AI recommendation" not in before
    client.post(f"/run/{run}/case/{number}", data={"own": "stop"})
    after = client.get(f"/run/{run}/case/{number}").get_data(as_text=True)
    assert "AI recommendation" in after
    assert "Before you saw the AI:" in after
    again = client.post(f"/run/{run}/case/{number}", data={"own": "stop", "seq": "1"})
    assert again.status_code == 302
    kinds = session.scalars(sa.select(Decision.phase).where(Decision.run_id == run)).all()
    assert kinds == ["first"]


def test_a_decision_holds_the_write_queue_for_what_must_be_judged_in_it(session, client, learner, in_queue):
    run = player.start(client, "k1-gym")
    in_queue.clear()
    assert client.post(f"/run/{run}/case/1", data={"decision": "reject", "seq": "1"}).status_code == 422
    assert in_queue == []
    assert client.post(f"/run/{run}/case/1", data={"decision": "accept", "seq": "1"}).status_code == 302
    # The run, its case's log and hints, the key, and what the person has mastered; two rows are stored.
    asked = [statement for statement in in_queue if not statement.upper().startswith(("SAVEPOINT", "RELEASE"))]
    assert len(asked) <= 7, asked


def test_a_decision_can_be_taken_back_until_the_run_is_handed_in(session, client, learner):
    player.served(learner, "k2-guided")
    player.served(learner, "k2-guided")
    run = player.start(client, "k3-supervised")
    player.play(client, run)
    assert "Every case is decided" in client.get(f"/run/{run}/review").get_data(as_text=True)
    client.post(f"/run/{run}/case/2/take-back")
    assert "1 case is left" in client.get(f"/run/{run}/review").get_data(as_text=True)
    assert client.post(f"/run/{run}/finish").status_code == 403
    player.play(client, run)
    assert client.post(f"/run/{run}/finish").status_code == 302
    assert client.post(f"/run/{run}/case/2/take-back").status_code == 403


def test_skipped_cases_come_back_before_the_end(client, learner):
    run = player.start(client, "k2-guided")
    assert client.post(f"/run/{run}/case/1/skip").location.endswith("/case/2")
    player.decide(client, run, 2)
    page = client.get(f"/run/{run}/case/1").get_data(as_text=True)
    assert "For later" in page
    assert "Confirm decision" in page


def test_what_is_missing_is_named_and_nothing_typed_is_lost(client, learner):
    run = player.start(client, "k2-guided")
    nothing = client.post(f"/run/{run}/case/1", data={})
    assert nothing.status_code == 422
    assert "Choose one of the four." in nothing.get_data(as_text=True)
    half = client.post(f"/run/{run}/case/1", data={"decision": "escalate", "confidence": "80"}).get_data(as_text=True)
    assert "Choose who has to decide." in half
    assert "Choose the reason." in half
    assert 'value="escalate" data-shortcut="e" checked' in half
    assert '<option value="80" selected' in half


def test_a_hint_is_opened_once_and_costs_its_price(session, client, learner):
    run = player.start(client, "k2-guided")
    for _ in range(2):
        client.post(f"/run/{run}/case/1/hint", data={"tier": "1"})
    page = client.get(f"/run/{run}/case/1").get_data(as_text=True)
    assert "Compare:" in page
    assert "look here" in page
    player.play(client, run)
    player.finish(client, run)
    assert session.get(Run, run).result["hint_cost"] == 2
    assert client.post(f"/run/{run}/case/1/hint", data={"tier": "2"}).status_code == 403


def test_a_run_is_pausable_for_seven_days_and_then_counts_for_nothing(session, client, learner, clock):
    run = player.start(client, "k2-guided")
    player.decide(client, run, 1)
    clock.advance(days=6, hours=23)
    assert client.get(f"/run/{run}", follow_redirects=True).status_code == 200
    clock.advance(hours=2)
    assert "This run has ended" in client.get(f"/run/{run}/case/2").get_data(as_text=True)
    assert client.post(f"/run/{run}/case/2", data={"decision": "accept"}).status_code == 403
    second = player.start(client, "k2-guided")
    assert second != run
    assert session.get(Run, run).state is RunState.EXPIRED


def test_missed_cases_can_be_practised_on_new_ones_that_count_for_nothing(session, client, learner):
    run = player.whole(client, "k1-gym", player.accept)
    before = session.scalar(sa.select(sa.func.count()).select_from(Evidence))
    again = uuid.UUID(client.post(f"/run/{run}/practice").location.rsplit("/", 1)[-1])
    player.play(client, again)
    player.finish(client, again)
    row = session.get(Run, again)
    assert (row.practice, row.size, row.state) == (True, 8, RunState.CLOSED)
    assert client.get(f"/run/{again}/debrief").status_code == 200
    assert session.scalar(sa.select(sa.func.count()).select_from(Evidence)) == before


def test_the_console_speaks_the_persons_language_where_it_is_whole_in_it(session, client, desk_check):
    person = make_person("Inés Gil", language="es")
    assign_programme(Assignment(person.id, desk_check), None)
    session.commit()
    client.sign_in(person)
    run = player.start(client, "k1-gym")
    assert session.get(Run, run).language == "es"
    assert client.get(f"/run/{run}/case/1").status_code == 200
    # The exam's course is not in Spanish, and what certifies is never shown in another language.
    assert client.post("/sandbox/k4-exam/start").status_code == 403

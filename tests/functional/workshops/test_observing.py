"""Observed work: the learner's log, a champion's sheet for up to three people, signing, amending, and the evidence."""

from __future__ import annotations

import re
import uuid
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from lms.accounts.models.people import Absence
from lms.cohorts.service.cohorts import remove_member
from lms.infra.db import db
from lms.learning.models import Evidence, StepProgress
from lms.learning.rules.evidence import Result, Source
from lms.shared.errors import NotFound, Refused
from lms.workshops.models.observations import LogEntry, Observation, ObservedPerson, SignedSheet
from lms.workshops.service.observations import start_observation
from tests.factories.people import as_actor, make_person

TODAY = date(2026, 3, 2)
LOG = {"1.ticket": "4711", "1.action": "accept", "2.ticket": "4712", "2.action": "change"}


def page(response) -> str:
    return response.get_data(as_text=True)


def sheet(person, evidence="seen", trigger="seen", checks="3", acts="2", **more) -> dict[str, str]:
    key = person.id.hex
    fields = {
        f"{key}.mark.names-place": evidence,
        f"{key}.mark.finds-trigger": trigger,
        f"{key}.level.checks": checks,
        f"{key}.level.acts": acts,
    }
    return {**fields, **{f"{key}.{name.replace('__', '.').replace('_', '-')}": text for name, text in more.items()}}


def start(client, *people, step="t5-shadow") -> str:
    sent = client.post("/team/signoffs/new", data={"step": step, "people": [str(person.id) for person in people]})
    assert sent.status_code == 303
    return sent.location


def evidence_of(person, step="t5-shadow") -> list[Evidence]:
    query = sa.select(Evidence).where(Evidence.person_id == person.id, Evidence.step == step)
    return list(db.session.scalars(query.order_by(Evidence.recorded_at, Evidence.id)))


def is_done(person, step="t5-shadow") -> bool:
    query = sa.select(StepProgress.step).where(StepProgress.person_id == person.id, StepProgress.step == step)
    return db.session.scalar(query) is not None


def write_log(client, person, answers=LOG):
    client.sign_in(person)
    return client.post("/shadowing/t5-shadow/log", data=answers)


def test_the_log_is_kept_by_the_learner_whole_or_not(client, team):
    client.sign_in(team.ana)
    address = "/learn/flight-check/t5/t5-shadow"
    assert "Sit beside your champion." in page(client.get(address))
    half = {"1.ticket": "4711", "1.action": "accept", "2.ticket": "4712", "2.action": "invented"}
    assert client.post("/shadowing/t5-shadow/log", data=half).location.endswith(address)
    shown = page(client.get(address))
    assert "1 of 2 decisions are complete" in shown
    assert 'value="4712"' in shown
    saved = client.post("/shadowing/t5-shadow/log/draft", data=LOG)
    assert saved.get_json()["saved_at"] == "09:00"
    assert {entry.number: entry.answers["action"] for entry in db.session.scalars(sa.select(LogEntry))} == {
        1: "accept",
        2: "change",
    }
    assert client.post(address).status_code == 403
    assert evidence_of(team.ana) == []


def test_a_log_needs_a_path_with_that_step(client, session, courses):
    client.sign_in(make_person())
    assert client.post("/shadowing/t5-shadow/log", data=LOG).status_code == 404
    assert client.post("/shadowing/none/log", data=LOG).status_code == 404


def test_signed_and_complete_is_evidence_at_once(client, team):
    write_log(client, team.ana)
    client.sign_in(team.dana)
    sitting = start(client, team.ana)
    assert "Log: 2 of 2 decisions complete." in page(client.get(sitting))
    client.post(sitting, data={**sheet(team.ana), "do": "sign"})
    (row,) = evidence_of(team.ana)
    assert (row.result, row.source, row.actor_id) == (Result.SIGNED, Source.SIGN_OFF, team.dana.id)
    assert row.credited_minutes == 20
    assert "Signed on" in page(client.get(sitting))
    client.sign_in(team.ana)
    assert "You show what is asked." in page(client.get("/learn/flight-check/t5/t5-shadow"))


def test_a_signature_waits_for_the_log(client, team):
    client.sign_in(team.dana)
    sitting = start(client, team.ana)
    client.post(sitting, data={**sheet(team.ana), "do": "sign"})
    assert evidence_of(team.ana) == []
    assert "It counts when the log is complete: 0 of 2" in page(client.get(sitting))
    write_log(client, team.ana, {"1.ticket": "4711", "1.action": "accept"})
    assert evidence_of(team.ana) == []
    assert "It counts as soon as your log is complete." in page(client.get("/learn/flight-check/t5/t5-shadow"))
    write_log(client, team.ana)
    write_log(client, team.ana)
    (row,) = evidence_of(team.ana)
    assert (row.result, row.actor_id) == (Result.SIGNED, team.dana.id)


def test_three_people_sit_together_and_each_has_an_own_outcome(client, team):
    client.sign_in(team.dana)
    sitting = start(client, team.ana, team.ben, team.cam, step="t3-watch")
    marks = {}
    for person, queue in ((team.ana, "seen"), (team.ben, "not-yet"), (team.cam, "not-applicable")):
        marks |= {f"{person.id.hex}.mark.names-evidence": "seen", f"{person.id.hex}.mark.right-queue": queue}
    refused = client.post(sitting, data={**marks, "do": "sign"})
    assert refused.status_code == 422
    assert "Write what is not there yet" in page(refused)
    assert "Everything you ticked is saved." in page(refused)
    client.post(sitting, data={**marks, f"{team.ben.id.hex}.comment.right-queue": "Sent it to returns.", "do": "sign"})
    results = [evidence_of(person, "t3-watch")[0].result for person in (team.ana, team.ben, team.cam)]
    assert results == [Result.SIGNED, Result.NOT_YET, Result.SIGNED]
    assert not is_done(team.ben, "t3-watch")
    client.sign_in(team.ben)


def test_a_draft_is_saved_per_tick_in_order_and_without_script(client, team):
    client.sign_in(team.dana)
    sitting = start(client, team.ana)
    saved = client.post(f"{sitting}/draft", data={**sheet(team.ana, checks="4"), "seq": "2"})
    assert saved.get_json() == {"saved_at": "09:00", "seq": 2}
    late = client.post(f"{sitting}/draft", data={**sheet(team.ana, checks="1"), "seq": "1"})
    assert late.get_json()["seq"] == 2
    (person,) = db.session.scalars(sa.select(ObservedPerson))
    assert person.draft["levels"]["checks"] == 4
    client.post(sitting, data={**sheet(team.ana, evidence="", checks="2"), "do": "save"})
    db.session.refresh(person)
    assert person.draft["marks"] == {"finds-trigger": "seen"}
    assert "Draft" in page(client.get("/team/signoffs"))
    assert evidence_of(team.ana) == []


def test_an_unfinished_sheet_is_named_place_by_place_and_nothing_is_lost(client, team):
    client.sign_in(team.dana)
    sitting = start(client, team.ana)
    fields = sheet(team.ana, trigger="not-applicable", checks="", note="Well done.")
    response = client.post(sitting, data={**fields, "do": "sign"})
    shown = page(response)
    assert response.status_code == 422
    assert "This line is critical" in shown
    assert "Choose a level." in shown
    assert "Well done." in page(client.get(sitting))


def test_an_amendment_keeps_the_original_and_turns_the_ledger(client, team):
    write_log(client, team.ana)
    client.sign_in(team.dana)
    sitting = start(client, team.ana)
    client.post(sitting, data={**sheet(team.ana), "do": "sign"})
    change = f"{sitting}/amend/{team.ana.id}"
    assert 'value="3" checked' in page(client.get(change))
    assert client.post(change, data=sheet(team.ana, checks="1")).status_code == 422
    client.post(change, data={**sheet(team.ana, checks="1"), "reason": "I rated the wrong person."})
    first, second = evidence_of(team.ana)
    assert (second.result, second.supersedes, second.source) == (Result.NOT_YET, first.id, Source.CORRECTION)
    assert not is_done(team.ana)
    versions = db.session.scalars(sa.select(SignedSheet).order_by(SignedSheet.version)).all()
    assert [(one.version, one.sheet["levels"]["checks"], one.reason) for one in versions] == [
        (1, 3, ""),
        (2, 1, "I rated the wrong person."),
    ]
    client.post(change, data={**sheet(team.ana, checks="4"), "reason": "It was the right one."})
    assert is_done(team.ana)
    shown = page(client.get(sitting))
    assert "I rated the wrong person." in shown
    assert "Version 1" in shown
    assert client.post(sitting, data={**sheet(team.ana), "do": "save"}).status_code == 409


def test_an_amendment_that_changes_no_outcome_leaves_the_ledger_alone(client, team):
    write_log(client, team.ana)
    client.sign_in(team.dana)
    sitting = start(client, team.ana)
    client.post(sitting, data={**sheet(team.ana), "do": "sign"})
    change = f"{sitting}/amend/{team.ana.id}"
    client.post(change, data={**sheet(team.ana, note="Well done."), "reason": "I forgot the word to Ana."})
    assert len(evidence_of(team.ana)) == 1
    # Levels are evidence themselves: what a certificate asks of them follows.
    client.post(change, data={**sheet(team.ana, acts="4"), "reason": "A typing error."})
    first, second = evidence_of(team.ana)
    assert (second.result, second.supersedes, second.source) == (Result.SIGNED, first.id, Source.CORRECTION)


def test_nobody_signs_for_themselves(client, team):
    with pytest.raises(Refused):
        start_observation(as_actor(team.dana), "t3-watch", [team.dana.id])
    client.sign_in(team.dana)
    shown = page(client.get("/team/signoffs/new"))
    assert "Ana Person" in shown
    assert str(team.dana.id) not in shown
    assert client.post("/team/signoffs/new", data={"step": "t3-watch", "people": str(team.dana.id)}).status_code == 422


def test_only_colleagues_are_observed_and_only_as_many_as_the_step_allows(client, team):
    stranger = make_person("Stranger")
    with pytest.raises(NotFound):
        start_observation(as_actor(team.dana), "t3-watch", [stranger.id])
    client.sign_in(team.dana)
    four = [str(person.id) for person in (team.ana, team.ben, team.cam, team.eli)]
    refused = client.post("/team/signoffs/new", data={"step": "t3-watch", "people": four})
    assert refused.status_code == 422
    assert "at most 3" in page(refused)
    assert client.post("/team/signoffs/new", data={"step": "t3-watch"}).status_code == 422
    assert db.session.scalars(sa.select(Observation)).all() == []


def test_somebody_can_be_left_out_but_never_the_last(client, team):
    client.sign_in(team.dana)
    sitting = start(client, team.ana, team.ben)
    client.post(f"{sitting}/leave-out/{team.ben.id}")
    assert "Ben Person" not in page(client.get(sitting))
    assert client.post(f"{sitting}/leave-out/{team.ana.id}").status_code == 409
    assert client.post(f"{sitting}/leave-out/{team.cam.id}").status_code == 404


def test_a_sheet_belongs_to_its_observer(client, team):
    client.sign_in(team.dana)
    sitting = start(client, team.ana)
    db.session.add(Absence(person_id=team.dana.id, starts_on=TODAY, ends_on=TODAY + timedelta(days=2)))
    db.session.commit()
    client.sign_in(team.eli)
    assert client.get("/team/signoffs").status_code == 200
    missing = f"/team/signoffs/{uuid.uuid4()}"
    for address in (sitting, missing):
        assert client.get(address).status_code == 404
        assert client.post(address, data={"do": "sign"}).status_code == 404
        assert client.post(f"{address}/draft", data={}).status_code == 404
        assert client.get(f"{address}/amend/{team.ana.id}").status_code == 404


def test_who_left_the_cohort_meanwhile_is_not_signed(client, team):
    client.sign_in(team.dana)
    sitting = start(client, team.ana)
    remove_member(team.actor, team.cohort, team.ana.id, TODAY)
    db.session.commit()
    assert client.post(sitting, data={**sheet(team.ana), "do": "sign"}).status_code == 404
    assert evidence_of(team.ana) == []


def test_a_learner_cannot_open_sign_offs(client, team):
    client.sign_in(team.ana)
    assert client.get("/team/signoffs").status_code == 403
    assert client.post("/team/signoffs/new", data={}).status_code == 403


def test_the_champions_guidance_is_never_served_to_learners(client, team):
    client.sign_in(team.dana)
    sitting = start(client, team.ana, step="t3-watch")
    assert "Ask what made you sure." in page(client.get(sitting))
    client.sign_in(team.ana)
    shown = page(client.get("/learn/flight-check/t3/t3-watch"))
    assert "Ask what made you sure." not in shown
    assert "How to observe this" not in shown


def test_a_full_log_stands_on_the_champions_board_until_it_is_signed(client, team):
    client.sign_in(team.dana)
    board = page(client.get("/team"))
    assert 'href="/team/signoffs"' in board
    assert "Sign-off waiting" not in board
    write_log(client, team.ana, {**LOG, "2.action": ""})
    client.sign_in(team.dana)
    assert "Sign-off waiting" not in page(client.get("/team"))
    write_log(client, team.ana)
    assert "Your log is full" in page(client.get("/learn/flight-check/t5/t5-shadow"))
    client.sign_in(team.dana)
    assert "Sign-off waiting" in page(client.get("/team"))
    address = f"/team/signoffs/new?step=t5-shadow&amp;person={team.ana.id}"
    assert address in page(client.get(f"/team/{team.ana.id}"))
    sitting = start(client, team.ana)
    client.post(sitting, data={**sheet(team.ana), "do": "sign"})
    assert "Sign-off waiting" not in page(client.get("/team"))


def test_what_can_be_observed_is_named_with_its_course(client, team):
    client.sign_in(team.dana)
    options = re.findall(r"<option [^>]*>([^<]+)</option>", page(client.get("/team/signoffs/new")))
    assert options
    assert all(" · Flight check" in option for option in options)

"""Who came: the roster on plain checkboxes, corrections, check-in by a rotating code, make-ups, and their evidence."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from lms.infra.db import db
from lms.learning.models import Evidence, StepProgress
from lms.learning.rules.evidence import Result, Source
from lms.workshops.models.sessions import Attendance, WorkshopSession
from lms.workshops.rules.checkin import make_code, make_token
from lms.workshops.service.bookings import book
from lms.workshops.service.sessions import SessionDraft, schedule_session
from tests.factories.people import make_person

START = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)


def page(response) -> str:
    return response.get_data(as_text=True)


@pytest.fixture
def clinic(team, session, clock):
    """A session about to begin, with Ana and Ben booked."""
    draft = SessionDraft("t2-clinic", "Clinic", START, 60, "UTC", 2, team.dana.id, room="Room 4")
    session_id = schedule_session(team.actor, draft)
    book(team.ana.id, session_id)
    book(team.ben.id, session_id)
    session.commit()
    clock.set(START + timedelta(minutes=50))
    return session_id


def evidence_of(person) -> list[Evidence]:
    query = sa.select(Evidence).where(Evidence.person_id == person.id).order_by(Evidence.recorded_at, Evidence.id)
    return list(db.session.scalars(query))


def has_done(person) -> bool:
    return db.session.scalar(sa.select(StepProgress.step).where(StepProgress.person_id == person.id)) == "t2-clinic"


def secret_of(clinic) -> str:
    return db.session.get_one(WorkshopSession, clinic).checkin_secret


def test_ticking_who_came_is_evidence_with_the_minutes_of_the_workshop(client, team, clinic):
    client.sign_in(team.dana)
    roster = f"/sessions/{clinic}/roster"
    assert "2 people on the roster" in page(client.get(roster))
    client.post(roster, data={"present": str(team.ana.id), "do": "save"})
    (row,) = evidence_of(team.ana)
    assert (row.result, row.credited_minutes, row.source) == (Result.ATTENDED, 60, Source.ROSTER)
    assert (row.actor_id, row.reference) == (team.dana.id, clinic.hex)
    assert has_done(team.ana)
    assert evidence_of(team.ben) == []


def test_saving_the_same_roster_again_changes_nothing(client, team, clinic):
    client.sign_in(team.dana)
    for _time in range(2):
        client.post(f"/sessions/{clinic}/roster", data={"present": str(team.ana.id), "do": "save"})
    assert len(evidence_of(team.ana)) == 1
    assert "Nothing changed." in page(client.get(f"/sessions/{clinic}/roster"))


def test_closing_the_roster_records_who_was_absent_and_offers_the_make_up(client, team, clinic):
    client.sign_in(team.dana)
    roster = f"/sessions/{clinic}/roster"
    client.post(roster, data={"present": str(team.ana.id), "do": "close"})
    (absent,) = evidence_of(team.ben)
    assert (absent.result, absent.credited_minutes) == (Result.ABSENT, 0)
    assert "Make-up done by Ben Person" in page(client.get(roster))
    client.post(f"/sessions/{clinic}/make-up/{team.ben.id}")
    made_up = evidence_of(team.ben)[-1]
    assert (made_up.result, made_up.credited_minutes, made_up.details) == (Result.ATTENDED, 60, {"make_up": True})
    assert has_done(team.ben)
    assert client.post(f"/sessions/{clinic}/make-up/{team.ben.id}").status_code == 409
    assert client.post(f"/sessions/{clinic}/make-up/{team.cam.id}").status_code == 404


def test_taking_attendance_back_needs_a_reason_and_keeps_the_first_row(client, team, clinic):
    client.sign_in(team.dana)
    roster = f"/sessions/{clinic}/roster"
    both = [str(team.ana.id), str(team.ben.id)]
    client.post(roster, data={"present": both, "do": "save"})
    refused = client.post(roster, data={"present": both[1:], "do": "save"})
    assert refused.status_code == 422
    assert "Say why." in page(refused)
    assert has_done(team.ana)
    client.post(roster, data={"present": both[1:], "do": "save", "reason": "Left after five minutes."})
    first, second = evidence_of(team.ana)
    assert (second.result, second.supersedes, second.reason) == (Result.ABSENT, first.id, "Left after five minutes.")
    assert second.source is Source.CORRECTION
    assert not has_done(team.ana)
    rows = db.session.scalars(sa.select(Attendance).where(Attendance.person_id == team.ana.id)).all()
    assert sorted(row.present for row in rows) == [False, True]


def test_somebody_without_a_booking_is_added_by_number(client, team, clinic):
    number = make_person("Walk In", employee_number="W-1")
    client.sign_in(team.dana)
    add = f"/sessions/{clinic}/roster/add"
    assert "Nobody has the number" in page(client.post(add, data={"number": "W-2"}))
    client.post(add, data={"number": "W-1"})
    shown = page(client.get(f"/sessions/{clinic}/roster"))
    assert "Walk In" in shown
    assert "it counts for nothing" in shown
    assert evidence_of(number) == []


def test_a_roster_takes_nobody_who_is_not_on_it_and_nothing_before_its_time(client, team, clinic, clock):
    client.sign_in(team.dana)
    roster = f"/sessions/{clinic}/roster"
    for stranger in (str(team.cam.id), str(uuid.uuid4()), "nonsense"):
        assert client.post(roster, data={"present": stranger, "do": "save"}).status_code == 404
    clock.set(START - timedelta(hours=1))
    assert "Attendance can be ticked from half an hour before" in page(client.get(roster))
    assert client.post(roster, data={"present": str(team.ana.id), "do": "save"}).status_code == 409


def test_the_code_page_shows_a_link_and_a_code_that_change_every_minute(client, team, clinic, clock):
    client.sign_in(team.dana)
    first = client.get(f"/sessions/{clinic}/checkin")
    assert first.headers["Refresh"] == "45"
    assert "<svg" in page(first)
    clock.advance(minutes=1)
    codes = [
        re.search(r"\b([2-9A-Z]{3}) ([2-9A-Z]{3})\b", page(shown))[0]
        for shown in (first, client.get(f"/sessions/{clinic}/checkin"))
    ]
    assert codes[0] != codes[1]
    clock.set(START + timedelta(days=1))
    assert "Check-in is open from half an hour before" in page(client.get(f"/sessions/{clinic}/checkin"))


def test_scanning_asks_for_one_press_and_only_that_records(client, team, clinic, clock):
    client.sign_in(team.ana)
    address = f"/checkin/{make_token(clinic, secret_of(clinic), clock.now())}"
    assert "I'm here" in page(client.get(address))
    assert evidence_of(team.ana) == []
    for _time in range(2):
        assert client.post(address).status_code == 303
    assert len(evidence_of(team.ana)) == 1
    assert "You are checked in: Clinic." in page(client.get("/sessions"))


def test_an_old_or_made_up_link_records_nothing_and_offers_the_code(client, team, clinic, clock):
    client.sign_in(team.ana)
    old = make_token(clinic, secret_of(clinic), clock.now() - timedelta(minutes=4))
    forged = make_token(clinic, "guessed", clock.now())
    other = make_token(uuid.uuid4(), "guessed", clock.now())
    for token in (old, forged, other):
        response = client.post(f"/checkin/{token}")
        assert response.status_code == 422
        assert "This code is too old." in page(response)
    for answer in (client.get("/checkin/nonsense"), client.post("/checkin/nonsense")):
        assert answer.status_code == 404
        assert "Type the code" in page(answer)
    assert evidence_of(team.ana) == []


def test_the_code_can_be_typed_instead(client, team, clinic, clock):
    client.sign_in(team.ana)
    assert "Code on the screen" in page(client.get("/checkin"))
    wrong = client.post("/checkin", data={"code": "ABCDEF"})
    assert wrong.status_code == 422
    assert "ABCDEF" in page(wrong)
    code = make_code(clinic, secret_of(clinic), clock.now())
    client.post("/checkin", data={"code": f"{code[:3]} {code[3:].lower()}"})
    assert evidence_of(team.ana)[0].result is Result.ATTENDED


def test_a_check_in_is_shown_on_the_roster_and_can_be_corrected(client, team, clinic, clock):
    client.sign_in(team.ana)
    client.post(f"/checkin/{make_token(clinic, secret_of(clinic), clock.now())}")
    client.sign_in(team.dana)
    assert "Checked in" in page(client.get(f"/sessions/{clinic}/roster"))
    client.post(f"/sessions/{clinic}/roster", data={"do": "save", "reason": "Was not in the room."})
    assert not has_done(team.ana)


def test_the_step_page_says_what_happens_and_shows_what_good_looks_like_only_afterwards(client, team, clinic, session):
    from lms.learning.models import Cycle
    from lms.learning.rules.evidence import Source as From
    from lms.learning.service.evidence import Claim, record_evidence

    client.sign_in(team.ana)
    cycle = session.scalars(sa.select(Cycle).where(Cycle.person_id == team.ana.id)).one()
    for step in ("t1-page", "t1-check"):
        record_evidence(Claim(cycle.id, step, Result.PASSED, From.PLAYER, START, team.ana.id, score=10000))
    session.commit()
    address = "/learn/flight-check/t2/t2-clinic"
    before = page(client.get(address))
    assert "Your session" in before
    assert "If you cannot come" in before
    assert "What good looks like" not in before
    assert client.post(address).status_code == 403
    client.sign_in(team.dana)
    client.post(f"/sessions/{clinic}/roster", data={"present": str(team.ana.id), "do": "save"})
    client.sign_in(team.ana)
    assert "What good looks like" in page(client.get(address))

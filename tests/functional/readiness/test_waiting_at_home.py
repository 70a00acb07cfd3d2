"""What the home page tells coordinators, approvers and sponsors of their own work."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from lms.accounts.models.imports import ImportState, PeopleImport
from lms.accounts.rules.actor import Role
from lms.certification.models import Review
from lms.certification.rules.reviews import Subject
from lms.home.queries.role_work import Work, role_work
from lms.infra.clock import now
from lms.infra.db import db
from lms.readiness.models import GateDecision
from lms.readiness.rules.criteria import Decision, Gate
from lms.shared.ids import new_id
from lms.workshops.models.sessions import SessionRequest
from tests.factories.people import as_actor, make_person
from tests.functional.readiness.test_wave_page import statements

TODAY = date(2026, 3, 2)
# Within the four weeks before go-live on 4 May.
APRIL = datetime.fromisoformat("2026-04-20T09:00:00+00:00")


def home(client, person) -> str:
    client.sign_in(person)
    return client.get("/home").get_data(as_text=True)


def waiting(page: str) -> str:
    """Return the section's words, with its addresses."""
    section = page.split('aria-labelledby="role-work-title"')[1].split("</section>", maxsplit=1)[0]
    linked = re.sub(r'<a href="([^"]*)"[^>]*>', r"[\1] ", section)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", linked))


def asks_for_review(person, moment) -> None:
    row = Review(person_id=person.id, subject=Subject.RESULT, reference=new_id(), request="Look again, please.")
    row.asked_at, row.due_at = moment, moment + timedelta(hours=48)
    db.session.add(row)


def found(person, today=TODAY) -> dict[Work, tuple[int, int]]:
    work = role_work(as_actor(person), today, now())
    return {line.work: (line.count, line.late) for line in work.waiting}


def test_a_sponsor_reads_how_ready_the_next_wave_is_without_training_of_their_own(client, wave, enrol, champion):
    enrol("Ana Able", modules=3, shift="evening")
    enrol("Bo Begun", modules=1, shift="evening")
    page = home(client, make_person("Sol Sponsor", Role.SPONSOR))
    assert f"[/readiness/{wave}] Is Pilot ready?" in waiting(page)
    assert "1 of 2 rostered people are ready." in waiting(page)
    assert "1 team is not ready" in waiting(page)
    # Counts alone, and nothing that only a coordinator may open.
    assert "Bo Begun" not in page
    assert "/reviews" not in waiting(page)
    assert "Your coordinator assigns it" not in page


def test_an_approver_is_told_which_gates_wait_until_they_are_decided(session, client, wave, approver, clock):
    approver_ = make_person("Ada Approver", Role.APPROVER)
    assert Work.GATES not in found(approver_)
    clock.set(APRIL)
    assert f"[/readiness/{wave}/gates] Decide on the gates of Pilot" in waiting(home(client, approver_))
    held = GateDecision(wave_id=wave, gate=Gate.PILOT, decision=Decision.HOLD, formula="1", snapshot={})
    held.decided_by, held.decided_at = approver_.id, now()
    db.session.add(held)
    session.flush()
    assert found(approver_, APRIL.date())[Work.GATES] == (1, 0)
    gone = GateDecision(wave_id=wave, gate=Gate.PILOT, decision=Decision.GO, formula="1", snapshot={})
    gone.decided_by, gone.decided_at = approver_.id, now() + timedelta(hours=1)
    db.session.add(gone)
    session.flush()
    assert Work.GATES not in found(approver_, APRIL.date())


def test_a_coordinator_is_told_what_waits_with_its_count_and_what_waits_too_long(session, client, coordinator, enrol):
    ana = enrol("Ana Able", modules=1)
    asks_for_review(ana, now() - timedelta(hours=50))
    asks_for_review(ana, now())
    db.session.add(SessionRequest(person_id=ana.id, note="Nights only", asked_at=now()))
    db.session.add(PeopleImport(state=ImportState.MAPPED, filename="march.csv", signature="1", created_at=now()))
    for days, skipped in ((1, 4), (8, 30)):
        applied = PeopleImport(state=ImportState.APPLIED, filename="a.csv", signature="2", created_at=now())
        applied.applied_at, applied.counts = now() - timedelta(days=days), {"skipped": skipped}
        db.session.add(applied)
    session.flush()
    assert found(coordinator) == {
        Work.REVIEWS: (2, 1),
        Work.REQUESTS: (1, 0),
        Work.IMPORTS: (1, 0),
        Work.LEFT_OUT: (4, 0),
    }
    words = waiting(home(client, coordinator))
    for told in ("[/reviews] Answer those who", "1 has waited too long.", "2 reviews", "[/people/import] ", "4 rows"):
        assert told in words


def test_nobody_is_told_what_is_not_theirs(session, enrol, champion, coordinator):
    ana = enrol("Ana Able")
    asks_for_review(ana, now())
    session.flush()
    assert role_work(as_actor(ana), TODAY, now()) is None
    assert role_work(as_actor(champion), TODAY, now()) is None
    # An administrator may import people, and hears of nothing else.
    admin = make_person("Imani", Role.ADMINISTRATOR)
    assert role_work(as_actor(admin), TODAY, now()) is None
    db.session.add(PeopleImport(state=ImportState.UPLOADED, filename="a.csv", signature="1", created_at=now()))
    session.flush()
    assert found(admin) == {Work.IMPORTS: (1, 0)}
    # A sponsor's gates are theirs; a coordinator only says how ready the wave is.
    assert Work.REVIEWS not in found(make_person("Sol", Role.SPONSOR))
    assert Work.GATES not in found(coordinator, APRIL.date())


def test_a_role_without_work_is_told_so(client, session):
    page = home(client, make_person("Sol Sponsor", Role.SPONSOR))
    assert "Nothing waits for you in your role." in waiting(page)


def test_what_is_told_takes_as_many_statements_however_many_people_there_are(client, coordinator, enrol, champion):
    def join(numbers) -> None:
        for number in numbers:
            asks_for_review(enrol(f"Learner {number}", modules=number % 4), now())

    client.sign_in(coordinator)
    join(range(4))
    few = statements(client, "/home")
    join(range(4, 16))
    assert statements(client, "/home") == few
    assert few <= MOST


MOST = 50

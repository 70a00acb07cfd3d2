"""Live sessions: scheduling, booking within seats, the queue, the calendar file, changes and cancellation."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from icalendar import Calendar

from lms.accounts.events import PersonLeft, PersonWithdrawn
from lms.accounts.rules.actor import Role
from lms.cohorts.service.cohorts import add_member, remove_member
from lms.cohorts.service.plan import PeakDraft, create_peak
from lms.infra.db import db
from lms.infra.events import publish
from lms.messaging.models import Notification
from lms.shared.errors import Conflict, NotFound
from lms.workshops.models.sessions import Booking, SessionRequest, WorkshopSession
from lms.workshops.queries.sessions import booked_sessions
from lms.workshops.rules.booking import BookingState
from lms.workshops.service.bookings import book, cancel_booking
from lms.workshops.service.sessions import SessionDraft, change_session, schedule_session
from tests.conftest import NOW
from tests.factories.people import make_person
from tests.factories.training import do_modules

START = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
FORM = {
    "step": "t2-clinic",
    "title": "",
    "day": "2026-03-04",
    "time": "10:00",
    "zone": "Europe/Madrid",
    "minutes": "60",
    "seats": "2",
    "room": "Room 4",
    "join_link": "",
    "cohort": "",
    "site": "",
}


def page(response) -> str:
    return response.get_data(as_text=True)


def draft(team, **given) -> SessionDraft:
    facts = {
        "step": "t2-clinic",
        "title": "Clinic",
        "starts_at": START,
        "minutes": 60,
        "zone": "UTC",
        "seats": 2,
        "facilitator_id": team.dana.id,
        "room": "Room 4",
        "join_link": "https://call.example/clinic",
    }
    return SessionDraft(**{**facts, **given})


@pytest.fixture
def clinic(team, session):
    session_id = schedule_session(team.actor, draft(team))
    session.commit()
    return session_id


def state_of(person, session_id) -> BookingState | None:
    query = sa.select(Booking.state).where(Booking.person_id == person.id, Booking.session_id == session_id)
    return db.session.scalar(query)


def told(person) -> list[str]:
    query = sa.select(Notification.kind).where(Notification.person_id == person.id).order_by(Notification.created_at)
    return list(db.session.scalars(query))


def test_a_coordinator_schedules_in_a_zone_and_learners_find_it(client, team):
    make_person("Zoe", zone="Europe/Madrid")
    client.sign_in(team.coordinator)
    assert "No sessions yet" in page(client.get("/sessions/manage"))
    assert 'value="60"' in page(client.get("/sessions/new?step=t2-clinic"))
    sent = client.post("/sessions/new", data={**FORM, "facilitator": str(team.dana.id)})
    assert sent.status_code == 303
    (row,) = db.session.scalars(sa.select(WorkshopSession))
    assert (row.starts_at, row.title) == (START, "Clinic")
    client.sign_in(team.ana)
    shown = page(client.get("/sessions"))
    assert "2 places left" in shown
    assert "Dana Person" in shown
    client.sign_in(team.coordinator)
    assert "1 session is coming." in page(client.get("/sessions/manage"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"day": "2026-03-01"}, "That moment is over"),
        ({"day": "2026-03-29", "time": "02:30"}, "Clocks skip that time"),
        ({"room": ""}, "Say where it is"),
        ({"join_link": "javascript:alert(1)"}, "is not a web address"),
        ({"day": "2026-05-06"}, "lies in “Spring sale”"),
        ({"seats": "0"}, "Use 1 to 500 places."),
    ],
)
def test_a_session_that_cannot_be_is_refused_with_the_reason_beside_its_field(client, team, change, message):
    make_person("Zoe", zone="Europe/Madrid")
    create_peak(team.actor, PeakDraft("Spring sale", date(2026, 5, 4), date(2026, 5, 10)))
    client.sign_in(team.coordinator)
    response = client.post("/sessions/new", data={**FORM, "facilitator": str(team.dana.id), **change})
    assert response.status_code == 422
    assert message in page(response)
    assert 'value="Europe/Madrid" selected' in page(response) or 'selected value="Europe/Madrid"' in page(response)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(WorkshopSession)) == 0


def test_places_go_in_order_and_whoever_waits_moves_up_and_is_told(team, clinic):
    assert book(team.ana.id, clinic) is BookingState.BOOKED
    assert book(team.ana.id, clinic) is BookingState.BOOKED
    assert book(team.ben.id, clinic) is BookingState.BOOKED
    assert book(team.cam.id, clinic) is BookingState.WAITING
    assert book(team.eli.id, clinic) is BookingState.WAITING
    cancel_booking(team.ana.id, clinic)
    assert state_of(team.cam, clinic) is BookingState.BOOKED
    assert state_of(team.eli, clinic) is BookingState.WAITING
    assert told(team.cam) == ["session-moved-up"]
    assert told(team.eli) == []
    assert book(team.ana.id, clinic) is BookingState.WAITING
    cancel_booking(team.ben.id, clinic)
    assert state_of(team.eli, clinic) is BookingState.BOOKED


def test_a_learner_books_and_gives_back_on_plain_pages(client, team, clinic):
    client.sign_in(team.ana)
    assert client.post(f"/sessions/{clinic}/book").status_code == 303
    shown = page(client.get("/sessions"))
    assert "Booked" in shown
    assert "https://call.example/clinic" in shown
    step = page(client.get("/learn/flight-check/t2/t2-clinic"))
    assert "You cannot start this yet" in step or "Your session" in step
    client.post(f"/sessions/{clinic}/give-back")
    assert state_of(team.ana, clinic) is BookingState.CANCELLED
    assert client.post(f"/sessions/{clinic}/give-back").status_code == 404


def test_a_full_session_offers_its_waiting_list(client, team, clinic):
    book(team.ben.id, clinic)
    book(team.cam.id, clinic)
    client.sign_in(team.ana)
    shown = page(client.get("/sessions"))
    assert "Join the waiting list" in shown
    assert "call.example" not in shown
    client.post(f"/sessions/{clinic}/book")
    assert "Leave the waiting list" in page(client.get("/sessions"))
    assert "call.example" not in page(client.get("/sessions"))


def test_the_calendar_file_holds_the_session_and_the_link_only_for_those_with_a_place(client, team, clinic):
    client.sign_in(team.ana)
    before = client.get(f"/sessions/{clinic}.ics")
    assert before.mimetype == "text/calendar"
    assert b"call.example" not in before.data
    book(team.ana.id, clinic)
    (event,) = Calendar.from_ical(client.get(f"/sessions/{clinic}.ics").data).walk("VEVENT")
    assert event.decoded("dtstart") == START
    assert event.decoded("dtend") == START + timedelta(minutes=60)
    assert (str(event["status"]), str(event["location"])) == ("CONFIRMED", "Room 4")
    assert "call.example" in str(event["description"])


def test_a_session_of_another_cohort_or_step_is_not_found(client, team, clinic, session):
    other = schedule_session(team.actor, draft(team, cohort_id=team.cohort, starts_at=START + timedelta(days=1)))
    remove_member(team.actor, team.cohort, team.ana.id, TODAY)
    session.commit()
    client.sign_in(team.ana)
    missing = uuid.uuid4()
    for path in (f"/sessions/{other}.ics", f"/sessions/{missing}.ics"):
        assert client.get(path).status_code == 404
    for key in (other, missing):
        assert client.post(f"/sessions/{key}/book").status_code == 404


def test_nobody_is_in_two_places_at_once_or_books_a_workshop_twice(team, clinic):
    later = schedule_session(team.actor, draft(team, starts_at=START + timedelta(days=7)))
    book(team.ana.id, clinic)
    with pytest.raises(Conflict):
        book(team.ana.id, later)


def test_a_session_that_has_begun_takes_nobody_and_lets_nobody_go(team, clinic, clock):
    book(team.ana.id, clinic)
    clock.set(START)
    with pytest.raises(Conflict):
        book(team.ben.id, clinic)
    with pytest.raises(Conflict):
        cancel_booking(team.ana.id, clinic)


def test_changing_a_session_tells_those_with_a_place_and_more_seats_move_people_up(team, clinic):
    for person in (team.ana, team.ben, team.cam):
        book(person.id, clinic)
    change_session(team.actor, clinic, draft(team, seats=3, starts_at=START + timedelta(hours=1)))
    assert state_of(team.cam, clinic) is BookingState.BOOKED
    assert told(team.ana) == ["session-changed"]
    assert sorted(told(team.cam)) == ["session-changed", "session-moved-up"]
    (line,) = booked_sessions(team.ana.id)
    assert line.revision == 1


def test_fewer_places_than_are_taken_are_refused(client, team, clinic):
    for person in (team.ana, team.ben):
        book(person.id, clinic)
    client.sign_in(team.coordinator)
    edit = f"/sessions/{clinic}/edit"
    assert 'value="Clinic"' in page(client.get(edit))
    form = {**FORM, "facilitator": str(team.dana.id), "zone": "UTC", "seats": "1"}
    response = client.post(edit, data=form)
    assert response.status_code == 422
    assert "2 places are taken" in page(response)


def test_a_cancelled_session_says_why_and_takes_no_more_bookings(client, team, clinic):
    book(team.ana.id, clinic)
    client.sign_in(team.coordinator)
    cancel = f"/sessions/{clinic}/cancel"
    assert client.post(cancel, data={"reason": ""}).status_code == 422
    client.post(cancel, data={"reason": "The trainer is ill."})
    assert client.post(cancel, data={"reason": "Again"}).status_code == 409
    assert told(team.ana) == ["session-cancelled"]
    client.sign_in(team.ana)
    assert "The trainer is ill." in page(client.get("/sessions"))
    (event,) = Calendar.from_ical(client.get(f"/sessions/{clinic}.ics").data).walk("VEVENT")
    assert str(event["status"]) == "CANCELLED"
    with pytest.raises(Conflict):
        book(team.ben.id, clinic)


def test_who_finds_nothing_asks_and_the_coordinator_answers(client, team):
    client.sign_in(team.ana)
    assert "No sessions match your shifts. Ask for one." in page(client.get("/sessions"))
    assert client.post("/sessions/ask", data={"step": "t2-clinic", "note": ""}).status_code == 422
    for note in ("Tuesdays", "Thursdays before 15:00"):
        client.post("/sessions/ask", data={"step": "t2-clinic", "note": note})
    client.sign_in(team.coordinator)
    shown = page(client.get("/sessions/manage"))
    assert "1 person asks for one." in shown
    assert "Thursdays before 15:00" in shown
    (wish,) = db.session.scalars(sa.select(SessionRequest.id))
    client.post(f"/sessions/requests/{wish}/answered")
    assert "Thursdays" not in page(client.get("/sessions/manage"))
    assert client.post(f"/sessions/requests/{wish}/answered").status_code == 404


def test_home_says_how_one_stands_to_each_workshop_and_offers_first_what_can_be_done_now(client, team):
    def home() -> str:
        return page(client.get("/home"))

    client.sign_in(team.ana)
    assert "No session yet" not in home()
    clinic = schedule_session(team.actor, draft(team))
    book(team.ana.id, clinic)
    booked = home()
    assert "Booked" in booked
    assert "Wed 4 Mar" in booked
    assert "/learn/flight-check/t1/t1-page" in booked.split("card-next")[1].split("</section>")[0]
    cancel_booking(team.ana.id, clinic)
    # Nothing is left that can be done alone: now the workshop is the next step.
    do_modules(team.ana, most=1)
    assert "Choose a session" in home()
    client.sign_in(team.coordinator)
    client.post(f"/sessions/{clinic}/cancel", data={"reason": "No room."})
    client.sign_in(team.ana)
    assert "Ask for a session" in home()
    client.post("/sessions/ask", data={"step": "t2-clinic", "note": "Tuesdays"})
    assert "See what you asked for" in home()


def test_a_person_without_workshops_is_told_so(client, session, courses):
    client.sign_in(make_person())
    assert "You have no workshop to take part in." in page(client.get("/sessions"))


def test_a_leaver_gives_their_place_to_whoever_waits(team, clinic):
    for person in (team.ana, team.ben, team.cam):
        book(person.id, clinic)
    publish(PersonLeft(team.ana.id, TODAY))
    assert state_of(team.ana, clinic) is BookingState.CANCELLED
    assert state_of(team.cam, clinic) is BookingState.BOOKED


def test_an_import_is_not_taken_back_from_somebody_who_has_booked(team, clinic):
    newcomer = make_person("New Person")
    add_member(team.actor, team.cohort, newcomer.id, TODAY, by_rule=True)
    book(newcomer.id, clinic)
    with pytest.raises(Conflict):
        publish(PersonWithdrawn(newcomer.id))


def test_a_champion_schedules_for_their_cohort_only(client, team, session):
    client.sign_in(team.dana)
    form = {**FORM, "facilitator": str(team.dana.id), "zone": "UTC"}
    assert "Everybody whose path has it" not in page(client.get("/sessions/new"))
    assert client.post("/sessions/new", data=form).status_code == 422
    assert client.post("/sessions/new", data={**form, "cohort": team.cohort}).status_code == 303
    (row,) = db.session.scalars(sa.select(WorkshopSession))
    assert row.cohort_id == team.cohort
    foreign = schedule_session(team.actor, draft(team, facilitator_id=team.coordinator.id))
    session.commit()
    assert client.get(f"/sessions/{foreign}/roster").status_code == 404
    assert client.get(f"/sessions/{row.id}/roster").status_code == 200


@pytest.mark.parametrize("roles", [(), (Role.SPONSOR,), (Role.APPROVER,), (Role.ADMINISTRATOR,)])
def test_only_those_who_run_sessions_manage_them(client, team, clinic, roles):
    client.sign_in(make_person("Somebody Else", *roles))
    for path in ("/sessions/manage", "/sessions/new", f"/sessions/{clinic}/roster", f"/sessions/{clinic}/checkin"):
        assert client.get(path).status_code == 403


def test_booking_what_is_not_open_to_a_person_is_not_found(team, clinic):
    stranger = make_person("Stranger", site="south")
    closed = schedule_session(team.actor, draft(team, site="north", starts_at=NOW + timedelta(days=5)))
    with pytest.raises(NotFound):
        book(stranger.id, closed)

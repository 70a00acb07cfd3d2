"""Many people want the last places at the same moment; on both databases, with real commits."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from lms.accounts.rules.actor import Role
from lms.cohorts.service.cohorts import add_member
from lms.infra.clock import use_clock
from lms.infra.db import db
from lms.infra.transactions import run_in_write_transaction, write_transaction
from lms.shared.clock import MovableClock
from lms.workshops.models.sessions import Booking
from lms.workshops.rules.booking import BookingState
from lms.workshops.service.bookings import book, cancel_booking
from lms.workshops.service.sessions import SessionDraft, schedule_session
from tests.conftest import NOW
from tests.factories.cohorts import make_cohort
from tests.factories.people import as_actor, make_person
from tests.functional.workshops.conftest import TODAY, publish_flight_check

pytestmark = pytest.mark.real_commits
SEATS, PEOPLE = 3, 10


@pytest.fixture
def crowd(real_app, tmp_path):
    """A session with three places, and ten people who want one."""
    use_clock(real_app, MovableClock(NOW))
    with write_transaction():
        publish_flight_check(tmp_path)
        actor = as_actor(make_person("Cleo", Role.COORDINATOR, function="hr"))
        cohort = make_cohort(actor, programme="flight-check")
        people = [make_person(f"Person {number}").id for number in range(PEOPLE)]
        for person_id in people:
            add_member(actor, cohort, person_id, TODAY)
        starts_at = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
        draft = SessionDraft("t2-clinic", "Clinic", starts_at, 60, "UTC", SEATS, actor.id, room="Room 4")
        session_id = schedule_session(actor, draft)
    return real_app, session_id, people


def states(session_id) -> Counter:
    db.session.rollback()
    return Counter(db.session.scalars(sa.select(Booking.state).where(Booking.session_id == session_id)))


def at_once(app, work, people) -> list:
    def one(person_id):
        with app.app_context():
            try:
                return run_in_write_transaction(lambda: work(person_id))
            finally:
                db.session.remove()

    db.session.rollback()
    with ThreadPoolExecutor(len(people)) as pool:
        return list(pool.map(one, people))


def test_every_place_is_given_once_and_everybody_else_waits(crowd):
    app, session_id, people = crowd
    outcomes = at_once(app, lambda person_id: book(person_id, session_id), people)
    expected = {BookingState.BOOKED: SEATS, BookingState.WAITING: PEOPLE - SEATS}
    assert Counter(outcomes) == expected
    assert states(session_id) == expected


def test_places_given_back_together_are_all_given_out_again(crowd):
    app, session_id, people = crowd
    for person_id in people:
        run_in_write_transaction(lambda person_id=person_id: book(person_id, session_id))
    at_once(app, lambda person_id: cancel_booking(person_id, session_id), people[:SEATS])
    assert states(session_id) == {
        BookingState.CANCELLED: SEATS,
        BookingState.BOOKED: SEATS,
        BookingState.WAITING: PEOPLE - 2 * SEATS,
    }

"""Places: booking within seats, the queue, giving a place back."""

from __future__ import annotations

import uuid

import sqlalchemy as sa

from lms.accounts.rules.actor import Actor
from lms.infra.clock import now
from lms.infra.db import db
from lms.infra.events import publish
from lms.infra.i18n import _, format_datetime
from lms.shared.errors import Conflict, NotFound
from lms.shared.ids import new_id
from lms.workshops.events import BookingChanged
from lms.workshops.models.sessions import Booking, SessionRequest, WorkshopSession
from lms.workshops.queries.sessions import booked_sessions, open_requests, session_for
from lms.workshops.rules.booking import BookingState, SessionTime, state_for_newcomer, to_move_up


def book(person_id: uuid.UUID, session_id: uuid.UUID) -> BookingState:
    """Book a place, or a place in the queue where the session is full; return which. Booking twice is booking once.

    The session's row is held meanwhile, so the last place is given once however many ask for it.

    Raises:
        NotFound: no such session, or it is not open to the person.
        Conflict: it has begun or was cancelled, or the person is booked elsewhere at that time.
    """
    line = session_for(person_id, session_id, now())
    session = lock_session(session_id)
    if not line.time.may_book(now()):
        raise Conflict(_("This session has begun or was cancelled. Choose another one."))
    booking = _booking(session_id, person_id)
    if booking is not None and booking.state is not BookingState.CANCELLED:
        return booking.state
    _refuse_clash(person_id, session)
    state = state_for_newcomer(session.seats, *_counts(session_id))
    if booking is None:
        booking = Booking(id=new_id(), session_id=session_id, person_id=person_id)
        db.session.add(booking)
    booking.state, booking.queued_at, booking.ticket = state, now(), new_id()
    db.session.flush()
    publish(BookingChanged(person_id, session_id, state))
    return state


def cancel_booking(person_id: uuid.UUID, session_id: uuid.UUID) -> None:
    """Give a place (or a place in the queue) back; the first person waiting moves up.

    Raises:
        NotFound: the person has none.
        Conflict: the session has begun.
    """
    session = lock_session(session_id)
    booking = _booking(session_id, person_id)
    if booking is None or booking.state is BookingState.CANCELLED:
        raise NotFound
    if session.starts_at <= now():
        raise Conflict(_("The session has begun, so a place cannot be given back any more."))
    booking.state = BookingState.CANCELLED
    db.session.flush()
    publish(BookingChanged(person_id, session_id, BookingState.CANCELLED))
    move_up(session)


def cancel_coming(person_id: uuid.UUID) -> None:
    """Give back all places of a leaver in sessions to come."""
    for line in booked_sessions(person_id):
        if line.time.starts_at > now():
            cancel_booking(person_id, line.id)


def move_up(session: WorkshopSession) -> None:
    """Give free places to those who wait, in their order. Call with the session's row held."""
    booked, _waiting = _counts(session.id)
    queue = db.session.scalars(
        sa.select(Booking)
        .where(Booking.session_id == session.id, Booking.state == BookingState.WAITING)
        .order_by(Booking.queued_at, Booking.ticket)
    ).all()
    for booking in to_move_up(session.seats, booked, queue):
        booking.state = BookingState.BOOKED
        db.session.flush()
        publish(BookingChanged(booking.person_id, session.id, BookingState.BOOKED, moved_up=True))


def ask_for_session(person_id: uuid.UUID, step: str, note: str) -> None:
    """Ask for a session that suits; a second wish for the same step replaces the first."""
    request = db.session.scalars(
        sa.select(SessionRequest).where(
            SessionRequest.person_id == person_id, SessionRequest.step == step, SessionRequest.answered_at.is_(None)
        )
    ).first()
    if request is None:
        request = SessionRequest(id=new_id(), person_id=person_id, step=step)
        db.session.add(request)
    request.note, request.asked_at = note, now()
    db.session.flush()


def answer_request(actor: Actor, request_id: uuid.UUID) -> None:
    """Mark a wish as answered.

    Raises:
        NotFound: there is none in the actor's scope.
    """
    if request_id not in {line.id for line in open_requests(actor, now().date())}:
        raise NotFound
    request = db.session.get_one(SessionRequest, request_id)
    request.answered_at, request.answered_by = now(), actor.id
    db.session.flush()


def lock_session(session_id: uuid.UUID) -> WorkshopSession:
    """Return a session, held until the transaction ends.

    Raises:
        NotFound: there is none.
    """
    session = db.session.get(WorkshopSession, session_id, with_for_update=True, populate_existing=True)
    if session is None:
        raise NotFound
    return session


def _booking(session_id: uuid.UUID, person_id: uuid.UUID) -> Booking | None:
    return db.session.scalars(
        sa.select(Booking)
        .where(Booking.session_id == session_id, Booking.person_id == person_id)
        .execution_options(populate_existing=True)
    ).first()


def _counts(session_id: uuid.UUID) -> tuple[int, int]:
    row = db.session.execute(
        sa.select(
            sa.func.count().filter(Booking.state == BookingState.BOOKED),
            sa.func.count().filter(Booking.state == BookingState.WAITING),
        ).where(Booking.session_id == session_id)
    ).one()
    return row[0], row[1]


def _refuse_clash(person_id: uuid.UUID, session: WorkshopSession) -> None:
    wanted = SessionTime(session.starts_at, session.minutes)
    for line in booked_sessions(person_id):
        if line.time.cancelled or line.id == session.id or line.time.ends_at <= now():
            continue
        if line.step == session.step:
            when = format_datetime(line.time.starts_at)
            raise Conflict(
                _("You are booked for this workshop already, on %(when)s. Give that place back first.", when=when)
            )
        if line.time.starts_at < wanted.ends_at and wanted.starts_at < line.time.ends_at:
            raise Conflict(_("You are booked for “%(title)s” at that time.", title=line.title))

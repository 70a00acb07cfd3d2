"""Sessions as learners, facilitators and coordinators see them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.accounts.models.people import Placement, Profile, RoleGrant
from lms.accounts.queries.periods import staying, valid_on
from lms.accounts.queries.scope import people_in_scope
from lms.accounts.rules.actor import Actor, Role
from lms.accounts.rules.permissions import Permission, Relation, relations
from lms.cohorts.queries.cohorts import cohorts_championed_by, cohorts_of
from lms.infra.db import db
from lms.shared.errors import NotFound
from lms.workshops.models.sessions import Attendance, AttendanceSource, Booking, SessionRequest, WorkshopSession
from lms.workshops.queries.steps import steps_to_do
from lms.workshops.rules.booking import CHECKIN_AFTER, CHECKIN_BEFORE, BookingState, SessionTime

LONGEST = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A session as lists show it. `mine` is the reader's own booking, None where there is none."""

    id: uuid.UUID
    step: str
    course: str
    title: str
    time: SessionTime
    zone: str
    room: str
    join_link: str
    seats: int
    facilitator_id: uuid.UUID
    facilitator: str
    cohort_id: str | None
    site: str
    revision: int
    cancel_reason: str
    booked: int
    waiting: int
    mine: BookingState | None = None

    @property
    def places_left(self) -> int:
        """Return how many places can still be booked."""
        return max(0, self.seats - self.booked)


@dataclass(frozen=True, slots=True)
class SessionNotice:
    """What people are told about a session."""

    title: str
    starts_at: datetime
    place: str
    cancel_reason: str


@dataclass(frozen=True, slots=True)
class RosterLine:
    """A person on a session's roster and what was recorded about them last."""

    person_id: uuid.UUID
    name: str
    employee_number: str
    state: BookingState | None
    present: bool | None
    source: AttendanceSource | None
    counted: bool
    recorded_at: datetime | None


@dataclass(frozen=True, slots=True)
class RequestLine:
    """What somebody asked for."""

    id: uuid.UUID
    person_id: uuid.UUID
    name: str
    step: str
    note: str
    asked_at: datetime


def manages_all(actor: Actor) -> bool:
    """Return whether the actor manages every session."""
    return Relation.ANYONE in relations(actor, Permission.MANAGE_SESSIONS)


def managed_sessions(actor: Actor, now: datetime) -> tuple[SessionLine, ...]:
    """Return the sessions an actor manages, the latest first: all, or those they facilitate or of their cohorts."""
    return _lines(_query().where(_managed(actor, now)).order_by(WorkshopSession.starts_at.desc()).limit(500), None)


def managed_session(actor: Actor, session_id: uuid.UUID, now: datetime) -> SessionLine:
    """Return one session that the actor manages.

    Raises:
        NotFound: there is none, or it is not theirs.
    """
    found = _lines(_query().where(WorkshopSession.id == session_id, _managed(actor, now)), None)
    if not found:
        raise NotFound
    return found[0]


def booked_sessions(person_id: uuid.UUID) -> tuple[SessionLine, ...]:
    """Return the sessions a person has a place in or waits for, the next one first."""
    mine = sa.select(Booking.session_id).where(Booking.person_id == person_id, Booking.state != BookingState.CANCELLED)
    return _lines(_query().where(WorkshopSession.id.in_(mine)).order_by(WorkshopSession.starts_at), person_id)


def bookable_sessions(person_id: uuid.UUID, now: datetime, step: str | None = None) -> tuple[SessionLine, ...]:
    """Return coming sessions (of one step) that a person may book: of a step they have still to do, open to them."""
    wanted = [todo.step.id for todo in steps_to_do(person_id, "workshop") if step in {None, todo.step.id}]
    if not wanted:
        return ()
    query = _query().where(
        WorkshopSession.step.in_(wanted),
        WorkshopSession.cancelled_at.is_(None),
        WorkshopSession.starts_at > now,
        open_to(person_id, now),
    )
    return _lines(query.order_by(WorkshopSession.starts_at), person_id)


def session_for(person_id: uuid.UUID, session_id: uuid.UUID, now: datetime) -> SessionLine:
    """Return one session that a person may know about: theirs, open to them, or facilitated by them.

    Raises:
        NotFound: there is none, or it is not for them.
    """
    mine = sa.exists().where(Booking.session_id == WorkshopSession.id, Booking.person_id == person_id)
    known = sa.or_(mine, WorkshopSession.facilitator_id == person_id, open_to(person_id, now))
    found = _lines(_query().where(WorkshopSession.id == session_id, known), person_id)
    if not found:
        raise NotFound
    return found[0]


def sessions_now(now: datetime) -> tuple[WorkshopSession, ...]:
    """Return the sessions whose check-in is open."""
    near = db.session.scalars(
        sa.select(WorkshopSession).where(
            WorkshopSession.cancelled_at.is_(None),
            WorkshopSession.starts_at <= now + CHECKIN_BEFORE,
            WorkshopSession.starts_at > now - LONGEST - CHECKIN_AFTER,
        )
    )
    return tuple(row for row in near if SessionTime(row.starts_at, row.minutes).may_check_in(now))


def hosted_minutes(person_id: uuid.UUID, first: datetime, end: datetime) -> int:
    """Return the minutes of the sessions that a person holds from `first` up to `end`."""
    total = db.session.scalar(
        sa.select(sa.func.sum(WorkshopSession.minutes)).where(
            WorkshopSession.facilitator_id == person_id,
            WorkshopSession.cancelled_at.is_(None),
            WorkshopSession.starts_at >= first,
            WorkshopSession.starts_at < end,
        )
    )
    return int(total or 0)


def session_notice(session_id: uuid.UUID) -> SessionNotice:
    """Return what people are told about a session."""
    row = db.session.get_one(WorkshopSession, session_id)
    return SessionNotice(row.title, row.starts_at, row.room or row.join_link, row.cancel_reason)


def checkin_secret(session_id: uuid.UUID) -> str:
    """Return what a session's check-in codes are made with."""
    return db.session.scalars(sa.select(WorkshopSession.checkin_secret).where(WorkshopSession.id == session_id)).one()


def roster(session_id: uuid.UUID) -> tuple[RosterLine, ...]:
    """Return who is booked, waits, or came without a booking, by name, with their latest attendance. One statement."""
    ranked = (
        sa.select(
            Attendance.person_id,
            Attendance.present,
            Attendance.source,
            Attendance.evidence_id,
            Attendance.recorded_at,
            sa.func.row_number()
            .over(partition_by=Attendance.person_id, order_by=(Attendance.recorded_at.desc(), Attendance.id.desc()))
            .label("rank"),
        )
        .where(Attendance.session_id == session_id)
        .subquery()
    )
    latest = sa.select(ranked).where(ranked.c.rank == 1).subquery()
    booking = aliased(
        Booking,
        sa.select(Booking).where(Booking.session_id == session_id, Booking.state != BookingState.CANCELLED).subquery(),
    )
    rows = db.session.execute(
        sa.select(
            Profile.person_id,
            Profile.name,
            Profile.employee_number,
            booking.state,
            latest.c.present,
            latest.c.source,
            latest.c.evidence_id.is_not(None),
            latest.c.recorded_at,
        )
        .outerjoin(booking, booking.person_id == Profile.person_id)
        .outerjoin(latest, latest.c.person_id == Profile.person_id)
        .where(sa.or_(booking.id.is_not(None), latest.c.person_id.is_not(None)))
        .order_by(Profile.name, Profile.person_id)
    )
    return tuple(RosterLine(*row) for row in rows)


def open_requests(actor: Actor, day: date) -> tuple[RequestLine, ...]:
    """Return what people in the actor's scope asked for and nobody answered yet, the oldest first."""
    query = (
        sa.select(
            SessionRequest.id,
            SessionRequest.person_id,
            Profile.name,
            SessionRequest.step,
            SessionRequest.note,
            SessionRequest.asked_at,
        )
        .join(Profile, Profile.person_id == SessionRequest.person_id)
        .where(
            SessionRequest.answered_at.is_(None),
            SessionRequest.person_id.in_(people_in_scope(actor, Permission.MANAGE_SESSIONS, day)),
        )
        .order_by(SessionRequest.asked_at)
    )
    return tuple(RequestLine(*row) for row in db.session.execute(query))


def possible_facilitators(day: date) -> tuple[tuple[uuid.UUID, str], ...]:
    """Return (id, name) of champions and coordinators on `day`, by name."""
    granted = sa.select(RoleGrant.person_id).where(
        RoleGrant.role.in_([Role.CHAMPION, Role.COORDINATOR]), valid_on(RoleGrant, day)
    )
    at_work = staying(day)
    rows = db.session.execute(
        sa.select(Profile.person_id, Profile.name)
        .where(Profile.person_id.in_(granted), at_work)
        .order_by(Profile.name, Profile.person_id)
    )
    return tuple((person_id, name) for person_id, name in rows)


def zones() -> tuple[str, ...]:
    """Return the zones people work in."""
    return tuple(sorted(db.session.scalars(sa.select(Profile.zone).distinct())))


def _managed(actor: Actor, now: datetime) -> sa.ColumnElement[bool]:
    if manages_all(actor):
        return sa.true()
    cohorts = cohorts_championed_by(actor.id, now.date())
    return sa.or_(WorkshopSession.facilitator_id == actor.id, WorkshopSession.cohort_id.in_(cohorts))


def open_to(person_id: uuid.UUID, now: datetime) -> sa.ColumnElement[bool]:
    """Return whether a session is for a person: for everybody, or for their cohort and their site."""
    day = now.date()
    sites = sa.select(Placement.site).where(Placement.person_id == person_id, valid_on(Placement, day))
    return sa.and_(
        sa.or_(WorkshopSession.cohort_id.is_(None), WorkshopSession.cohort_id.in_(cohorts_of(person_id, day))),
        sa.or_(WorkshopSession.site == "", WorkshopSession.site.in_(sites)),
    )


def _query() -> sa.Select[*tuple[Any, ...]]:
    facilitator = aliased(Profile)
    counts = (
        sa.select(
            Booking.session_id,
            sa.func.count().filter(Booking.state == BookingState.BOOKED).label("booked"),
            sa.func.count().filter(Booking.state == BookingState.WAITING).label("waiting"),
        )
        .group_by(Booking.session_id)
        .subquery()
    )
    return (
        sa.select(
            WorkshopSession,
            sa.func.coalesce(facilitator.name, "").label("facilitator"),
            sa.func.coalesce(counts.c.booked, 0).label("booked"),
            sa.func.coalesce(counts.c.waiting, 0).label("waiting"),
        )
        .outerjoin(facilitator, facilitator.person_id == WorkshopSession.facilitator_id)
        .outerjoin(counts, counts.c.session_id == WorkshopSession.id)
    )


def _lines(query: sa.Select[*tuple[Any, ...]], reader: uuid.UUID | None) -> tuple[SessionLine, ...]:
    rows = db.session.execute(query).all()
    own: dict[uuid.UUID, BookingState] = {}
    if reader is not None and rows:
        found = db.session.execute(
            sa.select(Booking.session_id, Booking.state).where(
                Booking.person_id == reader,
                Booking.state != BookingState.CANCELLED,
                Booking.session_id.in_([row[0].id for row in rows]),
            )
        )
        own = {session_id: state for session_id, state in found}  # noqa: C416 - rows are not tuples to a type checker
    return tuple(_line(row[0], row[1], row[2], row[3], own.get(row[0].id)) for row in rows)


def _line(row: WorkshopSession, facilitator: str, booked: int, waiting: int, mine: BookingState | None) -> SessionLine:
    return SessionLine(
        id=row.id,
        step=row.step,
        course=row.course,
        title=row.title,
        time=SessionTime(row.starts_at, row.minutes, cancelled=row.cancelled_at is not None),
        zone=row.zone,
        room=row.room,
        join_link=row.join_link,
        seats=row.seats,
        facilitator_id=row.facilitator_id,
        facilitator=facilitator,
        cohort_id=row.cohort_id,
        site=row.site,
        revision=row.revision,
        cancel_reason=row.cancel_reason,
        booked=booked,
        waiting=waiting,
        mine=mine,
    )

"""Scheduling, changing and cancelling sessions."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from lms.accounts.models.people import Profile
from lms.accounts.rules.actor import Actor
from lms.cohorts.queries.cohorts import cohort_by_id, cohorts_championed_by
from lms.cohorts.queries.plan import peaks
from lms.cohorts.rules.calendar import in_peak
from lms.infra import audit
from lms.infra.clock import now
from lms.infra.db import db
from lms.infra.events import publish
from lms.infra.i18n import _
from lms.shared.days import local_date
from lms.shared.errors import Conflict, Invalid, NotFound, Refused
from lms.shared.ids import new_id
from lms.workshops.events import SessionChanged
from lms.workshops.models.sessions import Booking, WorkshopSession
from lms.workshops.queries.sessions import managed_session, manages_all
from lms.workshops.queries.steps import live_step
from lms.workshops.rules.booking import BookingState, SessionTime
from lms.workshops.service.bookings import lock_session, move_up


@dataclass(frozen=True, slots=True)
class SessionDraft:
    """A session as its scheduler describes it; `starts_at` is aware UTC, `zone` an IANA name."""

    step: str
    title: str
    starts_at: datetime
    minutes: int
    zone: str
    seats: int
    facilitator_id: uuid.UUID
    room: str = ""
    join_link: str = ""
    cohort_id: str | None = None
    site: str = ""


def schedule_session(actor: Actor, draft: SessionDraft) -> uuid.UUID:
    """Schedule a session and return its id.

    Raises:
        NotFound: no such workshop, cohort or facilitator.
        Refused: the actor may schedule for their own cohorts only, and this is not one.
        Invalid: it lies in the past or in a peak, or says neither where nor how to join.
    """
    place = live_step(draft.step, "workshop")
    _check(actor, draft)
    if draft.starts_at <= now():
        raise Invalid(fields={"day": _("That moment is over. Choose a later day or time.")})
    session = WorkshopSession(
        id=new_id(), course=place.course, release=place.release, created_by=actor.id, created_at=now()
    )
    _describe(actor, session, draft)
    db.session.add(session)
    audit.record("session.scheduled", actor=actor.id, session=session.id.hex, step=draft.step)
    db.session.flush()
    return session.id


def change_session(actor: Actor, session_id: uuid.UUID, draft: SessionDraft) -> None:
    """Change a session; those with a place are told, and more places let people move up.

    Raises:
        NotFound: no such session, or not the actor's.
        Conflict: it was cancelled, or has fewer places now than are taken.
        Invalid: as for a new session.
    """
    managed_session(actor, session_id, now())
    session = lock_session(session_id)
    if session.cancelled_at is not None:
        raise Conflict(_("This session was cancelled. Schedule another one."))
    _check(actor, draft)
    taken = _count(session_id, BookingState.BOOKED)
    if draft.seats < taken:
        raise Invalid(fields={"seats": _("%(n)s places are taken. Give at least as many.", n=taken)})
    _describe(actor, session, draft)
    session.revision += 1
    audit.record("session.changed", actor=actor.id, session=session_id.hex)
    db.session.flush()
    move_up(session)
    publish(SessionChanged(session_id, _affected(session_id), cancelled=False))


def cancel_session(actor: Actor, session_id: uuid.UUID, reason: str) -> None:
    """Cancel a session that has not ended; everybody with a place is told why.

    Raises:
        NotFound: no such session, or not the actor's.
        Conflict: it is over or was cancelled before.
    """
    managed_session(actor, session_id, now())
    session = lock_session(session_id)
    if session.cancelled_at is not None or SessionTime(session.starts_at, session.minutes).ends_at <= now():
        raise Conflict(_("A session that is over or cancelled cannot be cancelled."))
    session.cancelled_at, session.cancel_reason = now(), reason
    session.revision += 1
    audit.record("session.cancelled", actor=actor.id, session=session_id.hex)
    db.session.flush()
    publish(SessionChanged(session_id, _affected(session_id), cancelled=True))


def _check(actor: Actor, draft: SessionDraft) -> None:
    if draft.cohort_id is not None:
        cohort_by_id(draft.cohort_id)
    if not manages_all(actor) and draft.cohort_id not in cohorts_championed_by(actor.id, now().date()):
        raise Refused(_("You may schedule sessions for the cohorts you champion. Choose one of them."))
    facilitator = sa.select(Profile.person_id).where(Profile.person_id == draft.facilitator_id)
    if db.session.scalar(facilitator) is None:
        raise NotFound
    fields = {}
    if not (draft.room or draft.join_link):
        fields["room"] = _("Say where it is, or give the link of the call.")
    if draft.join_link and not draft.join_link.startswith(("https://", "http://")):
        fields["join_link"] = _("“%(link)s” is not a web address. It begins with https://.", link=draft.join_link[:60])
    peak = in_peak(local_date(draft.starts_at, draft.zone), _site(draft), peaks())
    if peak is not None:
        fields["day"] = _("That day lies in “%(peak)s”. Workshops avoid peaks: choose another.", peak=peak.label)
    if fields:
        raise Invalid(fields=fields)


def _site(draft: SessionDraft) -> str:
    return draft.site or (cohort_by_id(draft.cohort_id).site if draft.cohort_id else "")


def _describe(actor: Actor, session: WorkshopSession, draft: SessionDraft) -> None:
    session.step, session.starts_at = draft.step, draft.starts_at
    session.title = draft.title or live_step(draft.step, "workshop").title(actor.language)
    session.minutes, session.zone, session.seats = draft.minutes, draft.zone, draft.seats
    session.room, session.join_link, session.facilitator_id = draft.room, draft.join_link, draft.facilitator_id
    session.cohort_id, session.site = draft.cohort_id, draft.site


def _count(session_id: uuid.UUID, state: BookingState) -> int:
    query = sa.select(sa.func.count()).where(Booking.session_id == session_id, Booking.state == state)
    return db.session.scalar(query) or 0


def _affected(session_id: uuid.UUID) -> tuple[uuid.UUID, ...]:
    return tuple(
        db.session.scalars(
            sa.select(Booking.person_id).where(
                Booking.session_id == session_id, Booking.state != BookingState.CANCELLED
            )
        )
    )

"""Live sessions, who booked them, and who came."""

from __future__ import annotations

import enum
import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.infra.db import Model
from lms.shared.ids import new_id, new_token
from lms.workshops.rules.booking import BookingState


class AttendanceSource(enum.StrEnum):
    """How attendance was recorded."""

    ROSTER = "roster"
    CHECK_IN = "check-in"
    MAKE_UP = "make-up"


class WorkshopSession(Model):
    """One live session of a workshop step. Empty `site` and no cohort mean that it is open to all."""

    __tablename__ = "workshop_session"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    step: Mapped[str] = mapped_column(sa.String(80), index=True)
    course: Mapped[str] = mapped_column(sa.String(80))
    release: Mapped[str] = mapped_column(sa.String(64))
    title: Mapped[str] = mapped_column(sa.String(160))
    starts_at: Mapped[datetime] = mapped_column(index=True)
    minutes: Mapped[int]
    zone: Mapped[str] = mapped_column(sa.String(64))
    room: Mapped[str] = mapped_column(sa.String(200), default="")
    join_link: Mapped[str] = mapped_column(sa.String(500), default="")
    seats: Mapped[int]
    facilitator_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    cohort_id: Mapped[str | None] = mapped_column(sa.ForeignKey("cohort.id"), index=True)
    site: Mapped[str] = mapped_column(sa.String(60), default="")
    checkin_secret: Mapped[str] = mapped_column(sa.String(64), default=new_token)
    created_by: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    created_at: Mapped[datetime]
    # Raised with every change, as calendars expect (RFC 5545, SEQUENCE).
    revision: Mapped[int] = mapped_column(default=0)
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str] = mapped_column(sa.String(400), default="")


class Booking(Model):
    """A person's place in a session, or in its queue. Ids are in order of time, so they order the queue."""

    __tablename__ = "booking"
    __table_args__ = (sa.UniqueConstraint("session_id", "person_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    session_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("workshop_session.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    state: Mapped[BookingState]
    queued_at: Mapped[datetime]
    # Orders the queue together with `queued_at`: who books again goes to its end.
    ticket: Mapped[uuid.UUID] = mapped_column(default=new_id)


class Attendance(Model):
    """That a person came or did not. Rows are never changed: a correction is a later row with its reason."""

    __tablename__ = "attendance"
    __table_args__ = (sa.Index("ix__attendance__session", "session_id", "person_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    session_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("workshop_session.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    present: Mapped[bool]
    source: Mapped[AttendanceSource]
    recorded_by: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(sa.String(400), default="")
    # None where the person has no programme with this workshop: they came, and it counts for nothing.
    evidence_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("evidence.id"))


class SessionRequest(Model):
    """“No session suits me”: what a person asks the coordinator for."""

    __tablename__ = "session_request"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    step: Mapped[str] = mapped_column(sa.String(80), default="")
    note: Mapped[str] = mapped_column(sa.String(400))
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))

"""Shadowing logs, drafts of observations, what was signed, and second looks."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.infra.db import Model
from lms.shared.ids import new_id


class LogEntry(Model):
    """One decision a learner followed; what they typed, kept apart from the ledger so that it can be erased."""

    __tablename__ = "log_entry"

    cycle_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("cycle.id"), primary_key=True)
    step: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    answers: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime]


class Observation(Model):
    """One sitting: a champion and up to as many people as the step allows. `draft_sequence` orders saves of a draft."""

    __tablename__ = "observation"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    step: Mapped[str] = mapped_column(sa.String(80), index=True)
    course: Mapped[str] = mapped_column(sa.String(80))
    release: Mapped[str] = mapped_column(sa.String(64))
    observer_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    started_at: Mapped[datetime]
    saved_at: Mapped[datetime]
    draft_sequence: Mapped[int] = mapped_column(default=0)
    signed_at: Mapped[datetime | None]


class ObservedPerson(Model):
    """One person in a sitting, with the draft of their sheet."""

    __tablename__ = "observed_person"

    observation_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("observation.id"), primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"), primary_key=True, index=True)
    cycle_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("cycle.id"))
    draft: Mapped[dict[str, Any]] = mapped_column(default=dict)


class SignedSheet(Model):
    """A sheet as it was signed. Never changed: an amendment is another version that carries its reason."""

    __tablename__ = "signed_sheet"
    __table_args__ = (sa.UniqueConstraint("observation_id", "person_id", "version"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    observation_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("observation.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    cycle_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("cycle.id"))
    version: Mapped[int]
    sheet: Mapped[dict[str, Any]]
    enough: Mapped[bool]
    signed_by: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    signed_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(sa.String(400), default="")


class SecondLook(Model):
    """One in ten: a second champion's sheet, a draft until it is signed. `observer_id` None: nobody could be asked."""

    __tablename__ = "second_look"
    __table_args__ = (sa.UniqueConstraint("cycle_id", "step"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    observation_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("observation.id"), index=True)
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    cycle_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("cycle.id"))
    step: Mapped[str] = mapped_column(sa.String(80))
    observer_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    asked_at: Mapped[datetime]
    sheet: Mapped[dict[str, Any]] = mapped_column(default=dict)
    signed_at: Mapped[datetime | None]

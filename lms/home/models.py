"""Asking for help, and nudges: what passes between a learner and their champion."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.infra.db import Model
from lms.shared.ids import new_id


class HelpRequest(Model):
    """A learner asked their champion for help; answered when somebody says so."""

    __tablename__ = "help_request"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    step: Mapped[str] = mapped_column(sa.String(80), default="")
    text: Mapped[str] = mapped_column(sa.String(500), default="")
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))


class Nudge(Model):
    """A champion reminded a colleague."""

    __tablename__ = "nudge"
    __table_args__ = (sa.Index("ix__nudge__person", "person_id", "sent_at"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    sender_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    text: Mapped[str] = mapped_column(sa.String(500))
    sent_at: Mapped[datetime]

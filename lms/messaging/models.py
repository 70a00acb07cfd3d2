"""Messages in the application and by mail."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.infra.db import Model
from lms.shared.ids import new_id


class Notification(Model):
    """One thing a person was told: a subject in their language and one link. `slot` lets it be said once only."""

    __tablename__ = "notification"
    __table_args__ = (sa.Index("ix__notification__inbox", "person_id", "created_at"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(sa.String(60))
    subject: Mapped[str] = mapped_column(sa.String(300))
    language: Mapped[str] = mapped_column(sa.String(12))
    link: Mapped[str] = mapped_column(sa.String(300), default="")
    slot: Mapped[str | None] = mapped_column(sa.String(160), unique=True)
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class Mail(Model):
    """One mail, written in the transaction of its cause and sent by a job. `confidential`: emptied once sent."""

    __tablename__ = "mail"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    address: Mapped[str] = mapped_column(sa.String(254))
    kind: Mapped[str] = mapped_column(sa.String(60))
    subject: Mapped[str] = mapped_column(sa.String(300))
    text: Mapped[str] = mapped_column(sa.Text)
    html: Mapped[str] = mapped_column(sa.Text)
    language: Mapped[str] = mapped_column(sa.String(12))
    confidential: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(index=True)
    send_after: Mapped[datetime]
    sent_at: Mapped[datetime | None]

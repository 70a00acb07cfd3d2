"""Awards, what was recorded about them since, and the documents issued for them."""

from __future__ import annotations

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.certification.rules.validity import StatusKind
from lms.infra.db import Model
from lms.shared.ids import new_id


class Award(Model):
    """One award: an immutable snapshot of what was shown, under a gapless serial.

    `period` is 0 for the first award of a level and counts renewals; one award exists per person, level and period.
    """

    __tablename__ = "award"
    __table_args__ = (
        sa.UniqueConstraint("person_id", "programme", "level", "period"),
        sa.UniqueConstraint("serial_year", "serial_number"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    programme: Mapped[str] = mapped_column(sa.String(80), index=True)
    level: Mapped[str] = mapped_column(sa.String(80))
    period: Mapped[int] = mapped_column(default=0)
    serial_year: Mapped[int]
    serial_number: Mapped[int]
    code: Mapped[str] = mapped_column(sa.String(12), unique=True)
    token: Mapped[str] = mapped_column(sa.String(40), unique=True)
    # Canonical JSON of the AwardSnapshot, and the digest of the rule it was judged by.
    snapshot: Mapped[str] = mapped_column(sa.Text)
    rule_version: Mapped[str] = mapped_column(sa.String(16))
    authority: Mapped[bool]
    issued_at: Mapped[datetime]
    starts_on: Mapped[date]
    valid_until: Mapped[date]
    supersedes: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("award.id"))
    shared: Mapped[bool] = mapped_column(default=True)


class AwardStatus(Model):
    """One recorded change to an award, with its reason. Append-only."""

    __tablename__ = "award_status"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    award_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("award.id"), index=True)
    kind: Mapped[StatusKind]
    on: Mapped[date]
    until: Mapped[date | None]
    reason: Mapped[str] = mapped_column(sa.String(400))
    actor_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    recorded_at: Mapped[datetime]


class AwardDocument(Model):
    """The file issued for an award: its bytes lie in storage under their SHA-256."""

    __tablename__ = "award_document"

    award_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("award.id"), primary_key=True)
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    size: Mapped[int]
    issued_at: Mapped[datetime]


class SerialCounter(Model):
    """The last serial issued in a year; its row is locked while the next one is taken, so that there are no gaps."""

    __tablename__ = "serial_counter"

    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int] = mapped_column(default=0)

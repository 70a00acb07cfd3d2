"""Inboxes, the outbox, and who can be written to."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from lms.accounts.models.people import Absence, Profile
from lms.infra.db import db
from lms.messaging.models import Mail, Notification
from lms.shared.errors import NotFound

PAGE = 50


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom to tell: language and zone from their profile; `back_on` is the first day after an absence that runs now."""

    person_id: uuid.UUID
    name: str
    email: str | None
    language: str
    zone: str
    back_on: date | None


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One line of the outbox."""

    id: uuid.UUID
    address: str
    subject: str
    language: str
    created_at: datetime
    send_after: datetime
    sent_at: datetime | None


def recipient(person_id: uuid.UUID, today: date) -> Recipient:
    """Return whom to tell.

    Raises:
        NotFound: no such person, or erased.
    """
    profile = db.session.get(Profile, person_id)
    if profile is None:
        raise NotFound
    running = sa.and_(
        Absence.person_id == person_id,
        Absence.starts_on <= today,
        sa.or_(Absence.ends_on.is_(None), Absence.ends_on > today),
    )
    back_on = db.session.scalar(sa.select(sa.func.max(Absence.ends_on)).where(running))
    return Recipient(person_id, profile.name, profile.email, profile.language, profile.zone, back_on)


def inbox(person_id: uuid.UUID, most: int = 100) -> list[Notification]:
    """Return what a person was told, the latest first."""
    query = sa.select(Notification).where(Notification.person_id == person_id)
    return list(db.session.scalars(query.order_by(Notification.created_at.desc()).limit(most)))


def outbox(page: int) -> tuple[list[OutboxRow], int]:
    """Return a page (from 1) of all mail, the latest first, and how many pages there are."""
    total = db.session.scalar(sa.select(sa.func.count()).select_from(Mail)) or 0
    rows = db.session.execute(
        sa.select(Mail.id, Mail.address, Mail.subject, Mail.language, Mail.created_at, Mail.send_after, Mail.sent_at)
        .order_by(Mail.created_at.desc(), Mail.id.desc())
        .limit(PAGE)
        .offset((max(1, page) - 1) * PAGE)
    )
    return [OutboxRow(*row) for row in rows], max(1, -(-total // PAGE))


def mail_of(mail_id: uuid.UUID) -> Mail:
    """Return one mail.

    Raises:
        NotFound: no such mail.
    """
    found = db.session.get(Mail, mail_id)
    if found is None:
        raise NotFound
    return found

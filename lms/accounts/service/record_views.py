"""Views of one person's record by somebody else: written down, and shown to that person."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

import sqlalchemy as sa

from lms.accounts.rules.actor import Actor
from lms.infra import audit
from lms.infra.audit import AuditEntry
from lms.infra.db import db

# Going back and forth on one page is one look.
SAME_LOOK = timedelta(minutes=10)


def is_fresh_look(actor: Actor, person_id: uuid.UUID, page: str, now: datetime) -> bool:
    """Return whether this view is to be written down: of somebody else, and not of the same page a moment ago."""
    if actor.id == person_id:
        return False
    viewer, subject = audit.known_person_ref(actor.id), audit.known_person_ref(person_id)
    if viewer is None or subject is None:
        return True
    details = db.session.scalars(
        sa.select(AuditEntry.details).where(
            AuditEntry.subject_ref == subject,
            AuditEntry.actor_ref == viewer,
            AuditEntry.action == "record.viewed",
            AuditEntry.occurred_at > now - SAME_LOOK,
        )
    )
    return not any(entry.get("page") == page for entry in details)


def note_look(actor: Actor, person_id: uuid.UUID, page: str) -> None:
    """Write the view down. `page` is a short name such as "person" or "team"."""
    audit.record("record.viewed", actor=actor.id, subject=person_id, page=page)

"""Everything held about one person, and who has looked at it.

The export walks every table that names its person, so a table added later is in it without anybody adding it.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

import sqlalchemy as sa

from lms.accounts.models.people import Profile
from lms.assessment.models import Answer, Attempt, OpenMark
from lms.infra.audit import AuditEntry, AuditSalt, known_person_ref, reference
from lms.infra.db import Base, db

# What proves who somebody is never leaves the server, not even to them.
SECRETS = frozenset({"secret", "token_hash", "handle", "salt"})
VIEWED = "record.viewed"


@dataclass(frozen=True, slots=True)
class View:
    """Somebody opened this person's record; `name` is None where they are no longer known."""

    at: datetime
    name: str | None


def everything_about(person_id: uuid.UUID) -> dict[str, list[dict[str, Any]]]:
    """Return every row that names this person, by table, as plain values."""
    export: dict[str, list[dict[str, Any]]] = {}
    for table in sorted(Base.metadata.tables.values(), key=lambda table: table.name):
        if "person_id" in table.c and table.name != AuditSalt.__tablename__:
            export[table.name] = _rows(sa.select(table).where(table.c.person_id == person_id))
    answers = sa.select(Answer.__table__).join(Attempt, Attempt.id == Answer.attempt_id)
    export["answer"] = _rows(answers.where(Attempt.person_id == person_id))
    # Who marked them is somebody else's data.
    marks = sa.select(OpenMark.attempt_id, OpenMark.question, OpenMark.levels, OpenMark.comment, OpenMark.marked_at)
    own_marks = marks.join(Attempt, Attempt.id == OpenMark.attempt_id).where(Attempt.person_id == person_id)
    export["open_mark"] = _rows(own_marks)
    own = known_person_ref(person_id)
    if own:
        export["audit_entry"] = _rows(
            sa.select(AuditEntry.occurred_at, AuditEntry.action, AuditEntry.details)
            .where(AuditEntry.subject_ref == own)
            .order_by(AuditEntry.occurred_at)
        )
    return {name: rows for name, rows in export.items() if rows}


def views_of(person_id: uuid.UUID, limit: int = 200) -> tuple[View, ...]:
    """Return who opened this person's record, the latest first."""
    own = known_person_ref(person_id)
    if own is None:
        return ()
    rows = db.session.execute(
        sa.select(AuditEntry.occurred_at, AuditEntry.actor_ref)
        .where(AuditEntry.subject_ref == own, AuditEntry.action == VIEWED, AuditEntry.actor_ref != own)
        .order_by(AuditEntry.occurred_at.desc())
        .limit(limit)
    ).all()
    names = _names({row.actor_ref for row in rows})
    return tuple(View(row.occurred_at, names.get(row.actor_ref)) for row in rows)


def _names(references: set[str]) -> dict[str, str]:
    if not references:
        return {}
    rows = db.session.execute(
        sa.select(AuditSalt.person_id, AuditSalt.salt, Profile.name).join(
            Profile, Profile.person_id == AuditSalt.person_id
        )
    )
    found = {reference(person, salt): name for person, salt, name in rows}
    return {ref: found[ref] for ref in references if ref in found}


def _rows(query: sa.Select[Any]) -> list[dict[str, Any]]:
    return [
        {name: _plain(value) for name, value in row._mapping.items() if name not in SECRETS}  # noqa: SLF001
        for row in db.session.execute(query)
    ]


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    return str(value) if isinstance(value, uuid.UUID) else value

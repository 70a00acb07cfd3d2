"""Erasing a person: everything that names them goes; what they proved stays, under a key that names nobody.

Like the export of the own record it walks every table, so a table added later is emptied without anybody adding it.
"""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa

from lms.accounts.models.people import Person, Profile
from lms.accounts.rules.actor import Actor
from lms.certification.service.erase import pseudonymise_awards
from lms.home.rules.retention import STAYS
from lms.infra import audit
from lms.infra.audit import AuditSalt
from lms.infra.db import Base, db
from lms.infra.i18n import _
from lms.infra.jobs import enqueue
from lms.shared.days import local_date
from lms.shared.errors import Conflict, Invalid, NotFound

FORGET_FILES_JOB = "storage.forget"


def erase_person(actor: Actor | None, person_id: uuid.UUID, reason: str, now: datetime) -> None:
    """Erase somebody who has left. `actor` None means the retention job.

    Raises:
        NotFound: there is no such person, or they are erased already.
        Conflict: they have not left yet.
        Invalid: no reason is given.
    """
    profile = db.session.get(Profile, person_id, with_for_update=True, populate_existing=True)
    if profile is None:
        raise NotFound
    if profile.left_on is None or profile.left_on >= local_date(now, profile.zone):
        raise Conflict(_("%(name)s still works here. Record their last day first.", name=profile.name))
    if not reason.strip():
        raise Invalid(fields={"reason": _("Say why: the reason stays in the audit log.")})
    audit.record("person.erased", actor=actor.id if actor else None, subject=person_id, reason=reason.strip())
    files = pseudonymise_awards(person_id)
    _empty_tables(person_id)
    db.session.get_one(Person, person_id).erased_at = now
    # Last: without it nobody can tell which entries of the audit log were about this person.
    db.session.execute(sa.delete(AuditSalt).where(AuditSalt.person_id == person_id))
    if files:
        enqueue(FORGET_FILES_JOB, {"files": files})


def held_rows(person_id: uuid.UUID) -> dict[str, int]:
    """Return how many rows would go, by table."""
    counts = {
        table.name: db.session.scalar(sa.select(sa.func.count()).select_from(table).where(_of(table, person_id))) or 0
        for table in _tables()
    }
    return {name: number for name, number in counts.items() if number}


def _empty_tables(person_id: uuid.UUID) -> None:
    db.session.flush()
    for table in _tables():
        db.session.execute(sa.delete(table).where(_of(table, person_id)))
    # Rows that are in memory are no longer what they were.
    db.session.expire_all()


def _tables() -> list[sa.Table]:
    """Return the tables whose rows go with a person, those that point at others first."""
    own = {table.name for table in Base.metadata.sorted_tables if "person_id" in table.c} - STAYS - {"audit_salt"}
    parts = {table.name for table in Base.metadata.sorted_tables if _parents(table, own)}
    return [table for table in reversed(Base.metadata.sorted_tables) if table.name in (own | parts) - STAYS]


def _parents(table: sa.Table, own: set[str]) -> list[sa.ForeignKey]:
    """Return the keys of a table without a person of its own that point at rows which go."""
    if "person_id" in table.c:
        return []
    return [key for key in table.foreign_keys if key.column.table.name in own]


def _of(table: sa.Table, person_id: uuid.UUID) -> sa.ColumnElement[bool]:
    if "person_id" in table.c:
        return table.c.person_id == person_id
    own = {each.name for each in Base.metadata.sorted_tables if "person_id" in each.c} - STAYS
    return sa.or_(
        *(
            key.parent.in_(sa.select(key.column).where(key.column.table.c.person_id == person_id))
            for key in _parents(table, own)
        )
    )

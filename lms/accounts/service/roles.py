"""Granting and ending roles. A change of role ends the person's sessions, so that an old one never keeps old powers."""

from __future__ import annotations

import uuid
from datetime import date, datetime

import sqlalchemy as sa

from lms.accounts.models.people import Person, RoleGrant
from lms.accounts.rules.actor import Actor, Role
from lms.accounts.service.sessions import end_sessions
from lms.infra import audit
from lms.infra.db import db
from lms.shared.errors import NotFound
from lms.shared.ids import new_id


def grant_role(
    actor: Actor | None, person_id: uuid.UUID, role: Role, now: datetime, *, on: date | None = None, scope: str = ""
) -> uuid.UUID:
    """Give the person a role from `on` (default: today) and return the grant's id; one already running is kept.

    `actor` None means the system itself. `scope` is the gate of an approver.

    Raises:
        NotFound: no such person.
    """
    day = on or now.date()
    if db.session.get(Person, person_id) is None:
        raise NotFound
    running = db.session.scalar(sa.select(RoleGrant.id).where(_running(person_id, role, day), RoleGrant.scope == scope))
    if running is not None:
        return running
    grant = RoleGrant(
        id=new_id(),
        person_id=person_id,
        role=role,
        scope=scope,
        valid_from=day,
        granted_by=None if actor is None else actor.id,
    )
    db.session.add(grant)
    audit.record("role.granted", actor=None if actor is None else actor.id, subject=person_id, role=role, scope=scope)
    end_sessions(person_id, now)
    return grant.id


def end_role(actor: Actor | None, person_id: uuid.UUID, role: Role, now: datetime, *, on: date | None = None) -> bool:
    """End the person's running grants of a role from `on` (default: today); return whether there was one."""
    day = on or now.date()
    grants = db.session.scalars(sa.select(RoleGrant).where(_running(person_id, role, day))).all()
    for grant in grants:
        grant.valid_to = max(day, grant.valid_from)
    if grants:
        audit.record("role.ended", actor=None if actor is None else actor.id, subject=person_id, role=role)
        end_sessions(person_id, now)
    return bool(grants)


def _running(person_id: uuid.UUID, role: Role, day: date) -> sa.ColumnElement[bool]:
    # A grant that starts tomorrow is running too: ending it must not leave it behind.
    return sa.and_(
        RoleGrant.person_id == person_id,
        RoleGrant.role == role,
        sa.or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > day),
    )

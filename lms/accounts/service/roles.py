"""Granting and ending roles. A change of role ends the person's sessions, so that an old one never keeps old powers."""

from __future__ import annotations

import uuid
from datetime import date, datetime

import sqlalchemy as sa

from lms.accounts.events import ApproverChanged
from lms.accounts.models.people import Person, Profile, RoleGrant
from lms.accounts.queries.periods import employed, not_over, valid_on
from lms.accounts.rules.actor import GRANTABLE, Actor, Role
from lms.accounts.rules.permissions import Permission, allowed
from lms.accounts.service.sessions import end_sessions
from lms.infra import audit
from lms.infra.db import db
from lms.infra.events import publish
from lms.infra.i18n import _
from lms.shared.errors import Conflict, Invalid, NotFound, Refused
from lms.shared.ids import new_id


def grant_role(
    actor: Actor | None, person_id: uuid.UUID, role: Role, now: datetime, *, on: date | None = None, scope: str = ""
) -> uuid.UUID:
    """Give the person a role from `on` (default: today) and return the grant's id; one already running is kept.

    `actor` None means the system itself. `scope` is the gate of an approver; `name_deputy` says who stands in.

    Raises:
        NotFound: no such person.
        Refused: the actor may not give this role.
        Invalid: everybody has this role, or it follows from the reporting line.
    """
    _refuse_unless_grantable(actor, role)
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
    if role is Role.APPROVER:
        db.session.flush()
        publish(ApproverChanged(person_id))
    return grant.id


def name_deputy(actor: Actor, grant_id: uuid.UUID, deputy_id: uuid.UUID | None) -> None:
    """Say who approves while an approver is away, or nobody.

    Raises:
        NotFound: no such grant, or no such person.
        Refused: the actor may not give this role.
        Invalid: approver and deputy are the same person.
    """
    grant = db.session.get(RoleGrant, grant_id, with_for_update=True)
    if grant is None or (deputy_id is not None and db.session.get(Person, deputy_id) is None):
        raise NotFound
    _refuse_unless_grantable(actor, grant.role)
    if grant.person_id == deputy_id:
        raise Invalid(fields={"deputy": _("Approver and deputy are the same person. Choose two people.")})
    if grant.deputy_id != deputy_id:
        grant.deputy_id = deputy_id
        audit.record("role.deputy-named", actor=actor.id, subject=deputy_id or grant.person_id, scope=grant.scope)
        db.session.flush()
        publish(ApproverChanged(grant.person_id))


def end_role(actor: Actor | None, person_id: uuid.UUID, role: Role, now: datetime, *, on: date | None = None) -> bool:
    """End the person's running grants of a role from `on` (default: today); return whether there was one.

    Raises:
        Refused: the actor may not take this role away.
        Conflict: nobody else is an administrator.
    """
    _refuse_unless_grantable(actor, role)
    if role is Role.ADMINISTRATOR:
        _refuse_last_administrator(person_id, now.date())
    day = on or now.date()
    grants = db.session.scalars(sa.select(RoleGrant).where(_running(person_id, role, day))).all()
    for grant in grants:
        grant.valid_to = max(day, grant.valid_from)
    if grants:
        audit.record("role.ended", actor=None if actor is None else actor.id, subject=person_id, role=role)
        end_sessions(person_id, now)
    return bool(grants)


def _refuse_unless_grantable(actor: Actor | None, role: Role) -> None:
    if role not in GRANTABLE:
        raise Invalid(_("This role cannot be given: everybody has it, or it follows from the reporting line."))
    # Champions are appointed by whoever runs the cohorts; every other role changes who may see what.
    needed = Permission.MANAGE_COHORTS if role is Role.CHAMPION else Permission.GRANT_ROLES
    if actor is not None and not (allowed(actor, needed) or allowed(actor, Permission.GRANT_ROLES)):
        raise Refused(_("Only an administrator may give or end this role."))


def _refuse_last_administrator(person_id: uuid.UUID, day: date) -> None:
    others = db.session.scalar(
        sa.select(RoleGrant.id)
        .join(Profile, Profile.person_id == RoleGrant.person_id)
        .where(
            RoleGrant.role == Role.ADMINISTRATOR,
            RoleGrant.person_id != person_id,
            valid_on(RoleGrant, day),
            employed(day),
        )
        .limit(1)
    )
    if others is None:
        raise Conflict(_("This is the last administrator. Make somebody else an administrator first."))


def _running(person_id: uuid.UUID, role: Role, day: date) -> sa.ColumnElement[bool]:
    # A grant that starts tomorrow is running too: ending it must not leave it behind.
    return sa.and_(
        RoleGrant.person_id == person_id,
        RoleGrant.role == role,
        not_over(RoleGrant, day),
    )

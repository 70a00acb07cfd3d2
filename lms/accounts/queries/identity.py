"""From a session token to an actor, in one statement: this runs on every request."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lms.accounts.models.people import Placement, Profile, RoleGrant
from lms.accounts.models.signin import SignInSession
from lms.accounts.queries.periods import employed, valid_on
from lms.accounts.rules.actor import AT_KIOSK, Actor, Role
from lms.infra.db import db

_TODAY = sa.bindparam("today", type_=sa.Date)

_MANAGES = (
    sa.exists()
    .where(
        Placement.manager_id == Profile.person_id,
        valid_on(Placement, _TODAY),
    )
    .correlate(Profile)
)
_PROFILE = (
    Profile.person_id,
    Profile.name,
    Profile.language,
    Profile.zone,
    Profile.text_size,
    Profile.theme,
    _MANAGES.label("manages"),
    RoleGrant.role,
)
_GRANTED = sa.and_(
    RoleGrant.person_id == Profile.person_id,
    valid_on(RoleGrant, _TODAY),
)
_EMPLOYED = employed(_TODAY)

_BY_TOKEN = (
    sa.select(*_PROFILE, SignInSession.id.label("session_id"), SignInSession.kiosk)
    .join(SignInSession, SignInSession.person_id == Profile.person_id)
    .outerjoin(RoleGrant, _GRANTED)
    .where(
        SignInSession.token_hash == sa.bindparam("token_hash"),
        SignInSession.ended_at.is_(None),
        SignInSession.expires_at > sa.bindparam("now", type_=SignInSession.expires_at.type),
        _EMPLOYED,
    )
)
_BY_PERSON = (
    sa.select(*_PROFILE, sa.null().label("session_id"), sa.false().label("kiosk"))
    .outerjoin(RoleGrant, _GRANTED)
    .where(Profile.person_id == sa.bindparam("person_id", type_=sa.Uuid), _EMPLOYED)
)


def hash_token(token: str) -> str:
    """Return the SHA-256 under which a token is stored."""
    return hashlib.sha256(token.encode()).hexdigest()


def actor_by_token(token: str, now: datetime) -> Actor | None:
    """Return the actor whose live session `token` opens, or None."""
    params = {"token_hash": hash_token(token), "now": now, "today": now.date()}
    return _actor(db.session.execute(_BY_TOKEN, params).all())


def actor_by_person(person_id: uuid.UUID, now: datetime) -> Actor | None:
    """Return a person as an actor without a session: for commands, jobs and the demo. None for leavers."""
    return _actor(db.session.execute(_BY_PERSON, {"person_id": person_id, "today": now.date()}).all())


def _actor(rows: Sequence[Any]) -> Actor | None:
    if not rows:
        return None
    first = rows[0]
    roles = {Role.EMPLOYEE, *(row.role for row in rows if row.role)}
    if first.manages:
        roles.add(Role.MANAGER)
    return Actor(
        id=first.person_id,
        name=first.name,
        roles=AT_KIOSK & roles if first.kiosk else frozenset(roles),
        language=first.language,
        zone=first.zone,
        kiosk=bool(first.kiosk),
        text_size=first.text_size,
        theme=first.theme,
        session_id=first.session_id,
    )

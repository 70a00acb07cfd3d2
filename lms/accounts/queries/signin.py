"""Who can sign in how: credentials to compare with, and what a person sees of their own sign-in."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from lms.accounts.models.people import Profile, RoleGrant
from lms.accounts.models.signin import MethodKind, SignInMethod, SignInSession, SingleUseLink
from lms.accounts.queries.identity import hash_token
from lms.accounts.queries.periods import employed, not_over
from lms.accounts.rules.actor import Role
from lms.accounts.rules.links import LinkPurpose, Secret
from lms.infra.db import db
from lms.shared.ids import read_code


@dataclass(frozen=True, slots=True)
class Credential:
    """A stored secret of a person who may sign in; `secret` is its argon2id hash."""

    person_id: uuid.UUID
    method_id: uuid.UUID
    secret: str


@dataclass(frozen=True, slots=True)
class SignInState:
    """Which ways to sign in a person has, for themselves and for whoever helps them."""

    password: bool = False
    badge: bool = False
    pin: bool = False
    second_factor: bool = False
    last_session_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OwnSession:
    """One live session, as its owner sees it."""

    id: uuid.UUID
    started_at: datetime
    expires_at: datetime
    kiosk: bool
    description: str


@dataclass(frozen=True, slots=True)
class OpenLink:
    """A single-use link that still works, and whose it is."""

    id: uuid.UUID
    person_id: uuid.UUID
    purpose: LinkPurpose
    sets: Secret
    name: str
    employee_number: str
    email: str | None
    expires_at: datetime


def named_by(identifier: str) -> sa.ColumnElement[bool]:
    """Return the condition that a profile is meant by what was typed: an e-mail, else an employee number."""
    typed = identifier.strip().lower()
    return Profile.email == typed if "@" in typed else sa.func.lower(Profile.employee_number) == typed


def password_of(identifier: str, today: date) -> Credential | None:
    """Return the password hash of whoever the employee number or e-mail means, or None."""
    return _credential(
        sa.select(SignInMethod.person_id, SignInMethod.id, SignInMethod.secret)
        .join(Profile, Profile.person_id == SignInMethod.person_id)
        .where(SignInMethod.kind == MethodKind.PASSWORD, named_by(identifier), employed(today))
    )


def own_password(person_id: uuid.UUID) -> Credential | None:
    """Return a person's password hash, to check the present one before it is changed."""
    return _credential(
        sa.select(SignInMethod.person_id, SignInMethod.id, SignInMethod.secret).where(
            SignInMethod.kind == MethodKind.PASSWORD, SignInMethod.person_id == person_id
        )
    )


def credential_of(method_id: uuid.UUID) -> Credential | None:
    """Return the credential a sign-in began with, as it is now."""
    return _credential(
        sa.select(SignInMethod.person_id, SignInMethod.id, SignInMethod.secret).where(SignInMethod.id == method_id)
    )


def pin_of_badge(typed: str, today: date) -> Credential | None:
    """Return the PIN hash behind a badge's code, scanned or typed; None where there is no such badge or no PIN yet."""
    code = read_code(typed)
    if code is None:
        return None
    return _credential(
        sa.select(SignInMethod.person_id, SignInMethod.id, SignInMethod.secret)
        .join(Profile, Profile.person_id == SignInMethod.person_id)
        .where(
            SignInMethod.kind == MethodKind.BADGE,
            SignInMethod.handle == hash_token(code),
            SignInMethod.secret != "",
            employed(today),
        )
    )


def sign_in_state(person_id: uuid.UUID) -> SignInState:
    """Return which ways to sign in a person has."""
    methods = {
        row.kind: row
        for row in db.session.execute(
            sa.select(SignInMethod.kind, SignInMethod.handle, SignInMethod.secret, SignInMethod.confirmed_at).where(
                SignInMethod.person_id == person_id
            )
        )
    }
    badge, second = methods.get(MethodKind.BADGE), methods.get(MethodKind.TOTP)
    return SignInState(
        password=MethodKind.PASSWORD in methods,
        badge=bool(badge and badge.handle),
        pin=bool(badge and badge.secret),
        second_factor=bool(second and second.confirmed_at),
        last_session_at=db.session.scalar(
            sa.select(sa.func.max(SignInSession.started_at)).where(SignInSession.person_id == person_id)
        ),
    )


def first_session_at(person_id: uuid.UUID) -> datetime | None:
    """Return when the person's earliest remembered session began."""
    return db.session.scalar(
        sa.select(sa.func.min(SignInSession.started_at)).where(SignInSession.person_id == person_id)
    )


def live_sessions(person_id: uuid.UUID, now: datetime) -> list[OwnSession]:
    """Return the sessions that would still be let in, the newest first."""
    rows = db.session.execute(
        sa.select(
            SignInSession.id,
            SignInSession.started_at,
            SignInSession.expires_at,
            SignInSession.kiosk,
            SignInSession.description,
        )
        .where(SignInSession.person_id == person_id, SignInSession.ended_at.is_(None), SignInSession.expires_at > now)
        .order_by(SignInSession.started_at.desc())
    )
    return [OwnSession(*row) for row in rows]


def open_link(token: str, now: datetime) -> OpenLink | None:
    """Return what a link's token, or a slip's code as typed, opens; None where it is unknown, used or too old."""
    row = db.session.execute(
        sa.select(
            SingleUseLink.id,
            SingleUseLink.person_id,
            SingleUseLink.purpose,
            SingleUseLink.sets,
            Profile.name,
            Profile.employee_number,
            Profile.email,
            SingleUseLink.expires_at,
        )
        .join(Profile, Profile.person_id == SingleUseLink.person_id)
        .where(
            SingleUseLink.token_hash == hash_token(read_code(token) or token),
            SingleUseLink.used_at.is_(None),
            SingleUseLink.expires_at > now,
            employed(now.date()),
        )
    ).first()
    return None if row is None else OpenLink(*row)


def roles_of(person_id: uuid.UUID, today: date) -> frozenset[Role]:
    """Return the roles granted to a person that run on `today` or later."""
    return frozenset(
        db.session.scalars(
            sa.select(RoleGrant.role).where(
                RoleGrant.person_id == person_id,
                not_over(RoleGrant, today),
            )
        )
    )


def _credential(query: sa.Select[uuid.UUID, uuid.UUID, str]) -> Credential | None:
    row = db.session.execute(query).first()
    return None if row is None else Credential(*row)

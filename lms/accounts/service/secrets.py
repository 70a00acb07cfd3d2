"""Setting and judging passwords and PINs. Hashes come in ready-made: a write transaction should not wait for them."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa

from lms.accounts.adapters.hashing import hash_secret, matches
from lms.accounts.events import SecretChanged
from lms.accounts.models.people import Profile
from lms.accounts.models.signin import MethodKind, SignInMethod, SingleUseLink
from lms.accounts.queries.signin import Credential
from lms.accounts.rules.links import Secret
from lms.accounts.rules.passwords import SecretFault, password_fault, pin_fault
from lms.accounts.rules.throttle import ACCOUNT
from lms.accounts.service.sessions import end_sessions
from lms.accounts.service.throttle import account_bucket, forgive
from lms.accounts.service.words import password_words, pin_words
from lms.infra import audit
from lms.infra.db import db
from lms.infra.events import publish
from lms.shared.errors import Conflict, Invalid

_KINDS = {Secret.PASSWORD: MethodKind.PASSWORD, Secret.PIN: MethodKind.BADGE}


def is_right(credential: Credential | None, typed: str) -> bool:
    """Return whether the secret typed is the stored one; takes as long where nothing is stored."""
    return matches(credential.secret if credential else None, typed)


def checked_hash(sets: Secret, secret: str, repeated: str, about: tuple[str, ...]) -> str:
    """Return the hash of a new secret that keeps the rules.

    `about` is what others know of the person: it must not be the password.

    Raises:
        Invalid: what is wrong, at the fields `secret` or `repeated`.
    """
    fault = password_fault(secret, about) if sets is Secret.PASSWORD else pin_fault(secret)
    words = password_words if sets is Secret.PASSWORD else pin_words
    if fault is not None:
        raise Invalid(fields={"secret": words(fault)})
    if secret != repeated:
        raise Invalid(fields={"repeated": words(SecretFault.DIFFERENT)})
    return hash_secret(secret)


def set_secret(
    person_id: uuid.UUID, sets: Secret, hashed: str, now: datetime, *, by: uuid.UUID | None, was: str | None = None
) -> None:
    """Store a new password or PIN, end every session of the person and void their open links.

    `was` is the hash that was checked before: where it is no longer the stored one, somebody else was quicker.

    Raises:
        Conflict: the secret was changed meanwhile.
    """
    method = db.session.scalars(
        sa.select(SignInMethod)
        .where(SignInMethod.person_id == person_id, SignInMethod.kind == _KINDS[sets])
        .with_for_update()
    ).first()
    if was is not None and (method is None or method.secret != was):
        raise Conflict
    if method is None:
        method = SignInMethod(person_id=person_id, kind=_KINDS[sets], secret=hashed, created_at=now)
        db.session.add(method)
    method.secret, method.confirmed_at = hashed, now
    end_sessions(person_id, now)
    void_links(person_id, sets, now)
    for identifier in db.session.execute(
        sa.select(Profile.employee_number, Profile.email).where(Profile.person_id == person_id)
    ).one():
        if identifier:
            forgive({account_bucket(identifier): ACCOUNT})
    audit.record("secret.changed", actor=by, subject=person_id, secret=str(sets))
    publish(SecretChanged(person_id, sets))


def void_links(person_id: uuid.UUID, sets: Secret, now: datetime) -> None:
    """End the person's open links for a secret: the newest one is the only one that works."""
    db.session.execute(
        sa.update(SingleUseLink)
        .where(
            SingleUseLink.person_id == person_id,
            SingleUseLink.sets == sets,
            SingleUseLink.used_at.is_(None),
            SingleUseLink.expires_at > now,
        )
        .values(expires_at=now)
    )

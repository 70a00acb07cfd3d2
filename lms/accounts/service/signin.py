"""From a right secret to a session."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from lms.accounts.models.signin import SignInMethod
from lms.accounts.queries.identity import actor_by_person
from lms.accounts.queries.signin import Credential, first_session_at, sign_in_state
from lms.accounts.rules.second_factor import NextStep, after_password
from lms.accounts.service.sessions import start_session
from lms.infra.db import db
from lms.infra.i18n import _
from lms.shared.errors import Invalid


def step_after_password(credential: Credential, now: datetime) -> NextStep:
    """Return what this person must do after their right password.

    Raises:
        Invalid: the person has left meanwhile.
    """
    actor = actor_by_person(credential.person_id, now)
    if actor is None:
        raise wrong_secret()
    return after_password(
        actor.roles,
        confirmed=sign_in_state(actor.id).second_factor,
        first_session_at=first_session_at(actor.id),
        now=now,
    )


def open_session(
    credential: Credential, now: datetime, *, kiosk: bool = False, description: str = "", rehashed: str | None = None
) -> str:
    """Start a session for a secret that was right a moment ago and return its token.

    `rehashed` replaces a hash made with weaker parameters than today's.

    Raises:
        Invalid: the secret was changed, or the person left, since it was checked.
    """
    method = db.session.scalars(
        sa.select(SignInMethod).where(SignInMethod.id == credential.method_id).with_for_update()
    ).first()
    if method is None or method.secret != credential.secret or actor_by_person(credential.person_id, now) is None:
        raise wrong_secret()
    if rehashed is not None:
        method.secret = rehashed
    return start_session(credential.person_id, now, kiosk=kiosk, description=description)


def wrong_secret() -> Invalid:
    """Return the one answer to an unknown person, a wrong secret, a missing method and a leaver."""
    return Invalid(_("This does not match. Check what you typed; capital letters matter in passwords."))

"""Starting and ending sessions."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

import sqlalchemy as sa

from lms.accounts.models.signin import SignInSession
from lms.accounts.queries.identity import hash_token
from lms.infra import audit
from lms.infra.db import db
from lms.shared.ids import new_id, new_token

PERSONAL, KIOSK = timedelta(days=14), timedelta(hours=1)


def start_session(person_id: uuid.UUID, now: datetime, *, kiosk: bool = False, description: str = "") -> str:
    """Open a session and return its token, which is stored only as a hash."""
    token = new_token(32)
    db.session.add(
        SignInSession(
            id=new_id(),
            person_id=person_id,
            token_hash=hash_token(token),
            kiosk=kiosk,
            started_at=now,
            expires_at=now + (KIOSK if kiosk else PERSONAL),
            description=description[:200],
        )
    )
    audit.record("session.started", actor=person_id, subject=person_id, kiosk=kiosk)
    return token


def end_session(session_id: uuid.UUID, now: datetime) -> None:
    """End one session; its token is refused from now on."""
    db.session.execute(
        sa.update(SignInSession)
        .where(SignInSession.id == session_id, SignInSession.ended_at.is_(None))
        .values(ended_at=now)
    )


def end_sessions(person_id: uuid.UUID, now: datetime, *, keep: uuid.UUID | None = None) -> int:
    """End every session of a person (but `keep`) and return how many: after a password, role or employment change."""
    live = sa.and_(SignInSession.person_id == person_id, SignInSession.ended_at.is_(None))
    if keep is not None:
        live = sa.and_(live, SignInSession.id != keep)
    result = db.session.execute(sa.update(SignInSession).where(live).values(ended_at=now))
    return int(result.rowcount)  # type: ignore[attr-defined]

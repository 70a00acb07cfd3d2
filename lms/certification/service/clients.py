"""Machines that may ask: each has a token of its own, shown once, kept as a hash, and revocable at once."""

from __future__ import annotations

import enum
import hashlib
import uuid
from datetime import datetime, timedelta

import sqlalchemy as sa

from lms.accounts.rules.actor import Actor
from lms.certification.models import ApiClient
from lms.infra import audit
from lms.infra.clock import now
from lms.infra.db import db
from lms.infra.i18n import _
from lms.shared.errors import Invalid, NotFound
from lms.shared.ids import new_id, new_token

PREFIX = "gs_"
LASTS = timedelta(days=365)
# Writing down every use would make every question a write.
_NOTED_EVERY = timedelta(hours=1)


class Scope(enum.StrEnum):
    """What a machine may ask."""

    AUTHORITY = "authority"


def create_client(actor: Actor, name: str) -> str:
    """Make a machine client and return its token, which nobody can read again.

    Raises:
        Invalid: it has no name.
    """
    if not name.strip():
        raise Invalid(fields={"name": _("Say which system will use it.")})
    token = PREFIX + new_token(32)
    client = ApiClient(
        id=new_id(),
        name=name.strip()[:120],
        token_hash=token_hash(token),
        hint=token[-4:],
        scopes=[Scope.AUTHORITY.value],
        created_at=now(),
        created_by=actor.id,
        expires_at=now() + LASTS,
    )
    db.session.add(client)
    db.session.flush()
    audit.record("api-client.created", actor=actor.id, client=str(client.id))
    return token


def revoke_client(actor: Actor, client_id: uuid.UUID) -> None:
    """Refuse a machine client from now on; doing it again changes nothing.

    Raises:
        NotFound: there is no such client.
    """
    client = db.session.get(ApiClient, client_id, with_for_update=True, populate_existing=True)
    if client is None:
        raise NotFound
    if client.revoked_at is None:
        client.revoked_at = now()
        audit.record("api-client.revoked", actor=actor.id, client=str(client_id))


def all_clients() -> list[ApiClient]:
    """Return every client, those in use first."""
    return list(db.session.scalars(sa.select(ApiClient).order_by(ApiClient.revoked_at.is_not(None), ApiClient.name)))


def client_of(token: str, scope: Scope, moment: datetime) -> ApiClient | None:
    """Return the client that a token belongs to, or None where it is unknown, over, revoked or not for `scope`."""
    client = db.session.scalar(sa.select(ApiClient).where(ApiClient.token_hash == token_hash(token)))
    if client is None or client.revoked_at is not None or client.expires_at <= moment:
        return None
    return client if scope.value in client.scopes else None


def needs_noting(client: ApiClient, moment: datetime) -> bool:
    """Return whether a use of the client should be written down."""
    return client.last_used_at is None or moment - client.last_used_at >= _NOTED_EVERY


def note_use(client_id: uuid.UUID, moment: datetime) -> None:
    """Write down that a client was used."""
    db.session.execute(sa.update(ApiClient).where(ApiClient.id == client_id).values(last_used_at=moment))


def token_hash(token: str) -> str:
    """Return what is kept of a token: it is 256 random bits, so one round of SHA-256 is enough."""
    return hashlib.sha256(token.encode()).hexdigest()

"""Making and rotating the issuing key. A retired key signs nothing more and stays published."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from lms.certification.adapters.envelope import passphrase
from lms.certification.adapters.keys import IssuingKey, lock, new_key
from lms.certification.models import IssuingKey as KeyRow
from lms.certification.queries.keys import current_key
from lms.infra import audit
from lms.infra.clock import now
from lms.infra.db import db


def ensure_key() -> IssuingKey:
    """Return the key in use; the first call of a deployment makes it. Call inside a write transaction."""
    found = current_key()
    return found or _make(None)


def rotate_key(actor_id: uuid.UUID | None) -> IssuingKey:
    """Retire the key in use and return a new one; what the old one signed stays valid."""
    db.session.execute(
        sa.update(KeyRow).where(KeyRow.current.is_(True)).values(current=None, retired_at=now(), private="")
    )
    return _make(actor_id)


def _make(actor_id: uuid.UUID | None) -> IssuingKey:
    key = new_key()
    values = {
        "kid": key.public.kid,
        "public": key.public.multikey,
        "private": lock(key, passphrase()),
        "created_at": now(),
        "current": True,
    }
    # Another process may make the first key at this moment: the database decides, and both use the same one.
    insert = sqlite.insert if db.session.get_bind().dialect.name == "sqlite" else postgresql.insert
    db.session.execute(insert(KeyRow).values(values).on_conflict_do_nothing(index_elements=[KeyRow.current]))
    made = current_key()
    if made is None:  # pragma: no cover - there is one now, ours or theirs
        raise AssertionError
    if made.public == key.public:
        audit.record("certificates.key-made", actor=actor_id, kid=key.public.kid)
    return made

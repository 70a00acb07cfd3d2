"""Issuing keys: the one in use, and everything that is published so that others can check."""

from __future__ import annotations

from functools import lru_cache

import sqlalchemy as sa

from lms.certification.adapters.envelope import passphrase
from lms.certification.adapters.keys import IssuingKey, PublicKey, issuer_did, method_of, read_multikey, unlock
from lms.certification.adapters.verify import Keyring
from lms.certification.models import IssuingKey as KeyRow
from lms.infra.db import db
from lms.infra.deployment import settings
from lms.infra.i18n import _
from lms.shared.errors import Conflict


def key_rows() -> list[KeyRow]:
    """Return all keys, the one in use first, then the latest retired."""
    return list(db.session.scalars(sa.select(KeyRow).order_by(KeyRow.current.is_(None), KeyRow.created_at.desc())))


def current_key() -> IssuingKey | None:
    """Return the key in use, or None where none was made yet.

    Raises:
        Conflict: the secret key is no longer the one it was locked under.
    """
    locked = db.session.scalar(sa.select(KeyRow.private).where(KeyRow.current.is_(True)))
    return None if locked is None else _unlocked(locked, passphrase())


def public_keys() -> list[PublicKey]:
    """Return every key ever used, the one in use first."""
    return [read_multikey(row.public) for row in key_rows()]


def issuer_name() -> str:
    """Return the DID under which this deployment signs."""
    return issuer_did(settings().public_url)


def own_keyring() -> Keyring:
    """Return this deployment as an issuer to be trusted, with all of its keys."""
    did = issuer_name()
    return Keyring(did, {method_of(did, key): key for key in public_keys()})


# Deriving the key from the passphrase is slow on purpose.
@lru_cache(maxsize=4)
def _unlocked(pem: str, secret: str) -> IssuingKey:
    try:
        return unlock(pem, secret)
    except ValueError as error:
        message = _("The issuing key cannot be opened with this secret key. Restore it, or rotate the keys.")
        raise Conflict(message) from error

"""Encryption at rest of signing keys: the passphrase follows from the deployment's secret key and is stored nowhere."""

from __future__ import annotations

import base64

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from lms.infra.deployment import settings


def passphrase() -> str:
    """Return the passphrase under which this deployment's private keys lie."""
    secret = settings().resolved_secret_key().encode()
    derived = HKDF(SHA256(), 32, salt=None, info=b"groundschool signing keys").derive(secret)
    return base64.urlsafe_b64encode(derived).decode()

"""Encryption at rest for what must be read back (TOTP seeds): Fernet under a key derived from the secret key."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from lms.infra.deployment import settings


def seal(data: bytes) -> str:
    """Return `data` encrypted and authenticated, as text."""
    return _fernet().encrypt(data).decode()


def unseal(text: str) -> bytes | None:
    """Return what was sealed; None where the secret key is no longer the one it was sealed under."""
    try:
        return _fernet().decrypt(text.encode())
    except InvalidToken:
        return None


def _fernet() -> Fernet:
    derived = HKDF(SHA256(), 32, salt=None, info=b"groundschool totp seed").derive(
        settings().resolved_secret_key().encode()
    )
    return Fernet(base64.urlsafe_b64encode(derived))

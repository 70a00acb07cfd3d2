"""Hashes of passwords and PINs: argon2id as RFC 9106 recommends second (64 MiB, 3 passes), the library's default."""

from __future__ import annotations

import functools
import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# Each hash takes 64 MiB: more at once than cores would only take memory.
_AT_ONCE = threading.BoundedSemaphore(4)


@functools.cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@functools.cache
def _nobodys_hash() -> str:
    return _hasher().hash("a secret that nobody has")


def hash_secret(secret: str) -> str:
    """Return the argon2id hash of a password or PIN. Takes about 0.2 s: never call it inside a write transaction."""
    with _AT_ONCE:
        return _hasher().hash(secret)


def matches(stored: str | None, secret: str) -> bool:
    """Return whether `secret` is the one hashed; without a stored hash the same work is done and the answer is no."""
    with _AT_ONCE:
        try:
            right = _hasher().verify(stored or _nobodys_hash(), secret)
        except (VerificationError, InvalidHashError):
            return False
    return right and bool(stored)


def is_outdated(stored: str) -> bool:
    """Return whether a hash was made with weaker parameters than today's."""
    return _hasher().check_needs_rehash(stored)

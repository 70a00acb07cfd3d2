"""Identity of things: sortable keys, public tokens, and the code printed on a certificate."""

from __future__ import annotations

import re
import secrets
import uuid

import uuid_utils

# 32 symbols without 0, O, 1 and I: twelve of them carry 60 bits and survive being read aloud.
CODE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LENGTH = 12


def new_id() -> uuid.UUID:
    """Return a new UUIDv7: unique, and ordered by the time it was made."""
    return uuid.UUID(bytes=uuid_utils.uuid7().bytes)


def new_token(nbytes: int = 16) -> str:
    """Return an unguessable URL-safe token of `nbytes` random bytes (16 = 128 bits)."""
    return secrets.token_urlsafe(nbytes)


def new_code() -> str:
    """Return a new certificate code of twelve symbols, without separators."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def spell_code(code: str) -> str:
    """Return `code` in groups of four, as it is printed: ``7K4P-QX9M-3TNH``."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def read_code(text: str) -> str | None:
    """Return the code a person typed, without spaces, dashes or case; None where it cannot be one."""
    code = re.sub(r"[\s‐-―-]", "", text).upper()
    return code if len(code) == CODE_LENGTH and all(symbol in CODE_ALPHABET for symbol in code) else None

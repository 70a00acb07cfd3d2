"""Time-based one-time codes: HMAC-SHA-1, 30 seconds, six digits (RFC 6238), each accepted once."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
from datetime import datetime
from urllib.parse import quote

PERIOD, DIGITS = 30, 6
SEED_BYTES = 20
# One step either way: clocks differ, and people type slowly.
DRIFT = 1


def step_at(moment: datetime) -> int:
    """Return the number of whole periods since 1970 at `moment`."""
    return int(moment.timestamp()) // PERIOD


def code_at(seed: bytes, step: int) -> str:
    """Return the code of a step (RFC 4226 section 5.3, dynamic truncation)."""
    digest = hmac.new(seed, struct.pack(">Q", step), hashlib.sha1).digest()
    offset = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def accepted_step(seed: bytes, typed: str, now: datetime, last_step: int | None) -> int | None:
    """Return the step whose code was typed, or None. Steps up to `last_step` have been used and are refused."""
    code = "".join(typed.split())
    present = step_at(now)
    for step in range(present - DRIFT, present + DRIFT + 1):
        fresh = last_step is None or step > last_step
        if hmac.compare_digest(code_at(seed, step).encode(), code.encode()) and fresh:
            return step
    return None


def typed_seed(seed: bytes) -> str:
    """Return the seed as a person types it into an authenticator: base32 in groups of four."""
    text = base64.b32encode(seed).decode().rstrip("=")
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def provisioning_uri(seed: bytes, account: str, issuer: str) -> str:
    """Return the otpauth address that authenticators scan (the Key URI format)."""
    secret = base64.b32encode(seed).decode().rstrip("=")
    label = quote(f"{issuer}:{account}")
    return f"otpauth://totp/{label}?secret={secret}&issuer={quote(issuer)}&digits={DIGITS}&period={PERIOD}"

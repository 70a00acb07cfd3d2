"""The rotating check-in code: it shows that somebody is in the room now.

A code belongs to one session and one minute: an HMAC of both under the session's own secret, so nothing is stored for
it. A code is taken up to two minutes from its own: clocks differ, and a queue takes its time.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import uuid
from dataclasses import dataclass
from datetime import datetime

from lms.shared.ids import CODE_ALPHABET

PERIOD = 60
TOLERANCE = 2
CODE_LENGTH = 6
_MAC_BYTES = 10


@dataclass(frozen=True, slots=True)
class CheckIn:
    """What a token says, before its mark is checked: the session, the minute, and the mark."""

    session_id: uuid.UUID
    minute: int
    mark: bytes


def make_token(session_id: uuid.UUID, secret: str, now: datetime) -> str:
    """Return the token of the present minute, for the address in the QR code."""
    minute = _minute(now)
    body = session_id.bytes + minute.to_bytes(4) + _mark(session_id, secret, minute)[:_MAC_BYTES]
    return base64.urlsafe_b64encode(body).decode().rstrip("=")


def read_token(token: str) -> CheckIn | None:
    """Return what a token says, or None where it is not one."""
    try:
        body = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(body) != 20 + _MAC_BYTES:
        return None
    return CheckIn(uuid.UUID(bytes=body[:16]), int.from_bytes(body[16:20]), body[20:])


def is_current(token: CheckIn, secret: str, now: datetime) -> bool:
    """Return whether the token is genuine and at most `TOLERANCE` minutes from `now`."""
    genuine = hmac.compare_digest(token.mark, _mark(token.session_id, secret, token.minute)[:_MAC_BYTES])
    return genuine and abs(token.minute - _minute(now)) <= TOLERANCE


def make_code(session_id: uuid.UUID, secret: str, now: datetime) -> str:
    """Return the six symbols of the present minute, to be read out or typed."""
    return _code(session_id, secret, _minute(now))


def matches(typed: str, session_id: uuid.UUID, secret: str, now: datetime) -> bool:
    """Return whether the typed code is the session's of this minute or one at most `TOLERANCE` away."""
    given = "".join(typed.split()).replace("-", "").upper().encode("ascii", "replace")
    minute = _minute(now)
    tries = [
        hmac.compare_digest(given, _code(session_id, secret, minute + shift).encode())
        for shift in range(-TOLERANCE, TOLERANCE + 1)
    ]
    return any(tries)


def _minute(now: datetime) -> int:
    return int(now.timestamp()) // PERIOD


def _mark(session_id: uuid.UUID, secret: str, minute: int) -> bytes:
    return hmac.new(secret.encode(), session_id.bytes + minute.to_bytes(4), hashlib.sha256).digest()


def _code(session_id: uuid.UUID, secret: str, minute: int) -> str:
    # The last bytes: a typed code must not give away the mark of the link.
    number = int.from_bytes(_mark(session_id, secret, minute)[-4:])
    return "".join(CODE_ALPHABET[(number >> 5 * place) % 32] for place in range(CODE_LENGTH))

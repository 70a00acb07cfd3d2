"""Short signed answers: JSON Web Signatures in compact form (RFC 7515) with Ed25519 (RFC 8037)."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from lms.certification.adapters.keys import IssuingKey, PublicKey

# Explicit typing (RFC 8725, 3.11): an answer can never be taken for another kind of token signed with the same key.
ANSWER = "groundschool-authority+jwt"


def sign_claims(claims: Mapping[str, Any], key: IssuingKey, kind: str = ANSWER) -> str:
    """Return ``header.payload.signature`` of the claims."""
    header = {"alg": "EdDSA", "kid": key.public.kid, "typ": kind}
    signed = f"{_encoded(header)}.{_encoded(claims)}"
    return f"{signed}.{_base64url(key.sign(signed.encode()))}"


def read_claims(token: str, keys: Mapping[str, PublicKey], kind: str = ANSWER) -> dict[str, Any]:
    """Return the claims of a token signed with one of `keys` (by `kid`). The caller looks at ``exp``.

    Raises:
        ValueError: it is no such token, or the signature is not right.
    """
    signed, _dot, signature = token.rpartition(".")
    header_text, _dot, payload = signed.partition(".")
    try:
        header = json.loads(_bytes(header_text))
        key = keys[header["kid"] if header == {"alg": "EdDSA", "kid": header["kid"], "typ": kind} else ""]
        Ed25519PublicKey.from_public_bytes(key.raw).verify(_bytes(signature), signed.encode())
        claims: dict[str, Any] = json.loads(_bytes(payload))
    except (InvalidSignature, KeyError, TypeError, ValueError) as error:
        message = "not a token signed here"
        raise ValueError(message) from error
    return claims


def _encoded(value: Mapping[str, Any]) -> str:
    return _base64url(json.dumps(value, separators=(",", ":"), sort_keys=True).encode())


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))

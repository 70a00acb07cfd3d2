"""Issuing keys: made, kept encrypted, rotated, and published for whoever checks a credential.

A key is named by its thumbprint, so its name cannot be given to another. Retired keys stay published for ever: what
they signed must verify years later.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

import rfc8785
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from lms.certification.adapters.multibase import decode, encode

# Multicodec prefix of an Ed25519 public key (0xed as an unsigned varint).
_ED25519 = b"\xed\x01"
_LEAST_PASSPHRASE = 16


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A published key: `kid` is its JWK thumbprint (RFC 7638)."""

    raw: bytes

    @property
    def jwk(self) -> dict[str, str]:
        """Return the key as an octet key pair (RFC 8037), without its name."""
        return {"crv": "Ed25519", "kty": "OKP", "x": _base64url(self.raw)}

    @property
    def kid(self) -> str:
        """Return the name of the key."""
        return _base64url(hashlib.sha256(rfc8785.dumps(self.jwk)).digest())

    @property
    def multikey(self) -> str:
        """Return the key as Multikey text, ``z6Mk…``."""
        return encode(_ED25519 + self.raw)

    def pem(self) -> bytes:
        """Return the key as PEM."""
        return Ed25519PublicKey.from_public_bytes(self.raw).public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )


@dataclass(frozen=True, slots=True)
class IssuingKey:
    """A private key in memory. It is never printed and never stored as it is."""

    private: Ed25519PrivateKey = field(repr=False)

    @property
    def public(self) -> PublicKey:
        """Return the public half."""
        return PublicKey(self.private.public_key().public_bytes_raw())

    def sign(self, data: bytes) -> bytes:
        """Return the Ed25519 signature (RFC 8032) of `data`: 64 bytes, the same every time."""
        return self.private.sign(data)


def new_key() -> IssuingKey:
    """Return a fresh key."""
    return IssuingKey(Ed25519PrivateKey.generate())


def lock(key: IssuingKey, passphrase: str) -> str:
    """Return the key encrypted, as PKCS #8 PEM that other tools open with the passphrase too.

    Raises:
        ValueError: the passphrase is too short to protect anything.
    """
    if len(passphrase) < _LEAST_PASSPHRASE:
        message = f"The passphrase of the issuing key needs at least {_LEAST_PASSPHRASE} characters."
        raise ValueError(message)
    return key.private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(passphrase.encode()),
    ).decode()


def unlock(pem: str, passphrase: str) -> IssuingKey:
    """Return the key that `lock` encrypted.

    Raises:
        ValueError: the passphrase is wrong, or this is no Ed25519 key.
    """
    key = serialization.load_pem_private_key(pem.encode(), passphrase.encode())
    if not isinstance(key, Ed25519PrivateKey):
        message = "This is not an Ed25519 key."
        raise ValueError(message)  # noqa: TRY004 - what was read, not what was passed
    return IssuingKey(key)


def issuer_did(address: str) -> str:
    """Return the did:web name of the issuer whose site is at `address`: ``did:web:example.org%3A8443:lms``."""
    parts = urlsplit(address)
    path = [quote(part, safe="") for part in parts.path.split("/") if part]
    return ":".join(["did:web", quote(parts.netloc, safe=""), *path])


def method_of(did: str, key: PublicKey) -> str:
    """Return the name under which a proof cites `key`."""
    return f"{did}#{key.kid}"


def did_document(did: str, keys: Iterable[PublicKey]) -> dict[str, Any]:
    """Return the document that ``did:web`` serves at ``/.well-known/did.json`` (or under the path), all keys in it.

    Retired keys are listed like the current one: they may no longer sign, and what they signed stays theirs.
    """
    methods = [
        {"id": method_of(did, key), "type": "Multikey", "controller": did, "publicKeyMultibase": key.multikey}
        for key in keys
    ]
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }


def jwks(keys: Iterable[PublicKey]) -> dict[str, Any]:
    """Return the keys as a JSON Web Key Set (RFC 7517)."""
    return {"keys": [{**key.jwk, "kid": key.kid, "alg": "EdDSA", "use": "sig"} for key in keys]}


def read_did_document(document: Mapping[str, Any]) -> dict[str, PublicKey]:
    """Return the keys that a DID document allows to sign credentials, by verification method.

    Raises:
        ValueError: it is no DID document, or a key in it is not an Ed25519 Multikey.
    """
    try:
        allowed = set(document["assertionMethod"])
        methods = {each["id"]: each["publicKeyMultibase"] for each in document["verificationMethod"]}
    except (KeyError, TypeError) as error:
        message = "not a DID document with Multikey methods"
        raise ValueError(message) from error
    return {name: read_multikey(text) for name, text in methods.items() if name in allowed}


def read_multikey(text: str) -> PublicKey:
    """Return the key written as Multikey text.

    Raises:
        ValueError: it is no Ed25519 Multikey.
    """
    data = decode(text)
    if not data.startswith(_ED25519) or len(data) != len(_ED25519) + 32:
        message = "not an Ed25519 Multikey"
        raise ValueError(message)
    return PublicKey(data[len(_ED25519) :])


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

"""Sealing a file: a PAdES baseline B-B signature (ETSI EN 319 142-1) with ECDSA on P-256.

The signature is a CMS SignedData (RFC 5652) in DER: lists of tag, length, content. Everything but the digest and the
signature itself is the same for every file of a key, so it is encoded once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import Certificate

# DER tags.
_INTEGER, _OCTETS, _OID, _SEQUENCE, _SET = 0x02, 0x04, 0x06, 0x30, 0x31
_CONTEXT_0 = 0xA0

_MOST_SIGNATURE = 72  # two 256-bit integers with their headers and sign bytes
_HEADERS = 64


def _der(tag: int, *contents: bytes) -> bytes:
    body = b"".join(contents)
    size = len(body)
    if size < 128:  # noqa: PLR2004 - the short form of X.690, 8.1.3.4
        return bytes((tag, size)) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + body


def _oid(dotted: str) -> bytes:
    first, second, *rest = map(int, dotted.split("."))
    encoded = bytearray((first * 40 + second,))
    for arc in rest:
        septets = [arc & 0x7F]
        while arc := arc >> 7:
            septets.append(0x80 | arc & 0x7F)
        encoded += bytes(reversed(septets))
    return _der(_OID, bytes(encoded))


def _integer(value: int) -> bytes:
    return _der(_INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


_DATA = _oid("1.2.840.113549.1.7.1")
_SIGNED_DATA = _oid("1.2.840.113549.1.7.2")
_CONTENT_TYPE = _oid("1.2.840.113549.1.9.3")
_MESSAGE_DIGEST = _oid("1.2.840.113549.1.9.4")
_SIGNING_CERTIFICATE_V2 = _oid("1.2.840.113549.1.9.16.2.47")
_SHA256 = _der(_SEQUENCE, _oid("2.16.840.1.101.3.4.2.1"))
_ECDSA_SHA256 = _der(_SEQUENCE, _oid("1.2.840.10045.4.3.2"))


def _attribute(kind: bytes, value: bytes) -> bytes:
    return _der(_SEQUENCE, kind, _der(_SET, value))


class CompanySeal:
    """A company's signing certificate and its P-256 key.

    Raises:
        ValueError: the key is not on P-256, or does not belong to the certificate.
    """

    def __init__(
        self, key: ec.EllipticCurvePrivateKey, certificate: Certificate, chain: Sequence[Certificate] = ()
    ) -> None:
        if not isinstance(key.curve, ec.SECP256R1):
            message = f"A seal needs a key on P-256, and this one is on {key.curve.name}."
            raise ValueError(message)  # noqa: TRY004 - the type is right, the curve is not
        if key.public_key() != certificate.public_key():
            message = "The signing key does not belong to the certificate."
            raise ValueError(message)
        self._key = key
        encoded = [each.public_bytes(serialization.Encoding.DER) for each in (certificate, *chain)]
        # ESSCertIDv2 (RFC 5035) ties the signature to this very certificate; SHA-256 is the default and left out.
        hashed = _der(_SEQUENCE, _der(_SEQUENCE, _der(_SEQUENCE, _der(_OCTETS, hashlib.sha256(encoded[0]).digest()))))
        self._attributes = [_attribute(_CONTENT_TYPE, _DATA), _attribute(_SIGNING_CERTIFICATE_V2, hashed)]
        self._signer = _der(_SEQUENCE, certificate.issuer.public_bytes(), _integer(certificate.serial_number))
        # In a SET the encodings are in ascending order (X.690, 11.6).
        self._certificates = _der(_CONTEXT_0, *sorted(encoded))
        self.room = len(self.sign(bytes(32))) + _MOST_SIGNATURE + _HEADERS

    def sign(self, digest: bytes) -> bytes:
        """Return the CMS container for the SHA-256 `digest` of a file."""
        attributes = b"".join(sorted([*self._attributes, _attribute(_MESSAGE_DIGEST, _der(_OCTETS, digest))]))
        # Signed as a SET, sent with a context tag (RFC 5652, 5.4).
        signature = self._key.sign(_der(_SET, attributes), ec.ECDSA(hashes.SHA256()))
        signer = _der(
            _SEQUENCE,
            _integer(1),
            self._signer,
            _SHA256,
            _der(_CONTEXT_0, attributes),
            _ECDSA_SHA256,
            _der(_OCTETS, signature),
        )
        signed = _der(
            _SEQUENCE, _integer(1), _der(_SET, _SHA256), _der(_SEQUENCE, _DATA), self._certificates, _der(_SET, signer)
        )
        return _der(_SEQUENCE, _SIGNED_DATA, _der(_CONTEXT_0, signed))

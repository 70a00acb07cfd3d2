"""Data Integrity proofs with Ed25519: a credential that carries its own signature.

``eddsa-rdfc-2022`` signs the statements that the credential makes (RDF Dataset Canonicalization, which any JSON-LD tool
can follow); ``eddsa-jcs-2022`` signs its JSON (RFC 8785), which is quick and needs no contexts. Both hash the proof's
options and the document apart and sign the two hashes. Source: W3C Data Integrity EdDSA Cryptosuites 1.0.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from openbadgeslib.errors import LibOpenBadgesException
from openbadgeslib.ob3.ldp import add_data_integrity_proof, verify_data_integrity_proof

from lms.certification.adapters.keys import IssuingKey, PublicKey
from lms.certification.adapters.multibase import decode, encode
from lms.certification.adapters.openbadge import moment


class Suite(StrEnum):
    """The cryptosuites we sign with."""

    RDFC = "eddsa-rdfc-2022"
    JCS = "eddsa-jcs-2022"


class ProofError(ValueError):
    """The proof is missing, malformed, or not that of this document and key."""


_PURPOSE = "assertionMethod"
_MEMBERS = frozenset({"type", "cryptosuite", "created", "verificationMethod", "proofPurpose", "proofValue", "@context"})


def secure(
    document: Mapping[str, Any], key: IssuingKey, method: str, created: datetime, suite: Suite = Suite.RDFC
) -> dict[str, Any]:
    """Return `document` with its proof.

    Args:
        document: a credential without a proof.
        key: what to sign with.
        method: the published name of that key.
        created: when, as an aware UTC moment.
        suite: how.

    Raises:
        ProofError: the document cannot be signed: it has a proof, or a term that no shipped context knows.
    """
    if "proof" in document:
        message = "the document has a proof already"
        raise ProofError(message)
    if suite is Suite.JCS:
        return _secure_json(dict(document), key, method, created)
    pem = key.private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    try:
        signed: dict[str, Any] = add_data_integrity_proof(dict(document), pem, method, created=created)
    except LibOpenBadgesException as error:
        raise ProofError(str(error)) from error
    return signed


def check_proof(document: Mapping[str, Any], key: PublicKey) -> None:
    """Check that the one proof of `document` is right and made with `key`.

    Raises:
        ProofError: it is not.
    """
    proof = proof_of(document)
    if proof["cryptosuite"] == Suite.JCS:
        _check_json(document, proof, key)
        return
    try:
        verify_data_integrity_proof(dict(document), key.pem())
    except LibOpenBadgesException as error:
        raise ProofError(str(error)) from error


def proof_of(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the proof of a document, if it has exactly one, of a kind we know, with nothing unknown in it.

    Raises:
        ProofError: it has not.
    """
    proof = document.get("proof")
    if not isinstance(proof, dict) or not proof.keys() <= _MEMBERS:
        message = "there is not exactly one plain proof"
        raise ProofError(message)
    texts = (proof.get(name) for name in ("created", "verificationMethod", "proofValue", "cryptosuite"))
    expected = proof.get("type") == "DataIntegrityProof" and proof.get("proofPurpose") == _PURPOSE
    if not expected or not all(isinstance(text, str) for text in texts) or proof["cryptosuite"] not in set(Suite):
        message = "the proof is not of a kind that is known here"
        raise ProofError(message)
    return proof


def _secure_json(document: dict[str, Any], key: IssuingKey, method: str, created: datetime) -> dict[str, Any]:
    proof: dict[str, Any] = {
        "type": "DataIntegrityProof",
        "cryptosuite": Suite.JCS.value,
        "created": moment(created),
        "verificationMethod": method,
        "proofPurpose": _PURPOSE,
    }
    # Section 3.3.1: the proof repeats the document's contexts, so that nobody can swap them.
    if "@context" in document:
        proof["@context"] = document["@context"]
    signature = key.sign(json_hashes(document, proof))
    return {**document, "proof": {**proof, "proofValue": encode(signature)}}


def json_hashes(document: Mapping[str, Any], options: Mapping[str, Any]) -> bytes:
    """Return what ``eddsa-jcs-2022`` signs: SHA-256 of the options, then of the document, both canonical JSON."""
    try:
        return b"".join(hashlib.sha256(rfc8785.dumps(dict(part))).digest() for part in (options, document))
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError) as error:
        message = "the document has no canonical JSON"
        raise ProofError(message) from error


def _check_json(document: Mapping[str, Any], proof: Mapping[str, Any], key: PublicKey) -> None:
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    if options.get("@context", unsecured.get("@context")) != unsecured.get("@context"):
        message = "the proof has other contexts than the document"
        raise ProofError(message)
    try:
        signature = decode(proof["proofValue"])
        Ed25519PublicKey.from_public_bytes(key.raw).verify(signature, json_hashes(unsecured, options))
    except (InvalidSignature, ValueError) as error:
        message = "the signature is not that of this document"
        raise ProofError(message) from error

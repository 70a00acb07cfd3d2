"""The test vectors of W3C Data Integrity EdDSA Cryptosuites 1.0, appendix B."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from openbadgeslib.ob3.ldp import add_data_integrity_proof, verify_data_integrity_proof

from lms.certification.adapters.keys import IssuingKey
from lms.certification.adapters.multibase import decode
from lms.certification.adapters.proofs import ProofError, Suite, check_proof, json_hashes, secure

PUBLIC = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
SECRET = "z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq"
METHOD = f"did:key:{PUBLIC}#{PUBLIC}"
CREATED = datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC)
CONTEXTS = ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"]
DOCUMENT: dict[str, Any] = {
    "@context": CONTEXTS,
    "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    "type": ["VerifiableCredential", "AlumniCredential"],
    "name": "Alumni Credential",
    "description": "A minimum viable example of an Alumni Credential.",
    "issuer": "https://vc.example/issuers/5678",
    "validFrom": "2023-01-01T00:00:00Z",
    "credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"},
}
JCS_HASHES = (
    "66ab154f5c2890a140cb8388a22a160454f80575f6eae09e5a097cabe539a1db"
    "59b7cb6251b8991add1ce0bc83107e3db9dbbab5bd2c28f687db1a03abc92f19"
)
JCS_PROOF = "z2HnFSSPPBzR36zdDgK8PbEHeXbR56YF24jwMpt3R1eHXQzJDMWS93FCzpvJpwTWd3GAVFuUfjoJdcnTMuVor51aX"
RDFC_PROOF = "z2YwC8z3ap7yx1nZYCg4L3j3ApHsF8kgPdSb5xoS1VR7vPG3F561B52hYnQF9iseabecm3ijx4K1FBTQsCZahKZme"
# What the second context says, in so far as the document uses it.
EXAMPLES = {CONTEXTS[1]: {"@context": {"@vocab": "https://www.w3.org/ns/credentials/examples#"}}}


def key() -> IssuingKey:
    return IssuingKey(Ed25519PrivateKey.from_private_bytes(decode(SECRET)[2:]))


def test_the_key_pair_is_the_published_one() -> None:
    assert key().public.multikey == PUBLIC


def test_the_hashes_of_eddsa_jcs_2022_are_those_of_the_recommendation() -> None:
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-jcs-2022",
        "created": "2023-02-24T23:36:38Z",
        "verificationMethod": METHOD,
        "proofPurpose": "assertionMethod",
        "@context": CONTEXTS,
    }
    assert json_hashes(DOCUMENT, options).hex() == JCS_HASHES


def test_the_proof_of_eddsa_jcs_2022_is_that_of_the_recommendation() -> None:
    signed = secure(DOCUMENT, key(), METHOD, CREATED, Suite.JCS)
    assert signed["proof"]["proofValue"] == JCS_PROOF
    check_proof(signed, key().public)


def test_the_proof_of_eddsa_rdfc_2022_is_that_of_the_recommendation() -> None:
    from cryptography.hazmat.primitives import serialization

    pem = key().private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    method = f"https://vc.example/issuers/5678#{PUBLIC}"
    values = {}
    for name in (METHOD, method):
        signed = add_data_integrity_proof(DOCUMENT, pem, name, created=CREATED, extra_contexts=EXAMPLES)
        verify_data_integrity_proof(signed, key().public.pem(), extra_contexts=EXAMPLES)
        values[name] = signed["proof"]["proofValue"]
    assert RDFC_PROOF in values.values()


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Alumni credential"},
        {"@context": CONTEXTS[:1]},
        {"credentialSubject": {"id": "did:example:mallory", "alumniOf": "The School of Examples"}},
    ],
)
def test_a_changed_document_fails(change: dict[str, Any]) -> None:
    signed = secure(DOCUMENT, key(), METHOD, CREATED, Suite.JCS)
    with pytest.raises(ProofError):
        check_proof({**signed, **change}, key().public)


@pytest.mark.parametrize(
    "change",
    [
        {"created": "2023-02-24T23:36:39Z"},
        {"proofPurpose": "authentication"},
        {"cryptosuite": "eddsa-rdfc-2022"},
        {"type": "Ed25519Signature2020"},
        {"proofValue": JCS_PROOF[:-1]},
        {"@context": CONTEXTS[:1]},
        {"domain": "example.org"},
    ],
)
def test_a_changed_proof_fails(change: dict[str, Any]) -> None:
    signed = secure(DOCUMENT, key(), METHOD, CREATED, Suite.JCS)
    with pytest.raises(ProofError):
        check_proof({**signed, "proof": {**signed["proof"], **change}}, key().public)

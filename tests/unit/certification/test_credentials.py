"""Credentials: built, signed, carried in files and checked offline, also by others' code."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from openbadgeslib.ob3.ldp import OB3LdpVerifier
from PIL import Image
from pyld import jsonld

from lms.certification.adapters import keys as issuing
from lms.certification.adapters.carriers import NoCredentialError, bake, credential_in
from lms.certification.adapters.keys import IssuingKey, PublicKey
from lms.certification.adapters.multibase import decode, encode
from lms.certification.adapters.openbadge import Issuer, Validity, Wording, build_credential
from lms.certification.adapters.proofs import ProofError, Suite, secure
from lms.certification.adapters.statuslist import Purpose, build_list, entry_of, list_address, suspension_beside
from lms.certification.adapters.verify import Finding, Keyring, Window, verify_credential
from lms.certification.pdf.issue import make_certificate
from tests.pdf.samples import AWARD, COMPANY, LINK, award

BASE = "https://training.northwind.example"
ISSUER = Issuer(issuing.issuer_did(BASE), "Northwind Outfitters", BASE)
WORDING = Wording("Foundation: Customer service", "May act on items without a gate.", "All modules, exam, shadow log.")
ISSUED = datetime(2026, 3, 2, 8, tzinfo=UTC)
TERM = Validity(datetime(2026, 3, 1, 23, tzinfo=UTC), datetime(2027, 3, 2, 23, tzinfo=UTC))
NOW = datetime(2026, 6, 1, tzinfo=UTC)
SUITES = list(Suite)


KEYS = [issuing.new_key() for _ in range(4)]
STRANGER = issuing.new_key()


def a_key(number: int = 0) -> IssuingKey:
    return KEYS[number]


def unsigned(index: int = 7, term: Validity = TERM) -> dict[str, Any]:
    return build_credential(AWARD, ISSUER, WORDING, term, LINK, entry_of(BASE, index))


def signed(suite: Suite = Suite.RDFC, number: int = 0, term: Validity = TERM) -> dict[str, Any]:
    key = a_key(number)
    return secure(unsigned(term=term), key, issuing.method_of(ISSUER.did, key.public), ISSUED, suite)


def keyring(*numbers: int) -> Keyring:
    document = issuing.did_document(ISSUER.did, [a_key(number).public for number in numbers or (0,)])
    return Keyring(ISSUER.did, issuing.read_did_document(json.loads(json.dumps(document))))


def raw(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


@pytest.mark.parametrize("suite", SUITES)
def test_a_credential_is_checked_offline_with_the_published_keys_alone(suite: Suite) -> None:
    verdict = verify_credential(raw(signed(suite)), keyring(), NOW)
    assert verdict.finding is Finding.GENUINE
    assert (verdict.holder, verdict.title) == ("Zoë Ångström", "Foundation: Customer service")
    assert (verdict.issuer, verdict.window) == ("Northwind Outfitters", Window.WITHIN)
    assert (verdict.revoked, verdict.status_as_of) == (None, None)


def test_another_library_accepts_the_credential_as_open_badges_three() -> None:
    lasting = Validity(TERM.since, datetime(2999, 1, 1, tzinfo=UTC))
    found = OB3LdpVerifier(pubkey_pem=a_key().public.pem(), issuer_did=ISSUER.did).verify(raw(signed(term=lasting)))
    assert found.issuer.name == "Northwind Outfitters"
    assert found.achievement.name == "Foundation: Customer service"


@pytest.mark.parametrize("suite", SUITES)
@pytest.mark.parametrize(
    ("day", "window"),
    [
        (datetime(2026, 3, 1, 22, 59, tzinfo=UTC), Window.NOT_YET),
        (datetime(2027, 3, 2, 22, 59, tzinfo=UTC), Window.WITHIN),
        (datetime(2027, 3, 2, 23, tzinfo=UTC), Window.PAST),
    ],
)
def test_the_printed_term_is_told_apart_from_the_signature(suite: Suite, day: datetime, window: Window) -> None:
    verdict = verify_credential(raw(signed(suite)), keyring(), day)
    assert (verdict.finding, verdict.window) == (Finding.GENUINE, window)


@pytest.mark.parametrize("suite", SUITES)
def test_three_rotations_later_every_old_certificate_still_verifies(suite: Suite) -> None:
    for number in range(4):
        assert verify_credential(raw(signed(suite, number)), keyring(0, 1, 2, 3), NOW).finding is Finding.GENUINE


def test_a_key_of_somebody_else_is_not_accepted_whatever_it_calls_itself() -> None:
    forged = secure(unsigned(), STRANGER, issuing.method_of(ISSUER.did, a_key().public), ISSUED)
    assert verify_credential(raw(forged), keyring(), NOW).finding is Finding.ALTERED
    unknown = secure(unsigned(), STRANGER, issuing.method_of(ISSUER.did, STRANGER.public), ISSUED)
    assert verify_credential(raw(unknown), keyring(), NOW).finding is Finding.ALTERED
    elsewhere = Keyring("did:web:elsewhere.example", keyring().keys)
    assert verify_credential(raw(signed()), elsewhere, NOW).finding is Finding.UNKNOWN_ISSUER


@pytest.mark.parametrize(("suite", "count"), [(Suite.JCS, 9_600), (Suite.RDFC, 400)])
def test_single_bit_mutations_are_all_rejected(suite: Suite, count: int) -> None:
    original = raw(signed(suite))
    draw = random.Random(20260302)
    bits = draw.sample(range(len(original) * 8), min(count, len(original) * 8))
    ring = keyring()
    for bit in bits + [draw.randrange(len(original) * 8) for _ in range(count - len(bits))]:
        mutated = bytearray(original)
        mutated[bit // 8] ^= 1 << bit % 8
        verdict = verify_credential(bytes(mutated), ring, NOW)
        assert verdict.finding is not Finding.GENUINE, (bit, bytes(mutated[bit // 8 - 20 : bit // 8 + 20]))


@pytest.mark.parametrize("suite", SUITES)
@pytest.mark.parametrize(
    "extra",
    [
        {"awardee": "Mallory"},
        {"https://schema.org/name": "Mallory"},
        {"validUntil": 99999999999},
        {"validUntil": "2099-01-01"},
        {"proof": []},
        {"type": "VerifiableCredential"},
    ],
)
def test_members_that_a_proof_might_not_cover_are_refused(suite: Suite, extra: dict[str, Any]) -> None:
    assert verify_credential(raw({**signed(suite), **extra}), keyring(), NOW).finding is not Finding.GENUINE


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[]",
        b"{",
        b'"x"',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b'{"a":NaN}',
        b'{"id":"a","id":"b"}',
        b"{" + b" " * 300_000 + b"}",
        b'{"@context":"\\ud800"}',
    ],
)
def test_what_is_no_credential_is_said_to_be_none(text: bytes) -> None:
    verdict = verify_credential(text, keyring(), NOW)
    assert verdict.finding is Finding.NOT_A_CREDENTIAL
    assert verdict.problem


def status_list(purpose: Purpose, bits: set[int], issued: datetime = NOW, key: IssuingKey = KEYS[0]) -> dict[str, Any]:
    built = build_list(ISSUER.did, list_address(BASE, purpose, 0), purpose, bits, issued)
    return secure(built, key, issuing.method_of(ISSUER.did, key.public), issued, Suite.JCS)


def test_a_status_list_tells_revoked_and_suspended_and_the_day_it_speaks_of() -> None:
    clear = [status_list(Purpose.REVOCATION, {6, 8}), status_list(Purpose.SUSPENSION, {6, 8})]
    later = NOW + timedelta(hours=1)
    verdict = verify_credential(raw(signed()), keyring(), later, clear)
    assert (verdict.revoked, verdict.suspended, verdict.status_as_of) == (False, False, NOW)
    verdict = verify_credential(raw(signed()), keyring(), later, [status_list(Purpose.REVOCATION, {7}), clear[1]])
    assert (verdict.revoked, verdict.suspended) == (True, False)


def test_a_stale_altered_or_foreign_status_list_says_nothing() -> None:
    stale = status_list(Purpose.REVOCATION, set(), NOW - timedelta(days=8))
    altered = status_list(Purpose.REVOCATION, set()) | {"validUntil": "2099-01-01T00:00:00Z"}
    foreign = status_list(Purpose.REVOCATION, set(), key=STRANGER)
    for useless in (stale, altered, foreign, {"id": list_address(BASE, Purpose.REVOCATION, 0)}):
        verdict = verify_credential(raw(signed()), keyring(), NOW, [useless])
        assert (verdict.finding, verdict.revoked, verdict.status_as_of) == (Finding.GENUINE, None, None)


def test_a_list_holds_many_awards_and_the_next_one_begins_after_it() -> None:
    assert entry_of(BASE, 131_071)["statusListIndex"] == "131071"
    following = suspension_beside(entry_of(BASE, 131_072))
    assert following["statusListIndex"] == "0"
    assert following["statusListCredential"] == f"{BASE}/status/suspension/1"
    assert following == entry_of(BASE, 131_072, Purpose.SUSPENSION)


def test_what_does_not_count_is_refused_by_whoever_reads_the_revocation_list_alone() -> None:
    lists = [status_list(Purpose.REVOCATION, {7}), status_list(Purpose.SUSPENSION, {7})]
    both = verify_credential(raw(signed()), keyring(), NOW, lists)
    assert (both.revoked, both.suspended) == (False, True)
    alone = verify_credential(raw(signed()), keyring(), NOW, lists[:1])
    assert (alone.revoked, alone.suspended) == (True, None)
    useless = verify_credential(raw(signed()), keyring(), NOW, lists[1:])
    assert (useless.revoked, useless.status_as_of) == (None, None)


def test_the_credential_comes_back_out_of_the_pdf_the_badge_and_the_json() -> None:
    credential = raw(signed())
    pdf = make_certificate(AWARD, COMPANY, LINK, credential).pdf
    full = make_certificate(award(name="王小明"), COMPANY, LINK, credential).pdf
    picture = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(picture, "PNG")
    for carrier in (pdf, full, bake(picture.getvalue(), credential), b"\n " + credential):
        assert credential_in(carrier).strip() == credential


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"%PDF-1.7\nnonsense", b"\x89PNG\r\n\x1a\nxxxx", b"{" * 11_000_000])
def test_a_file_without_a_credential_is_refused_and_breaks_nothing(data: bytes) -> None:
    with pytest.raises(NoCredentialError):
        credential_in(data)


def test_a_certificate_without_a_credential_carries_none() -> None:
    with pytest.raises(NoCredentialError):
        credential_in(make_certificate(AWARD, COMPANY, LINK).pdf)


def test_a_private_key_is_kept_encrypted_and_opens_with_its_passphrase_only() -> None:
    kept = issuing.lock(a_key(), "a long enough passphrase")
    assert kept.startswith("-----BEGIN ENCRYPTED PRIVATE KEY-----")
    assert issuing.unlock(kept, "a long enough passphrase").public == a_key().public
    with pytest.raises(ValueError, match=r"decrypt|password|Incorrect"):
        issuing.unlock(kept, "another passphrase entirely")
    with pytest.raises(ValueError, match="at least 16"):
        issuing.lock(a_key(), "short")
    assert "private" not in repr(a_key())


def test_the_published_forms_of_a_key_agree() -> None:
    # RFC 8037, appendix A.2 and A.3: an Ed25519 key and its thumbprint.
    key = PublicKey(bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"))
    assert key.kid == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
    (published,) = issuing.jwks([key])["keys"]
    assert published["x"] == "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
    document = issuing.did_document("did:web:example.org", [key])
    assert issuing.read_did_document(document) == {f"did:web:example.org#{key.kid}": key}


@pytest.mark.parametrize(
    ("address", "did"),
    [
        ("https://example.org", "did:web:example.org"),
        ("https://example.org:8443/lms/", "did:web:example.org%3A8443:lms"),
    ],
)
def test_an_address_becomes_a_did(address: str, did: str) -> None:
    assert issuing.issuer_did(address) == did


@pytest.mark.parametrize("data", [b"", b"\0", b"\0\0x", b"\xff" * 64])
def test_multibase_round_trips(data: bytes) -> None:
    assert decode(encode(data)) == data


@pytest.mark.parametrize("text", ["", "x", "z0", "zO", "z" + "1" * 500])
def test_bad_multibase_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="base58btc"):
        decode(text)


def test_a_term_that_no_shipped_context_knows_cannot_be_signed_away() -> None:
    with pytest.raises(ProofError):
        secure({**unsigned(), "@context": ["https://evil.example/context"]}, a_key(), "did:web:x#y", ISSUED)
    with pytest.raises(ProofError):
        secure(signed(), a_key(), "did:web:x#y", ISSUED)


def test_hidden_scores_and_no_expiry_are_honoured() -> None:
    hidden = build_credential(
        replace(AWARD, show_scores=False), ISSUER, WORDING, Validity(TERM.since, None), LINK, entry_of(BASE, 1)
    )
    assert "92 %" not in json.dumps(hidden, ensure_ascii=False)
    assert "validUntil" not in hidden
    proven = secure(hidden, a_key(), issuing.method_of(ISSUER.did, a_key().public), ISSUED)
    assert verify_credential(raw(proven), keyring(), NOW).window is Window.WITHIN


def test_every_member_makes_a_statement_that_the_rdf_proof_covers() -> None:
    """The credential survives JSON-LD expansion and compaction whole: no term is unknown and dropped."""
    from openbadgeslib.ob3.contexts import document_loader

    document = unsigned()
    options = {"documentLoader": document_loader()}
    compacted = jsonld.compact(jsonld.expand(document, options), document["@context"], options)
    assert _plain(compacted) == _plain(document)


def _plain(value: Any) -> Any:
    """Return JSON with lists of one opened and sorted, so that spellings of the same statements compare equal."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        items = [_plain(each) for each in value]
        return items[0] if len(items) == 1 else sorted(items, key=repr)
    return value

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa
from openbadgeslib.ob3.ldp import OB3LdpVerifier

from lms.certification.adapters.carriers import credential_in
from lms.certification.adapters.keys import issuer_did, read_did_document
from lms.certification.adapters.verify import Finding, Keyring, verify_credential
from lms.certification.models import IssuingKey
from lms.certification.queries.keys import current_key
from lms.certification.service.keys import ensure_key, rotate_key
from lms.certification.service.status import reinstate_award, revoke_award, suspend_award
from lms.infra.clock import now
from lms.infra.deployment import settings
from lms.infra.worker import run_due_jobs
from lms.shared.errors import Conflict


def published_keyring(client):
    document = client.get("/.well-known/did.json").get_json(force=True)
    return Keyring(document["id"], read_did_document(document))


def lists(client):
    return [client.get(f"/status/{purpose}/0").get_json(force=True) for purpose in ("revocation", "suspension")]


def credential_of(client, award, **query):
    return client.get(f"/v/{award.token}/credential.json", query_string=query).data


def test_the_first_use_makes_the_key_and_it_lies_encrypted(session, client):
    assert client.get("/.well-known/jwks.json").get_json(force=True)["keys"][0]["alg"] == "EdDSA"
    row = session.scalars(sa.select(IssuingKey)).one()
    assert "ENCRYPTED" in row.private
    assert current_key().public.kid == row.kid


def test_two_who_need_the_first_key_use_the_same(session):
    assert ensure_key().public == ensure_key().public
    assert session.scalar(sa.select(sa.func.count()).select_from(IssuingKey)) == 1


def test_a_key_that_another_secret_locked_is_said_to_be_so(session):
    ensure_key()
    session.execute(sa.update(IssuingKey).values(private="-----BEGIN ENCRYPTED PRIVATE KEY-----\n"))
    with pytest.raises(Conflict, match="cannot be opened"):
        current_key()


@pytest.mark.parametrize("proof", ["eddsa-jcs-2022", "eddsa-rdfc-2022"])
def test_the_credential_is_checked_with_what_is_published_alone(client, award, proof):
    verdict = verify_credential(credential_of(client, award, proof=proof), published_keyring(client), now())
    assert (verdict.finding, verdict.holder) == (Finding.GENUINE, "Zoë Ångström")
    assert json.loads(credential_of(client, award, proof=proof))["proof"]["cryptosuite"] == proof


def test_another_library_accepts_the_credential(client, award):
    did = issuer_did(settings().public_url)
    verifier = OB3LdpVerifier(pubkey_pem=ensure_key().public.pem(), issuer_did=did)
    found = verifier.verify(credential_of(client, award, proof="eddsa-rdfc-2022"))
    assert found.achievement.name == "Foundation: Flight check"


def test_three_rotations_later_the_pdf_and_the_badge_still_verify(session, client, holder, award):
    run_due_jobs()
    client.sign_in(holder)
    pdf = client.get(f"/certificates/{award.id}.pdf").data
    badge = client.get(f"/v/{award.token}/badge.png").data
    for _ in range(3):
        rotate_key(None)
    session.commit()
    keyring = published_keyring(client)
    assert len(keyring.keys) == 4
    for file in (pdf, badge):
        assert verify_credential(credential_in(file), keyring, now()).finding is Finding.GENUINE


def test_a_retired_key_keeps_no_private_half(session):
    ensure_key()
    rotate_key(None)
    session.flush()
    retired = session.scalars(sa.select(IssuingKey).where(IssuingKey.current.is_(None))).one()
    assert (retired.private, retired.retired_at is not None) == ("", True)


def test_the_status_lists_say_what_was_revoked_and_what_is_suspended(session, client, award, as_coordinator, clock):
    keyring = published_keyring(client)
    credential = credential_of(client, award)

    def bits():
        verdict = verify_credential(credential, keyring, now(), lists(client))
        return verdict.revoked, verdict.suspended

    assert bits() == (False, False)
    suspend_award(as_coordinator, award.id, "Looking into it")
    session.commit()
    assert bits() == (False, True)
    reinstate_award(as_coordinator, award.id, "Nothing in it")
    session.commit()
    clock.advance(minutes=1)
    assert bits() == (False, False)
    revoke_award(as_coordinator, award.id, "Issued to the wrong person")
    session.commit()
    assert bits() == (True, False)


def test_there_is_no_list_beyond_the_last(client):
    assert client.get("/status/revocation/1").status_code == 404
    assert client.get("/status/other/0").status_code == 404


def test_the_issued_pdf_carries_the_signed_credential(session, client, holder, award):
    run_due_jobs()
    client.sign_in(holder)
    pdf = client.get(f"/certificates/{award.id}.pdf").data
    verdict = verify_credential(credential_in(pdf), published_keyring(client), now(), lists(client))
    assert (verdict.finding, verdict.revoked) == (Finding.GENUINE, False)
    assert json.loads(credential_in(pdf))["proof"]["cryptosuite"] == "eddsa-jcs-2022"

"""Checking what somebody brings: a code, or a file, held against our keys and our own record."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from lms.certification.adapters.carriers import NoCredentialError, credential_in
from lms.certification.adapters.verify import Finding, Verdict, verify_credential
from lms.certification.queries.awards import AwardView, award_by_document, award_by_token
from lms.certification.queries.keys import own_keyring
from lms.certification.rules.checking import FileFinding
from lms.certification.service.documents import file_digest
from lms.infra.clock import now

_TOKEN = re.compile(r"/v/([A-Za-z0-9_-]{16,40})/credential$")
_FINDINGS = {
    Finding.ALTERED: FileFinding.ALTERED,
    Finding.UNKNOWN_ISSUER: FileFinding.OTHER_ISSUER,
    Finding.NOT_A_CREDENTIAL: FileFinding.NO_CREDENTIAL,
}


@dataclass(frozen=True, slots=True)
class Checked:
    """What a file is, and the award that it speaks of where that may be believed."""

    finding: FileFinding
    award: AwardView | None = None
    detail: str = ""


def check_file(data: bytes, day: date) -> Checked:
    """Return what a file is. It is looked at in memory and not kept."""
    exact = award_by_document(file_digest(data), day)
    if exact is not None:
        return Checked(FileFinding.EXACT, exact)
    try:
        credential = credential_in(data)
    except NoCredentialError as error:
        return Checked(FileFinding.NO_CREDENTIAL, detail=str(error))
    verdict = verify_credential(credential, own_keyring(), now())
    if verdict.finding is not Finding.GENUINE:
        return Checked(_FINDINGS[verdict.finding], detail=verdict.problem)
    award = _award_of(verdict, day)
    if award is None:
        return Checked(FileFinding.ALTERED)
    return Checked(FileFinding.REWRAPPED if data.startswith(b"%PDF-") else FileFinding.GENUINE, award)


def _award_of(verdict: Verdict, day: date) -> AwardView | None:
    """Return the award that a genuine credential names: its id is signed, so it may be followed."""
    found = _TOKEN.search(str(verdict.credential.get("id", "")))
    return award_by_token(found[1], day) if found else None

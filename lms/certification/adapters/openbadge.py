"""An award as an Open Badges 3.0 credential, which is a W3C Verifiable Credential 2.0.

Source: 1EdTech Open Badges Specification 3.0, sections B.1 (data model) and 8 (proofs).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lms.certification.rules.snapshot import AwardSnapshot, cleaned

CONTEXTS = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
)


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who signs: a DID, a name, and the address of the site."""

    did: str
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Wording:
    """What the credential says in words, in the language of the award."""

    title: str
    description: str
    criteria: str


@dataclass(frozen=True, slots=True)
class Validity:
    """The printed term as moments: up to and not including `until`."""

    since: datetime
    until: datetime | None


def build_credential(
    snapshot: AwardSnapshot,
    issuer: Issuer,
    wording: Wording,
    validity: Validity,
    public_url: str,
    status: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return the credential of an award, not yet signed.

    Args:
        snapshot: the award as issued.
        issuer: the company.
        wording: title, description and criteria.
        validity: the printed term.
        public_url: the award's public page; the credential lies under it.
        status: its entry in a status list, see `statuslist.entry_of`.
    """
    award = cleaned(snapshot)
    credential: dict[str, Any] = {
        "@context": list(CONTEXTS),
        "id": f"{public_url}/credential",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": wording.title,
        "issuer": {"id": issuer.did, "type": ["Profile"], "name": issuer.name, "url": issuer.address},
        "validFrom": moment(validity.since),
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [
                {"type": "IdentityObject", "hashed": False, "identityHash": award.name, "identityType": "name"}
            ],
            "achievement": {
                "id": "/".join(filter(None, (issuer.address, "levels", award.programme, award.level))),
                "type": ["Achievement"],
                "achievementType": "Certification",
                "name": wording.title,
                "description": wording.description,
                "criteria": {"narrative": wording.criteria},
                "inLanguage": award.language,
            },
        },
    }
    if validity.until is not None:
        credential["validUntil"] = moment(validity.until)
    if award.evidence:
        credential["evidence"] = [{"type": ["Evidence"], "name": line} for line in award.evidence_lines]
    if status:
        credential["credentialStatus"] = dict(status)
    return credential


def moment(value: datetime) -> str:
    """Return an aware UTC moment as XML Schema writes it, in whole seconds."""
    return value.strftime("%Y-%m-%dT%H:%M:%SZ")

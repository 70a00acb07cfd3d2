"""Credentials have the members, types and numbers of values that Open Badges 3.0 asks for.

The tables of its data model (section B.1), as the published JSON schema has them, for every member that is issued here:
what is required, what may occur once, what may occur often, and where nothing else is allowed.

The published schema itself comes in no package that installs it. It lies in the source distribution of openbadgeslib,
under tests/fixtures/ob_schemas: with its path in OPEN_BADGES_SCHEMA, and jsonschema installed, a test holds against it.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from pydantic import AnyUrl, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from lms.certification.adapters.proofs import Suite
from tests.unit.certification.test_credentials import signed

Types = Annotated[list[str], Field(min_length=1)]


class Open(BaseModel):
    """Other members are allowed."""

    model_config = ConfigDict(extra="allow", alias_generator=to_camel)


class IdentityObject(BaseModel):
    model_config = ConfigDict(extra="forbid", alias_generator=to_camel)
    type: Literal["IdentityObject"]
    hashed: bool
    identity_hash: str
    identity_type: Literal["name", "emailAddress", "systemId", "identifier"]
    salt: str | None = None


class Criteria(Open):
    id: AnyUrl | None = None
    narrative: str | None = None


class Achievement(Open):
    id: AnyUrl
    type: Types
    achievement_type: Literal["Certification", "Certificate", "Badge", "Competency"]
    criteria: Criteria
    description: str
    name: str
    in_language: Annotated[str, Field(pattern=r"^[a-z]{2,4}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$")] | None = None


class Subject(Open):
    type: Types
    achievement: Achievement
    identifier: list[IdentityObject]


class Profile(Open):
    id: AnyUrl
    type: Types
    name: str
    url: AnyUrl


class Evidence(Open):
    type: Types
    name: str


class Typed(Open):
    id: AnyUrl | None = None
    type: str


class Proof(Open):
    type: Literal["DataIntegrityProof"]
    created: AwareDatetime
    cryptosuite: str
    proof_purpose: Literal["assertionMethod"]
    proof_value: str
    verification_method: AnyUrl


class AchievementCredential(Open):
    context: Annotated[list[str | dict[str, Any]], Field(alias="@context", min_length=2)]
    id: AnyUrl
    type: Types
    name: str
    issuer: Profile
    valid_from: AwareDatetime
    valid_until: AwareDatetime | None = None
    credential_subject: Subject
    # One entry, not a list: what VC 2.0 allows beyond that, Open Badges 3.0 does not.
    credential_status: Typed | None = None
    evidence: list[Evidence] = []
    proof: Proof | list[Proof]


@pytest.mark.parametrize("suite", list(Suite))
def test_what_is_issued_is_an_achievement_credential(suite: Suite) -> None:
    document = json.loads(json.dumps(signed(suite)))
    read = AchievementCredential.model_validate(document)
    assert read.context[0] == "https://www.w3.org/ns/credentials/v2"
    assert str(read.context[1]).startswith("https://purl.imsglobal.org/spec/ob/v3p0/context-3")
    assert {"VerifiableCredential", "OpenBadgeCredential"} <= set(read.type)
    assert read.credential_status is not None
    assert read.evidence


@pytest.mark.parametrize("member", ["id", "name", "issuer", "validFrom", "credentialSubject", "proof"])
def test_the_model_misses_what_is_missing(member: str) -> None:
    document = {name: value for name, value in signed().items() if name != member}
    with pytest.raises(ValidationError):
        AchievementCredential.model_validate(document)


def test_the_model_refuses_two_status_entries() -> None:
    entry = signed()["credentialStatus"]
    with pytest.raises(ValidationError):
        AchievementCredential.model_validate({**signed(), "credentialStatus": [entry, entry]})


@pytest.mark.skipif("OPEN_BADGES_SCHEMA" not in os.environ, reason="OPEN_BADGES_SCHEMA names no published schema")
@pytest.mark.parametrize("suite", list(Suite))
def test_the_published_schema_accepts_what_is_issued_and_not_what_lacks_a_member(suite: Suite) -> None:
    schema = json.loads(Path(os.environ["OPEN_BADGES_SCHEMA"]).read_text(encoding="utf-8"))
    kind = pytest.importorskip("jsonschema").validators.validator_for(schema)
    validator = kind(schema, format_checker=kind.FORMAT_CHECKER)
    document = json.loads(json.dumps(signed(suite)))
    assert [error.message for error in validator.iter_errors(document)] == []
    for member in ("@context", "type", "id", "issuer", "validFrom", "credentialSubject"):
        assert not validator.is_valid({name: value for name, value in document.items() if name != member})

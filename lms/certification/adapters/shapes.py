"""The exact shape of the credentials that are issued here, as they are read back."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

from lms.certification.adapters.openbadge import CONTEXTS


def _written_moment(value: object) -> object:
    """Let a moment through that is written as we write it; pydantic would read numbers and other forms as well."""
    if not isinstance(value, str) or not value.endswith("Z"):
        message = "not a UTC moment"
        raise ValueError(message)
    return value


Moment = Annotated[AwareDatetime, BeforeValidator(_written_moment)]


class Shape(BaseModel):
    """Exactly these members and no others."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, alias_generator=to_camel)


class Issuer(Shape):
    """The company as it signs."""

    id: str
    type: list[Literal["Profile"]] = Field(min_length=1, max_length=1)
    name: str
    url: str


class Identity(Shape):
    """The holder, by name."""

    type: Literal["IdentityObject"]
    hashed: Literal[False]
    identity_hash: str
    identity_type: Literal["name"]


class Criteria(Shape):
    """What was asked for."""

    narrative: str


class Achievement(Shape):
    """What was achieved."""

    id: str
    type: list[Literal["Achievement"]] = Field(min_length=1, max_length=1)
    achievement_type: str
    name: str
    description: str
    criteria: Criteria
    in_language: str


class Subject(Shape):
    """Who achieved what."""

    type: list[Literal["AchievementSubject"]] = Field(min_length=1, max_length=1)
    identifier: list[Identity] = Field(min_length=1, max_length=1)
    achievement: Achievement


class Evidence(Shape):
    """One thing that was assessed."""

    type: list[Literal["Evidence"]] = Field(min_length=1, max_length=1)
    name: str


class StatusEntry(Shape):
    """Where the status of a credential is published."""

    id: str
    type: Literal["BitstringStatusListEntry"]
    status_purpose: str
    status_list_index: str
    status_list_credential: str


class Credential(Shape):
    """A credential as it is issued here, with one proof."""

    context: list[str] = Field(alias="@context")
    id: str
    type: list[str]
    name: str
    issuer: Issuer
    valid_from: Moment = Field(strict=False)
    valid_until: Moment | None = Field(default=None, strict=False)
    credential_subject: Subject
    evidence: list[Evidence] = []
    credential_status: StatusEntry | None = None
    proof: dict[str, Any]

    def model_post_init(self, _context: object) -> None:
        """Hold the contexts and types to those that are issued here."""
        if tuple(self.context) != CONTEXTS or self.type != ["VerifiableCredential", "OpenBadgeCredential"]:
            message = "not an Open Badges 3.0 credential as issued here"
            raise ValueError(message)


class StatusList(BaseModel):
    """What is read of a list before its proof is checked."""

    model_config = ConfigDict(alias_generator=to_camel)

    id: str
    issuer: str
    valid_from: Moment
    valid_until: Moment

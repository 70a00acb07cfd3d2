"""What machines send and receive. The published description is made from these shapes."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from lms.certification.rules.authority import Answer, Deed, Reason
from lms.certification.rules.checking import FileFinding
from lms.certification.rules.validity import Standing


class Asked(BaseModel):
    """A question: may this person do this now?"""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    person: Annotated[str, Field(min_length=1, max_length=40, description="Employee number.")]
    may: Annotated[Deed, Field(description="What the person wants to do.")]
    programme: Annotated[str, Field(max_length=80, description="Programme or function; empty means any.")] = ""
    gate: Annotated[str, Field(max_length=60, description="The gated action, for `approve`.")] = ""
    about: Annotated[str, Field(max_length=40, description="Employee number of whose work it is about.")] = ""


class Basis(BaseModel):
    """The award that an answer stands on; `until` is its last day with authority, null while a clock stands still."""

    serial: str
    programme: str
    level: str
    until: date | None


class Answered(BaseModel):
    """The answer, and the same signed: `token` is a JSON Web Signature of the other members."""

    model_config = ConfigDict(extra="forbid")

    iss: Annotated[str, Field(description="The did:web name of the issuer.")]
    aud: Annotated[str, Field(description="The client that asked.")]
    sub: Annotated[str, Field(description="The employee number that was asked about.")]
    iat: Annotated[int, Field(description="When it was answered, in seconds since 1970.")]
    exp: Annotated[int, Field(description="When the answer ends: five minutes later at most.")]
    may: Deed
    programme: str
    gate: str
    answer: Answer
    reason: Reason
    basis: Basis | None = None
    token: str


class CodeAsked(BaseModel):
    """The code printed on a certificate, with or without its dashes."""

    code: str


class Checked(BaseModel):
    """What a file or code is, without scores or numbers; of what is not ours only the first two members."""

    model_config = ConfigDict(extra="forbid")

    finding: FileFinding | Annotated[str, Field(pattern="^(code|not-found)$")]
    valid_now: bool
    standing: Standing | None = None
    grants_authority: bool | None = None
    holder_left: bool | None = None
    name: str | None = None
    subject: str | None = None
    level: str | None = None
    organisation: str | None = None
    issued_on: date | None = None
    printed_until: date | None = None
    stands_until: date | None = None
    address: str | None = None
    replaced_by: str | None = None
    as_of: str | None = None


class Status(BaseModel):
    """How a shared award stands: the public page, for machines."""

    model_config = ConfigDict(extra="forbid")

    valid_now: bool
    standing: Standing
    grants_authority: bool
    holder_left: bool
    name: str
    subject: str
    level: str
    organisation: str
    issued_on: date
    printed_until: date
    stands_until: date | None
    address: str
    replaced_by: str | None
    as_of: str

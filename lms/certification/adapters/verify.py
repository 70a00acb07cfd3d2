"""Checking a credential with nothing but itself, the issuer's public keys and, if at hand, a status list.

Nothing is fetched. A credential is held to the exact shape that is issued here before anything in it is believed: a
proof over RDF statements says nothing about a JSON member that makes no statement.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NoReturn

from pydantic import ValidationError

from lms.certification.adapters.keys import PublicKey
from lms.certification.adapters.proofs import ProofError, check_proof, proof_of
from lms.certification.adapters.shapes import Credential, StatusList
from lms.certification.adapters.statuslist import is_set, suspension_beside

_MOST_BYTES = 256 * 1024


class Finding(StrEnum):
    """What a check found."""

    GENUINE = "genuine"
    NOT_A_CREDENTIAL = "not-a-credential"
    UNKNOWN_ISSUER = "unknown-issuer"
    ALTERED = "altered"


class Window(StrEnum):
    """Where a moment lies against the printed term."""

    NOT_YET = "not-yet"
    WITHIN = "within"
    PAST = "past"


@dataclass(frozen=True, slots=True)
class Keyring:
    """An issuer that is trusted, and its keys by verification method: current and retired."""

    issuer: str
    keys: Mapping[str, PublicKey]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of a check.

    Everything after `finding` is only there for a genuine credential. `status_as_of` is the moment a status list
    speaks of; without it nothing is known about revocation and `revoked` and `suspended` are None.
    """

    finding: Finding
    problem: str = ""
    holder: str = ""
    title: str = ""
    issuer: str = ""
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    window: Window | None = None
    revoked: bool | None = None
    suspended: bool | None = None
    status_as_of: datetime | None = None
    credential: Mapping[str, Any] = field(default_factory=dict, repr=False)


def verify_credential(
    data: bytes, keyring: Keyring, now: datetime, status_lists: Iterable[Mapping[str, Any]] = ()
) -> Verdict:
    """Return what `data` is, as of `now`.

    Args:
        data: the credential as JSON.
        keyring: the issuer that is trusted and its keys.
        now: an aware moment.
        status_lists: lists of that issuer; one that is stale, altered or of another issuer is ignored.
    """
    try:
        document = read_json(data)
        credential = Credential.model_validate(document)
    except ValueError as error:
        return Verdict(Finding.NOT_A_CREDENTIAL, _first_problem(error))
    if credential.issuer.id != keyring.issuer:
        return Verdict(Finding.UNKNOWN_ISSUER, credential.issuer.id)
    if problem := _proof_problem(document, keyring):
        return Verdict(Finding.ALTERED, problem)
    revoked, suspended, as_of = _status(credential, keyring, now, status_lists)
    return Verdict(
        Finding.GENUINE,
        holder=credential.credential_subject.identifier[0].identity_hash,
        title=credential.name,
        issuer=credential.issuer.name,
        valid_from=credential.valid_from,
        valid_until=credential.valid_until,
        window=_window(credential, now),
        revoked=revoked,
        suspended=suspended,
        status_as_of=as_of,
        credential=document,
    )


def read_json(data: bytes) -> dict[str, Any]:
    """Return the object in `data`; a name that occurs twice is refused, because readers differ on which one counts.

    Raises:
        ValueError: it is no such JSON, or too large.
    """
    if len(data) > _MOST_BYTES:
        message = "larger than any credential"
        raise ValueError(message)
    try:
        document = json.loads(data.decode(), object_pairs_hook=_once, parse_constant=_no_constant)
    except RecursionError as error:
        message = "nested too deeply"
        raise ValueError(message) from error
    if not isinstance(document, dict):
        message = "not a JSON object"
        raise ValueError(message)  # noqa: TRY004 - what was read, not what was passed
    return document


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        message = "a name occurs twice"
        raise ValueError(message)
    return found


def _no_constant(name: str) -> NoReturn:
    message = f"{name} is no JSON number"
    raise ValueError(message)


def _first_problem(error: ValueError) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False)[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return str(error)


def _proof_problem(document: Mapping[str, Any], keyring: Keyring) -> str:
    try:
        key = keyring.keys.get(proof_of(document)["verificationMethod"])
        if key is None:
            return "the key is not one of the issuer's"
        check_proof(document, key)
    except ProofError as error:
        return str(error)
    return ""


def _window(credential: Credential, now: datetime) -> Window:
    if now < credential.valid_from:
        return Window.NOT_YET
    return Window.PAST if credential.valid_until is not None and now >= credential.valid_until else Window.WITHIN


def _status(
    credential: Credential, keyring: Keyring, now: datetime, status_lists: Iterable[Mapping[str, Any]]
) -> tuple[bool | None, bool | None, datetime | None]:
    """Return whether it is revoked, whether it is suspended, and the moment of the older list.

    Where the suspension list is not at hand, whatever does not count is taken for revoked.
    """
    if credential.credential_status is None:
        return None, None, None
    lists = {each.get("id"): each for each in status_lists if _is_current_list(each, keyring, now)}
    own = credential.credential_status.model_dump(by_alias=True)
    closed, as_of = _bit(own, lists)
    suspended, suspended_as_of = _bit(suspension_beside(own), lists)
    if closed is None:
        return None, None, None
    moments = [moment for moment in (as_of, suspended_as_of) if moment is not None]
    return closed and not suspended, suspended, min(moments)


def _bit(entry: Mapping[str, str], lists: Mapping[Any, Mapping[str, Any]]) -> tuple[bool | None, datetime | None]:
    found = lists.get(entry["statusListCredential"])
    if found is None:
        return None, None
    try:
        return is_set(found, entry), StatusList.model_validate(found).valid_from
    except ValueError:
        return None, None


def _is_current_list(status_list: Mapping[str, Any], keyring: Keyring, now: datetime) -> bool:
    try:
        read = StatusList.model_validate(status_list)
    except ValidationError:
        return False
    current = read.valid_from <= now < read.valid_until
    return current and read.issuer == keyring.issuer and not _proof_problem(status_list, keyring)

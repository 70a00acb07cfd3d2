"""Sittings, logs and signed sheets."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from lms.accounts.models.people import Profile
from lms.accounts.queries.scope import people_in_scope
from lms.accounts.rules.actor import Actor
from lms.accounts.rules.permissions import Permission
from lms.infra.db import db
from lms.learning.models import Evidence
from lms.shared.errors import NotFound
from lms.workshops.models.observations import LogEntry, Observation, ObservedPerson, SignedSheet
from lms.workshops.rules.log import LogForm
from lms.workshops.rules.observation import Observed, from_json


@dataclass(frozen=True, slots=True)
class SignedVersion:
    """A sheet as it was signed, with the reason where it amends the one before."""

    id: uuid.UUID
    version: int
    observed: Observed
    enough: bool
    signed_by: uuid.UUID
    signer: str
    signed_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class ObservedLine:
    """A person in a sitting: their draft, and every version that was signed, the latest first."""

    person_id: uuid.UUID
    name: str
    cycle_id: uuid.UUID
    draft: Observed
    versions: tuple[SignedVersion, ...]
    log_entries: int

    @property
    def signed(self) -> SignedVersion | None:
        """Return the version that stands, or None."""
        return self.versions[0] if self.versions else None


@dataclass(frozen=True, slots=True)
class Sitting:
    """A sitting with its people."""

    id: uuid.UUID
    step: str
    release: str
    observer_id: uuid.UUID
    started_at: datetime
    saved_at: datetime
    draft_sequence: int
    signed_at: datetime | None
    people: tuple[ObservedLine, ...]


@dataclass(frozen=True, slots=True)
class SittingLine:
    """A sitting as lists show it."""

    id: uuid.UUID
    step: str
    started_at: datetime
    signed_at: datetime | None
    names: str


def sitting_of(observer_id: uuid.UUID, observation_id: uuid.UUID, log: LogForm | None = None) -> Sitting:
    """Return one of an observer's own sittings; `log` lets entries be counted.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    row = db.session.get(Observation, observation_id)
    if row is None or row.observer_id != observer_id:
        raise NotFound
    return Sitting(
        row.id,
        row.step,
        row.release,
        row.observer_id,
        row.started_at,
        row.saved_at,
        row.draft_sequence,
        row.signed_at,
        _people(row, log),
    )


def sittings_of(observer_id: uuid.UUID) -> tuple[SittingLine, ...]:
    """Return an observer's sittings: drafts first, then the latest signed. Two statements."""
    rows = db.session.execute(
        sa.select(Observation.id, Observation.step, Observation.started_at, Observation.signed_at)
        .where(Observation.observer_id == observer_id)
        .order_by(Observation.signed_at.is_not(None), Observation.started_at.desc())
        .limit(200)
    ).all()
    names: dict[uuid.UUID, list[str]] = {}
    people = db.session.execute(
        sa.select(ObservedPerson.observation_id, Profile.name)
        .join(Profile, Profile.person_id == ObservedPerson.person_id)
        .where(ObservedPerson.observation_id.in_([row.id for row in rows]))
        .order_by(Profile.name)
    )
    for observation_id, name in people:
        names.setdefault(observation_id, []).append(name)
    return tuple(
        SittingLine(row.id, row.step, row.started_at, row.signed_at, ", ".join(names.get(row.id, ()))) for row in rows
    )


def observable_people(actor: Actor, day: date) -> tuple[tuple[uuid.UUID, str], ...]:
    """Return (id, name) of the people an actor may observe, by name; never themselves."""
    scope = people_in_scope(actor, Permission.OBSERVE, day)
    rows = db.session.execute(
        sa.select(Profile.person_id, Profile.name)
        .where(Profile.person_id.in_(scope), Profile.person_id != actor.id)
        .order_by(Profile.name, Profile.person_id)
    )
    return tuple((person_id, name) for person_id, name in rows)


def log_entries(cycle_id: uuid.UUID, step: str) -> dict[int, Mapping[str, str]]:
    """Return the entries of a person's log by number."""
    rows = db.session.execute(
        sa.select(LogEntry.number, LogEntry.answers).where(LogEntry.cycle_id == cycle_id, LogEntry.step == step)
    )
    return {number: answers for number, answers in rows}  # noqa: C416 - rows are not tuples to a type checker


def signed_sheets(cycle_id: uuid.UUID, step: str) -> tuple[SignedVersion, ...]:
    """Return every signed version about one person's step, the latest first."""
    rows = db.session.execute(
        _signed()
        .join(Observation, Observation.id == SignedSheet.observation_id)
        .where(SignedSheet.cycle_id == cycle_id, Observation.step == step)
        .order_by(SignedSheet.signed_at.desc(), SignedSheet.version.desc())
    )
    return tuple(_version(row) for row in rows)


def sign_off_reference(observation_id: uuid.UUID, person_id: uuid.UUID) -> str:
    """Return how evidence names the sheet it stands on."""
    return f"{observation_id.hex}/{person_id.hex}"


@dataclass(frozen=True, slots=True)
class SheetEvidence:
    """Evidence that stands on a sheet: what it says, and the levels of its rubric's rows."""

    id: uuid.UUID
    result: str
    levels: Mapping[str, int]


def latest_evidence(reference: str) -> SheetEvidence | None:
    """Return the last evidence that stands on a sheet, or None."""
    row = db.session.execute(
        sa.select(Evidence.id, Evidence.result, Evidence.details)
        .where(Evidence.reference == reference)
        .order_by(Evidence.recorded_at.desc(), Evidence.id.desc())
        .limit(1)
    ).first()
    return None if row is None else SheetEvidence(row.id, row.result, row.details.get("levels", {}))


def _people(observation: Observation, log: LogForm | None) -> tuple[ObservedLine, ...]:
    rows = db.session.execute(
        sa.select(ObservedPerson.person_id, Profile.name, ObservedPerson.cycle_id, ObservedPerson.draft)
        .join(Profile, Profile.person_id == ObservedPerson.person_id)
        .where(ObservedPerson.observation_id == observation.id)
        .order_by(Profile.name, ObservedPerson.person_id)
    ).all()
    versions: dict[uuid.UUID, list[SignedVersion]] = {}
    signed = db.session.execute(
        _signed().where(SignedSheet.observation_id == observation.id).order_by(SignedSheet.version.desc())
    )
    for row in signed:
        versions.setdefault(row.person_id, []).append(_version(row))
    return tuple(
        ObservedLine(
            person_id,
            name,
            cycle_id,
            from_json(draft),
            tuple(versions.get(person_id, ())),
            log.count(list(log_entries(cycle_id, observation.step).values())) if log else 0,
        )
        for person_id, name, cycle_id, draft in rows
    )


def _signed() -> sa.Select[*tuple[Any, ...]]:
    return sa.select(
        SignedSheet.id,
        SignedSheet.person_id,
        SignedSheet.version,
        SignedSheet.sheet,
        SignedSheet.enough,
        SignedSheet.signed_by,
        sa.func.coalesce(Profile.name, "").label("signer"),
        SignedSheet.signed_at,
        SignedSheet.reason,
    ).outerjoin(Profile, Profile.person_id == SignedSheet.signed_by)


def _version(row: Any) -> SignedVersion:  # noqa: ANN401 - a row with labelled columns
    return SignedVersion(
        row.id,
        row.version,
        from_json(row.sheet),
        row.enough,
        row.signed_by,
        row.signer,
        row.signed_at,
        row.reason,
    )

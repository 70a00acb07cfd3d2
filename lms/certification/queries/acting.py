"""Who acts as champion or approver, and until when their course is to be done."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from lms.accounts.models.people import Profile, RoleGrant
from lms.accounts.queries.periods import staying, valid_on
from lms.accounts.rules.actor import Role
from lms.catalog.queries import current_catalogue
from lms.catalog.rules.durations import parse_duration
from lms.certification.queries.awards import awards_in_force
from lms.certification.rules.authority import gate_of, role_of
from lms.cohorts.models import ChampionAppointment
from lms.cohorts.queries.due import absences_of
from lms.cohorts.rules.champions import AppointmentStatus, acting_until
from lms.cohorts.rules.periods import Period
from lms.infra.db import db


@dataclass(frozen=True, slots=True)
class Acting:
    """A person who acts in a role since a day; `at` are the cohorts or gates, `programme` has the course ("" for none).

    `ends_on` is the last day on which the course is in time, None while an absence without an end holds the clock.
    """

    person_id: uuid.UUID
    name: str
    role: Role
    at: tuple[str, ...]
    programme: str
    since: date
    ends_on: date | None


def acting_people(day: date) -> tuple[Acting, ...]:
    """Return everybody at work who acts on `day`: champions not confirmed, approvers without the award of a gate."""
    found = [(Role.CHAMPION, row) for row in _champions(day)] + [(Role.APPROVER, row) for row in _approvers(day)]
    absences = absences_of({row.person_id for _role, row in found})
    grouped: dict[tuple[Role, uuid.UUID], list[sa.Row[Any]]] = {}
    for role, row in found:
        grouped.setdefault((role, row.person_id), []).append(row)
    return tuple(_acting(role, rows, absences) for (role, _person), rows in grouped.items())


def _acting(role: Role, rows: Iterable[sa.Row[Any]], absences: Mapping[uuid.UUID, Iterable[Period]]) -> Acting:
    # Whoever was appointed twice has one course; it runs from the first of the appointments that still ask for it.
    ordered = sorted(rows, key=lambda row: (row.valid_from, row.at))
    first = ordered[0]
    programme, term = _course(role)
    ends_on = acting_until(first.valid_from, absences.get(first.person_id, ()), **term)
    at = tuple(dict.fromkeys(row.at for row in ordered))
    return Acting(first.person_id, first.name, role, at, programme, first.valid_from, ends_on)


def _course(role: Role) -> tuple[str, dict[str, int]]:
    """Return the programme of a role and how long its course may take; neither where there is none."""
    for programme in current_catalogue().programmes:
        if programme.initial.due and any(role_of(level.id) is role for level in programme.appointed):
            after = parse_duration(programme.initial.due.after)
            return programme.id, {"months": after.months, "days": after.span.days}
    return "", {}


def _champions(day: date) -> list[sa.Row[Any]]:
    query = sa.select(
        ChampionAppointment.person_id,
        Profile.name,
        ChampionAppointment.cohort_id.label("at"),
        ChampionAppointment.valid_from,
    ).join(Profile, Profile.person_id == ChampionAppointment.person_id)
    acting = ChampionAppointment.status == AppointmentStatus.ACTING
    return list(db.session.execute(query.where(acting, valid_on(ChampionAppointment, day), staying(day))))


def _approvers(day: date) -> list[sa.Row[Any]]:
    rows = db.session.execute(
        sa.select(RoleGrant.person_id, Profile.name, RoleGrant.scope.label("at"), RoleGrant.valid_from)
        .join(Profile, Profile.person_id == RoleGrant.person_id)
        .where(RoleGrant.role == Role.APPROVER, RoleGrant.scope != "", valid_on(RoleGrant, day), staying(day))
    )
    found: list[sa.Row[Any]] = [*rows]
    held = awards_in_force({row.person_id for row in found}, day)
    # A level for no gate in particular certifies for all of them.
    gates = {person: {gate_of(award.level) for award in awards} for person, awards in held.items()}
    return [row for row in found if not {"", row.at} & gates.get(row.person_id, set())]

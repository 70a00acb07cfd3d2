"""Champions and approvers on a day: who is there, where they work, and what shows that they may."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from lms.accounts.models.people import Absence, Placement, Profile, RoleGrant
from lms.accounts.queries.periods import staying, valid_on
from lms.accounts.queries.scope import PersonIds
from lms.accounts.rules.actor import Role
from lms.catalog.queries import current_company
from lms.certification.queries.awards import awards_in_force
from lms.cohorts.models import ChampionAppointment, Cohort
from lms.infra.db import db
from lms.readiness.queries.people import away_on
from lms.readiness.rules.coverage import Leader

APPROVALS, APPROVER = "approvals.", "approver."


@dataclass(frozen=True, slots=True)
class Leaders:
    """Champions, approvers, and what they are called, by key."""

    champions: tuple[Leader, ...]
    approvers: tuple[Leader, ...]
    names: Mapping[str, str]


def leaders_of(wave_id: str, day: date) -> Leaders:
    """Return who leads the wave's cohorts on `day`, and who approves gated actions; a deputy for whoever is absent."""
    appointments = db.session.execute(
        sa.select(ChampionAppointment.person_id, ChampionAppointment.deputy_id, Cohort.function)
        .join(Cohort, Cohort.id == ChampionAppointment.cohort_id)
        .where(Cohort.wave_id == wave_id, valid_on(ChampionAppointment, day))
    ).all()
    grants = db.session.execute(
        sa.select(RoleGrant.person_id, RoleGrant.deputy_id, RoleGrant.scope).where(
            RoleGrant.role == Role.APPROVER, valid_on(RoleGrant, day)
        )
    ).all()
    known = {person for row in (*appointments, *grants) for person in (row.person_id, row.deputy_id)}
    there = _at_work(known - {None}, day)
    certified = awards_in_force(there, day)
    leading = {
        (leader, row.function)
        for row in appointments
        if (leader := next((person for person in (row.person_id, row.deputy_id) if person in there), None))
    }
    approving = {
        (approver, row.scope)
        for row in grants
        if (approver := next((person for person in (row.person_id, row.deputy_id) if person in there), None))
    }
    return Leaders(
        champions=tuple(
            Leader(str(person), place.site, place.shift, function)
            for person, function in sorted(leading, key=str)
            for place in there[person]
        ),
        approvers=tuple(
            Leader(str(approver), place.site, place.shift, gate=gate, trained=approver in certified)
            for approver, gate in sorted(approving, key=str)
            for place in there[approver]
        ),
        names={str(person): places[0].name for person, places in there.items()},
    )


def gates_of_functions() -> Mapping[str, tuple[str, ...]]:
    """Return the gated actions of each function, as the company's facts say: ``approvals.<function>`` names them."""
    company = current_company()
    return {
        function.id: tuple(_words(company.facts[name].words("en")))
        for function in company.functions
        if (name := f"{APPROVALS}{function.id.replace('-', '_')}") in company.facts
    }


def gate_titles(language: str) -> Mapping[str, str]:
    """Return what the approver of each gated action is called: the company's facts ``approver.<gate>``."""
    facts = current_company().facts
    return {name.removeprefix(APPROVER): facts[name].words(language) for name in facts if name.startswith(APPROVER)}


def _words(text: str) -> Iterable[str]:
    return filter(None, (word.strip() for word in text.split(",")))


def _at_work(people: set[uuid.UUID], day: date) -> dict[uuid.UUID, list[Any]]:
    """Return the placements on `day`, each with the name, of those of `people` who are employed and not away."""
    absent: PersonIds = sa.select(Absence.person_id).where(away_on(day))
    rows = db.session.execute(
        sa.select(Placement.person_id, Profile.name, Placement.site, Placement.shift)
        .join(Profile, Profile.person_id == Placement.person_id)
        .where(
            Placement.person_id.in_(people),
            valid_on(Placement, day),
            staying(day),
            Placement.person_id.not_in(absent),
        )
        .order_by(Placement.primary.desc(), Placement.id)
    )
    found: dict[uuid.UUID, list[Any]] = {}
    for row in rows:
        found.setdefault(row.person_id, []).append(row)
    return found

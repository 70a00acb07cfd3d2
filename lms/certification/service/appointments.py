"""Champions and approvers: the course that an appointment asks for, and the end of acting once it is done."""

from __future__ import annotations

import uuid
from datetime import date

import sqlalchemy as sa

from lms.accounts.models.people import Profile, RoleGrant
from lms.accounts.queries.periods import staying, valid_on
from lms.accounts.rules.actor import Role
from lms.catalog.queries import current_catalogue
from lms.catalog.rules.durations import parse_duration
from lms.catalog.rules.programmes import Programme
from lms.certification.queries.awards import awards_in_force
from lms.certification.rules.authority import role_of
from lms.cohorts.models import ChampionAppointment
from lms.cohorts.rules.champions import AppointmentStatus
from lms.cohorts.service.champions import confirm_champion
from lms.infra.db import db
from lms.learning.models import Cycle
from lms.learning.queries.catalogue import releases_of
from lms.learning.rules.cycles import APPOINTED
from lms.learning.service.assign import Assignment, assign_programme
from lms.shared.days import add_months


def open_appointed_courses(today: date) -> int:
    """Assign its course to everybody who holds an appointed role and was not assigned it yet; return how many."""
    return sum(
        _assign(programme, person, since)
        for programme in current_catalogue().programmes
        if releases_of(programme, APPOINTED)
        for role in _roles(programme)
        for person, since in _without_course(programme, role, today)
    )


def confirm_if_certified(person_id: uuid.UUID, today: date) -> None:
    """End the acting of a champion who holds the champion award."""
    held = awards_in_force([person_id], today).get(person_id, ())
    if not any(award.level == Role.CHAMPION.value for award in held):
        return
    acting = sa.select(ChampionAppointment.id).where(
        ChampionAppointment.person_id == person_id,
        ChampionAppointment.status == AppointmentStatus.ACTING,
        valid_on(ChampionAppointment, today),
    )
    for appointment in db.session.scalars(acting).all():
        confirm_champion(None, appointment, today)


def _roles(programme: Programme) -> list[Role]:
    return sorted({role for level in programme.appointed if (role := role_of(level.id))})


def _without_course(programme: Programme, role: Role, today: date) -> list[tuple[uuid.UUID, date]]:
    studied = sa.select(Cycle.person_id).where(Cycle.programme == programme.id)
    rows = db.session.execute(
        sa.select(RoleGrant.person_id, sa.func.min(RoleGrant.valid_from))
        .join(Profile, Profile.person_id == RoleGrant.person_id)
        .where(
            RoleGrant.role == role,
            valid_on(RoleGrant, today),
            staying(today),
            RoleGrant.person_id.not_in(studied),
        )
        .group_by(RoleGrant.person_id)
    )
    return [(person, since) for person, since in rows]


def _assign(programme: Programme, person_id: uuid.UUID, since: date) -> bool:
    due = programme.initial.due
    after = parse_duration(due.after) if due else None
    due_on = add_months(since, after.months) + after.span if after else None
    reason = {"reason": "appointment", "starts_on": since.isoformat()}
    assign_programme(
        Assignment(person_id, programme.id, APPOINTED, starts_on=since, due_on=due_on, due_reason=reason), None
    )
    return True

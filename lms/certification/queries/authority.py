"""What one person may do today, from awards, appointments and roles."""

from __future__ import annotations

import uuid
from datetime import date

import sqlalchemy as sa

from lms.accounts.models.people import Absence, Profile, RoleGrant
from lms.accounts.queries.people import person_by_number
from lms.accounts.queries.periods import valid_on
from lms.accounts.queries.scope import PersonIds
from lms.accounts.rules.actor import Role
from lms.catalog.queries import current_company
from lms.certification.queries.awards import AwardView, awards_in_force
from lms.certification.rules.authority import Held, Powers
from lms.certification.rules.validity import Standing
from lms.cohorts.models import ChampionAppointment
from lms.cohorts.rules.champions import AppointmentStatus
from lms.infra.db import db


def powers_of(employee_number: str, day: date) -> Powers:
    """Return what the person with this number may do; nothing for a leaver and for somebody unknown."""
    person = person_by_number(employee_number)
    if person is None or _has_left(person, day):
        return Powers()
    held = tuple(map(_held, awards_in_force([person], day).get(person, ())))
    statuses = set(
        db.session.scalars(
            sa.select(ChampionAppointment.status).where(
                ChampionAppointment.person_id == person, valid_on(ChampionAppointment, day)
            )
        )
    )
    return Powers(
        held=held,
        is_champion=bool(statuses),
        is_acting=statuses == {AppointmentStatus.ACTING},
        gates=_gates(RoleGrant.person_id == person, day),
        deputised=_gates(sa.and_(RoleGrant.deputy_id == person, RoleGrant.person_id.in_(_away(day))), day),
    )


def zone_of(employee_number: str) -> str:
    """Return the zone whose days count for a person; UTC for somebody unknown."""
    return db.session.scalar(sa.select(Profile.zone).where(Profile.employee_number == employee_number)) or "UTC"


def programme_named(name: str) -> str:
    """Return the programme with this id, or the one that the company's function of this id follows."""
    return next((each.programme for each in current_company().functions if each.id == name), name)


def _has_left(person: uuid.UUID, day: date) -> bool:
    left_on = db.session.scalar(sa.select(Profile.left_on).where(Profile.person_id == person))
    # Authority ends on the day of leaving, not after it.
    return left_on is not None and left_on <= day


def _gates(whose: sa.ColumnElement[bool], day: date) -> frozenset[str]:
    rows = db.session.scalars(
        sa.select(RoleGrant.scope).where(whose, RoleGrant.role == Role.APPROVER, valid_on(RoleGrant, day))
    )
    return frozenset(filter(None, rows))


def _away(day: date) -> PersonIds:
    """Select whoever is absent on `day`, or has left."""
    absent = sa.select(Absence.person_id).where(
        Absence.starts_on <= day, sa.or_(Absence.ends_on.is_(None), Absence.ends_on > day)
    )
    return sa.select(Profile.person_id).where(sa.or_(Profile.left_on <= day, Profile.person_id.in_(absent)))


def _held(award: AwardView) -> Held:
    dates = award.timeline
    until = dates.grace_until if award.standing is Standing.GRACE else dates.expires_on
    return Held(award.programme, award.level, award.standing is Standing.GRACE, until, award.serial)

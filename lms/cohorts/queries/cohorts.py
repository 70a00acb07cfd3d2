"""Cohorts, who is in them, and who champions them."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.accounts.models.people import Placement, Profile
from lms.accounts.queries.periods import not_over, staying, valid_on
from lms.cohorts.models import ChampionAppointment, Cohort, CohortMember, CohortRule, RosterEntry, Wave
from lms.cohorts.rules.champions import AppointmentStatus, ChampionCover, EndReason
from lms.cohorts.rules.placing import PlacingRule
from lms.infra.db import db
from lms.shared.errors import NotFound


@dataclass(frozen=True, slots=True)
class CohortLine:
    """A cohort as lists show it, counted on one day."""

    id: str
    title: str
    wave_id: str
    wave_title: str
    function: str
    site: str
    programme: str
    seats: int
    cover: ChampionCover

    @property
    def places_left(self) -> int:
        """Return the free places; negative where there are more members than places."""
        return self.seats - self.cover.members


@dataclass(frozen=True, slots=True)
class MemberLine:
    """A member on one day."""

    person_id: uuid.UUID
    name: str
    employee_number: str
    shift: str
    programme: str
    by_rule: bool
    valid_from: date
    valid_to: date | None
    rostered: bool


@dataclass(frozen=True, slots=True)
class AppointmentLine:
    """An appointment, running or ended."""

    id: uuid.UUID
    cohort_id: str
    person_id: uuid.UUID
    name: str
    deputy_id: uuid.UUID | None
    deputy_name: str | None
    status: AppointmentStatus
    valid_from: date
    valid_to: date | None
    end_reason: EndReason | None
    handover_note: str


def cohort_by_id(cohort_id: str) -> Cohort:
    """Return a cohort.

    Raises:
        NotFound: there is none.
    """
    cohort = db.session.get(Cohort, cohort_id)
    if cohort is None:
        raise NotFound
    return cohort


def cohort_lines(day: date, cohort_ids: Collection[str] | None = None) -> tuple[CohortLine, ...]:
    """Return cohorts in order of go-live and title, with members and champions counted on `day`. One statement."""
    members = (
        sa.select(CohortMember.cohort_id, sa.func.count(CohortMember.person_id.distinct()).label("n"))
        .where(valid_on(CohortMember, day))
        .group_by(CohortMember.cohort_id)
        .subquery()
    )
    champions = (
        sa.select(ChampionAppointment.cohort_id, sa.func.count(ChampionAppointment.person_id.distinct()).label("n"))
        .where(valid_on(ChampionAppointment, day))
        .group_by(ChampionAppointment.cohort_id)
        .subquery()
    )
    query = (
        sa.select(
            Cohort.id,
            Cohort.title,
            Cohort.wave_id,
            Wave.title.label("wave_title"),
            Cohort.function,
            Cohort.site,
            Cohort.programme,
            Cohort.seats,
            sa.func.coalesce(members.c.n, 0).label("members"),
            sa.func.coalesce(champions.c.n, 0).label("champions"),
        )
        .join(Wave, Wave.id == Cohort.wave_id)
        .outerjoin(members, members.c.cohort_id == Cohort.id)
        .outerjoin(champions, champions.c.cohort_id == Cohort.id)
        .order_by(Wave.go_live, Cohort.title, Cohort.id)
    )
    if cohort_ids is not None:
        query = query.where(Cohort.id.in_(cohort_ids))
    return tuple(_line(row) for row in db.session.execute(query))


def _line(row: Any) -> CohortLine:  # noqa: ANN401 - a row with labelled columns
    return CohortLine(
        id=row.id,
        title=row.title,
        wave_id=row.wave_id,
        wave_title=row.wave_title,
        function=row.function,
        site=row.site,
        programme=row.programme,
        seats=row.seats,
        cover=ChampionCover(row.members, row.champions),
    )


def cohort_line(cohort_id: str, day: date) -> CohortLine:
    """Return one cohort as lists show it.

    Raises:
        NotFound: there is none.
    """
    found = cohort_lines(day, [cohort_id])
    if not found:
        raise NotFound
    return found[0]


def members_of(cohort_id: str, day: date) -> tuple[MemberLine, ...]:
    """Return a cohort's members on `day` by name, those who will join later included."""
    present = not_over(CohortMember, day)
    shift = (
        sa.select(Placement.shift)
        .where(
            Placement.person_id == CohortMember.person_id,
            Placement.function == Cohort.function,
            valid_on(Placement, day),
        )
        .limit(1)
        .scalar_subquery()
    )
    rostered = sa.exists().where(
        RosterEntry.person_id == CohortMember.person_id,
        RosterEntry.wave_id == Cohort.wave_id,
        not_over(RosterEntry, day),
    )
    rows = db.session.execute(
        sa.select(
            CohortMember.person_id,
            Profile.name,
            Profile.employee_number,
            sa.func.coalesce(shift, ""),
            CohortMember.programme,
            CohortMember.by_rule,
            CohortMember.valid_from,
            CohortMember.valid_to,
            rostered,
        )
        .join(Cohort, Cohort.id == CohortMember.cohort_id)
        .join(Profile, Profile.person_id == CohortMember.person_id)
        .where(CohortMember.cohort_id == cohort_id, present)
        .order_by(Profile.name, CohortMember.person_id)
    )
    return tuple(MemberLine(*row) for row in rows)


def cohorts_of(person_id: uuid.UUID, day: date) -> tuple[str, ...]:
    """Return the cohorts a person is a member of on `day`."""
    return tuple(
        db.session.scalars(
            sa.select(CohortMember.cohort_id)
            .where(CohortMember.person_id == person_id, valid_on(CohortMember, day))
            .order_by(CohortMember.cohort_id)
        )
    )


def appointments_of(cohort_id: str) -> tuple[AppointmentLine, ...]:
    """Return a cohort's appointments: running ones first, then the latest ended."""
    ended = ChampionAppointment.valid_to
    query = _appointments().where(ChampionAppointment.cohort_id == cohort_id)
    ordered = query.order_by(ended.is_not(None), ended.desc(), Profile.name, ChampionAppointment.id)
    return tuple(AppointmentLine(*row) for row in db.session.execute(ordered))


def appointment_by_id(appointment_id: uuid.UUID) -> AppointmentLine:
    """Return one appointment, running or ended.

    Raises:
        NotFound: there is none.
    """
    row = db.session.execute(_appointments().where(ChampionAppointment.id == appointment_id)).first()
    if row is None:
        raise NotFound
    return AppointmentLine(*row)


def _appointments() -> sa.Select[*tuple[Any, ...]]:
    deputy = aliased(Profile)
    return (
        sa.select(
            ChampionAppointment.id,
            ChampionAppointment.cohort_id,
            ChampionAppointment.person_id,
            Profile.name,
            ChampionAppointment.deputy_id,
            deputy.name,
            ChampionAppointment.status,
            ChampionAppointment.valid_from,
            ChampionAppointment.valid_to,
            ChampionAppointment.end_reason,
            ChampionAppointment.handover_note,
        )
        .join(Profile, Profile.person_id == ChampionAppointment.person_id)
        .outerjoin(deputy, deputy.person_id == ChampionAppointment.deputy_id)
    )


def cohorts_championed_by(person_id: uuid.UUID, day: date) -> tuple[str, ...]:
    """Return the cohorts a person is appointed to on `day`."""
    return tuple(
        db.session.scalars(
            sa.select(ChampionAppointment.cohort_id)
            .where(ChampionAppointment.person_id == person_id, valid_on(ChampionAppointment, day))
            .order_by(ChampionAppointment.cohort_id)
        )
    )


def placing_rules(cohort_id: str | None = None) -> tuple[tuple[uuid.UUID, PlacingRule], ...]:
    """Return the placing rules (of one cohort) with their keys, in order of function, site and shift."""
    query = sa.select(CohortRule).order_by(CohortRule.function, CohortRule.site, CohortRule.shift)
    if cohort_id is not None:
        query = query.where(CohortRule.cohort_id == cohort_id)
    return tuple(
        (row.id, PlacingRule(row.function, row.site, row.shift, row.cohort_id, row.programme))
        for row in db.session.scalars(query)
    )


def people_without_cohort(
    function: str, site: str, day: date, limit: int = 200
) -> tuple[tuple[uuid.UUID, str, str], ...]:
    """Return (id, name, shift) of people of a function at a site who are in no cohort of that function, by name."""
    placed = (
        sa.exists()
        .where(
            CohortMember.person_id == Placement.person_id,
            not_over(CohortMember, day),
            Cohort.id == CohortMember.cohort_id,
            Cohort.function == function,
        )
        .correlate(Placement)
    )
    rows = db.session.execute(
        sa.select(Placement.person_id, Profile.name, Placement.shift)
        .join(Profile, Profile.person_id == Placement.person_id)
        .where(
            Placement.function == function,
            Placement.site == site,
            valid_on(Placement, day),
            staying(day),
            ~placed,
        )
        .order_by(Profile.name, Placement.person_id)
        .limit(limit)
    )
    return tuple((person_id, name, shift) for person_id, name, shift in rows)

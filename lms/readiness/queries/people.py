"""Everybody in a wave with their five lines, in as many statements for two hundred people as for ten."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from lms.accounts.models.people import Absence, Placement, Profile
from lms.accounts.queries.periods import staying, valid_on
from lms.accounts.queries.scope import PersonIds
from lms.catalog.queries import current_company
from lms.cohorts.models import Cohort, CohortMember, RosterEntry
from lms.infra.db import db
from lms.readiness.queries.facts import Task, person_facts
from lms.readiness.rules.coverage import Member, Team
from lms.readiness.rules.person import Certificate, five_lines, lapses_soon


@dataclass(frozen=True, slots=True)
class WavePeople:
    """Members as the rules take them, and what they are called, by key."""

    members: tuple[Member, ...]
    names: Mapping[str, str]


def wave_people(
    wave_id: str, needed_on: date, today: date, only: uuid.UUID | None = None, *, fixes: bool = True
) -> WavePeople:
    """Return everybody in the wave's cohorts (or `only` one) who is employed on `needed_on`, by name.

    Without `fixes` nobody is told what would make them ready: enough for counts.
    """
    rows = _members(wave_id, needed_on, only)
    people = _ids(wave_id, needed_on, only)
    placements = _placements(people, needed_on)
    away = frozenset(
        db.session.scalars(sa.select(Absence.person_id).where(Absence.person_id.in_(people), away_on(needed_on)))
    )
    programmes = {function.id: function.programme for function in current_company().functions}
    tasks = [
        Task(row.person_id, programmes.get(row.function, row.programme) or None, bool(row.rostered)) for row in rows
    ]
    facts = person_facts(people, tasks, needed_on, today, fixes=fixes)
    return WavePeople(
        members=tuple(
            Member(
                key=str(row.person_id),
                team=_team(row, placements.get(row.person_id, ())),
                cohort=row.cohort_id,
                findings=five_lines(facts[row.person_id], today),
                rostered=bool(row.rostered),
                away=row.person_id in away,
                lapses_on=_lapses_on(facts[row.person_id].certificate, needed_on),
            )
            for row in rows
        ),
        names={str(row.person_id): row.name for row in rows},
    )


def away_on(day: date) -> sa.ColumnElement[bool]:
    """Return the condition that an absence holds on `day`."""
    return sa.and_(Absence.starts_on <= day, sa.or_(Absence.ends_on.is_(None), Absence.ends_on > day))


def _members(wave_id: str, day: date, only: uuid.UUID | None) -> Sequence[Any]:
    rostered = (
        sa.exists()
        .where(
            RosterEntry.person_id == CohortMember.person_id,
            RosterEntry.wave_id == wave_id,
            valid_on(RosterEntry, day),
        )
        .correlate(CohortMember)
    )
    rows = db.session.execute(
        _in_wave(
            wave_id,
            day,
            only,
            CohortMember.person_id,
            CohortMember.programme,
            Cohort.id.label("cohort_id"),
            Cohort.function,
            Cohort.site,
            Profile.name,
            rostered.label("rostered"),
        ).order_by(Profile.folded, CohortMember.person_id, Cohort.id)
    )
    first: dict[uuid.UUID, Any] = {}
    for row in rows:
        # Somebody in two cohorts of one wave is one person, in the first of them.
        first.setdefault(row.person_id, row)
    return list(first.values())


def _ids(wave_id: str, day: date, only: uuid.UUID | None) -> PersonIds:
    return _in_wave(wave_id, day, only, CohortMember.person_id)


def _in_wave(wave_id: str, day: date, only: uuid.UUID | None, *columns: Any) -> sa.Select[Any]:  # noqa: ANN401
    query = (
        sa.select(*columns)
        .select_from(CohortMember)
        .join(Cohort, Cohort.id == CohortMember.cohort_id)
        .join(Profile, Profile.person_id == CohortMember.person_id)
        .where(Cohort.wave_id == wave_id, valid_on(CohortMember, day), staying(day))
    )
    return query if only is None else query.where(CohortMember.person_id == only)


def _placements(people: PersonIds, day: date) -> dict[uuid.UUID, list[Any]]:
    rows = db.session.execute(
        sa.select(Placement.person_id, Placement.function, Placement.site, Placement.shift, Placement.primary)
        .where(Placement.person_id.in_(people), valid_on(Placement, day))
        .order_by(Placement.primary.desc(), Placement.id)
    )
    found: dict[uuid.UUID, list[Any]] = {}
    for row in rows:
        found.setdefault(row.person_id, []).append(row)
    return found


def _team(member: Any, placements: Sequence[Any]) -> Team:  # noqa: ANN401 - rows with labelled columns
    """Return where the person does the cohort's work: the placement in that function, else their main one."""
    fitting = [place for place in placements if place.function == member.function]
    place = next(iter([*fitting, *placements]), None)
    if place is None:
        return Team(member.site, "", member.function)
    return Team(place.site, place.shift, member.function)


def _lapses_on(certificate: Certificate | None, needed_on: date) -> date | None:
    return certificate.authority_until if certificate and lapses_soon(certificate, needed_on) else None

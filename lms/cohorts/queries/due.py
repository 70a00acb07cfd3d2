"""When a member's initial training is due, from the dated facts about them."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from datetime import date

import sqlalchemy as sa

from lms.accounts.models.people import Absence, Placement, Profile
from lms.accounts.queries.periods import not_over
from lms.cohorts.models import Cohort, CohortMember, RosterEntry, Wave
from lms.cohorts.rules.due import InitialDue, StartFacts, initial_due
from lms.cohorts.rules.periods import Period
from lms.infra.db import db


def initial_due_of(person_id: uuid.UUID, cohort_id: str) -> InitialDue | None:
    """Return when a person's initial training in a cohort is due; None where there is no such person or cohort."""
    return initial_dues([person_id], cohort_id).get(person_id)


def initial_dues(person_ids: Collection[uuid.UUID], cohort_id: str) -> dict[uuid.UUID, InitialDue]:
    """Return when each person's initial training in one cohort is due. Five statements, however many people."""
    wave = db.session.execute(
        sa.select(Wave.id, Wave.training_start, Wave.go_live, Cohort.function)
        .join(Cohort, Cohort.wave_id == Wave.id)
        .where(Cohort.id == cohort_id)
    ).first()
    if wave is None:
        return {}
    people = list(person_ids)
    absences = absences_of(people)
    roles = _role_changes(people, wave.function)
    rostered = _rostered(people, wave.id)
    profiles = db.session.execute(
        sa.select(Profile.person_id, Profile.joined_on, Profile.zone).where(Profile.person_id.in_(people))
    )
    return {
        person_id: initial_due(
            StartFacts(
                training_start=wave.training_start,
                joined_on=joined_on,
                role_changed_on=_after(roles.get(person_id), joined_on),
                go_live=wave.go_live if person_id in rostered else None,
                absences=tuple(absences.get(person_id, ())),
                zone=zone,
            )
        )
        for person_id, joined_on, zone in profiles
    }


def absences_of(people: Collection[uuid.UUID]) -> dict[uuid.UUID, list[Period]]:
    """Return each person's absences, for those who have any."""
    found: dict[uuid.UUID, list[Period]] = {}
    rows = db.session.execute(
        sa.select(Absence.person_id, Absence.starts_on, Absence.ends_on).where(Absence.person_id.in_(people))
    )
    for person_id, starts_on, ends_on in rows:
        found.setdefault(person_id, []).append(Period(starts_on, ends_on))
    return found


def memberships_with_due(person_id: uuid.UUID, day: date) -> tuple[tuple[str, str], ...]:
    """Return (cohort, programme) of a person's memberships that are not over on `day`."""
    rows = db.session.execute(
        sa.select(CohortMember.cohort_id, CohortMember.programme).where(
            CohortMember.person_id == person_id,
            not_over(CohortMember, day),
        )
    )
    return tuple((cohort_id, programme) for cohort_id, programme in rows)


def _role_changes(people: list[uuid.UUID], function: str) -> dict[uuid.UUID, date]:
    """Return since when each person has worked in `function` without a gap."""
    runs: dict[uuid.UUID, list[tuple[date, date | None]]] = {}
    rows = db.session.execute(
        sa.select(Placement.person_id, Placement.valid_from, Placement.valid_to)
        .where(Placement.person_id.in_(people), Placement.function == function)
        .order_by(Placement.person_id, Placement.valid_from)
    )
    for person_id, first, end in rows:
        runs.setdefault(person_id, []).append((first, end))
    return {person_id: _run_start(spans) for person_id, spans in runs.items()}


def _run_start(spans: Iterable[tuple[date, date | None]]) -> date:
    ordered = iter(spans)
    start, end = next(ordered)
    for first, last in ordered:
        if end is not None and first > end:
            start = first
        end = last if end is None or last is None else max(end, last)
    return start


def _rostered(people: list[uuid.UUID], wave_id: str) -> frozenset[uuid.UUID]:
    return frozenset(
        db.session.scalars(
            sa.select(RosterEntry.person_id).where(
                RosterEntry.person_id.in_(people), RosterEntry.wave_id == wave_id, RosterEntry.valid_to.is_(None)
            )
        )
    )


def _after(changed: date | None, joined: date) -> date | None:
    # The first placement of a career is joining, not a change of role.
    return changed if changed is not None and changed > joined else None

"""People to choose from, by number or by function."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import date

import sqlalchemy as sa

from lms.accounts.models.people import Placement, Profile
from lms.accounts.queries.periods import staying, valid_on
from lms.cohorts.models import CohortMember
from lms.infra.db import db


def people_by_number(numbers: Collection[str]) -> dict[str, uuid.UUID]:
    """Return who has which employee number, for the numbers somebody has."""
    rows = db.session.execute(
        sa.select(Profile.employee_number, Profile.person_id).where(Profile.employee_number.in_(numbers))
    )
    return {number: person_id for number, person_id in rows}  # noqa: C416 - rows are not tuples to a type checker


def possible_champions(cohort_id: str, function: str, day: date) -> tuple[tuple[uuid.UUID, str], ...]:
    """Return (id, name) of the cohort's members and of everybody at work in its function, by name."""
    at_work = staying(day)
    member = sa.select(CohortMember.person_id).where(CohortMember.cohort_id == cohort_id, valid_on(CohortMember, day))
    placed = sa.select(Placement.person_id).where(Placement.function == function, valid_on(Placement, day))
    rows = db.session.execute(
        sa.select(Profile.person_id, Profile.name)
        .where(at_work, sa.or_(Profile.person_id.in_(member), Profile.person_id.in_(placed)))
        .order_by(Profile.name, Profile.person_id)
    )
    return tuple((person_id, name) for person_id, name in rows)

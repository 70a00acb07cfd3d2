"""People in lists and on their page."""

from __future__ import annotations

import enum
import uuid
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.accounts.models.people import Absence, Placement, Profile, RoleGrant
from lms.accounts.queries.periods import valid_on
from lms.accounts.queries.scope import people_in_scope
from lms.accounts.rules.actor import Actor, Role
from lms.accounts.rules.names import fold
from lms.accounts.rules.permissions import Permission
from lms.infra.db import db

PAGE = 50


class Standing(enum.StrEnum):
    """Whether a person is at work on a day."""

    ACTIVE = "active"
    AWAY = "away"
    COMING = "coming"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Sought:
    """What a list of people is narrowed to; empty means all. `standing` None: everyone who has not left."""

    text: str = ""
    function: str = ""
    site: str = ""
    shift: str = ""
    role: Role | None = None
    standing: Standing | None = None


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person of a list; `standing` is a value of `Standing`."""

    id: uuid.UUID
    name: str
    employee_number: str
    email: str | None
    function: str | None
    site: str | None
    shift: str | None
    manager: str | None
    standing: str


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a list, and how long the whole list is."""

    rows: tuple[PersonRow, ...]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """Return how many pages there are, at least one."""
        return max(1, -(-self.total // PAGE))


def find_people(actor: Actor, sought: Sought, page: int, today: date) -> Found:
    """Return a page (from 1) of the people whom the actor may see, by name."""
    boss = aliased(Profile)
    base = (
        sa.select(Profile.person_id)
        .select_from(Profile)
        .outerjoin(Placement, _present(today))
        .outerjoin(boss, boss.person_id == Placement.manager_id)
        .where(Profile.person_id.in_(people_in_scope(actor, Permission.SEE_PEOPLE, today)), *_narrowed(sought, today))
    )
    total = db.session.scalar(sa.select(sa.func.count()).select_from(base.subquery())) or 0
    page = min(max(1, page), max(1, -(-total // PAGE)))
    rows = db.session.execute(
        base.with_only_columns(
            Profile.person_id,
            Profile.name,
            Profile.employee_number,
            Profile.email,
            Placement.function,
            Placement.site,
            Placement.shift,
            boss.name,
            _standing(today),
        )
        .order_by(Profile.folded, Profile.person_id)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    return Found(tuple(PersonRow(*row) for row in rows), total, page)


def person_by_number(number: str) -> uuid.UUID | None:
    """Return whose employee number this is, whatever its case."""
    return db.session.scalar(
        sa.select(Profile.person_id).where(sa.func.lower(Profile.employee_number) == number.strip().lower())
    )


def names_of(person_ids: set[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Return the names of the people who have not been erased."""
    query = sa.select(Profile.person_id, Profile.name).where(Profile.person_id.in_(person_ids))
    return {row.person_id: row.name for row in db.session.execute(query)}


def _present(today: date) -> sa.ColumnElement[bool]:
    # Somebody who starts next week is listed with the placement they are going to.
    later = aliased(Placement)
    latest = (
        sa.select(later.id)
        .where(later.person_id == Profile.person_id, later.primary.is_(True))
        .order_by(sa.case((later.valid_from <= today, 0), else_=1), later.valid_from.desc())
        .limit(1)
        .correlate(Profile)
        .scalar_subquery()
    )
    return Placement.id == latest


def _away(today: date) -> sa.ColumnElement[bool]:
    return (
        sa.exists()
        .where(
            Absence.person_id == Profile.person_id,
            Absence.starts_on <= today,
            sa.or_(Absence.ends_on.is_(None), Absence.ends_on > today),
        )
        .correlate(Profile)
    )


def _standing(today: date) -> sa.ColumnElement[str]:
    return sa.case(
        (sa.and_(Profile.left_on.is_not(None), Profile.left_on < today), Standing.LEFT.value),
        (Profile.joined_on > today, Standing.COMING.value),
        (_away(today), Standing.AWAY.value),
        else_=Standing.ACTIVE.value,
    )


def _narrowed(sought: Sought, today: date) -> list[sa.ColumnElement[bool]]:
    conditions = [Profile.folded.contains(word, autoescape=True) for word in fold(sought.text).split()]
    for column, value in (
        (Placement.function, sought.function),
        (Placement.site, sought.site),
        (Placement.shift, sought.shift),
    ):
        if value:
            conditions.append(column == value)
    if sought.role is not None:
        conditions.append(_holds(sought.role, today))
    conditions.append(_standing(today) == sought.standing if sought.standing else _standing(today) != Standing.LEFT)
    return conditions


def _holds(role: Role, today: date) -> sa.ColumnElement[bool]:
    if role is Role.MANAGER:
        reports = aliased(Placement)
        return (
            sa.exists()
            .where(
                reports.manager_id == Profile.person_id,
                valid_on(reports, today),
            )
            .correlate(Profile)
        )
    return (
        sa.exists()
        .where(
            RoleGrant.person_id == Profile.person_id,
            RoleGrant.role == role,
            valid_on(RoleGrant, today),
        )
        .correlate(Profile)
    )

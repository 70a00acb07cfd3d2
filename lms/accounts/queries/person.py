"""One person's page: who they are, and the dated facts as a timeline."""

from __future__ import annotations

import enum
import uuid
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from lms.accounts.models.people import Absence, PlaceKind, Placement, Profile, RoleGrant
from lms.accounts.queries.people import names_of
from lms.accounts.queries.periods import not_over, valid_on
from lms.accounts.queries.places import place_labels
from lms.accounts.rules.actor import Role
from lms.infra.db import db
from lms.shared.errors import NotFound


class FactKind(enum.StrEnum):
    """What a line of the timeline is about."""

    JOINED = "joined"
    PLACED = "placed"
    AWAY = "away"
    ROLE = "role"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Fact:
    """One dated fact, both days included. `id` names an absence; `words` are its values as people read them."""

    kind: FactKind
    starts_on: date
    last_day: date | None = None
    words: tuple[str, ...] = ()
    role: Role | None = None
    id: uuid.UUID | None = None


def profile_of(person_id: uuid.UUID) -> Profile:
    """Return who the person is.

    Raises:
        NotFound: no such person, or erased.
    """
    found = db.session.get(Profile, person_id)
    if found is None:
        raise NotFound
    return found


def timeline(person_id: uuid.UUID) -> list[Fact]:
    """Return the dated facts about a person, the latest first."""
    profile = profile_of(person_id)
    facts = [Fact(FactKind.JOINED, profile.joined_on)]
    if profile.left_on is not None:
        facts.append(Fact(FactKind.LEFT, profile.left_on))
    facts += _placements(person_id)
    facts += [
        Fact(FactKind.AWAY, row.starts_on, _last_day(row.ends_on), id=row.id)
        for row in db.session.scalars(sa.select(Absence).where(Absence.person_id == person_id))
    ]
    facts += [
        Fact(FactKind.ROLE, row.valid_from, _last_day(row.valid_to), (row.scope,) if row.scope else (), role=row.role)
        for row in db.session.scalars(sa.select(RoleGrant).where(RoleGrant.person_id == person_id))
    ]
    return sorted(facts, key=lambda fact: (fact.starts_on, list(FactKind).index(fact.kind)), reverse=True)


def running_roles(person_id: uuid.UUID, today: date) -> list[Role]:
    """Return the granted roles that run today or begin later, in the order of the enumeration."""
    held = set(
        db.session.scalars(
            sa.select(RoleGrant.role).where(RoleGrant.person_id == person_id, not_over(RoleGrant, today))
        )
    )
    return [role for role in Role if role in held]


def managers_of(person_id: uuid.UUID, day: date) -> tuple[uuid.UUID, ...]:
    """Return a person's managers on a day."""
    return tuple(
        db.session.scalars(
            sa.select(Placement.manager_id)
            .where(
                Placement.person_id == person_id,
                Placement.manager_id.is_not(None),
                valid_on(Placement, day),
            )
            .distinct()
            .order_by(Placement.manager_id)
        )
    )


def _placements(person_id: uuid.UUID) -> list[Fact]:
    rows = db.session.scalars(sa.select(Placement).where(Placement.person_id == person_id)).all()
    labels = {kind: place_labels(kind) for kind in PlaceKind}
    managers = names_of({row.manager_id for row in rows if row.manager_id})
    return [
        Fact(
            FactKind.PLACED,
            row.valid_from,
            _last_day(row.valid_to),
            tuple(
                text
                for text in (
                    labels[PlaceKind.FUNCTION].get(row.function, row.function),
                    labels[PlaceKind.SITE].get(row.site, row.site),
                    labels[PlaceKind.SHIFT].get(row.shift, row.shift),
                    managers.get(row.manager_id, "") if row.manager_id else "",
                )
                if text
            ),
        )
        for row in rows
    ]


def _last_day(end: date | None) -> date | None:
    return None if end is None else end - timedelta(days=1)

"""Whose rows may this actor see? Every query about people is narrowed by the select that `people_in_scope` returns.

Rooms above know relations that accounts does not (a champion's cohort). They register a provider at the app, so
"my people" never needs an import upward.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date

import sqlalchemy as sa

from lms.accounts.models.people import Person, Placement
from lms.accounts.queries.periods import valid_on
from lms.accounts.rules.actor import Actor
from lms.accounts.rules.permissions import Permission, Relation, relations
from lms.infra import registry
from lms.infra.db import db
from lms.shared.errors import NotFound

PersonIds = sa.Select[uuid.UUID]
ScopeProvider = Callable[[Actor, date], PersonIds]
_KEY = "scopes"


def init_scopes(app: registry.App) -> None:
    """Start with what accounts itself knows: oneself, one's reports and everybody."""
    providers: dict[Relation, ScopeProvider] = {
        Relation.SELF: lambda actor, _day: sa.select(Person.id).where(Person.id == actor.id),
        Relation.REPORT: reports_of,
        Relation.ANYONE: lambda _actor, _day: sa.select(Person.id),
    }
    registry.put(app, _KEY, providers)


def register_scope(app: registry.App, relation: Relation, provider: ScopeProvider) -> None:
    """Answer `relation` with `provider`; called by `lms.app` for rooms above."""
    app.extensions[f"groundschool.{_KEY}"][relation] = provider


def people_in_scope(actor: Actor, permission: Permission, day: date) -> PersonIds:
    """Return a select of the person ids over whom the actor holds `permission` on `day`; empty where none."""
    providers: dict[Relation, ScopeProvider] = registry.get(_KEY)
    held = relations(actor, permission)
    if Relation.ANYONE in held:
        return providers[Relation.ANYONE](actor, day)
    selects = [providers[relation](actor, day) for relation in sorted(held) if relation in providers]
    if not selects:
        return sa.select(Person.id).where(sa.false())
    if len(selects) == 1:
        return selects[0]
    union = sa.union(*selects).subquery()
    return sa.select(union.c[0])


def in_scope(actor: Actor, permission: Permission, person_id: uuid.UUID, day: date) -> bool:
    """Return whether the actor holds `permission` over this person."""
    scope = people_in_scope(actor, permission, day).subquery()
    return db.session.scalar(sa.select(scope.c[0]).where(scope.c[0] == person_id)) is not None


def require_in_scope(actor: Actor, permission: Permission, person_id: uuid.UUID, day: date) -> None:
    """Pass where the actor holds `permission` over this person.

    Raises:
        NotFound: no such person, or not theirs: both look alike.
    """
    if not in_scope(actor, permission, person_id, day):
        raise NotFound


def reports_of(actor: Actor, day: date) -> PersonIds:
    """Return the people below the actor in the reporting line on `day`, at any depth."""
    valid = valid_on(Placement, day)
    below = sa.select(Placement.person_id).where(Placement.manager_id == actor.id, valid).cte("below", recursive=True)
    deeper = sa.select(Placement.person_id).join(below, Placement.manager_id == below.c.person_id).where(valid)
    below = below.union(deeper)
    return sa.select(below.c.person_id).where(below.c.person_id != actor.id)

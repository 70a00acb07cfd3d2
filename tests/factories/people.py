"""People for tests: as few facts as the test needs, the rest plausible."""

from __future__ import annotations

import itertools
from datetime import date

from lms.accounts.models.people import Person, Placement, Profile, RoleGrant
from lms.accounts.queries.identity import actor_by_person
from lms.accounts.rules.actor import Actor, Role
from lms.infra.clock import now
from lms.infra.db import db

_numbers = itertools.count(1000)


def make_person(
    name: str = "Ana Ruiz",
    *roles: Role,
    function: str = "customer-service",
    site: str = "north",
    shift: str = "day",
    manager: Person | None = None,
    joined_on: date = date(2025, 9, 1),
    **profile,
) -> Person:
    """Return a stored person with one placement and the given roles."""
    person = Person(created_at=now())
    db.session.add(person)
    db.session.flush()
    number = profile.pop("employee_number", str(next(_numbers)))
    db.session.add(Profile(person_id=person.id, employee_number=number, name=name, joined_on=joined_on, **profile))
    db.session.add(
        Placement(
            person_id=person.id,
            function=function,
            site=site,
            shift=shift,
            manager_id=manager.id if manager else None,
            valid_from=joined_on,
        )
    )
    for role in roles:
        db.session.add(RoleGrant(person_id=person.id, role=role, valid_from=joined_on))
    db.session.flush()
    return person


def as_actor(person: Person) -> Actor:
    """Return the person as services take them."""
    actor = actor_by_person(person.id, now())
    assert actor is not None
    return actor

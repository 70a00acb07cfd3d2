"""Existing objects for the parameters in addresses, so that the permission test can ask for somebody else's.

A room adds its own: a function that stores an object belonging to `world.owner` and returns the parameter's value.

    @sample("award_id")
    def award(world):
        return issue(world.owner, ...).id

Where addresses use one parameter name for different things, name the rule: `@sample("id", "/cohorts/<uuid:id>")`.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from werkzeug.routing import Rule

from lms.accounts.models.people import Absence, Person
from lms.accounts.rules.actor import Role
from lms.accounts.service.links import issue_first_link
from lms.accounts.service.people_import import upload
from lms.infra.db import db
from lms.infra.deployment import settings
from lms.messaging.service import tell
from tests.conftest import NOW
from tests.factories.people import make_person

MISSING_ID = "01900000-0000-7000-8000-000000000000"
MISSING_WORD = "no-such-thing"


@dataclass
class World:
    """Somebody of each role who has nothing to do with `owner`, and the owner of every sample."""

    owner: Person
    people: dict[Role, Person]
    made: dict[Any, Any] = field(default_factory=dict)


Maker = Callable[[World], Any]
_MAKERS: dict[tuple[str, str], Maker] = {}


def sample(parameter: str, rule: str = "") -> Callable[[Maker], Maker]:
    """Use the decorated function for a parameter, in one rule or in all."""

    def register(maker: Maker) -> Maker:
        _MAKERS[(parameter, rule)] = maker
        return maker

    return register


def make_world() -> World:
    """Store the people."""
    roles = [role for role in Role if role is not Role.MANAGER]
    people = {role: make_person(f"The {role}", *([] if role is Role.EMPLOYEE else [role])) for role in roles}
    people[Role.MANAGER] = make_person("The manager")
    make_person("A report", manager=people[Role.MANAGER])
    return World(make_person("The owner", email="owner@example.com"), people)


def others(world: World, rule: Rule) -> dict[str, Any] | None:
    """Return values for a rule's parameters that exist and belong to the owner; None where a room gave no sample."""
    values = {}
    for name in rule.arguments:
        key = next((key for key in ((name, rule.rule), (name, "")) if key in _MAKERS), None)
        if key is None:
            return None
        if key not in world.made:
            world.made[key] = _MAKERS[key](world)
        values[name] = world.made[key]
    return values


def missing(rule: Rule) -> dict[str, Any]:
    """Return values for a rule's parameters that belong to nothing."""
    numbers = {name for name, converter in rule._converters.items() if type(converter).__name__ == "IntegerConverter"}
    ids = {name for name, converter in rule._converters.items() if type(converter).__name__ == "UUIDConverter"}
    return {
        name: 0 if name in numbers else uuid.UUID(MISSING_ID) if name in ids else MISSING_WORD
        for name in rule.arguments
    }


@sample("person_id")
def person(world):
    return world.owner.id


@sample("absence_id")
def absence(world):
    row = Absence(person_id=world.owner.id, starts_on=date(2026, 4, 1), ends_on=date(2026, 4, 9))
    db.session.add(row)
    db.session.flush()
    return row.id


@sample("role", "/people/<uuid:person_id>/roles/<role>/end")
def role(_world):
    return "champion"


@sample("import_id")
def people_import(_world):
    return upload(None, "hr.csv", b"Employee ID,Name\n1,Ana\n", NOW)


@sample("mail_id")
def mail(world):
    from lms.messaging.models import Mail

    tell(world.owner.id, "password-changed", NOW, path="/settings")
    db.session.flush()
    return db.session.query(Mail).first().id


@sample("token", "/start/<token>")
def link(world):
    return issue_first_link(world.owner.id, NOW).rsplit("/", 1)[1]


@sample("filename", "/static/<path:filename>")
def static_file(_world):
    assert settings()
    return "css/app.css"

"""A wave in training: one team at North whose evening shift is not ready yet."""

from __future__ import annotations

from datetime import date

import pytest

from lms.accounts.models.people import Place, PlaceKind, RoleGrant
from lms.accounts.rules.actor import Role
from lms.cohorts.service.champions import appoint_champion
from lms.cohorts.service.cohorts import add_member
from lms.infra.db import db
from tests.factories.cohorts import make_cohort, make_wave
from tests.factories.people import as_actor, make_person
from tests.factories.training import do_modules

TODAY = date(2026, 3, 2)
PLACES = (
    (PlaceKind.SITE, "north", "North"),
    (PlaceKind.SITE, "south", "South"),
    (PlaceKind.SHIFT, "day", "Day"),
    (PlaceKind.SHIFT, "evening", "Evening"),
)


@pytest.fixture
def coordinator(session):
    return make_person("Cleo Coordinator", Role.COORDINATOR, function="hr")


@pytest.fixture
def wave(session, flight_check, coordinator):
    for kind, identity, label in PLACES:
        db.session.add(Place(kind=kind, id=identity, label=label))
    return make_wave(as_actor(coordinator))


@pytest.fixture
def cohort(wave, coordinator):
    return make_cohort(as_actor(coordinator), "Service North", wave, programme="flight-check", seats=300)


@pytest.fixture
def enrol(cohort, coordinator):
    """Add somebody to the cohort; `modules` of them are done, three are the whole programme."""

    def _enrol(name, modules=0, **person):
        learner = make_person(name, **person)
        add_member(as_actor(coordinator), cohort, learner.id, TODAY)
        do_modules(learner, most=modules)
        return learner

    return _enrol


@pytest.fixture
def approver(enrol):
    """A certified fraud approver who serves every shift at North, and is not in the count."""
    person = enrol("Fay Fraudlead", modules=3, shift="")
    db.session.add(RoleGrant(person_id=person.id, role=Role.APPROVER, scope="fraud", valid_from=TODAY))
    return person


@pytest.fixture
def champion(cohort, coordinator):
    person = make_person("Chiara Champion", shift="")
    appoint_champion(as_actor(coordinator), cohort, person.id, TODAY)
    return person

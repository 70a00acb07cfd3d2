"""Two teams in training, one ahead of the other."""

from __future__ import annotations

from datetime import date

import pytest

from lms.accounts.models.people import Place, PlaceKind
from lms.accounts.rules.actor import Role
from lms.cohorts.service.champions import appoint_champion
from lms.cohorts.service.cohorts import add_member
from lms.infra.db import db
from tests.factories.cohorts import make_cohort, make_wave
from tests.factories.people import as_actor, make_person
from tests.factories.training import do_modules

TODAY = date(2026, 3, 2)


@pytest.fixture
def coordinator(session):
    return make_person("Cleo Coordinator", Role.COORDINATOR, function="hr")


@pytest.fixture
def cohorts(flight_check, coordinator):
    for kind, identity, label in ((PlaceKind.SITE, "north", "North"), (PlaceKind.SITE, "south", "South")):
        db.session.add(Place(kind=kind, id=identity, label=label))
    actor = as_actor(coordinator)
    wave = make_wave(actor)
    north = make_cohort(actor, "Service North", wave, programme=flight_check, seats=300)
    south = make_cohort(actor, "Service South", wave, site="south", programme=flight_check, seats=300)
    return {"north": north, "south": south}


@pytest.fixture
def enrol(cohorts, coordinator):
    """Add somebody to the cohort of a site; `modules` of the three are done."""

    def _enrol(name, modules=0, site="north", **person):
        learner = make_person(name, site=site, **person)
        add_member(as_actor(coordinator), cohorts[site], learner.id, TODAY)
        do_modules(learner, most=modules)
        return learner

    return _enrol


@pytest.fixture
def people(enrol):
    """North: two of three have finished; South: none of two."""
    return {
        "ana": enrol("Ana Able", 3),
        "bea": enrol("Bea Able", 3, shift="evening"),
        "bo": enrol("Bo Begun", 1),
        "cy": enrol("Cy South", 2, "south"),
        "di": enrol("Di South", 0, "south"),
    }


@pytest.fixture
def champion(cohorts, coordinator):
    person = make_person("Chiara Champion", function="customer-service")
    appoint_champion(as_actor(coordinator), cohorts["north"], person.id, TODAY)
    return person

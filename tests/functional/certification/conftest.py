"""People who study the flight check, and what they show."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from lms.accounts.rules.actor import Role
from lms.certification.models import Award
from lms.infra.clock import now
from lms.learning.rules.evidence import Result, Source
from lms.learning.service.assign import Assignment, assign_programme
from lms.learning.service.evidence import Claim, record_evidence
from tests.factories.people import as_actor, make_person

STEPS = {
    "t1-page": (Result.COMPLETED, Source.PLAYER, None),
    "t1-check": (Result.PASSED, Source.ATTEMPT, 9000),
    "t2-clinic": (Result.ATTENDED, Source.ROSTER, None),
    "t3-watch": (Result.SIGNED, Source.SIGN_OFF, None),
}


def show(cycle, *steps, **changes):
    """Record what a step shows; without steps everything that the level asks for."""
    for step in steps or STEPS:
        result, source, score = STEPS[step]
        values = {"result": result, "source": source, "score": score, "actor_id": None, **changes}
        record_evidence(Claim(cycle.id, step, occurred_at=now(), **values))


def begin(person):
    """Let a person study the flight check."""
    return assign_programme(Assignment(person.id, "flight-check"), None)


def awards_of(session, person):
    """Return a person's awards, in order of their making."""
    query = sa.select(Award).where(Award.person_id == person.id)
    return session.scalars(query.order_by(Award.serial_year, Award.serial_number)).all()


@pytest.fixture
def holder(session, flight_check):
    return make_person("Zoë Ångström", email="zoe@example.com")


@pytest.fixture
def cycle(holder):
    return begin(holder)


@pytest.fixture
def award(session, holder, cycle):
    show(cycle)
    session.commit()
    return awards_of(session, holder)[0]


@pytest.fixture
def coordinator(session):
    return make_person("Cora Lind", Role.COORDINATOR)


@pytest.fixture
def as_coordinator(coordinator):
    return as_actor(coordinator)

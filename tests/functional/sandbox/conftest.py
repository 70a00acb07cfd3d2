"""The desk-check programme: a gym, guided sets, a supervised set and an exam, and one learner on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from lms.catalog.adapters.sources import read_tree
from lms.catalog.service import publish_courses
from lms.formats import course_formats
from lms.infra.clock import now
from lms.learning.service.assign import Assignment, assign_programme
from tests.factories.kept import once
from tests.factories.people import make_person


@pytest.fixture
def desk_check(session):
    """Publish the programme."""
    return once("desk check", lambda: _publish(session))


def _publish(session):
    publication = publish_courses(None, read_tree(Path(__file__).parent / "desk"), course_formats(), now())
    session.commit()
    assert not [problem for problem in publication.problems if problem.is_error], publication.problems
    return "desk-check"


@pytest.fixture
def learner(session, client, desk_check):
    """Somebody on the programme, signed in."""
    person = make_person("Ana Ruiz")
    assign_programme(Assignment(person.id, desk_check), None)
    session.commit()
    client.sign_in(person)
    return person

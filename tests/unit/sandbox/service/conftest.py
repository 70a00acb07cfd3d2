"""The desk-check programme for the services, and one learner on it."""

from __future__ import annotations

import pytest

from lms.learning.service.assign import Assignment, assign_programme
from tests.factories.people import make_person
from tests.functional.sandbox.conftest import desk_check

__all__ = ["desk_check"]


@pytest.fixture
def person(session, desk_check):
    """Somebody on the programme."""
    person = make_person("Ana Ruiz")
    assign_programme(Assignment(person.id, desk_check), None)
    session.commit()
    return person

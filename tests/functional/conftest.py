"""The flight-check programme: three short modules, published from `tests/functional/flight/`."""

from __future__ import annotations

from pathlib import Path

import pytest

from lms.catalog.adapters.sources import read_tree
from lms.catalog.service import publish_courses
from lms.formats import course_formats
from lms.infra.clock import now


@pytest.fixture
def flight_check(session):
    """Publish the programme; every course of it must compile."""
    publication = publish_courses(None, read_tree(Path(__file__).parent / "flight"), course_formats(), now())
    session.commit()
    assert not [problem for problem in publication.problems if problem.is_error]
    return "flight-check"

"""The flight-check programme: three short modules, published from `tests/functional/flight/`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from lms.catalog.adapters.sources import read_tree
from lms.catalog.service import publish_courses
from lms.formats import course_formats
from lms.infra.clock import now
from lms.infra.db import db
from lms.infra.transactions import is_writing
from tests.factories.kept import once


@pytest.fixture
def flight_check(session):
    """Publish the programme; every course of it must compile."""
    return once("flight check", lambda: _publish(session, "flight"))


@pytest.fixture
def flight_refreshers(session):
    """Publish the programme with three months of refreshers."""
    return once("flight check with refreshers", lambda: _publish(session, "flight", "refreshers"))


def _publish(session, *folders):
    tree = read_tree(*(Path(__file__).parent / folder for folder in folders))
    publication = publish_courses(None, tree, course_formats(), now())
    session.commit()
    assert not [problem for problem in publication.problems if problem.is_error]
    return "flight-check"


@pytest.fixture
def in_queue() -> Iterator[list[str]]:
    """Statements sent while the write queue is held; empty it before what is to be counted."""
    sent: list[str] = []

    def note(*arguments: Any) -> None:
        if is_writing():
            sent.append(arguments[2])

    sa.event.listen(db.engine, "before_cursor_execute", note)
    yield sent
    sa.event.remove(db.engine, "before_cursor_execute", note)

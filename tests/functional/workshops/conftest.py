"""A cohort in training: a coordinator, a champion with a deputy, and learners on the flight-check programme."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

import pytest

from lms.accounts.models.people import Person
from lms.accounts.rules.actor import Role
from lms.catalog.adapters.sources import read_tree
from lms.catalog.service import publish_courses
from lms.cohorts.service.champions import appoint_champion
from lms.cohorts.service.cohorts import add_member
from lms.formats import course_formats
from lms.infra.clock import now
from tests.factories.cohorts import make_cohort
from tests.factories.kept import once
from tests.factories.people import as_actor, make_person

TODAY = date(2026, 3, 2)


def publish_flight_check(folder: Path) -> None:
    """Publish the flight check with a shadowing module that has a log and a rubric, from a copy in `folder`."""
    tree = folder / "courses"
    shutil.copytree(Path(__file__).parents[1] / "flight", tree)
    course = tree / "flight-check"
    shutil.copytree(Path(__file__).parent / "04-shadow", course / "04-shadow")
    outline = course / "course.yml"
    outline.write_text(outline.read_text().replace("[t1, t2, t3]", "[t1, t2, t3, t5]"))
    publication = publish_courses(None, read_tree(tree), course_formats(), now())
    assert not [problem for problem in publication.problems if problem.is_error]


@pytest.fixture
def courses(session, tmp_path):
    """The flight check with its shadowing module."""
    publish_flight_check(tmp_path)
    session.commit()


@pytest.fixture
def team(session, tmp_path):
    """People by name; everybody but the coordinator is in the cohort."""
    cohort, ids = once("team", lambda: _make_team(tmp_path))
    people = {name: session.get_one(Person, identity) for name, identity in ids.items()}
    session.commit()
    return SimpleNamespace(actor=as_actor(people["coordinator"]), cohort=cohort, **people)


def _make_team(folder: Path) -> tuple[str, dict[str, UUID]]:
    """Publish the courses and form the cohort; return it and the people's ids."""
    publish_flight_check(folder)
    coordinator = make_person("Cleo Coordinator", Role.COORDINATOR, function="hr")
    actor = as_actor(coordinator)
    cohort = make_cohort(actor, programme="flight-check")
    people = {name: make_person(f"{name.title()} Person") for name in ("dana", "eli", "ana", "ben", "cam")}
    for person in people.values():
        add_member(actor, cohort, person.id, TODAY)
    appoint_champion(actor, cohort, people["dana"].id, TODAY, people["eli"].id)
    return cohort, {name: person.id for name, person in {"coordinator": coordinator, **people}.items()}

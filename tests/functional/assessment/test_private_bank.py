"""A check that requires the private bank: only its questions are served, and none without it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa

from lms.accounts.rules.actor import Role
from lms.assessment.models import Attempt
from lms.catalog.adapters.sources import read_tree
from lms.catalog.service import publish_courses
from lms.formats import course_formats
from lms.infra.clock import now
from lms.learning.service.assign import Assignment, assign_programme
from tests.factories.people import make_person

FLIGHT = Path(__file__).parents[1] / "flight"
PRIVATE = """\
## own-{name} {{single objective=flight.limits}}
Who decides about {name}?
- ( ) The system {{#system}}
  > No.
- (x) You {{#you}}
  > Yes.
"""


@pytest.fixture
def start(session, client, tmp_path):
    """Publish the flight check with a quiz that requires the overlay, lay that over `with_bank`, and start the quiz."""

    def run(*, with_bank):
        tree, overlay = shutil.copytree(FLIGHT, tmp_path / "courses"), tmp_path / "private"
        quiz = tree / "flight-check/01-brief/20-check.quiz.md"
        quiz.write_text(quiz.read_text().replace("n: 2}", "n: 2, overlay: required}"))
        (overlay / "flight-check/bank").mkdir(parents=True)
        text = "\n".join(PRIVATE.format(name=name) for name in ("one", "two", "three", "four"))
        (overlay / "flight-check/bank/limits.q.md").write_text(text)
        found = publish_courses(None, read_tree(tree, overlay if with_bank else None), course_formats(), now())
        assert not [problem for problem in found.problems if problem.is_error]
        person = make_person("Ana Ruiz")
        assign_programme(Assignment(person.id, "flight-check"), None)
        session.commit()
        client.sign_in(person)
        return client.post("/quiz/t1-check/start")

    return run


def test_only_private_questions_are_served(session, start):
    assert start(with_bank=True).status_code == 302
    attempt = session.scalars(sa.select(Attempt)).one()
    assert len(attempt.served) == 2
    assert all(served["item"].startswith("own-") for served in attempt.served)


def test_without_the_private_bank_the_check_is_not_served_at_all(session, start):
    assert start(with_bank=False).status_code == 409
    assert session.scalars(sa.select(Attempt)).all() == []


def test_the_page_of_a_private_question_asks_to_keep_it(session, client, start):
    start(with_bank=True)
    client.sign_in(make_person("Co", Role.COORDINATOR))
    assert "comes from the private bank" in client.get("/admin/questions/own-one").get_data(as_text=True)
    assert client.get("/admin/questions").get_data(as_text=True).count("Private") == 4

"""The flight check with a quiz of scenario, parametric and open questions, a learner on it, and a coordinator."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace

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

MODULE = """\
id: t1
title: Brief
summary: One page and a check.
objectives: [flight.limits]
adkar: [knowledge]
minutes: 8
"""
QUIZ = """\
---
id: t1-check
title: Check
pass: 80%
draw:
  - {bank: written, n: 4}
---
Four questions.
"""
BANK = """\
## late {scenario objective=flight.limits}
A parcel is nine days late.

### late-first {single}
What do you check first?
- (x) Where it is {#where}
  > Yes: everything follows from it.
- ( ) How angry they are {#angry}
  > It matters for the tone only.

### late-then {single}
Whom do you tell?
- (x) The customer {#customer}
  > Yes.
- ( ) Nobody {#nobody}
  > They are waiting.

## worth {numeric parametric objective=flight.limits unit=USD}
```vars
units = 200..600 step 40
cost = 95, 110
value = units * cost
```
The AI moves {{= units }} units at ${{= cost }} each. What is that worth?
= {{= value }} +- 0
  > Yes.
! *
  > Units times cost.

## instruct {open objective=flight.limits}
Write an instruction for one task of your job.
| row | 1 | 2 | 3 |
|---|---|---|---|
| bounded: Says what not to do | Nothing is ruled out | One limit | The limits that matter |
| testable: Can be checked | No | In part | Yes |
"""


def publish_tree(folder: Path, **files: str):
    """Publish the flight check from a copy in `folder`, with files of its course replaced or added."""
    tree = folder / "courses"
    if not tree.exists():
        shutil.copytree(Path(__file__).parents[1] / "flight", tree)
    for name, text in files.items():
        path = tree / "flight-check" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return publish_courses(None, read_tree(tree), course_formats(), now())


@pytest.fixture
def written(session, tmp_path):
    """The course with the quiz above."""
    files = {"01-brief/20-check.quiz.md": QUIZ, "bank/written.q.md": BANK, "01-brief/module.yml": MODULE}
    publication = publish_tree(tmp_path, **files)
    session.commit()
    assert not [problem for problem in publication.problems if problem.is_error]
    return publication


@pytest.fixture
def people(session, client, written):
    learner, other = make_person("Ana Ruiz"), make_person("Bo Li", Role.COORDINATOR)
    for person in (learner, other):
        assign_programme(Assignment(person.id, "flight-check"), None)
    session.commit()
    client.sign_in(learner)
    return SimpleNamespace(learner=learner, coordinator=other)


@pytest.fixture
def take(session, client):
    """Take the quiz as whoever is signed in, with an answer by item id; return the attempt."""

    def run(**given):
        client.post("/quiz/t1-check/start")
        attempt = session.scalars(sa.select(Attempt).order_by(Attempt.started_at.desc())).first()
        for number, served in enumerate(attempt.served, 1):
            answer = right_answers(served) | given
            client.post(f"/attempt/{attempt.id}/q/{number}", data={"answer": answer[served["item"]], "go": "next"})
        client.post(f"/attempt/{attempt.id}/review")
        session.refresh(attempt)
        return attempt

    return run


def right_answers(served):
    return {
        "late-first": "where",
        "late-then": "customer",
        "worth": served["values"].get("value", ""),
        "instruct": "Draft a reply.\nNever promise a date.",
    }

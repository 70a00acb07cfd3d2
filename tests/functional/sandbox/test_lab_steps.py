"""Each lab of the shipped courses, from a learner's path to the evidence and the step behind it."""

from __future__ import annotations

import re
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa

from lms.catalog.adapters.sources import read_tree
from lms.catalog.service import publish_courses
from lms.certification.queries.evidence import evidence_view
from lms.formats import course_formats
from lms.infra.clock import now
from lms.learning.models import Evidence, StepProgress
from lms.learning.queries.catalogue import programme_by_id
from lms.learning.service.assign import Assignment, assign_programme
from lms.sandbox.queries.labs import own_lab_run
from lms.sandbox.service.labs import fill_in, hand_in_sheet
from tests.factories.people import make_person
from tests.factories.training import do_modules
from tests.functional.sandbox.test_labs import best

COURSES = Path(__file__).parents[3] / "courses"


LABS = {
    "merchandising-marketing": {"mm6-rules-lab": "rule-lab", "mm6-board-lab": "ab-board"},
    "finance-operations": {"fo8-lab": "summary-audit"},
    "it-data": {"it6-lab": "prompt-lab", "it8-lab": "fault-lab"},
}


def test_a_lab_goes_from_the_path_to_its_evidence(session, client):
    # Published once for all five: reading the shipped courses takes longest.
    publish_courses(None, read_tree(COURSES), course_formats(), now())
    for programme, labs in LABS.items():
        walk(session, client, programme, labs)


def walk(session, client, programme, labs):
    person = make_person(f"Learner of {programme}")
    assign_programme(Assignment(person.id, programme), None)
    do_modules(person, programme, but=tuple(labs))
    session.commit()
    client.sign_in(person)
    for step, lab in labs.items():
        course = client.get(f"/path/{programme}").get_data(as_text=True)
        link = re.search(rf'href="(/[^"]+/{step})"', course)
        assert link, step
        brief = client.get(link[1], follow_redirects=True).get_data(as_text=True)
        action = re.search(r'action="(/lab/[^"]+/start)"', brief)
        run = client.post(action[1]).location.rsplit("/", 1)[-1]
        view = own_lab_run(person.id, UUID(run))
        fill_in(view, best(person, view.id))
        hand_in_sheet(person.id, view.id, now())
        session.commit()
        assert "Passed" in client.get(f"/lab/{run}").get_data(as_text=True)
        evidence = session.scalars(sa.select(Evidence).where(Evidence.step == step)).one()
        assert (evidence.result, evidence.score, evidence.details["console"]) == ("passed", 10_000, lab)
        assert session.get(StepProgress, (person.id, "initial", step)) is not None
        passed = evidence_view(person.id, programme_by_id(programme), now().date()).labs_passed
        assert {level for one, level in passed if one == lab} == {"foundation", "practitioner"}

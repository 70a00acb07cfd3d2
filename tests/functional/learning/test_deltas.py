"""What an edit means for those who have finished a module: a delta, a notice, or nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from lms.accounts.models.people import Absence
from lms.accounts.rules.actor import Role
from lms.catalog.adapters.sources import Source, read_tree
from lms.catalog.service import publish_courses, save_fact
from lms.cohorts.events import DueDateChanged
from lms.cohorts.service.cohorts import add_member
from lms.formats import course_formats
from lms.infra.clock import now
from lms.infra.events import publish
from lms.infra.jobs import Job
from lms.learning.models import Cycle
from lms.learning.queries.cycles import paths_of
from lms.learning.rules.evidence import Result
from lms.learning.rules.evidence import Source as From
from lms.learning.rules.path import next_step
from lms.learning.service.deltas import close_done_deltas, open_deltas, touched_by
from lms.learning.service.evidence import Claim, record_evidence
from lms.learning.service.rebuild import rebuild
from lms.messaging.models import Notification
from lms.readiness.queries.facts import Task, person_facts
from lms.readiness.rules.person import Answer, Line, five_lines
from tests.factories.cohorts import make_cohort
from tests.factories.people import as_actor, make_person
from tests.factories.training import do_modules

FLIGHT = Path(__file__).parents[1] / "flight"
PAGE, MODULE = "flight-check/01-brief/10-page.md", "flight-check/01-brief/module.yml"
TODAY = date(2026, 3, 2)


@pytest.fixture
def coordinator(session):
    return make_person("Cleo", Role.COORDINATOR, function="hr")


@pytest.fixture
def learner(session, flight_check, coordinator):
    """Somebody who has finished the first module and not yet the second."""
    cohort = make_cohort(as_actor(coordinator), programme=flight_check)
    person = make_person("Ana Ruiz")
    add_member(as_actor(coordinator), cohort, person.id, TODAY)
    do_modules(person, most=1)
    session.commit()
    return person


@pytest.fixture
def edit(session):
    """Publish the tree with the first page rewritten, and do what the worker does about it."""

    def _edit(change, words="A new sentence stands here."):
        tree = read_tree(FLIGHT)
        page, module = tree.files[PAGE], tree.files[MODULE]
        tree.files[PAGE] = Source(PAGE, f"{page.text}\n{words}\n")
        tree.files[MODULE] = Source(MODULE, f"{module.text}change: {change}\n")
        publish_courses(None, tree, course_formats(), now())
        return work(session)

    return _edit


def work(session):
    """Do the jobs that publications have asked for."""
    opened = 0
    for job in session.scalars(sa.select(Job).where(Job.kind == "learning.deltas").order_by(Job.id)).all():
        asked = job.payload
        opened += open_deltas(touched_by(asked["release"], asked["previous"], asked["facts"]), now().date())
        session.delete(job)
    session.commit()
    return opened


def deltas(session):
    return session.scalars(sa.select(Cycle).where(Cycle.name.startswith("delta-")).order_by(Cycle.assigned_at)).all()


def notices(session, person):
    query = sa.select(sa.func.count()).where(
        Notification.person_id == person.id, Notification.kind == "content-changed"
    )
    return session.scalar(query)


def line_two(person, today):
    facts = person_facts(sa.select(sa.literal(person.id)), [Task(person.id, "flight-check", True)], today, today)
    return next(found for found in five_lines(facts[person.id], today) if found.line is Line.DELTAS)


def test_a_material_change_opens_the_changed_page_and_its_quiz_for_those_who_had_finished(
    session, learner, edit, coordinator
):
    other = make_person("Bo Li")
    add_member(as_actor(coordinator), deltas_cohort(session), other.id, TODAY)
    assert edit("material") == 1
    (delta,) = deltas(session)
    assert (delta.person_id, delta.parts, delta.due_on) == (learner.id, ["t1-page", "t1-check"], date(2026, 4, 1))
    assert notices(session, learner) == 1
    assert notices(session, other) == 0


def deltas_cohort(session):
    return session.scalar(sa.select(Cycle.cohort_id).where(Cycle.name == "initial"))


def test_a_minor_change_gives_a_notice_and_a_cosmetic_one_nothing(session, learner, edit):
    assert edit("cosmetic") == 0
    assert notices(session, learner) == 0
    assert edit("minor", "Another sentence.") == 0
    assert (deltas(session), notices(session, learner)) == ([], 1)


def test_a_first_publication_and_an_unchanged_one_ask_nobody(session, learner):
    publish_courses(None, read_tree(FLIGHT), course_formats(), now())
    assert work(session) == 0
    assert session.scalar(sa.select(sa.func.count()).select_from(Job).where(Job.kind == "learning.deltas")) == 0


def test_a_changed_fact_opens_what_cites_it_whatever_the_module_says(session, learner, coordinator):
    save_fact(as_actor(coordinator), "price_approval_limit", {"": "12"}, "", now())
    publish_courses(None, read_tree(FLIGHT), course_formats(), now())
    assert work(session) == 1
    assert "t1-check" in deltas(session)[0].parts


def test_the_delta_comes_first_and_is_done_by_its_own_evidence(session, client, learner, edit):
    edit("material")
    (delta,) = deltas(session)
    path = next(path for path in paths_of(learner.id) if path.cycle.id == delta.id)
    assert next_step(path.modules).step.id == "t1-page"
    client.sign_in(learner)
    page = client.get("/home").get_data(as_text=True)
    assert "What changed: Flight check" in page
    assert "What is new is due 30 days later." in page
    assert client.post("/learn/flight-check/t1/t1-page").location.endswith("/t1-check")
    assert rebuild(check_only=True) == []


def test_the_second_line_fails_when_a_delta_is_overdue_and_until_it_is_done(session, learner, edit):
    edit("material")
    (delta,) = deltas(session)
    assert line_two(learner, date(2026, 4, 1)).answer is Answer.YES
    assert line_two(learner, date(2026, 4, 2)).answer is Answer.NO
    for step in delta.parts:
        record_evidence(Claim(delta.id, step, Result.PASSED, From.ATTEMPT, now(), learner.id))
    assert line_two(learner, date(2026, 4, 2)).answer is Answer.YES
    close_done_deltas(date(2026, 3, 2))
    assert delta.closed_at is None
    close_done_deltas(date(2026, 3, 3))
    assert delta.closed_at is not None


def test_a_later_change_of_the_same_pages_takes_the_open_delta_over(session, learner, edit, clock):
    edit("material")
    clock.advance(days=3)
    edit("material", "And once more.")
    first, second = deltas(session)
    assert (first.closed_at is None, second.closed_at is None) == (False, True)
    assert second.due_on == date(2026, 4, 4)


def test_absence_stops_the_clock_of_a_delta(session, learner, edit):
    edit("material")
    (delta,) = deltas(session)
    session.add(Absence(person_id=learner.id, starts_on=date(2026, 3, 10), ends_on=date(2026, 3, 17)))
    session.flush()
    publish(DueDateChanged(learner.id, delta.cohort_id, delta.programme))
    assert delta.due_on == date(2026, 4, 8)

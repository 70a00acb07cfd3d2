"""How questions do, what a release changed, and publishing with the differences in sight."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from lms.accounts.rules.actor import Role
from lms.assessment.models import Attempt
from lms.assessment.rules.attempts import AttemptState, Mode
from lms.catalog.models import ContentCheck, CurrentRelease, FactOverride, ItemVersion
from lms.catalog.tasks import check_on_request, publish_on_request
from lms.formats import course_formats
from lms.infra.clock import now
from lms.infra.jobs import Job, JobRun
from lms.learning.models import Cycle
from lms.shared.ids import new_id
from tests.factories.people import make_person
from tests.functional.assessment.conftest import BANK, publish_tree

OTHERS = ("late-first", "late-then", "worth")


@pytest.fixture
def coordinator(session, client, people):
    client.sign_in(people.coordinator)
    return people.coordinator


def sit(session, person, version, shares, language="en", number=1):
    """Store an attempt whose result stands: the share of the first question, then those of the others."""
    cycle = session.scalars(sa.select(Cycle).where(Cycle.person_id == person.id)).first()
    served = [{"item": item, "version": version, "options": [], "rights": [], "values": {}} for item in OTHERS]
    session.add(
        Attempt(
            person_id=person.id, cycle_id=cycle.id, step="t1-check", release="none", language=language,
            mode=Mode.GRADED, number=number, state=AttemptState.SUBMITTED, served=served, started_at=now(),
            submitted_at=now() + timedelta(minutes=number), score=0, passed=False,
            results={"total": "0", "questions": list(shares)},
        )
    )  # fmt: skip
    session.flush()


def test_a_question_that_misleads_good_judges_is_called_out_once_there_are_thirty(session, client, coordinator, people):
    version = session.scalar(sa.select(ItemVersion.grading_hash).where(ItemVersion.item == "late-first"))
    for number in range(1, 30):
        good = number % 2
        sit(session, people.learner, version, (str(1 - good), str(good), str(good)), number=number)
    page = client.get("/admin/questions").get_data(as_text=True)
    assert "Take it out" not in page
    assert "Too few yet" in page
    sit(session, people.learner, version, ("1", "0", "0"), number=30)
    assert "Take it out" in client.get("/admin/questions").get_data(as_text=True)


def test_figures_are_kept_apart_by_language_and_by_version_of_the_key(session, client, coordinator, people):
    version = session.scalar(sa.select(ItemVersion.grading_hash).where(ItemVersion.item == "late-first"))
    sit(session, people.learner, version, ("1", "1", "0"), number=1)
    sit(session, people.learner, version, ("0", "1", "0"), language="es", number=2)
    sit(session, people.learner, "earlier", ("0", "0", "0"), number=3)
    page = client.get("/admin/questions/late-first").get_data(as_text=True)
    for words in ("Served now", "Earlier key", ">es<", "What do you check first?", "It matters for the tone only."):
        assert words in page


def test_a_question_nobody_has_answered_has_its_key_and_no_figures(client, coordinator):
    for item in ("worth", "instruct", "late-then"):
        assert "Nobody has answered this question" in client.get(f"/admin/questions/{item}").get_data(as_text=True)
    assert client.get("/admin/questions/no-such").status_code == 404


def test_without_courses_the_page_says_what_to_do(session, client):
    client.sign_in(make_person("Co", Role.COORDINATOR))
    assert "Publish a course with a quiz first" in client.get("/admin/questions").get_data(as_text=True)
    assert "Nothing is published yet" in client.get("/admin/content").get_data(as_text=True)


def test_a_release_says_what_it_changed_and_tells_a_new_key_from_new_words(
    session, client, coordinator, tmp_path, clock
):
    clock.advance(hours=1)
    changed = BANK.replace("They are waiting.", "They wait.").replace("(x) Where it is", "( ) Where it is")
    changed = changed.replace("( ) How angry", "(x) How angry")
    publish_tree(tmp_path, **{"bank/written.q.md": changed})
    release = session.scalar(sa.select(CurrentRelease.hash).where(CurrentRelease.name == "flight-check"))
    page = client.get(f"/admin/content/{release}").get_data(as_text=True)
    assert "Key changed" in page
    assert "Wording changed" in page
    assert "2 differences" in page
    history = client.get("/admin/content").get_data(as_text=True)
    assert history.count('Flight check</a> <span class="hint">flight-check</span>') == 2
    assert client.get("/admin/content/no-such").status_code == 404


@pytest.fixture
def other_files(app, monkeypatch):
    """Course files other than those that are served."""
    settings = app.extensions["groundschool.settings"]
    desk = Path(__file__).parents[1] / "sandbox" / "desk"
    monkeypatch.setitem(app.extensions, "groundschool.settings", settings.model_copy(update={"courses": desk}))


def look_ahead(client) -> str:
    """What publishing would change, once the worker has checked the files."""
    waiting = client.get("/admin/content/next")
    assert waiting.headers["Refresh"] == "2"
    assert "being checked" in waiting.get_data(as_text=True)
    check_on_request(JobRun(new_id(), {}, 1), course_formats())
    return client.get("/admin/content/next").get_data(as_text=True)


def test_publishing_shows_the_differences_first_and_leaves_the_work_to_the_worker(
    session, client, coordinator, other_files
):
    page = look_ahead(client)
    assert "desk-check" in page
    assert "Added" in page
    assert client.post("/admin/content/next").status_code == 302
    assert {"courses.check", "courses.publish"} <= set(session.scalars(sa.select(Job.kind)))


def test_the_worker_publishes_in_the_name_of_whoever_asked(session, client, coordinator, other_files):
    publish_on_request(JobRun(new_id(), {"person": str(coordinator.id)}, 1), course_formats())
    page = client.get("/admin/content").get_data(as_text=True)
    assert "desk-check" in page
    assert "Bo Li" in page
    assert "nothing to publish" in look_ahead(client)


def test_the_files_are_checked_once_however_often_somebody_looks(session, client, coordinator, other_files, clock):
    asked = sa.select(sa.func.count()).where(Job.kind == "courses.check")
    for _time in range(3):
        client.get("/admin/content/next")
    assert session.scalar(asked) == 1
    clock.advance(minutes=6)
    client.get("/admin/content/next")
    assert session.scalar(asked) == 2


def test_what_was_found_holds_until_something_it_depends_on_changes(session, client, coordinator, other_files):
    look_ahead(client)
    assert "being checked" not in client.get("/admin/content/next").get_data(as_text=True)
    session.add(FactOverride(name="any", value={"": "7"}, set_at=now(), set_by=coordinator.id))
    session.flush()
    assert "Catalogue and company facts" in look_ahead(client)
    assert session.scalar(sa.select(sa.func.count()).select_from(ContentCheck)) == 1

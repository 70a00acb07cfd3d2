"""Facts, notes and stories written in the browser: checked like files, and never written over."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
import sqlalchemy as sa

from lms.accounts.rules.actor import Role
from lms.catalog.adapters.sources import read_tree
from lms.catalog.models import CompanyText, FactOverride
from lms.catalog.queries import find_step
from lms.catalog.service import publish_courses
from lms.formats import course_formats
from lms.infra.audit import AuditEntry
from lms.infra.clock import now
from lms.infra.jobs import Job
from lms.learning.service.assign import Assignment, assign_programme
from tests.factories.people import make_person
from tests.factories.training import do_modules

FLIGHT = Path(__file__).parents[1]
NOTES, STORY = "/admin/content/texts/t11-notes/en", "/admin/content/texts/t11-incident/en"


@pytest.fixture
def folders(app, monkeypatch, session, flight_refreshers):
    """Let the browser read the tree that is published."""
    folders = (FLIGHT / "flight", FLIGHT / "refreshers")
    monkeypatch.setattr("lms.home.views.own_content.course_folders", lambda: folders)
    return folders


@pytest.fixture
def coordinator(session, client, folders):
    person = make_person("Cleo", Role.COORDINATOR, function="hr")
    session.commit()
    client.sign_in(person)
    return person


def send(client, url, body="", go="publish", follows=None, **fields):
    page = client.get(url).get_data(as_text=True)
    given = re.search(r'name="follows" value="([^"]*)"', page)[1] if follows is None else follows
    return client.post(url, data={"body": body, "go": go, "follows": given, **fields})


def published(folders):
    publish_courses(None, read_tree(*folders), course_formats(), now())


def words(step):
    return find_step("flight-refreshers", "t11", step)[2].content["en"]["html"]


def test_the_list_says_where_there_is_room(client, coordinator):
    page = client.get("/admin/content/texts").get_data(as_text=True)
    assert "What changed in month 1" in page
    assert "Incident of month 3" in page


def test_notes_stand_before_the_shipped_page_and_a_story_takes_its_place(session, client, coordinator, folders):
    assert send(client, NOTES, "The limit moved.").status_code == 302
    assert send(client, STORY, "A pallet went to the wrong lane.").status_code == 302
    assert session.scalar(sa.select(sa.func.count()).select_from(Job).where(Job.kind == "courses.publish")) == 2
    published(folders)
    assert words("t11-notes").index("The limit moved.") < words("t11-notes").index("Read what changed.")
    assert words("t11-incident") == "<p>A pallet went to the wrong lane.</p>"


def test_an_empty_text_gives_the_place_back(session, client, coordinator, folders):
    send(client, STORY, "Ours.")
    published(folders)
    send(client, STORY, "")
    published(folders)
    assert "nobody had read" in words("t11-incident")


def test_a_text_is_checked_as_strictly_as_a_file_and_kept_as_typed(session, client, coordinator):
    typed = "First line.\n\nOur limit is {{no_such_fact}} and <b>bold</b>."
    answer = send(client, NOTES, typed)
    page = html.unescape(answer.get_data(as_text=True))
    assert answer.status_code == 422
    assert "Line 3: {{no_such_fact}} is not a company fact." in page
    assert "Raw HTML is not allowed" in page
    assert typed in page
    assert session.scalar(sa.select(sa.func.count()).select_from(CompanyText)) == 0


def test_checking_shows_the_lesson_as_readers_would_see_it_and_stores_nothing(session, client, coordinator):
    page = send(client, NOTES, "**New** today.", go="check").get_data(as_text=True)
    assert "<strong>New</strong> today." in page
    assert "finds nothing that keeps this" in page
    assert session.scalar(sa.select(sa.func.count()).select_from(CompanyText)) == 0


def test_a_draft_is_served_to_nobody(session, client, coordinator, folders):
    send(client, NOTES, "Not yet.", go="save")
    published(folders)
    assert "Not yet." not in words("t11-notes")
    assert "Not yet." in client.get(NOTES).get_data(as_text=True)


def test_two_who_write_at_once_see_both_texts_and_lose_neither(session, client, coordinator):
    send(client, NOTES, "Hers.", go="save")
    answer = send(client, NOTES, "His.", go="save", follows="")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Hers." in page
    assert "His." in page
    assert [row.body for row in session.scalars(sa.select(CompanyText))] == ["Hers."]
    follows = re.search(r'name="follows" value="([^"]*)"', page)[1]
    assert client.post(NOTES, data={"body": "Both.", "go": "save", "follows": follows}).status_code == 302


def test_what_is_written_and_published_is_in_the_audit_log(session, client, coordinator):
    send(client, NOTES, "New.")
    actions = set(session.scalars(sa.select(AuditEntry.action)))
    assert {"content.text-saved", "content.text-published", "content.asked-to-publish"} <= actions


def test_a_page_without_room_and_a_language_nobody_speaks_are_not_found(client, coordinator):
    assert client.get("/admin/content/texts/t1-page/en").status_code == 404
    assert client.get("/admin/content/texts/t11-notes/fr").status_code == 404


def test_a_fact_shows_what_would_change_and_whom_it_touches(session, client, coordinator, flight_refreshers):
    learner = make_person("Ana Ruiz")
    assign_programme(Assignment(learner.id, flight_refreshers), None)
    do_modules(learner, flight_refreshers, most=1)
    answer = send(client, "/admin/content/facts/price_approval_limit", go="check", **{"value.": "12"})
    page = html.unescape(answer.get_data(as_text=True))
    assert "<del>15\u00a0%</del> → <ins>12\u00a0%</ins>" in page
    assert "Ana Ruiz" in page
    assert session.scalar(sa.select(sa.func.count()).select_from(FactOverride)) == 0


def test_a_fact_is_stored_and_published_and_can_be_taken_back(session, client, coordinator, folders):
    url = "/admin/content/facts/price_approval_limit"
    assert send(client, url, go="save", **{"value.": "12"}).status_code == 302
    published(folders)
    assert "12\u00a0%" in client.get(url).get_data(as_text=True)
    assert send(client, url, go="shipped").status_code == 302
    published(folders)
    assert "The shipped value" in client.get(url).get_data(as_text=True)


def test_a_value_that_does_not_fit_is_told_and_kept(session, client, coordinator):
    answer = send(client, "/admin/content/facts/price_approval_limit", go="save", **{"value.": "a lot"})
    assert answer.status_code == 422
    assert 'value="a lot"' in answer.get_data(as_text=True)


def test_a_fact_changed_meanwhile_is_not_written_over(session, client, coordinator):
    url = "/admin/content/facts/price_approval_limit"
    send(client, url, go="save", **{"value.": "12"})
    answer = send(client, url, go="save", follows="", **{"value.": "20"})
    page = html.unescape(answer.get_data(as_text=True))
    assert answer.status_code == 409
    assert "It now says: 12" in page
    assert 'value="20"' in page
    assert session.scalar(sa.select(sa.func.count()).select_from(FactOverride)) == 1


@pytest.mark.parametrize("name", ["", "/results", "/privacy", "/reviews"])
def test_policies_are_open_to_everybody(client, name):
    assert client.get(f"/policies{name}").status_code == 200


def test_policies_are_linked_from_help_and_every_footer(client):
    page = client.get("/help").get_data(as_text=True)
    assert '"/policies"' in page
    assert '"/policies/results"' in page
    assert client.get("/policies/no-such").status_code == 404

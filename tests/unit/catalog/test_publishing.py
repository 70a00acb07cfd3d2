"""Releases: published once, kept for ever, served from the newest."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.accounts.rules.actor import Actor, Role
from lms.catalog.adapters.compiler import Compiled
from lms.catalog.adapters.formats import Formats
from lms.catalog.adapters.sources import Tree, tree_of
from lms.catalog.events import CoursePublished
from lms.catalog.models import CATALOGUE, ContentRelease, ItemVersion
from lms.catalog.queries import (
    asset,
    current_catalogue,
    current_company,
    current_release,
    fact_overrides,
    find_card,
    find_step,
    latest_fact,
    load_release,
)
from lms.catalog.service import publish_courses, save_fact, what_cites
from lms.infra.db import db
from lms.infra.events import subscribe
from lms.shared.errors import Invalid, NotFound

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
ACTOR = Actor(uuid.UUID(int=7), "Ada", frozenset({Role.COORDINATOR}))
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><rect width="9" height="9"/></svg>'
Files = dict[str, str]

pytestmark = pytest.mark.usefixtures("session")


def tree(files: Files, **binaries: bytes) -> Tree:
    return tree_of(files, {path.replace("__", "/").replace("_dot_", "."): data for path, data in binaries.items()})


def test_a_published_course_is_served_whole(formats: Formats, sound: Files) -> None:
    done = publish_courses(None, tree(sound), formats, NOW)
    assert set(done.published) == {"course", CATALOGUE}
    found = find_step("course", "m1", "m1-check")
    assert found is not None
    release, module, step = found
    assert (release.hash, module.id, step.kind) == (done.published["course"], "m1", "quiz")
    assert set(release.course.items) == {"ask-a", "ask-b", "ask-c", "ask-d"}
    assert current_catalogue().roles == {"clerk": {"en": "Clerk"}}
    assert current_company().facts["limit"].words("en") == "$100"


def test_publishing_the_same_again_changes_nothing(formats: Formats, sound: Files) -> None:
    publish_courses(None, tree(sound), formats, NOW)
    done = publish_courses(None, tree(sound), formats, LATER)
    assert (dict(done.published), done.unchanged) == ({}, ("course",))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ContentRelease)) == 2


def test_a_course_with_an_error_keeps_its_last_good_release(formats: Formats, sound: Files) -> None:
    first = publish_courses(None, tree(sound), formats, NOW).published["course"]
    broken = {**sound, "course/01-m/10-one.md": "nothing here"}
    done = publish_courses(None, tree(broken), formats, LATER)
    assert (done.kept, "course" in done.published) == (("course",), False)
    release = current_release("course")
    assert release is not None
    assert release.hash == first


def test_an_older_release_stays_as_it_was(formats: Formats, sound: Files) -> None:
    first = publish_courses(None, tree(sound), formats, NOW).published["course"]
    changed = {**sound, "course/course.yml": sound["course/course.yml"].replace("A course\n", "Another course\n", 1)}
    second = publish_courses(None, tree(changed), formats, LATER).published["course"]
    assert load_release(first).course.title == {"en": "A course"}
    assert load_release(second).course.title == {"en": "Another course"}


def test_going_back_to_an_earlier_content_makes_its_release_current_again(formats: Formats, sound: Files) -> None:
    first = publish_courses(None, tree(sound), formats, NOW).published["course"]
    changed = {**sound, "course/course.yml": sound["course/course.yml"].replace("A course\n", "Another course\n", 1)}
    publish_courses(None, tree(changed), formats, LATER)
    assert publish_courses(None, tree(sound), formats, LATER).published["course"] == first


def test_what_changed_is_told_by_module(app: Flask, formats: Formats, sound: Files) -> None:
    told: list[CoursePublished] = []
    subscribe(app, CoursePublished, told.append)
    publish_courses(None, tree(sound), formats, NOW)
    titled = {**sound, "course/course.yml": sound["course/course.yml"].replace("A course\n", "Another\n", 1)}
    publish_courses(None, tree(titled), formats, LATER)
    lesson = {**titled, "course/01-m/10-one.md": titled["course/01-m/10-one.md"].replace("Ask first", "Ask")}
    publish_courses(None, tree(lesson), formats, LATER)
    assert [event.changed for event in told] == [("m1",), (), ("m1",)]
    assert told[1].previous == told[0].release


def test_a_grading_change_makes_a_new_item_version_and_a_rewording_does_not(formats: Formats, sound: Files) -> None:
    def versions() -> int:
        return (
            db.session.scalar(sa.select(sa.func.count()).select_from(ItemVersion).where(ItemVersion.item == "ask-a"))
            or 0
        )

    bank = sound["course/bank/b.q.md"]
    publish_courses(None, tree(sound), formats, NOW)
    reworded = {**sound, "course/bank/b.q.md": bank.replace("What is", "Which is", 1)}
    publish_courses(None, tree(reworded), formats, LATER)
    assert versions() == 1
    moved = bank.replace("- (x) As written", "- ( ) As written", 1).replace("- ( ) As rem", "- (x) As rem", 1)
    publish_courses(None, tree({**sound, "course/bank/b.q.md": moved}), formats, LATER)
    assert versions() == 2


def test_a_picture_is_stored_under_its_hash(formats: Formats, sound: Files) -> None:
    lesson = sound["course/01-m/10-one.md"] + "\n![A square](../img/square.svg)\n"
    files = {**sound, "course/01-m/10-one.md": lesson}
    publish_courses(None, tree_of(files, {"course/img/square.svg": SVG}), formats, NOW)
    release = current_release("course")
    assert release is not None
    found = release.course.assets[0]
    assert asset(found.sha256) == (SVG, "image/svg+xml")
    assert f"/assets/{found.sha256}.svg" in release.course.modules[0].steps[0].content["en"]["html"]
    with pytest.raises(NotFound):
        asset("0" * 64)


def test_a_card_is_found_by_its_id(formats: Formats, sound: Files) -> None:
    card = "---\nid: m1-card\ntitle: The limit\n---\nThe limit is {{limit}}.\n"
    publish_courses(None, tree({**sound, "course/01-m/card.md": card}), formats, NOW)
    found = find_card("m1-card")
    assert found is not None
    assert found[1].body["en"] == "<p>The limit is $100.</p>"
    assert find_card("none") is None


def test_a_changed_fact_publishes_again_what_cites_it_and_says_what_that_is(formats: Formats, sound: Files) -> None:
    publish_courses(None, tree(sound), formats, NOW)
    touched = save_fact(ACTOR, "limit", {"": "250"}, "", LATER)
    done = publish_courses(ACTOR, tree(sound), formats, LATER)
    assert touched.modules == {"course": ("m1",)}
    assert "course" in done.published
    step = find_step("course", "m1", "m1-one")
    assert step is not None
    assert "$250" in step[2].content["en"]["html"]
    save_fact(ACTOR, "limit", {}, str(latest_fact("limit").id), LATER)
    publish_courses(ACTOR, tree(sound), formats, LATER)
    assert (fact_overrides(), current_company().facts["limit"].value) == ({}, {"": "100"})


def test_a_fact_that_does_not_fit_is_refused_and_nothing_is_stored(formats: Formats, sound: Files) -> None:
    publish_courses(None, tree(sound), formats, NOW)
    with pytest.raises(Invalid, match="a lot"):
        save_fact(ACTOR, "limit", {"": "a lot"}, "", LATER)
    with pytest.raises(NotFound):
        save_fact(ACTOR, "window", {"": "1"}, "", LATER)
    assert fact_overrides() == {}
    assert what_cites("window").modules == {}


def test_nothing_is_current_before_the_first_publication(compile_files: Callable[..., Compiled]) -> None:
    assert current_release("course") is None
    assert current_catalogue().programmes == ()
    with pytest.raises(NotFound):
        load_release("f" * 64)

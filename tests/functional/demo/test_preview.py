"""One course on this machine as a learner sees it, as its files are."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from lms.app import create_app
from lms.demo.cli.preview import Preview, attach
from lms.demo.service.previewing import choose
from lms.formats import course_formats
from lms.infra.db import db
from lms.infra.settings import Settings
from lms.shared.errors import Invalid

FLIGHT = Path(__file__).parents[1] / "flight"
PAGE = "01-brief/10-page.md"


@pytest.fixture
def course(tmp_path):
    """The flight check's folder inside a tree of its own."""
    return shutil.copytree(FLIGHT, tmp_path / "courses") / "flight-check"


@pytest.fixture
def show(tmp_path):
    """Serve a folder and return a browser at it."""
    apps = []

    def run(folder):
        app = create_app(Settings(instance=tmp_path / "instance", secret_key="a test key of sufficient length"))
        app.config["TESTING"] = True
        apps.append(app)
        with app.app_context():
            db.create_all()
        attach(app, Preview(choose(folder), course_formats(), None), "en")
        return app.test_client()

    yield run
    for app in apps:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def text_of(browser, path):
    return browser.get(path, follow_redirects=True).get_data(as_text=True)


def test_nobody_signs_in_and_nothing_waits_for_anything_else(course, show):
    browser = show(course)
    assert "Flight check" in text_of(browser, "/preview")
    assert "You cannot start this yet" not in text_of(browser, "/learn/flight-check/t2/t2-clinic")
    assert "Preview: what the check says" in text_of(browser, "/path/flight-check")


def test_a_modules_folder_opens_its_first_step(course, show):
    response = show(course / "01-brief").get("/preview")
    assert response.location.endswith("/learn/flight-check/t1/t1-page")


def test_a_page_follows_its_file(course, show):
    browser = show(course)
    before = browser.get("/preview/state").get_json()["stamp"]
    file = course / PAGE
    file.write_text(file.read_text().replace("title: One limit", "title: Just one limit"))
    assert "Just one limit" in text_of(browser, "/learn/flight-check/t1/t1-page")
    assert browser.get("/preview/state").get_json()["stamp"] != before


def test_what_is_wrong_stands_on_the_page_with_its_place(course, show):
    browser = show(course)
    file = course / PAGE
    file.write_text(file.read_text() + "\nSee :card[t9-card].\n")
    page = text_of(browser, "/path/flight-check")
    assert "t9-card" in page
    assert "flight-check/01-brief/10-page.md:" in page


def test_a_course_that_cannot_be_read_keeps_the_pages_as_they_were(course, show):
    browser = show(course)
    (course / "course.yml").write_text("id: [")
    page = text_of(browser, "/path/flight-check")
    assert "These pages are older than the files" in page
    assert "The brief" in page


def test_a_quiz_can_be_taken(course, show):
    browser = show(course)
    page = text_of(browser, "/learn/flight-check/t1/t1-check")
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    started = browser.post("/quiz/t1-check/start", data={"csrf_token": token})
    assert "/attempt/" in started.location


def test_a_course_that_stands_alone_borrows_roles_and_company_facts(course, tmp_path, show):
    alone = shutil.move(str(course), tmp_path / "elsewhere")
    outline = Path(alone) / "course.yml"
    outline.write_text(outline.read_text().replace("roles: [flight-check]", "roles: [all]"))
    assert "Flight check" in text_of(show(Path(alone)), "/preview")


def test_a_folder_without_a_course_is_refused(tmp_path):
    with pytest.raises(Invalid, match="no course"):
        choose(tmp_path)

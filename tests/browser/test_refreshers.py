"""Cards and the company's own texts in Chromium, at 320 pixels in light and at 1280 in dark, and without JavaScript."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from lms.accounts.rules.actor import Role
from lms.accounts.service.sessions import start_session
from lms.app import create_app
from lms.catalog.adapters.sources import read_tree
from lms.catalog.service import publish_courses
from lms.cohorts.service.cohorts import add_member
from lms.formats import course_formats
from lms.infra.clock import now, use_clock
from lms.infra.db import db
from lms.infra.settings import Settings
from lms.infra.transactions import write_transaction
from lms.learning.service.refreshers import months_to_open, open_months
from lms.shared.clock import MovableClock
from tests.browser.auditor import assert_sound, assert_sound_in_views
from tests.browser.conftest import serve
from tests.browser.hands import follow
from tests.factories.cohorts import make_cohort, make_wave
from tests.factories.people import as_actor, make_person
from tests.factories.training import do_modules

TREES = Path(__file__).parents[1] / "functional"
FOLDERS = (TREES / "flight", TREES / "refreshers")
APRIL = datetime(2026, 4, 2, 9, tzinfo=UTC)
VIEWS = [(320, "light"), (1280, "dark")]
NOTES = "/admin/content/texts/t11-notes/en"


@pytest.fixture(scope="module")
def april(tmp_path_factory):
    """An application in the first month after go-live, its address, and a cookie for a learner and a coordinator."""
    folder = tmp_path_factory.mktemp("april")
    settings = Settings(
        instance=folder,
        secret_key="a test key of sufficient length",
        log_level="ERROR",
        courses=FOLDERS[0],
        courses_overlay=FOLDERS[1],
    )
    app = create_app(settings)
    app.config["TESTING"] = True
    use_clock(app, MovableClock(APRIL))
    with app.app_context():
        db.create_all()
        with write_transaction():
            publish_courses(None, read_tree(*FOLDERS), course_formats(), now())
            coordinator = make_person("Cleo Coordinator", Role.COORDINATOR, function="hr")
            actor = as_actor(coordinator)
            wave = make_wave(actor, go_live=date(2026, 3, 9), training_start=date(2026, 1, 5))
            learner = make_person("Ana Ruiz")
            add_member(actor, make_cohort(actor, wave=wave, programme="flight-check"), learner.id, date(2026, 2, 2))
            do_modules(learner, at=datetime(2026, 2, 20, tzinfo=UTC))
            open_months(months_to_open(APRIL.date()))
            tokens = [start_session(person.id, now(), kiosk=False) for person in (learner, coordinator)]
        db.session.remove()
    with serve(app) as address:
        sign = app.session_interface.get_signing_serializer(app).dumps
        values = [sign({"_user_id": token, "_fresh": True, "_permanent": True}) for token in tokens]
        yield address, *({"name": "groundschool", "value": value, "url": address} for value in values)
    with app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("path", ["/home", "/learn/flight-refreshers/t11/t11-cards", "/repeat/t11-cards"])
def test_a_learners_pages_of_the_month_are_sound(april, go, path):
    address, learner, _coordinator = april
    assert_sound_in_views(go(address + path, learner))


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_a_text_with_what_the_check_says_of_it_is_sound(april, open_page, width, scheme):
    address, _learner, coordinator = april
    page = open_page(width=width, height=800, scheme=scheme)
    page.context.add_cookies([coordinator])
    page.goto(address + "/admin/content/texts")
    assert_sound(page)
    page.goto(address + NOTES)
    page.fill("#body", "Our limit is {{nope}}.")
    page.locator("button[value=check]").click()
    page.get_by_role("heading", name="Preview").wait_for()
    assert "{{nope}} is not a company fact" in page.locator("main").inner_text()
    assert page.locator("#body").input_value() == "Our limit is {{nope}}."
    assert_sound(page)


def test_the_months_cards_are_done_without_javascript(april, chromium):
    address, learner, _coordinator = april
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 320, "height": 700})
    context.add_cookies([learner])
    page = context.new_page()
    page.goto(address + "/home")
    follow(page.get_by_role("link", name="Repeat cards"))
    for number in (1, 2, 3):
        choice = page.locator("main input[type=radio]").first
        if choice.count():
            choice.check()
        follow(page.locator("button[value=check]"))
        assert f"{number} of 3 minutes" in page.locator("main").inner_text()
        if number < 3:
            follow(page.get_by_role("link", name="Next card"))
    assert "This month's cards are done" in page.locator("main").inner_text()
    context.close()

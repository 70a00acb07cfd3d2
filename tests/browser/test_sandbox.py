"""The consoles in Chromium: every page of a run at both widths, without JavaScript, by keyboard, at a kiosk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import expect

from lms.accounts.rules.actor import Role
from lms.accounts.service.sessions import start_session
from lms.app import create_app
from lms.catalog.adapters.sources import read_tree
from lms.catalog.service import publish_courses
from lms.formats import course_formats
from lms.infra.clock import now
from lms.infra.db import db
from lms.infra.settings import Settings
from lms.infra.transactions import write_transaction
from lms.learning.service.assign import Assignment, assign_programme
from lms.sandbox.queries.runs import own_run
from lms.sandbox.queries.steps import visit_sandbox
from lms.sandbox.service.decide import open_hint
from lms.sandbox.service.finish import hand_in
from lms.sandbox.service.start import start_run
from tests.browser.auditor import assert_sound, assert_sound_in_views
from tests.browser.conftest import serve
from tests.browser.hands import follow
from tests.factories.people import as_actor, make_person
from tests.functional.sandbox import player

DESK = Path(__file__).parents[1] / "functional" / "sandbox" / "desk"
PAGES = ("brief", "case", "hinted", "feedback", "own", "review", "unsure", "debrief", "exam", "scenarios")


@dataclass(frozen=True)
class Desk:
    """Where the desk answers, the addresses of its states, and the cookies of its people."""

    app: Flask
    address: str
    pages: dict[str, str]
    cookies: dict[str, dict[str, str]]

    def open(self, open_page, name: str, who: str = "learner", **options: Any):
        """Open a page as somebody."""
        page = open_page(**options)
        page.context.add_cookies([self.cookies[who]])
        page.goto(self.address + self.pages[name])
        return page

    def go(self, go, name: str, who: str = "learner"):
        """Look at a page as somebody."""
        return go(self.address + self.pages[name], self.cookies[who])


@contextmanager
def serving(folder: Path, play: Callable[[], tuple[dict[str, str], dict[str, str]]]) -> Iterator[Desk]:
    """Serve the desk-check programme after `play` has brought its people where every page has something to show."""
    app = create_app(Settings(instance=folder, secret_key="a key long enough", log_level="ERROR"))
    app.config["TESTING"] = True
    with app.app_context():
        db.create_all()
        with write_transaction():
            publish_courses(None, read_tree(DESK), course_formats(), now())
        with write_transaction():
            pages, tokens = play()
        db.session.remove()
    with serve(app) as address:
        sign: Any = app.session_interface.get_signing_serializer(app)
        cookies = {
            who: {
                "name": "groundschool",
                "value": sign.dumps({"_user_id": token, "_fresh": True, "_permanent": True}),
                "url": address,
            }
            for who, token in tokens.items()
        }
        yield Desk(app, address, pages, cookies)
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("desk"), play) as made:
        yield made


def play() -> tuple[dict[str, str], dict[str, str]]:
    """Bring two learners to where every page has something to show."""
    learner, beginner = make_person("Ana Ruiz"), make_person("Bo Li", shortcuts=True)
    coordinator = make_person("Cora Lee", Role.COORDINATOR)
    for person in (learner, beginner):
        assign_programme(Assignment(person.id, "desk-check"), None)
    tokens = {
        "learner": start_session(learner.id, now()),
        "beginner": start_session(beginner.id, now()),
        "kiosk": start_session(beginner.id, now(), kiosk=True),
        "coordinator": start_session(coordinator.id, now()),
    }

    def begin(person, step):
        return start_run(as_actor(person), visit_sandbox(as_actor(person), step, now()).context)

    gym, guided = begin(beginner, "k1-gym"), begin(learner, "k2-guided")
    player.play_served(learner, guided, player.accept)
    hand_in(learner.id, guided, now())
    player.served(learner, "k2-guided")
    decided = player.served(learner, "k3-supervised", player.accept)
    exam = player.served(learner, "k4-exam", player.accept)
    unsure = begin(learner, "k3-supervised")
    player.play_served(learner, unsure)
    hand_in(learner.id, unsure, now())
    supervised = begin(learner, "k3-supervised")
    row = own_run(learner.id, supervised)
    first = next(number for number, case in enumerate(row.public.cases, 1) if case.decide_first)
    for tier in (1, 2, 3):
        open_hint(beginner.id, gym, 2, tier, now())
    return {
        "brief": "/sandbox/k4-exam",
        "case": f"/run/{gym}/case/1",
        "hinted": f"/run/{gym}/case/2",
        "feedback": f"/run/{guided}/case/3",
        "own": f"/run/{supervised}/case/{first}",
        "review": f"/run/{supervised}/review",
        "unsure": f"/run/{unsure}/debrief",
        "debrief": f"/run/{decided}/debrief",
        "exam": f"/run/{exam}/debrief",
        "scenarios": "/admin/scenarios/floor-desk",
    }, tokens


WHO = {"case": "beginner", "hinted": "beginner", "scenarios": "coordinator"}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_the_console_has_nothing_wrong_with_it(desk, go, name):
    assert_sound_in_views(desk.go(go, name, WHO.get(name, "learner")))


def test_a_case_is_decided_and_explained_without_javascript(desk, open_page):
    page = desk.open(open_page, "case", "beginner", width=320, height=640, java_script_enabled=False)
    page.get_by_label("Accept").check()
    follow(page.get_by_role("button", name="Confirm decision"))
    expect(page.get_by_role("heading", name="What was true")).to_be_visible()
    follow(page.get_by_role("link", name="Next case"))
    assert page.locator("h1").inner_text().startswith("Case 2")


def test_what_a_choice_needs_opens_with_it_and_is_asked_for(desk, open_page):
    page = desk.open(open_page, "hinted", "beginner", width=320, height=640)
    expect(page.get_by_label("Why?")).to_be_hidden()
    page.get_by_label("Escalate").check()
    expect(page.get_by_label("Why?")).to_be_visible()
    follow(page.get_by_role("button", name="Confirm decision"))
    assert "Choose the reason." in page.locator(".error").first.inner_text()
    assert page.get_by_label("Escalate").is_checked()


def test_single_keys_choose_and_never_confirm(desk, open_page):
    page = desk.open(open_page, "hinted", "beginner", width=1280)
    page.locator("#page-title").focus()
    page.keyboard.press("r")
    assert page.get_by_label("Reject").is_checked()
    assert page.url.endswith("/case/2")
    page.get_by_label("Why?").focus()
    page.keyboard.press("a")
    assert page.get_by_label("Reject").is_checked()


def test_single_keys_do_nothing_for_whoever_did_not_switch_them_on(desk, open_page):
    page = desk.open(open_page, "own", width=1280)
    address = page.url
    page.locator("#page-title").focus()
    page.keyboard.press("j")
    assert page.url == address


def test_targets_are_large_at_a_kiosk(desk, open_page):
    page = desk.open(open_page, "hinted", "kiosk", width=768, height=1024)
    boxes = [one.bounding_box() for one in page.locator(".decision .choice, main .button").all() if one.is_visible()]
    assert min(box["height"] for box in boxes) >= 56
    assert_sound(page)

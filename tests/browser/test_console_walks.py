"""The desks of planners and pricers in Chromium: a person's whole way from guided practice to the exam's debrief."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import expect

from lms.accounts.models.people import Person
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
from lms.sandbox.rules.exercise import Action
from tests.browser.auditor import VIEWS, assert_sound, assert_sound_in_views
from tests.browser.conftest import serve
from tests.browser.hands import follow
from tests.browser.test_consoles import tree_of
from tests.factories.people import make_person
from tests.functional.sandbox import player

CONSOLES = ("replenish-allocate", "price-promo-studio")
PEOPLE = ("Ana Ruiz", "Bo Li", "Cy Moss")
# The one thing to press on a page of a run that leads on.
DECISIONS = frozenset(Action)
ONWARD = "main :is(button, a).button:not(.button-quiet, .button-secondary)"


@dataclass(frozen=True)
class Desk:
    """Where it answers, whose way is gone, and the cookies of all: who goes it, who decides a case, who has been."""

    app: Flask
    address: str
    walker: UUID
    cookies: list[dict[str, str]]


@pytest.fixture(scope="module", params=CONSOLES)
def desk(request, tmp_path_factory):
    """Learners who have one guided set behind them, so that the whole way lies open; the last one went it all."""
    place = tmp_path_factory.mktemp(request.param)
    app = create_app(Settings(instance=place, secret_key="a key long enough", log_level="ERROR"))
    app.config["TESTING"] = True
    with app.app_context():
        db.create_all()
        with write_transaction():
            publish_courses(None, read_tree(tree_of(request.param, place / "tree")), course_formats(), now())
        with write_transaction():
            people = [make_person(name) for name in PEOPLE]
            walker = people[0].id
            for person in people:
                assign_programme(Assignment(person.id, "desk-check"), None)
                player.served(person, "k2-guided")
            for step in ("k2-guided", "k3-supervised", "k4-exam"):
                player.served(people[-1], step, player.accept)
            tokens = [start_session(person.id, now()) for person in people]
        db.session.remove()
    with serve(app) as address:
        sign: Any = app.session_interface.get_signing_serializer(app)
        values = [sign.dumps({"_user_id": token, "_fresh": True, "_permanent": True}) for token in tokens]
        cookies = [{"name": "groundschool", "value": value, "url": address} for value in values]
        yield Desk(app, address, walker, cookies)
    with app.app_context():
        db.engine.dispose()


def walk(page, desk, step):
    """Go from a step's page to the end of its run by what each page offers to press, accepting everything.

    The first case, the first that is decided before the advice is seen, and the last are decided on the page.
    """
    page.goto(f"{desk.address}/sandbox/{step}")
    follow(page.get_by_role("button", name="Start"))
    run = UUID(page.url.split("/run/")[1].split("/")[0])
    accept(page)
    with desk.app.app_context():
        cases = own_run(desk.walker, run).public.cases
        own = next((number for number, case in enumerate(cases, 1) if case.decide_first), None)
        if own is None:
            with write_transaction():
                player.play_served(db.session.get_one(Person, desk.walker), run, player.accept, but=1)
    if own is not None:
        page.goto(f"{desk.address}/run/{run}/case/{own}")
        accept(page)
        with desk.app.app_context(), write_transaction():
            player.play_served(db.session.get_one(Person, desk.walker), run, player.accept, but=1)
    page.goto(f"{desk.address}/run/{run}")
    accept(page)
    assert page.locator("h1").inner_text() == "Hand in"
    follow(page.locator(ONWARD))


def accept(page):
    """Accept the case on the page, after saying what one would do oneself where that is asked first."""
    if page.get_by_text("You decide first").count():
        assert page.get_by_role("heading", name="AI recommendation").count() == 0
        page.get_by_label("None of these: stop it").check()
        follow(page.get_by_role("button", name="Show the AI's advice"))
    assert page.locator(ONWARD).all_inner_texts() == ["Confirm decision"]
    page.get_by_label("Accept").check()
    follow(page.get_by_role("button", name="Confirm decision"))
    if page.get_by_role("heading", name="What was true").count():
        assert page.locator(ONWARD).count() == 1
        follow(page.locator(ONWARD))


def finish(page):
    page.get_by_label("Next time I will").fill("compare the dates")
    follow(page.get_by_role("button", name="Keep it"))


def test_the_whole_way_can_be_gone_without_javascript_on_a_narrow_screen(desk, open_page):
    page = open_page(width=320, height=640, java_script_enabled=False)
    page.context.add_cookies([desk.cookies[0]])
    walk(page, desk, "k2-guided")
    assert page.locator("h1").inner_text() == "How it went"
    finish(page)
    walk(page, desk, "k3-supervised")
    assert page.locator("h1").inner_text() == "Before you see anything"
    follow(page.locator(ONWARD))
    assert "You caught 0 of 5 wrong suggestions" in page.locator(".result-words").inner_text()
    finish(page)
    walk(page, desk, "k4-exam")
    follow(page.locator(ONWARD))
    expect(page.get_by_role("heading", name="Not passed yet")).to_be_visible()
    expect(page.get_by_text("To pass: catch")).to_be_visible()
    finish(page)
    page.goto(f"{desk.address}/sandbox/k4-exam")
    expect(page.get_by_text("Next time I will compare the dates")).to_be_visible()
    assert page.get_by_role("button", name="Start").count() == 0
    expect(page.get_by_text("The next try may start")).to_be_visible()


def test_a_case_is_decided_with_the_keyboard_in_the_order_in_which_it_is_read(desk, open_page):
    page = open_page(width=1280)
    page.context.add_cookies([desk.cookies[1]])
    page.goto(f"{desk.address}/sandbox/k2-guided")
    page.locator("form[action$='/start'] button").press("Enter")
    assert_sound(page)
    headings = page.locator("main :is(h1, h2, .decision legend)").all_inner_texts()
    wanted = ["Evidence", "AI recommendation", "Your decision"]
    assert [text.strip() for text in headings if text.strip() in wanted] == wanted
    page.locator("#page-title").focus()
    order = []
    while (at := focused(page)) != "Confirm decision":
        order.append(at)
        if at in DECISIONS:
            # Arrows go round the group and choose as they go; which of it Tab meets first is the browser's affair.
            while not page.get_by_label("Accept").is_checked():
                page.keyboard.press("ArrowDown")
        page.keyboard.press("Tab")
        assert len(order) < 80
    decided = next(place for place, at in enumerate(order) if at in DECISIONS)
    assert order.index("policy") < decided < order.index("confidence")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="What was true").wait_for()
    assert focused(page) == "feedback"
    assert_sound(page)


def focused(page):
    return page.evaluate(
        """() => {
            const one = document.activeElement;
            if (one.matches(".policy > summary")) return "policy";
            if (one.type === "radio") return one.value;
            return one.id && one.id !== "page-title" ? one.id : one.innerText.trim().split("\\n")[0];
        }"""
    )


@pytest.mark.thorough
def test_every_page_of_the_way_has_nothing_wrong_with_it(desk, go):
    views = [(width, 700, scheme) for width, _height, scheme in VIEWS]
    for step in ("k2-guided", "k3-supervised", "k4-exam"):
        page = go(f"{desk.address}/sandbox/{step}", desk.cookies[2])
        assert_sound_in_views(page, views)
        page.get_by_text("What you did so far").click()
        follow(page.locator(".tasks a").first)
        assert_sound_in_views(page, views)

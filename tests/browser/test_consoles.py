"""The desks beside floor and service in Chromium: a case of every kind, at both widths, before and after it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

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
from lms.sandbox.service.finish import hand_in
from lms.sandbox.service.start import start_run
from tests.browser.auditor import assert_sound_in_views
from tests.browser.conftest import serve
from tests.factories.people import as_actor, make_person
from tests.functional.sandbox import player

DESK = Path(__file__).parents[1] / "functional" / "sandbox" / "desk"
FAMILIES = {
    "match-audit": ("domestic", "foreign", "order-risk"),
    "agent-ops": ("event", "drift", "release", "feed"),
    "replenish-allocate": ("domestic-order", "import-order", "transfer"),
    "price-promo-studio": ("everyday", "regular", "large"),
}
# Cases of these consoles are planned with more minutes than those of the floor.
MINUTES = {"minutes: 48": "minutes: 72", "minutes: 37": "minutes: 60", "minutes: 46": "minutes: 75"}


def tree_of(console: str, target: Path) -> Path:
    """The exercises of the test desk, at another console."""
    shutil.copytree(DESK, target)
    for source in target.rglob("*.yml"):
        text = source.read_text("utf-8").replace("floor-desk", console)
        for old, new in MINUTES.items():
            text = text.replace(old, new)
        source.write_text(text, encoding="utf-8")
    return target


def play() -> tuple[dict[str, str], str]:
    """Bring somebody to an open exam and to the feedback on a set."""
    person = make_person("Ana Ruiz")
    assign_programme(Assignment(person.id, "desk-check"), None)

    def begin(step):
        return start_run(as_actor(person), visit_sandbox(as_actor(person), step, now()).context)

    guided = begin("k2-guided")
    player.play_served(person, guided, player.accept)
    pages = {f"feedback-{case.family}": f"/run/{guided}/case/{number}" for number, case in numbered(person, guided)}
    hand_in(person.id, guided, now())
    player.served(person, "k2-guided")
    player.served(person, "k3-supervised", player.accept)
    exam = begin("k4-exam")
    return pages | {
        case.family: f"/run/{exam}/case/{number}" for number, case in numbered(person, exam)
    }, start_session(person.id, now())


def numbered(person, run):
    return enumerate(own_run(person.id, run).public.cases, 1)


@pytest.fixture(scope="module", params=FAMILIES)
def desk(request, tmp_path_factory):
    place = tmp_path_factory.mktemp(request.param)
    app = create_app(Settings(instance=place, secret_key="a key long enough", log_level="ERROR"))
    app.config["TESTING"] = True
    with app.app_context():
        db.create_all()
        with write_transaction():
            publish_courses(None, read_tree(tree_of(request.param, place / "tree")), course_formats(), now())
        with write_transaction():
            pages, token = play()
        db.session.remove()
    with serve(app) as address:
        sign: Any = app.session_interface.get_signing_serializer(app)
        value = sign.dumps({"_user_id": token, "_fresh": True, "_permanent": True})
        yield request.param, address, pages, {"name": "groundschool", "value": value, "url": address}
    with app.app_context():
        db.engine.dispose()


@pytest.mark.thorough
def test_a_case_of_every_kind_has_nothing_wrong_with_it_before_and_after(desk, go):
    console, address, pages, cookie = desk
    for name in [family for family in FAMILIES[console] if family in pages] + sorted(pages)[:1]:
        page = go(address + pages[name], cookie)
        page.eval_on_selector_all("main details.panel-away", "all => all.forEach(one => { one.open = true })")
        assert_sound_in_views(page)


def test_what_a_picture_of_a_case_shows_stands_in_a_table_too(desk, open_page):
    console, address, pages, cookie = desk
    if console != "agent-ops":
        pytest.skip("only operations has pictures")
    page = open_page(width=1280)
    page.context.add_cookies([cookie])
    page.goto(address + pages["drift"])
    page.get_by_text("Show the numbers as a table").first.click()
    assert page.locator(".days-table[open] tbody tr").count() == 28
    page.goto(address + pages["feed"])
    page.locator("main details.panel-away > summary").first.click()
    assert page.locator(".chain li").count() == page.locator("table.lines tbody tr").count()

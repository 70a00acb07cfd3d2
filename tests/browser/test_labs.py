"""The labs in Chromium: brief, sheet and result at both widths, without JavaScript, saved while it is filled in."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from lms.accounts.service.sessions import start_session
from lms.infra.clock import now
from lms.infra.db import db
from lms.learning.service.assign import Assignment, assign_programme
from lms.sandbox.models import LabKey
from lms.sandbox.queries.labs import own_lab_run
from lms.sandbox.queries.steps import visit_sandbox
from lms.sandbox.rules.labs.registry import LABS
from lms.sandbox.service.labs import fill_in, hand_in_sheet, start_lab
from tests.browser.auditor import assert_sound_in_views
from tests.browser.hands import follow
from tests.browser.test_sandbox import serving
from tests.factories.people import as_actor, make_person

# The step of each lab in the desk-check programme.
STEPS = {
    "summary-audit": "k9-audit",
    "ab-board": "k9-board",
    "rule-lab": "k9-rules",
    "fault-lab": "k9-fault",
    "prompt-lab": "k9-prompt",
}
assert set(STEPS) == set(LABS)


def play() -> tuple[dict[str, str], dict[str, str]]:
    """Begin each lab, and hand one in that is all wrong and one that is all right."""
    person, beginner = make_person("Ana Ruiz"), make_person("Bo Li")
    for each in (person, beginner):
        assign_programme(Assignment(each.id, "desk-check"), None)
    pages = {}
    for lab, step in STEPS.items():

        def begin(step=step):
            return start_lab(as_actor(person), visit_sandbox(as_actor(person), step, now()).context)

        run = own_lab_run(person.id, begin())
        fill_in(run, next(iter(run.lab.constants(run.public).values())))
        hand_in_sheet(person.id, run.id, now())
        pages[f"{lab}-missed"] = f"/lab/{run.id}"
        run = own_lab_run(person.id, begin())
        key = run.lab.shapes.key.validate_python(db.session.get(LabKey, run.id).key)
        fill_in(run, run.lab.best(run.public, key))
        hand_in_sheet(person.id, run.id, now())
        pages[f"{lab}-result"] = f"/lab/{run.id}"
        pages[f"{lab}-sheet"] = f"/lab/{begin()}"
        pages[f"{lab}-brief"] = f"/sandbox/{step}"
    return pages, {"learner": start_session(person.id, now()), "beginner": start_session(beginner.id, now())}


@pytest.fixture(scope="module")
def labs(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("labs"), play) as desk:
        yield desk


@pytest.mark.parametrize("name", [f"{lab}-{page}" for lab in LABS for page in ("brief", "sheet", "result", "missed")])
def test_a_page_of_a_lab_has_nothing_wrong_with_it(labs, go, name):
    assert_sound_in_views(labs.go(go, name))


def test_a_sheet_is_handed_in_without_javascript(labs, open_page):
    page = labs.open(open_page, "summary-audit-sheet", width=320, height=640, java_script_enabled=False)
    follow(page.get_by_role("button", name="Hand in"))
    assert "8 things are missing" in page.locator(".error").first.inner_text()
    for mark in page.locator("input[value=supported]").all():
        mark.check()
    follow(page.get_by_role("button", name="Hand in"))
    expect(page.get_by_role("heading", name="Not passed yet")).to_be_visible()


def test_a_sheet_is_saved_while_it_is_filled_in_and_goes_on_elsewhere(labs, open_page):
    page = labs.open(open_page, "summary-audit-brief", "beginner", width=1280)
    follow(page.locator("form[action$='/start'] button"))
    with page.expect_response(lambda answer: answer.url.endswith("/save")) as saved:
        page.locator("input[value=unsupported]").nth(2).check()
    assert saved.value.status == 200
    other = open_page(width=320)
    other.context.add_cookies([labs.cookies["beginner"]])
    other.goto(page.url)
    assert other.locator("input[value=unsupported]").nth(2).is_checked()

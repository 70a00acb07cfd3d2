"""Every page of the product in Chromium: at 320 pixels in light and at 1280 in dark, for the role that sees most on it.

With --full: for every role that may see it, at three widths, light and dark.
"""

from __future__ import annotations

import os
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from playwright.sync_api import Error

from lms.accounts.rules.actor import Role
from lms.app import create_app
from lms.infra.settings import Settings
from tests.browser.addresses import pages
from tests.browser.auditor import VIEWS, assert_sound, assert_sound_in_views, listen
from tests.browser.hands import follow

FULL = [(width, 800, scheme) for width in (320, 768, 1280) for scheme in ("light", "dark")]
PHONE = 320
WHOLE = bool(os.environ.get("GS_FULL"))


def _rules():
    """Every address that may show a page; the app is made only to be asked, on no database."""
    with TemporaryDirectory() as folder:
        app = create_app(Settings(instance=Path(folder), secret_key="a key of sufficient length"))
        return [rule.rule for rule, _roles in pages(app)]


@pytest.fixture(scope="session")
def page_of(company, chromium):
    """A page per role, and one of nobody, which goes from address to address as people do."""
    pages = {}

    def page_(role):
        if role not in pages:
            context = chromium.new_context(reduced_motion="reduce")
            listen(context, with_axe=True)
            context.add_cookies([company.cookie(role)] if role else [])
            pages[role] = context.new_page()
        return pages[role]

    yield page_
    for page in pages.values():
        page.context.close()


def _show(page, address, *, may_be_anothers=False):
    """Go to an address; return whether it is a page, neither a file nor, where that may be, somebody else's."""
    try:
        answer = page.goto(address)
        if "refresh" in answer.headers:
            answer = _hold_still(page, address)
    except Error:  # the browser saves it
        answer = page.request.get(address)
    if may_be_anothers and answer.status == HTTPStatus.NOT_FOUND:
        return False
    assert answer.ok, f"{address}: {answer.status}"
    return answer.headers["content-type"].startswith("text/html")


def _width_in_larger_text(page):
    """How wide a phone's page is for somebody who has chosen the largest text."""
    page.set_viewport_size({"width": PHONE, "height": 800})
    return page.evaluate("""() => {
        document.documentElement.dataset.textSize = "larger";
        return document.documentElement.scrollWidth;
    }""")


def _hold_still(page, address):
    """Open a page that asks for itself again without that wish: it would be replaced while it is looked at."""

    def without_wish(route):
        answer = route.fetch()
        headers = {name: value for name, value in answer.headers.items() if name != "refresh"}
        route.fulfill(response=answer, headers=headers)

    page.route(address, without_wish)
    try:
        return page.goto(address)
    finally:
        page.unroute(address)


@pytest.mark.parametrize("rule", _rules())
def test_a_page_has_nothing_wrong_with_it(company, page_of, rule):
    there = company.pages[rule]
    assert there.path, (
        f"{rule}: the company has nothing to show there, or tests/browser/addresses.py does not know what"
    )
    for role in (there.roles if WHOLE else there.roles[:1]) or [None]:
        page = page_of(role)
        # One object stands for all: it is there for who sees most, and may lie outside what another role sees.
        anothers = role is not None and role is not there.roles[0]
        if not _show(page, company.address + there.path, may_be_anothers=anothers):
            continue
        assert_sound_in_views(page, FULL if WHOLE else VIEWS)
        assert _width_in_larger_text(page) <= PHONE


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.APPROVER, Role.SPONSOR, Role.ADMINISTRATOR])
def test_home_is_sound_with_the_work_of_a_role_on_it(company, page_of, role):
    page = page_of(role)
    assert _show(page, company.address + "/home")
    assert_sound_in_views(page, FULL if WHOLE else VIEWS)


@pytest.mark.parametrize("path", ["/no-such-page", "/v/no-such-token"])
def test_what_does_not_exist_is_told_on_a_sound_page(company, open_page, path):
    page = open_page(width=320, height=800)
    assert page.goto(company.address + path).status == 404
    assert_sound(page)


def test_a_learner_takes_a_step_with_the_keyboard_alone(company, open_page):
    page = open_page(width=1280)
    page.context.add_cookies([company.cookie(company.learning)])
    page.goto(company.address + "/home")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('.card-next') !== null"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/learn/**")
    assert page.locator("h1").count() == 1


def test_an_answer_is_saved_while_it_is_given_and_survives_a_second_device(company, open_page):
    page = open_page(width=1280)
    page.context.add_cookies([company.cookie(company.learning)])
    page.goto(company.address + "/learn/common-core/c4/c4-check")
    follow(page.locator("form[action$='/start'] button"))
    # Every draw has a question with choices: of those without, there are fewer than questions are drawn.
    choices = "main :is(input[type=radio], input[type=checkbox][name=answer])"
    while not page.locator(choices).count():
        follow(page.locator("main button[value=next]"))
    with page.expect_response(lambda answer: answer.url.endswith("/answer")) as saved:
        page.locator(choices).nth(1).check()
    assert saved.value.status == 200
    chosen = page.locator(f"{choices}:checked").get_attribute("value")
    other = open_page(width=320)
    other.context.add_cookies([company.cookie(company.learning)])
    other.goto(page.url)
    assert other.locator(f"{choices}:checked").get_attribute("value") == chosen


def test_a_shared_device_shows_how_to_finish_on_every_page(company, open_page):
    page = open_page(width=320, height=700)
    page.context.add_cookies([company.cookie(company.learning, kiosk=True)])
    page.goto(company.address + "/home")
    follow(page.get_by_role("button", name="Finish and sign out"))
    page.goto(company.address + "/home")
    assert "/login" in page.url or "/kiosk" in page.url

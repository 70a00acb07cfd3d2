"""The small scripts: answers save themselves and survive a dead line, shared devices sign out, order can be pressed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, serve
from tests.browser.gallery import create_gallery

MINUTE = 60_000


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return create_gallery(tmp_path_factory.mktemp("gallery"))


@pytest.fixture(scope="module")
def address(gallery: Flask) -> Iterator[str]:
    with serve(gallery) as url:
        yield url


@pytest.fixture
def received(gallery: Flask) -> list[dict[str, str]]:
    """What the server was sent during this test."""
    posts: list[dict[str, str]] = gallery.extensions["received"]
    posts.clear()
    return posts


def open_at(open_page: OpenPage, url: str, moment: str) -> Page:
    """A page whose clock starts at `moment` and which the test can move on."""
    page = open_page()
    page.clock.install(time=moment)
    page.goto(url)
    return page


def test_a_choice_is_saved_shortly_after_it_is_made(
    address: str, received: list[dict[str, str]], open_page: OpenPage
) -> None:
    page = open_page(f"{address}/quiz")
    page.get_by_role("radio", name="Wait until").check()
    expect(page.locator("[data-save-status]")).to_have_text("Saved 14:32")
    assert received[-1]["answer"] == "c"
    assert received[-1]["seq"] == "1"
    assert received[-1]["csrf_token"]
    with page.expect_response("**/autosave"):
        page.get_by_role("radio", name="Send it").check()
    assert (received[-1]["answer"], received[-1]["seq"]) == ("a", "2")


def test_a_dead_line_is_said_and_the_answer_arrives_when_it_is_back(
    address: str, received: list[dict[str, str]], open_page: OpenPage
) -> None:
    page = open_page(f"{address}/quiz")
    page.context.set_offline(True)
    page.get_by_role("radio", name="Wait until").check()
    expect(page.locator("[data-save-status]")).to_contain_text("Not saved: no connection")
    assert received == []
    page.context.set_offline(False)
    expect(page.locator("[data-save-status]")).to_have_text("Saved 14:32")
    assert received[-1]["answer"] == "c"


def test_an_answer_the_server_never_got_comes_back_after_a_reload(
    address: str, received: list[dict[str, str]], open_page: OpenPage
) -> None:
    page = open_page(f"{address}/quiz")
    page.route("**/autosave", lambda route: route.abort())
    page.get_by_role("radio", name="Wait until").check()
    expect(page.locator("[data-save-status]")).to_contain_text("Not saved")
    page.unroute("**/autosave")
    page.reload()
    expect(page.get_by_role("radio", name="Wait until")).to_be_checked()
    expect(page.locator("[data-save-status]")).to_have_text("Saved 14:32")
    assert received[-1]["answer"] == "c"
    assert page.evaluate("() => localStorage.length") == 0


def test_a_shared_device_keeps_no_copy(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/quiz?as=kiosk")
    page.route("**/autosave", lambda route: route.abort())
    page.get_by_role("radio", name="Wait until").check()
    expect(page.locator("[data-save-status]")).to_contain_text("Not saved")
    assert page.evaluate("() => localStorage.length") == 0


def test_a_refusal_is_not_retried(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/quiz")
    tries: list[str] = []

    def refuse(route):
        tries.append(route.request.url)
        route.fulfill(status=403, json={})

    page.route("**/autosave", refuse)
    page.get_by_role("radio", name="Wait until").check()
    expect(page.locator("[data-save-status]")).to_have_text("Not saved. Reload the page, then answer again.")
    assert len(tries) == 1


def test_signing_out_takes_kept_answers_with_it(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/quiz")
    page.evaluate("() => localStorage.setItem('groundschool.draft./x', '{}')")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/logout")
    assert page.evaluate("() => localStorage.length") == 0


def test_order_is_changed_by_buttons_and_said(
    address: str, received: list[dict[str, str]], open_page: OpenPage
) -> None:
    page = open_page(f"{address}/quiz")
    page.get_by_role("button", name="Move up: Choose the queue").click()
    expect(page.get_by_role("button", name="Move up: Choose the queue")).to_be_focused()
    expect(page.get_by_text("Choose the queue: now number 2 of 3")).to_be_attached()
    expect(page.locator("[data-save-status]")).to_have_text("Saved 14:32")
    assert (received[-1]["order.x"], received[-1]["order.z"], received[-1]["order.y"]) == ("1", "2", "3")


def test_choosing_a_position_moves_the_item(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/quiz")
    page.get_by_label("Position of: Choose the queue").select_option("1")
    expect(page.locator("[data-reorder] li").first).to_contain_text("Choose the queue")


def test_the_time_left_counts_down_can_be_hidden_and_warns(address: str, open_page: OpenPage) -> None:
    # The device is an hour slow: only the distance between the server's two moments counts.
    page = open_at(open_page, f"{address}/quiz", "2026-11-26T13:00:00Z")
    left = page.locator("[data-timer-text]")
    expect(left).to_have_text("32 min left")
    page.clock.run_for(22 * MINUTE + 1000)
    expect(left).to_have_text("10 min left")
    expect(page.locator("[data-timer-spoken]")).to_have_text("10 min left")
    page.get_by_role("button", name="Hide time").click()
    expect(left).to_be_hidden()
    page.get_by_role("button", name="Show time").click()
    page.clock.run_for(10 * MINUTE)
    expect(left).to_have_text("Time is up. Saved answers are sent.")


def test_an_idle_shared_device_asks_and_then_signs_out(
    address: str, received: list[dict[str, str]], open_page: OpenPage
) -> None:
    page = open_at(open_page, f"{address}/home?as=kiosk", "2026-11-26T14:00:00Z")
    dialog = page.get_by_role("dialog", name="Are you still there?")
    page.clock.run_for(2 * MINUTE)
    expect(dialog).to_be_hidden()
    page.clock.run_for(MINUTE)
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Stay signed in").click()
    expect(dialog).to_be_hidden()
    page.clock.run_for(3 * MINUTE)
    expect(dialog).to_be_visible()
    page.clock.run_for(MINUTE + 1000)
    page.wait_for_url("**/logout")
    assert received == [{"signed": "out"}]


def test_single_keys_choose_but_never_confirm(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/console")
    page.locator("body").press("r")
    expect(page.get_by_role("radio", name="Reject")).to_be_checked()
    page.locator("body").press("v")
    expect(page.get_by_role("heading", name="Evidence")).to_be_focused()
    page.get_by_role("textbox", name="Notes").press("a")
    expect(page.get_by_role("radio", name="Reject")).to_be_checked()
    assert page.url.endswith("/console")

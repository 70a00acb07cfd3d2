"""Every component in real Chromium: accessible, unobscured, inside its policy, and alive."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import expect

from tests.browser.auditor import assert_sound, assert_sound_in_views, complaints, csp_errors
from tests.browser.conftest import GoTo, OpenPage, serve
from tests.browser.gallery import PARTS, create_gallery


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return create_gallery(tmp_path_factory.mktemp("gallery"))


@pytest.fixture(scope="module")
def address(gallery: Flask) -> Iterator[str]:
    with serve(gallery) as url:
        yield url


VISITS = [
    *PARTS,
    "home?as=staff",
    "lesson?as=kiosk",
    "signin?as=nobody",
    "forms?wrong=1",
    "error/404",
    "error/503?as=nobody",
]


@pytest.mark.parametrize("path", VISITS)
def test_every_part_is_sound_on_a_phone_by_day_and_a_desk_by_night(path: str, address: str, go: GoTo) -> None:
    status = int(found[1]) if (found := re.match(r"error/(\d+)", path)) else 200
    assert_sound_in_views(go(f"{address}/{path}", status=status), [(320, 640, "light"), (1280, 800, "dark")])


@pytest.mark.thorough
@pytest.mark.parametrize("path", ["tables", "console"])
def test_parts_stay_sound_in_the_other_theme_in_high_contrast_and_on_a_short_screen(
    path: str, address: str, open_page: OpenPage
) -> None:
    assert_sound(open_page(f"{address}/{path}", width=320, height=640, scheme="dark"))
    assert_sound(open_page(f"{address}/{path}", width=1280))
    assert_sound(open_page(f"{address}/{path}", width=640, height=360, forced_colors="active"))


@pytest.mark.parametrize("path", ["lesson", "tables", "team"])
def test_doubled_text_does_not_push_the_page_sideways(path: str, address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/{path}", width=640, height=900)
    page.evaluate("() => { document.documentElement.dataset.textSize = 'larger' }")
    assert not complaints(page)


def test_the_auditor_sees_what_is_wrong(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/home", width=320)
    page.evaluate("""() => {
        const cover = document.createElement('div');
        cover.id = 'cover';
        document.querySelector('.card').append(cover);
        cover.style.cssText = 'position:fixed; inset:0; background:#fff';
        document.querySelector('main').style.width = '900px';
        document.querySelector('.card a').removeAttribute('href');
        document.querySelector('h1').style.color = '#eee';
    }""")
    found = "\n".join(complaints(page))
    assert "is under" in found
    assert "ends at" in found
    page = open_page(f"{address}/home")
    page.evaluate(
        "() => document.body.append(Object.assign(document.createElement('img'), {src: 'http://127.0.0.1:9/x.png'}))"
    )
    page.wait_for_function("() => window.__violations?.length")
    assert any("img-src" in line for line in csp_errors(page))
    assert any("image-alt" in line for line in complaints(page))


def test_pressing_twice_sends_once(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/signin")
    page.get_by_role("textbox", name="Title").fill("E-1042")
    page.get_by_role("textbox", name="Password").fill("correct horse")
    sent: list[str] = []

    def receive(route):
        sent.append(route.request.method)
        route.fulfill(status=204)

    page.route("**/login", receive)
    page.evaluate("""() => {
        const button = document.querySelector('main form button');
        button.click();
        button.click();
    }""")
    expect(page.get_by_role("button", name="Sign in")).to_have_attribute("aria-busy", "true")
    assert sent == ["POST"]


def test_a_page_prints_by_its_button_and_offers_none_that_does_nothing(address: str, open_page: OpenPage) -> None:
    page = open_page()
    page.add_init_script("window.print = () => { document.title = 'Printed'; }")
    page.goto(f"{address}/tables")
    page.get_by_role("button", name="Print").click()
    expect(page).to_have_title("Printed")
    expect(open_page(f"{address}/tables", java_script_enabled=False).get_by_role("button", name="Print")).to_be_hidden()


def test_the_error_summary_takes_the_focus_and_leads_to_the_field(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/forms?wrong=1")
    expect(page).to_have_title("Error: Add a session · Groundschool")
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_role("link", name="Where: Choose one.").click()
    expect(page.get_by_role("radio", name="In a room")).to_be_focused()


def test_the_menu_of_a_long_navigation_opens_without_our_script(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/home?as=staff", width=320, java_script_enabled=False)
    expect(page.get_by_role("link", name="Readiness")).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    expect(page.get_by_role("link", name="Readiness")).to_be_visible()


def test_filters_leave_what_is_not_chosen_out_of_the_address(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/tables")
    page.route("**/reports?*", lambda route: route.fulfill(body="<title>x</title>", content_type="text/html"))
    page.get_by_role("button", name="Show", exact=True).click()
    page.wait_for_url("**/reports?shift=early")


def test_pages_print_without_their_frame(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/readiness")
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation", name="Main")).to_be_hidden()
    expect(page.get_by_role("heading", name="Wave 1: may we go live?")).to_be_visible()

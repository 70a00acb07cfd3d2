"""Chromium for everybody: one browser a session, one context a test, any WSGI application behind a loopback port."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.browser.auditor import AXE, listen

OpenPage = Callable[..., Page]
GoTo = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything here, so that `-m "not browser"` leaves it out."""
    for item in items:
        if "tests/browser/" in item.nodeid:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium; without one the tests are skipped, unless CI says they must run."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not path or not AXE.is_file():
        missing = "Chromium" if not path else "axe-core (run script/vendor)"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"{missing} is not installed.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[OpenPage]:
    """Open a page: `open_page(url, width=320, height=700, scheme="light", **context_options)`."""
    with ExitStack() as contexts:

        def open_(
            url: str = "about:blank", *, width: int = 1280, height: int = 800, scheme: str = "light", **options: Any
        ) -> Page:
            context: BrowserContext = chromium.new_context(
                viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce", **options
            )
            contexts.callback(context.close)
            if options.get("java_script_enabled", True):
                listen(context)
            page = context.new_page()
            page.goto(url)
            return page

        yield open_


@pytest.fixture(scope="session")
def go(chromium: Browser) -> Iterator[GoTo]:
    """Go to an address as the holder of a cookie, or as nobody: `go(url, cookie, status=200)`.

    It is one page for all that is only looked at, which goes from address to address as people do: a context of its
    own costs a test more than the page does.
    """
    context = chromium.new_context(reduced_motion="reduce")
    listen(context, with_axe=True)
    page = context.new_page()

    def go_(url: str, cookie: Any = None, status: int = 200) -> Page:
        context.clear_cookies()
        context.add_cookies([cookie] if cookie else [])
        answer = page.goto(url)
        assert answer is not None
        assert answer.status == status, url
        return page

    yield go_
    context.close()


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The demo company behind a port, for all tests of this worker."""
    from tests.browser.company import running_company

    with running_company(tmp_path_factory.mktemp("company") / "instance") as running:
        yield running


@contextmanager
def serve(application: Any) -> Iterator[str]:
    """Serve a WSGI application from a thread on a free loopback port; yields its address."""
    server = make_server("127.0.0.1", 0, _whole(application), threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _whole(application: Any) -> Any:
    """Read each answer before it is sent.

    Werkzeug's server empties the connection before it closes an answer; where the browser has gone away by then, that
    fails, and a file stays open.
    """

    def answer(environ: Any, start_response: Any) -> list[bytes]:
        with closing(application(environ, start_response)) as body:
            return [b"".join(body)]

    return answer


class Quiet(WSGIRequestHandler):
    """Logs nothing."""

    def log(self, *_: Any) -> None:
        """Keep still."""

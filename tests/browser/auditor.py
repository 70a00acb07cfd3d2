"""What is asked of every page in a real browser. Use it from any browser test:

page.goto(...)
assert_sound(page)
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import BrowserContext, Page

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

QUESTIONS = Path(__file__).with_name("auditor.js").read_text(encoding="utf-8")
# Width, height and colour scheme of the windows in which every page is looked at.
View = tuple[int, int, str]
VIEWS: list[View] = [(320, 800, "light"), (1280, 800, "dark")]


@functools.cache
def axe_source() -> str:
    """The axe-core script that `script/vendor` fetched."""
    return AXE.read_text(encoding="utf-8")


def listen(context: BrowserContext, *, with_axe: bool = False) -> None:
    """Note every breach of the content security policy in pages of this context; call before the first page opens.

    Half a megabyte of axe takes longer to hand over than to run: where many pages are audited it comes with each.
    """
    context.add_init_script(QUESTIONS + "attend();")
    if with_axe:
        context.add_init_script(axe_source())


def csp_errors(page: Page) -> list[str]:
    """What the content security policy blocked on this page since it was opened."""
    found: list[str] = page.evaluate("() => window.__violations ?? []")
    return found


def complaints(page: Page) -> list[str]:
    """Everything that is wrong with a page, one line each: what auditor.js finds, and every violation axe finds.

    Playwright evaluates outside the page's policy.
    """
    listening, with_axe = page.evaluate("() => [!!window.__audit, !!window.axe]")
    if not listening:
        page.evaluate(f"() => {{ {QUESTIONS} attend(); }}")
    if not with_axe:
        page.evaluate(axe_source() + ";0")
    found: list[str] = page.evaluate("rules => __audit(rules)", RULES)
    return found


def complaints_in_views(page: Page, views: Sequence[View] = VIEWS) -> list[str]:
    """Everything that is wrong with a page that is loaded once and then shown in each of these windows."""
    found = []
    for width, height, scheme in views:
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme)
        page.evaluate("() => scrollTo(0, 0)")
        found += [f"{width} {scheme}: {line}" for line in complaints(page)]
    return found


def assert_sound_in_views(page: Page, views: Sequence[View] = VIEWS) -> None:
    """Fail with everything that is wrong with the page in these windows."""
    found = complaints_in_views(page, views)
    assert not found, f"{page.url}:\n" + "\n".join(found)


def assert_sound(page: Page) -> None:
    """Fail with everything that is wrong with the page."""
    found = complaints(page)
    assert not found, f"{page.url} at {page.viewport_size}:\n" + "\n".join(found)

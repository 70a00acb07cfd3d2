"""What is asked of every page in a real browser. Use it from any browser test:

page.goto(...)
assert_sound(page)
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

QUESTIONS = Path(__file__).with_name("auditor.js").read_text(encoding="utf-8")


@functools.cache
def axe_source() -> str:
    """The axe-core script that `script/vendor` fetched."""
    return AXE.read_text(encoding="utf-8")


def axe_violations(page: Page) -> list[str]:
    """Every accessibility violation axe finds, one line each. Playwright evaluates outside the page's policy."""
    page.evaluate(axe_source() + ";0")
    result: dict[str, Any] = page.evaluate(
        "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", RULES
    )
    return [
        f"{violation['id']}: {violation['help']}: {node['target']} {node['html'][:160]} {node['failureSummary']}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]


def ask(page: Page, question: str) -> list[str]:
    """The answer of one function of auditor.js: complaints, one line each."""
    found: list[str] = page.evaluate(f"() => {{ {QUESTIONS} return {question}; }}")
    return found


def obscured_controls(page: Page) -> list[str]:
    """Controls that something covers while they have the focus (WCAG 2.4.11); axe does not look for these."""
    return ask(page, "obscured()")


def small_targets(page: Page) -> list[str]:
    """Controls below 24 by 24 CSS pixels that do not stand inside a sentence (WCAG 2.5.8)."""
    return ask(page, "small()")


def horizontal_scroll(page: Page) -> list[str]:
    """Whatever makes the page itself wider than the window; tables scroll in a region of their own (WCAG 1.4.10)."""
    return ask(page, "sideways()")


def listen(context: BrowserContext) -> None:
    """Note every breach of the content security policy in pages of this context; call before the first page opens."""
    context.add_init_script(QUESTIONS + "watchPolicy();")


def csp_errors(page: Page) -> list[str]:
    """What the content security policy blocked on this page since it was opened."""
    found: list[str] = page.evaluate("() => window.__violations ?? []")
    return found


def complaints(page: Page) -> list[str]:
    """All of the above."""
    # Asked first: axe itself is an outsider to the policy.
    blocked = csp_errors(page)
    return [*blocked, *horizontal_scroll(page), *small_targets(page), *obscured_controls(page), *axe_violations(page)]


def assert_sound(page: Page) -> None:
    """Fail with everything that is wrong with the page."""
    found = complaints(page)
    assert not found, f"{page.url} at {page.viewport_size}:\n" + "\n".join(found)

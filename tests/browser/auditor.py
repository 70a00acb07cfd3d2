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

OBSCURED = """() => {
  const wanted = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]';
  const name = (e) => `<${e.tagName.toLowerCase()}> ${(e.getAttribute('aria-label') || e.textContent || e.name || '').trim().slice(0, 40)}`;
  const complaints = [];
  for (const control of document.querySelectorAll(wanted)) {
    if (control.disabled || !control.checkVisibility({visibilityProperty: true}) || control.closest('dialog:not([open])')) continue;
    control.focus();
    if (document.activeElement !== control) continue;
    const boxes = [...control.getClientRects()].filter((box) => box.width > 0 && box.height > 0);
    if (!boxes.length) continue;
    const box = boxes[0];
    if (control.matches('[tabindex="0"]') && box.height > innerHeight / 2) continue;
    const hit = document.elementFromPoint(box.left + Math.min(box.width, innerWidth) / 2, box.top + box.height / 2);
    const mine = hit && (control.contains(hit) || hit.contains(control) && hit.matches('label, li, td, th, summary')
      || [...(control.labels ?? [])].some((label) => label.contains(hit)));
    if (!mine) complaints.push(`${name(control)} is under ${hit ? name(hit) : 'nothing: it is off the screen'}`);
  }
  return complaints;
}"""

SMALL = """() => [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
  .filter((e) => e.checkVisibility() && !e.closest('dialog:not([open])') && !e.closest('p, dd, li:not(nav li)'))
  .map((e) => [e.closest('label') ?? e, e])
  .filter(([e]) => { const b = e.getBoundingClientRect(); return b.width > 1 && b.bottom > 0 && (b.width < 24 || b.height < 24); })
  .map(([e]) => `${e.outerHTML.slice(0, 90)} is ${Math.round(e.getBoundingClientRect().width)}×${Math.round(e.getBoundingClientRect().height)}`)"""

SCROLL = """() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  return [...document.querySelectorAll('body *')]
    .filter((e) => e.getBoundingClientRect().right > room + 1 && !e.closest('.table-scroll') && !e.closest('dialog:not([open])'))
    .slice(0, 5).map((e) => `${e.outerHTML.slice(0, 90)} ends at ${Math.round(e.getBoundingClientRect().right)} of ${room}`);
}"""

LISTEN = """addEventListener('securitypolicyviolation', (event) => {
  (window.__violations ??= []).push(`${event.violatedDirective} blocked ${event.blockedURI} ${event.sample}`);
});"""


@functools.cache
def axe_source() -> str:
    """The axe-core script that `script/vendor` fetched."""
    return AXE.read_text(encoding="utf-8")


def axe_violations(page: Page) -> list[str]:
    """Every accessibility violation axe finds, one line each. Playwright evaluates outside the page's policy."""
    page.evaluate(axe_source() + ";0")
    result: dict[str, Any] = page.evaluate("rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", RULES)
    return [
        f"{violation['id']}: {violation['help']}: {node['target']} {node['html'][:160]} {node['failureSummary']}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]


def obscured_controls(page: Page) -> list[str]:
    """Controls that something covers while they have the focus (WCAG 2.4.11); axe does not look for these."""
    found: list[str] = page.evaluate(OBSCURED)
    return found


def small_targets(page: Page) -> list[str]:
    """Controls below 24 by 24 CSS pixels that do not stand inside a sentence (WCAG 2.5.8)."""
    found: list[str] = page.evaluate(SMALL)
    return found


def horizontal_scroll(page: Page) -> list[str]:
    """Whatever makes the page itself wider than the window; tables scroll in a region of their own (WCAG 1.4.10)."""
    found: list[str] = page.evaluate(SCROLL)
    return found


def listen(context: BrowserContext) -> None:
    """Note every breach of the content security policy in pages of this context; call before the first page opens."""
    context.add_init_script(LISTEN)


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

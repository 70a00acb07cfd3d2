"""Whether a page speaks Spanish and nothing else: no sentence of the interface in English, no text of a course either.

page.goto(...)
assert_spanish(page)
"""

from __future__ import annotations

import functools
import re
from pathlib import Path

from babel.messages.pofile import read_po
from playwright.sync_api import Page

CATALOGUE = Path(__file__).parents[2] / "lms" / "translations" / "es" / "LC_MESSAGES" / "messages.po"
# Every text and every attribute that is read out; what is marked as another language is named with it.
SAID = """() => {
  const said = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const within = walker.currentNode.parentElement;
    if (!within.closest("script, style, template")) said.push(walker.currentNode.textContent);
  }
  for (const name of ["aria-label", "alt", "title", "placeholder", "value"])
    for (const one of document.querySelectorAll(`[${name}]`))
      if (name != "value" || one.matches("[type=submit], [type=button]")) said.push(one.getAttribute(name));
  return [document.title, ...said];
}"""
ELSEWHERE = """() => [...document.querySelectorAll("body [lang]")]
  .filter(one => one.lang != "es" && !one.closest("form[action$='/language']"))
  .map(one => one.lang + ": " + one.textContent.trim().slice(0, 80))"""
# Fewer words than this may stand in a Spanish sentence by chance, once the gaps of the message are filled.
FEWEST_WORDS = 3
# What gives an English text away that is in no catalogue. None of these is a Spanish word.
GIVEAWAY = re.compile(r"\b(?:the|and|of|you|your|is|with|this|that|for|it|what|which|not|from|was)\b", re.IGNORECASE)
DAYS = re.compile(r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|January|March|April|May|June|July|August|October)\b")


@functools.cache
def english() -> tuple[frozenset[str], re.Pattern[str]]:
    """What the interface would say in English: whole texts, and sentences with gaps."""
    with CATALOGUE.open("rb") as file:
        messages = [message for message in read_po(file, locale="es") if message.id and message.string]
    plain, gaps, spanish = set(), set(), set()
    for message in messages:
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        spanish |= set(texts)
        for one in set(ids) - set(texts):
            parts = [_flat(part) for part in re.split(r"%\(\w+\)[sd]", one)]
            if len(parts) == 1:
                plain.add(parts[0])
            elif len(re.findall(r"[^\W\d]+", " ".join(parts))) >= FEWEST_WORDS:
                gaps.add(".+?".join(re.escape(part) for part in parts))
    return frozenset(plain - spanish), re.compile("|".join(sorted(gaps)))


def not_spanish(page: Page) -> list[str]:
    """Return everything on the page that is not Spanish, each with the page's address."""
    plain, gaps = english()
    said = {_flat(text) for text in page.evaluate(SAID)}
    found = sorted(text for text in said if text in plain or (text and gaps.fullmatch(text)) or _sounds_english(text))
    found += page.evaluate(ELSEWHERE)
    if page.locator("html").get_attribute("lang") != "es":
        found.append("the page itself")
    return [f"{page.url}: {text}" for text in found]


def _sounds_english(text: str) -> bool:
    return len(GIVEAWAY.findall(text)) > 1 or bool(DAYS.search(text))


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()

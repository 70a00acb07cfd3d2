"""Measures of plain and fair writing: sentence length, and answers that give themselves away."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lms.catalog.rules.items import Item, ItemType

LONG_SENTENCE, ENDLESS_SENTENCE = 25, 40
FAIR_SHARE = 0.5
ENOUGH_ITEMS = 8

_SENTENCE_END = re.compile(r"(?<=[.!?…:])[\"'”’)]*\s+")
_WORD = re.compile(r"[^\W_]+(?:['’.,-][^\W_]+)*")
_TAG = re.compile(r"<[^>]+>")
_CATCH_ALL = re.compile(
    r"\b(?:all|none|both|neither) of the above\b|\b(?:tod[ao]s|ningun[ao] de) l[ao]s anteriores\b",
    re.IGNORECASE,
)


def words(text: str) -> int:
    """Return how many words a text has; numbers count as words."""
    return len(_WORD.findall(text))


def text_of(html: str) -> str:
    """Return HTML without its tags."""
    return _TAG.sub(" ", html)


def sentences(text: str) -> list[str]:
    """Return the sentences of a plain text."""
    return [part for part in _SENTENCE_END.split(text.strip()) if part]


def is_catch_all(text: str) -> bool:
    """Return whether a choice says "all of the above" or its like."""
    return _CATCH_ALL.search(text) is not None


@dataclass(frozen=True, slots=True)
class BankFairness:
    """How much the single-choice questions of a bank give away: counts, and the share of the commonest place."""

    items: int
    longest_right: int
    commonest_place: int
    place_count: int

    @property
    def length_tells(self) -> bool:
        """Return whether the longest choice is right too often."""
        return self.items >= ENOUGH_ITEMS and self.longest_right > FAIR_SHARE * self.items

    @property
    def place_tells(self) -> bool:
        """Return whether right answers stand in one place too often."""
        return self.items >= ENOUGH_ITEMS and self.place_count > FAIR_SHARE * self.items


def bank_fairness(items: Iterable[Item], language: str) -> BankFairness:
    """Return the measures over the single-choice items that exist in `language`. Places count from 1."""
    places: Counter[int] = Counter()
    longest = total = 0
    for item in items:
        wording = item.wording(language)
        if item.type is not ItemType.SINGLE or wording is None or not item.right:
            continue
        total += 1
        lengths = [len(text_of(option.text)) for option in wording.options]
        place = next((index for index, option in enumerate(wording.options) if option.id in item.right), 0)
        # Fixed order (amounts, steps of a scale) is an order of meaning and gives nothing away.
        if not item.fixed:
            places[place + 1] += 1
        longest += _stands_out(lengths, place)
    place, count = places.most_common(1)[0] if places else (0, 0)
    return BankFairness(total, longest, place, count)


def _stands_out(lengths: Sequence[int], place: int) -> bool:
    others = [length for index, length in enumerate(lengths) if index != place]
    # A tenth more is invisible at a glance; only a choice that looks longer gives itself away.
    return bool(others) and lengths[place] > 1.1 * max(others)

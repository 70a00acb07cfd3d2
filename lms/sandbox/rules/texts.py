"""Wording a message in a language: frames with slots, chosen by the number that the case was drawn with.

A console keeps its wording in texts/<language>/*.json, each a mapping of message id to a frame or a list of frames. A
frame may hold `{name}`, `{name:kind}` (kind: money, round, share, count, minutes, days, ago, grams, index, rate, date,
a currency's code, text; round is money without its cents) and `{@id}`, another message, chosen by what is left of the
number; so a few lists of frames make many sentences. Where a message counts something as `n`, the message of the same
id with ".one" behind it is its wording for one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from lms.sandbox.rules.exercise import Text

SLOT = re.compile(r"\{(@?[\w.-]+)(?::(\w+))?\}")
LONG = 5  # letters: shorter words become unreadable, not mistyped
Format = Callable[[str, Any], str]


class Grammar:
    """The frames of one language."""

    def __init__(self, frames: Mapping[str, tuple[str, ...]]) -> None:
        self.frames = frames

    def word(self, text: Text, form: Format) -> str:
        """Return the text in this language; `form(kind, value)` words a value for the reader.

        Raises:
            KeyError: the language has no such message, or the message lacks a parameter.
        """
        worded, left = self._expand(text.id, text.params, text.pick, form)
        return mistyped(worded, left) if text.params.get("typo") else worded

    def variety(self, message: str) -> int:
        """Return how many ways of wording a message there are, not counting its parameters."""
        return sum(self._ways(frame) for frame in self.frames[message])

    def _ways(self, frame: str) -> int:
        ways = 1
        for name, _ in SLOT.findall(frame):
            ways *= self.variety(name[1:]) if name.startswith("@") else 1
        return ways

    def _expand(self, message: str, params: Mapping[str, Any], pick: int, form: Format) -> tuple[str, int]:
        single = f"{message}.one"
        frames = self.frames[single if params.get("n") == 1 and single in self.frames else message]
        left, chosen = divmod(pick, len(frames))

        def fill(match: re.Match[str]) -> str:
            nonlocal left
            name, kind = match.groups()
            if name.startswith("@"):
                worded, left = self._expand(name[1:], params, left, form)
                return worded
            value = params[name]
            if kind == "text":
                inner = Text(**value) if isinstance(value, dict) else Text(value)
                return self._expand(inner.id, inner.params, inner.pick, form)[0]
            return form(kind, value) if kind else str(value)

        return SLOT.sub(fill, frames[chosen]), left


@cache
def grammar(package: str, language: str) -> Grammar:
    """Return a console's frames in a language, with those that all consoles share.

    Raises:
        LookupError: the console is not offered in that language.
    """
    frames: dict[str, tuple[str, ...]] = {}
    for place in (files(__package__) / "texts_common" / language, files(package) / "texts" / language):
        if not place.is_dir():
            message = f"{package} has no texts in {language}"
            raise LookupError(message)
        for source in sorted(place.iterdir(), key=lambda entry: entry.name):
            for message_id, wording in json.loads(source.read_text("utf-8")).items():
                frames[message_id] = (wording,) if isinstance(wording, str) else tuple(wording)
    return Grammar(frames)


def languages(package: str) -> tuple[str, ...]:
    """Return the languages that a console has texts in."""
    return tuple(sorted(entry.name for entry in (files(package) / "texts").iterdir() if entry.is_dir()))


def mistyped(text: str, number: int) -> str:
    """Return the text with two letters of one longer word swapped, as a hurried customer types."""
    words = text.split(" ")
    long = [i for i, word in enumerate(words) if len(word) >= LONG and word.isalpha()]
    if not long:
        return text
    at = long[number % len(long)]
    word = words[at]
    swap = 1 + number // len(long) % (len(word) - 2)
    words[at] = word[:swap] + word[swap + 1] + word[swap] + word[swap + 2 :]
    return " ".join(words)


def _plain_days(value: int) -> str:
    return f"{value} day{'' if value == 1 else 's'}"


PLAIN: Mapping[str, Callable[[Any], str]] = {
    "money": lambda value: f"${value / 100:,.2f}",
    "round": lambda value: f"${value // 100:,}",
    "share": lambda value: f"{value / 100:g} %",
    "minutes": lambda value: f"{value} min",
    "days": _plain_days,
    "ago": lambda value: f"{_plain_days(value)} ago" if value else "today",
    "grams": lambda value: f"{value:,} g",
    "index": lambda value: f"{value / 100:.2f}",
    "rate": lambda value: f"{value / 10_000:.4f}",
    "date": lambda value: date.fromordinal(value).isoformat(),
}


def plain_format(kind: str, value: Any) -> str:  # noqa: ANN401  whatever JSON holds
    """Return a value worded for a terminal; pages word values for their reader's locale instead."""
    if kind.isupper():
        return f"{kind} {value / 100:,.2f}"
    return PLAIN.get(kind, str)(value)

"""Aiken: a question on a line, choices `A) …`, and `ANSWER: A`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lms.catalog.adapters.imports.foreign import FULL, ForeignAnswer, ForeignQuestion, Taken, short_name
from lms.catalog.adapters.imports.texts import from_plain, one_line
from lms.catalog.rules.items import ItemType

_CHOICE = re.compile(r"([A-Z])[).]\s*(\S.*)")
_ANSWER = re.compile(r"ANSWER\s*:\s*([A-Z])\s*", re.IGNORECASE)


@dataclass
class _Open:
    line: int
    stem: list[str] = field(default_factory=list)
    choices: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return short_name(" ".join(self.stem)) or "a question without a text"


def read_aiken(text: str) -> Taken:
    """Return the questions of an Aiken file; what has no text, no second choice or no answer is left out."""
    taken = Taken()
    found: _Open | None = None
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if not line:
            continue
        choice, answer = _CHOICE.fullmatch(line), _ANSWER.fullmatch(line)
        if answer or line.upper().startswith("ANSWER:"):
            _close(found or _Open(number), answer[1].upper() if answer else "", taken)
            found = None
        elif choice:
            found = found or _Open(number)
            found.choices[choice[1]] = choice[2]
        elif found and found.choices:
            taken.leave(found.name, found.line, "It has no ANSWER line.")
            found = _Open(number, [line])
        else:
            found = found or _Open(number)
            found.stem.append(line)
    if found:
        taken.leave(found.name, found.line, "It has no ANSWER line.")
    return taken


def _close(found: _Open, right: str, taken: Taken) -> None:
    if not found.stem:
        reason = "It has no text."
    elif len(found.choices) < 2:  # noqa: PLR2004 - a choice needs another
        reason = "It has fewer than two choices."
    elif right not in found.choices:
        reason = "Its ANSWER line names none of its choices."
    else:
        question = ForeignQuestion(found.name, ItemType.SINGLE, from_plain("\n".join(found.stem)), found.line)
        for letter, text in found.choices.items():
            share = FULL if letter == right else FULL - FULL
            question.answers.append(ForeignAnswer(one_line(from_plain(text)), share))
        taken.questions.append(question)
        return
    taken.leave(found.name, found.line, reason)

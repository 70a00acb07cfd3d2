"""A question of another system, taken apart as far as ours can say the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from lms.catalog.rules.items import ItemType

FULL = Fraction(1)


@dataclass(frozen=True)
class ForeignAnswer:
    """One answer: Markdown on one line, the share it earns (below 0 takes away), and its feedback.

    `pair` is the right side of a match; `tolerance` belongs to a number.
    """

    text: str
    share: Fraction = Fraction(0)
    feedback: str = ""
    pair: str = ""
    tolerance: str = "0"


@dataclass(frozen=True)
class ForeignGap:
    """A gap of a cloze text: a list to choose from, typed words, or a number."""

    kind: str
    answers: tuple[ForeignAnswer, ...]


@dataclass
class ForeignQuestion:
    """A question to be written. `stem` is Markdown; where `gaps` are, the stem has ``{gap 1}`` in their places.

    `notes` say what of it was not carried over.
    """

    name: str
    kind: ItemType
    stem: str
    line: int
    answers: list[ForeignAnswer] = field(default_factory=list)
    gaps: list[ForeignGap] = field(default_factory=list)
    tags: tuple[str, ...] = ()
    exact: bool = False
    fixed: bool = False
    general: str = ""
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class LeftOut:
    """A question, or a part of one, that was not carried over, and why. `line` is where it stands in the file."""

    name: str
    line: int
    reason: str


@dataclass
class Taken:
    """What a file holds: questions that can be written, and those that cannot."""

    questions: list[ForeignQuestion] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)

    def leave(self, name: str, line: int, reason: str) -> None:
        """Say that a question is not carried over."""
        self.left_out.append(LeftOut(name, line, reason))


def short_name(text: str) -> str:
    """Return the beginning of a text as a name."""
    words = " ".join(text.split())
    return words if len(words) <= 60 else words[:59].rsplit(" ", 1)[0] + "…"  # noqa: PLR2004 - one line of a list

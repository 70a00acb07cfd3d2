"""What a lab has to supply: an exercise of one sheet without cases, marked from 0 to 100.

A worked example is labs/summary_audit. A lab is drawn once from a seed, filled in as often as one likes, and handed in
once. Everything is pure, as with consoles: integers, no clock, one stream per group of figures.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from pydantic import TypeAdapter

from lms.sandbox.rules.exercise import Text, canonical

if TYPE_CHECKING:
    from lms.sandbox.rules.company import CompanyFacts
    from lms.sandbox.rules.streams import Streams

# What is shown, what is true, and what a learner has filled in.
P = TypeVar("P")
K = TypeVar("K")
W = TypeVar("W")
# What a form sends: each name with all its values.
Sent = Mapping[str, Sequence[str]]


class Grade(StrEnum):
    """What a mark is good for. Practitioner includes Foundation."""

    FOUNDATION = "foundation"
    PRACTITIONER = "practitioner"


# Least marks (simulators.md section 6).
CUTS: Mapping[Grade, int] = {Grade.FOUNDATION: 60, Grade.PRACTITIONER: 70}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is missing or wrong at a field, before the sheet can be handed in."""

    field: str
    message: Text


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the mark: so many of so many."""

    name: Text
    got: int
    of: int


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was asked: what was answered, what was best, and why."""

    title: Text
    right: bool
    yours: Text
    best: Text
    why: Text


@dataclass(frozen=True, slots=True)
class Marked:
    """A marked sheet, 0 … 100."""

    score: int
    parts: tuple[Part, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Shapes(Generic[P, K, W]):
    """How a lab's values are stored and read again."""

    public: TypeAdapter[P]
    key: TypeAdapter[K]
    work: TypeAdapter[W]


@dataclass(frozen=True, slots=True)
class Sheet(Generic[P, K]):
    """A lab as it was drawn: `public` may be shown, `key` not before the sheet is handed in."""

    public: P
    key: K


@dataclass(frozen=True, slots=True)
class Told:
    """A part of a sheet as plain text: a heading and its lines."""

    heading: Text
    lines: tuple[Text, ...]


class Lab(Protocol[P, K, W]):
    """A lab."""

    @property
    def id(self) -> str:
        """The id in course files: "summary-audit"."""

    @property
    def package(self) -> str:
        """The Python package whose texts/<language>/*.json hold the lab's wording."""

    @property
    def version(self) -> int:
        """The version of drawing and marking together; raised by one when either changes."""

    @property
    def shapes(self) -> Shapes[P, K, W]:
        """How its values are stored."""

    def draw(self, streams: Streams, facts: CompanyFacts) -> Sheet[P, K]:
        """Return a sheet, every random number from `streams`."""

    def begin(self, public: P) -> W:
        """Return what a sheet holds before anything is filled in."""

    def read(self, public: P, work: W, sent: Sent) -> W:
        """Return the sheet as a form fills it in; what was typed is kept, `do` names the button that was pressed."""

    def lacks(self, public: P, work: W) -> tuple[Problem, ...]:
        """Return what stands in the way of handing in."""

    def answers(self, public: P, work: W) -> Mapping[str, Any]:
        """Return what the page shows of trying things out, for its template. Nothing that only the key knows."""

    def mark(self, public: P, key: K, work: W) -> Marked:
        """Return the mark, with every line of the sheet explained."""

    def best(self, public: P, key: K) -> W:
        """Return the best sheet, from the key."""

    def solve(self, public: P) -> W:
        """Return the sheet of somebody who knows the job and sees only what is shown."""

    def constants(self, public: P) -> Mapping[str, W]:
        """Return the sheets of people who always do the same, by name: all of them have to fail."""

    def told(self, public: P) -> tuple[Told, ...]:
        """Return the sheet as plain text."""


def grade_of(score: int) -> Grade | None:
    """Return the highest grade that a mark is good for, or None."""
    return max((grade for grade, cut in CUTS.items() if score >= cut), key=lambda grade: CUTS[grade], default=None)


def grade_wanted(level: int) -> Grade:
    """Return what a step of a level asks for: level 1 Foundation, above that Practitioner."""
    return Grade.FOUNDATION if level == 1 else Grade.PRACTITIONER


def digest_of(lab: Lab[P, K, W], sheet: Sheet[P, K]) -> str:
    """Return the SHA-256 of a sheet's canonical JSON, in hexadecimal."""
    shapes = lab.shapes
    body = {
        "key": shapes.key.dump_python(sheet.key, mode="json"),
        "public": shapes.public.dump_python(sheet.public, mode="json"),
    }
    return hashlib.sha256(canonical(body)).hexdigest()


def first(sent: Sent, name: str, longest: int = 200) -> str | None:
    """Return the first value that was sent under a name, or None where nothing was."""
    values = sent.get(name)
    return values[0].strip()[:longest] if values else None

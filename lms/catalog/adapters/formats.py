"""What a kind of step supplies so that its files can be read, checked, compiled and timed.

A new kind is a class with these members, listed where the application is put together. Banks of questions are read by
one `BankFormat`, which the question types belong to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from lms.catalog.adapters.desk import Desk
from lms.catalog.adapters.documents import Document
from lms.catalog.adapters.shapes import StepShape
from lms.catalog.rules.content import Part
from lms.catalog.rules.items import Item


@dataclass(frozen=True)
class StepFile:
    """A step's file in one language: its data fits the format's `shape`; `inline` are the items written inside it."""

    document: Document
    shape: StepShape
    inline: tuple[str, ...] = ()


@dataclass(frozen=True)
class Draft:
    """A step compiled in one language.

    `settings` do not depend on a language. `minutes` is the estimate. `items` are all items the step may serve.
    A `certifying` step never falls back to another language.
    """

    settings: Mapping[str, Any]
    content: Mapping[str, Any]
    minutes: float
    items: tuple[str, ...] = ()
    certifying: bool = False


class StepFormat(Protocol):
    """A kind of step as files know it. `suffix` includes what stands before it: ``.quiz.md``."""

    kind: str
    suffix: str
    part: Part
    shape: type[StepShape]
    has_questions: bool

    def compile(self, step: StepFile, desk: Desk) -> Draft:
        """Return the step in the desk's language, reporting to the desk everything that is wrong with it."""
        ...


@dataclass(frozen=True)
class BankFile:
    """Questions in one language: a `.q.md` file or the lower part of a step; `desk` is where its texts are made."""

    document: Document
    desk: Desk


class BankFormat(Protocol):
    """Reads questions."""

    def read(self, bank: str, files: Mapping[str, BankFile], language: str) -> list[Item]:
        """Return the items written in `files` (by language; `language` is the original) and report what is wrong."""
        ...


@dataclass(frozen=True)
class Formats:
    """Every format the application knows; longer suffixes win (``.quiz.md`` before ``.md``)."""

    steps: tuple[StepFormat, ...]
    bank: BankFormat
    _by_suffix: tuple[StepFormat, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Sort by length of suffix, once."""
        ordered = tuple(sorted(self.steps, key=lambda step: -len(step.suffix)))
        object.__setattr__(self, "_by_suffix", ordered)

    def of(self, name: str) -> StepFormat | None:
        """Return the format of a file with this name."""
        return next((step for step in self._by_suffix if name.endswith(step.suffix)), None)

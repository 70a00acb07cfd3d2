"""A compiled course: everything a release holds, in every language it has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from lms.catalog.rules.items import Item

Texts = Mapping[str, str]
FORMAT = 1


class Part(StrEnum):
    """The five ways of delivery that hours are counted in."""

    SELF_PACED = "self_paced"
    RECORDED = "recorded"
    SANDBOX = "sandbox"
    WORKSHOP = "workshop"
    SHADOWING = "shadowing"


class Change(StrEnum):
    """What the latest edit of a module means for people who already did it."""

    COSMETIC = "cosmetic"
    MINOR = "minor"
    MATERIAL = "material"


class OwnText(StrEnum):
    """What a company may write into a lesson in the browser: notes before its text, or a story in its place."""

    NOTES = "notes"
    INCIDENT = "incident"


class Adkar(StrEnum):
    """The stage of change a module serves."""

    AWARENESS = "awareness"
    DESIRE = "desire"
    KNOWLEDGE = "knowledge"
    ABILITY = "ability"
    REINFORCEMENT = "reinforcement"


@dataclass(frozen=True, slots=True)
class Objective:
    """What people can do afterwards. An assessed one has questions."""

    id: str
    text: Texts
    assessed: bool = True


@dataclass(frozen=True, slots=True)
class Planned:
    """A module that is announced and not written yet; it counts in no hours."""

    id: str
    title: Texts
    kind: Part
    minutes: int


@dataclass(frozen=True, slots=True)
class Step:
    """One page of work. `settings` do not depend on a language; `content` does, and lacks a language not translated.

    The shapes of both belong to the step's kind: see the kind's `StepFormat`.
    """

    id: str
    kind: str
    part: Part
    title: Texts
    minutes: int
    objectives: tuple[str, ...]
    settings: Mapping[str, Any]
    content: Mapping[str, Mapping[str, Any]]
    items: tuple[str, ...] = ()
    certifying: bool = False

    def content_in(self, language: str, fallback: str) -> tuple[Mapping[str, Any], str] | None:
        """Return the content and the language it is in; None where a certifying step lacks `language`."""
        if language in self.content:
            return self.content[language], language
        if self.certifying or fallback not in self.content:
            return None
        return self.content[fallback], fallback


@dataclass(frozen=True, slots=True)
class Card:
    """A quick reference card: one printed page."""

    id: str
    module: str
    title: Texts
    body: Texts


@dataclass(frozen=True, slots=True)
class Asset:
    """A file kept by its content: `sha256` in hex, `size` in bytes."""

    sha256: str
    media_type: str
    size: int
    path: str


@dataclass(frozen=True, slots=True)
class Module:
    """A unit of study. `minutes` are declared, `estimated` computed; `facts` are the company facts it cites."""

    id: str
    title: Texts
    summary: Texts
    objectives: tuple[str, ...]
    adkar: tuple[Adkar, ...]
    minutes: int
    estimated: float
    requires: tuple[str, ...]
    change: Change
    mandatory: bool
    steps: tuple[Step, ...]
    card: Card | None = None
    facilitator: Texts = field(default_factory=dict)
    facts: tuple[str, ...] = ()

    def step(self, step_id: str) -> Step | None:
        """Return the step with this id."""
        return next((step for step in self.steps if step.id == step_id), None)


@dataclass(frozen=True, slots=True)
class Course:
    """A whole course as it is released. `languages` are those in which every certifying step exists."""

    id: str
    version: str
    language: str
    languages: tuple[str, ...]
    title: Texts
    summary: Texts
    roles: tuple[str, ...]
    objectives: tuple[Objective, ...]
    modules: tuple[Module, ...]
    planned: tuple[Planned, ...]
    items: Mapping[str, Item]
    assets: tuple[Asset, ...] = ()
    format: int = FORMAT

    def module(self, module_id: str) -> Module | None:
        """Return the module with this id."""
        return next((module for module in self.modules if module.id == module_id), None)

    def steps(self) -> Iterator[tuple[Module, Step]]:
        """Yield every step with its module, in order of study."""
        for module in self.modules:
            for step in module.steps:
                yield module, step


def text_in(texts: Texts, language: str, fallback: str = "en") -> str:
    """Return the text in `language`, else in `fallback`, else in whatever language there is."""
    return texts.get(language) or texts.get(fallback) or next(iter(texts.values()), "")

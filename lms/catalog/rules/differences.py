"""What differs between two releases of a course, in the words of those who keep it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from lms.catalog.rules.canonical import digest
from lms.catalog.rules.content import Course, Texts
from lms.catalog.rules.facts import Company
from lms.catalog.rules.programmes import Catalogue


class Change(StrEnum):
    """What happened to something. A question's key and its wording change apart: a new key starts new figures."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    KEY = "key"
    WORDING = "wording"


class Thing(StrEnum):
    """What can differ."""

    MODULE = "module"
    STEP = "step"
    CARD = "card"
    QUESTION = "question"
    OBJECTIVE = "objective"
    PROGRAMME = "programme"
    FACT = "fact"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs; `title` is empty where a thing has none."""

    thing: Thing
    id: str
    title: Texts
    change: Change


@dataclass(frozen=True, slots=True)
class _Part:
    title: Texts
    digest: str
    key: str = ""


def course_differences(old: Course | None, new: Course) -> tuple[Difference, ...]:
    """Return what a release changes; everything is new where there was none before."""
    before, after = _parts(old) if old else {}, _parts(new)
    return tuple(_compared(before, after))


def catalogue_differences(
    old: tuple[Catalogue, Company] | None, new: tuple[Catalogue, Company]
) -> tuple[Difference, ...]:
    """Return what a release of the catalogue changes: programmes and company facts."""
    before, after = _catalogue_parts(*old) if old else {}, _catalogue_parts(*new)
    return tuple(_compared(before, after))


def _compared(
    before: Mapping[tuple[Thing, str], _Part], after: Mapping[tuple[Thing, str], _Part]
) -> Iterator[Difference]:
    for (thing, name), part in after.items():
        known = before.get((thing, name))
        if known is None:
            yield Difference(thing, name, part.title, Change.ADDED)
        elif known.digest != part.digest:
            yield Difference(thing, name, part.title, _kind(thing, known, part))
    for (thing, name), part in before.items():
        if (thing, name) not in after:
            yield Difference(thing, name, part.title, Change.REMOVED)


def _kind(thing: Thing, before: _Part, after: _Part) -> Change:
    if thing is not Thing.QUESTION:
        return Change.CHANGED
    return Change.KEY if before.key != after.key else Change.WORDING


def _parts(course: Course) -> dict[tuple[Thing, str], _Part]:
    parts: dict[tuple[Thing, str], _Part] = {}
    for objective in course.objectives:
        parts[Thing.OBJECTIVE, objective.id] = _Part(objective.text, digest(objective))
    for module in course.modules:
        # Its steps and its card stand for themselves.
        bare = replace(module, steps=(), card=None, estimated=0.0)
        parts[Thing.MODULE, module.id] = _Part(module.title, digest(bare))
        for step in module.steps:
            parts[Thing.STEP, step.id] = _Part(step.title, digest(step))
        if module.card:
            parts[Thing.CARD, module.card.id] = _Part(module.card.title, digest(module.card))
    for item in course.items.values():
        parts[Thing.QUESTION, item.id] = _Part({}, digest(item), item.grading_hash)
    return parts


def _catalogue_parts(catalogue: Catalogue, company: Company) -> dict[tuple[Thing, str], _Part]:
    programmes = {(Thing.PROGRAMME, one.id): _Part(one.title, digest(one)) for one in catalogue.programmes}
    facts = {(Thing.FACT, name): _Part({"": fact.label}, digest(fact)) for name, fact in company.facts.items()}
    return {**programmes, **facts}

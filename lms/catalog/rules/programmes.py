"""Programmes: which courses a role studies, what each level demands, how long it stays valid."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from lms.catalog.rules.content import Course, Module, Part, Step, Texts


class ProgrammePart(StrEnum):
    """Which part of a programme a course serves."""

    INITIAL = "initial"
    LEVEL = "level"
    REFRESHER = "refresher"
    APPOINTED = "appointed"


@dataclass(frozen=True, slots=True)
class Hours:
    """The span the whole part must fall into, in hours."""

    min: float
    max: float


@dataclass(frozen=True, slots=True)
class Due:
    """When a part is due: `after` (ISO 8601) an event, and before another where one is named."""

    event: str
    after: str
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Initial:
    """The courses everybody in the role studies first, in this order."""

    courses: tuple[str, ...]
    hours: Hours
    due: Due | None = None


@dataclass(frozen=True, slots=True)
class Refreshers:
    """Monthly modules in rotation."""

    rotate: tuple[str, ...]
    every: str
    hours: Hours
    # The modules that stand in the month before and after a declared peak, wherever the rotation has them.
    before_peak: str | None = None
    after_peak: str | None = None


@dataclass(frozen=True, slots=True)
class Validity:
    """How long an award stands; the periods are ISO 8601. One that would end in a peak ends `after_peak` its end."""

    period: str = "P12M"
    basis: str = "previous-expiry"
    window: str = "P60D"
    grace: str = "P30D"
    if_late: str = "rebase"
    after_peak: str = "P14D"


@dataclass(frozen=True, slots=True)
class Study:
    """Modules of a course that are studied for one level alone, after the initial training."""

    course: str
    modules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Level:
    """A level and its evidence predicates, all of which must hold. `authority` is False where it grants none.

    `study` is what it is prepared and examined in beside the programme's courses; `validity` its own, where it has one.
    """

    id: str
    title: Texts
    requires: tuple[str, ...]
    authority: bool = True
    study: Study | None = None
    validity: Validity | None = None


@dataclass(frozen=True, slots=True)
class Programme:
    """What one role studies and can be awarded."""

    id: str
    role: str
    title: Texts
    initial: Initial
    refreshers: Refreshers | None = None
    levels: tuple[Level, ...] = ()
    appointed: tuple[Level, ...] = ()
    validity: Validity = field(default_factory=Validity)

    def level(self, level_id: str) -> Level | None:
        """Return the certified or appointed level with this id."""
        return next((level for level in (*self.levels, *self.appointed) if level.id == level_id), None)

    def validity_of(self, level: Level) -> Validity:
        """Return how long an award of a level stands: as the level says, else as the programme does."""
        return level.validity or self.validity

    @property
    def courses(self) -> tuple[str, ...]:
        """Return every course of the programme, refreshers left out: the initial ones, then those of its levels."""
        studies = (level.study.course for level in (*self.levels, *self.appointed) if level.study)
        return tuple(dict.fromkeys((*self.initial.courses, *studies)))


@dataclass(frozen=True, slots=True)
class Retired:
    """An id that is no longer served: why, and where to go instead."""

    id: str
    reason: Texts
    instead: str | None = None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything catalogue.yml says."""

    roles: Mapping[str, Texts]
    programmes: tuple[Programme, ...]
    retired: tuple[Retired, ...] = ()

    def programme(self, programme_id: str) -> Programme | None:
        """Return the programme with this id."""
        return next((programme for programme in self.programmes if programme.id == programme_id), None)


@dataclass(frozen=True, slots=True)
class LevelRule:
    """What a company asks for at a level instead of what is shipped, and how long an award of it stands."""

    requires: tuple[str, ...]
    validity: Validity


def with_rules(catalogue: Catalogue, rules: Mapping[tuple[str, str], LevelRule]) -> Catalogue:
    """Return the catalogue with a company's own rules, by (programme, level); rules of unknown levels are left out."""

    def own(programme: Programme, level: Level) -> Level:
        rule = rules.get((programme.id, level.id))
        return replace(level, requires=rule.requires, validity=rule.validity) if rule else level

    programmes = tuple(
        replace(
            programme,
            levels=tuple(own(programme, level) for level in programme.levels),
            appointed=tuple(own(programme, level) for level in programme.appointed),
        )
        for programme in catalogue.programmes
    )
    return replace(catalogue, programmes=programmes)


_SHARE = r"\d{1,3}(?:\.\d+)?%"
_PREDICATES = (
    re.compile(r"(?P<kind>module):(?P<id>[a-z0-9-]+) complete"),
    re.compile(rf"(?P<kind>quiz):(?P<id>[a-z0-9-]+) >= {_SHARE}"),
    re.compile(r"(?P<kind>sandbox):(?P<id>[a-z0-9-]+) (?:foundation|practitioner) passed"),
    re.compile(r"(?P<kind>lab):(?P<id>[a-z0-9-]+) (?:foundation|practitioner) passed"),
    re.compile(r"(?P<kind>workshop):(?P<id>[a-z0-9-]+) attended"),
    re.compile(r"(?P<kind>observation):(?P<id>[a-z0-9-]+) signed"),
    re.compile(r"(?P<kind>rubric):(?P<id>[a-z0-9-]+) >= [1-4] on [a-z0-9-]+(?:, ?[a-z0-9-]+)*"),
    re.compile(r"(?P<kind>refreshers) >= \d+"),
    re.compile(r"(?P<kind>held):(?P<id>[a-z0-9-]+) for P\d+[DW]"),
    re.compile(r"(?P<kind>appointed):(?P<id>[a-z0-9-]+)"),
    re.compile(r"(?P<kind>deputy):(?P<id>[a-z0-9-]+) named"),
)


@dataclass(frozen=True, slots=True)
class PredicateTarget:
    """What a predicate is about: its kind, and the id it names, if any."""

    kind: str
    id: str | None


def predicate_target(text: str) -> PredicateTarget | None:
    """Return what the predicate is about, or None where `text` is not a predicate."""
    for form in _PREDICATES:
        found = form.fullmatch(text)
        if found:
            return PredicateTarget(found["kind"], found.groupdict().get("id"))
    return None


def hours_rows(catalogue: Catalogue, courses: Mapping[str, Course]) -> list[dict[str, Any]]:
    """Return one row per programme and course: declared and estimated minutes, by kind and by module."""
    rows = []
    for programme in catalogue.programmes:
        # A programme without hours of its own is studied beside another one: it is an appointment's course.
        part = ProgrammePart.APPOINTED if programme.appointed and not programme.levels else ProgrammePart.INITIAL
        for course_id in programme.initial.courses:
            if course_id in courses:
                course = courses[course_id]
                rows.append(_row(programme, part, course.id, course.modules, len(course.planned)))
        rows += _level_rows(programme, courses)
        rows += _refresher_rows(programme, courses)
    return rows


def _level_rows(programme: Programme, courses: Mapping[str, Course]) -> Iterable[dict[str, Any]]:
    for level in (*programme.levels, *programme.appointed):
        course = courses.get(level.study.course) if level.study else None
        if course and level.study:
            modules = tuple(module for module in course.modules if module.id in level.study.modules)
            yield _row(programme, ProgrammePart.LEVEL, course.id, modules, 0)


def _refresher_rows(programme: Programme, courses: Mapping[str, Course]) -> Iterable[dict[str, Any]]:
    for module in refresher_modules(programme, courses):
        yield _row(programme, ProgrammePart.REFRESHER, module.id, (module,), 0)


def refresher_modules(programme: Programme, courses: Mapping[str, Course]) -> Iterable[Module]:
    """Yield the written modules of the rotation, in its order, as the programme's role meets them.

    They hold that role's steps only, and their minutes are those of these steps.
    """
    for module_id in programme.refreshers.rotate if programme.refreshers else ():
        for course in courses.values():
            module = course.module(module_id)
            if module:
                steps = tuple(step for step in module.steps if serves_role(step.settings, programme.role))
                estimated = counted_minutes(steps)
                yield replace(module, steps=steps, minutes=sum(step.minutes for step in steps), estimated=estimated)


def is_diagnostic(settings: Mapping[str, Any]) -> bool:
    """Return whether a step is a diagnostic: nobody must take it, so its minutes count in no hours."""
    return settings.get("mode") == "diagnostic"


def counted_minutes(steps: Iterable[Step]) -> float:
    """Return the estimated minutes of the steps that everybody takes."""
    return sum(float(step.settings["estimated"]) for step in steps if not is_diagnostic(step.settings))


def serves_role(settings: Mapping[str, Any], role: str) -> bool:
    """Return whether a step is for people in this role; a step that names no roles is for all."""
    roles: list[str] = settings.get("roles") or []
    return not roles or role in roles


def _row(
    programme: Programme,
    part: ProgrammePart,
    course: str,
    modules: tuple[Module, ...],
    planned: int,
) -> dict[str, Any]:
    by_kind = dict.fromkeys((kind.value for kind in Part), 0.0)
    listed = []
    total = 0.0
    for module in modules:
        for step in module.steps:
            by_kind[step.part.value] += counted_minutes((step,))
        total += module.estimated
        listed.append(
            {"id": module.id, "declared_minutes": module.minutes, "estimated_minutes": round(module.estimated, 1)}
        )
    return {
        "id": programme.id,
        "role": programme.role,
        "part": part.value,
        "course": course,
        "declared_minutes": sum(module.minutes for module in modules),
        "estimated_minutes": round(total, 1),
        "by_kind": {kind: round(minutes, 1) for kind, minutes in by_kind.items()},
        "modules": listed,
        "planned_modules": planned,
    }

"""What the current releases say, as learning needs it: where a step is, what a programme holds."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from lms.catalog.queries import Release, current_catalogue, current_release, current_releases
from lms.catalog.rules.content import Course, Module, Step, Texts
from lms.catalog.rules.programmes import Level, Programme
from lms.learning.rules.cycles import INITIAL, LEVEL, RECERTIFICATION, is_refresher
from lms.learning.rules.evidence import part_of


@dataclass(frozen=True, slots=True)
class StepPlace:
    """A step where it stands in its current release."""

    release: str
    course: Course
    module: Module
    step: Step


def locate_step(step_id: str) -> StepPlace | None:
    """Return where a step is, or None; ids of steps are unique across the catalogue."""
    for release in current_releases():
        for module, step in release.course.steps():
            if step.id == step_id:
                return StepPlace(release.hash, release.course, module, step)
    return None


def all_modules() -> tuple[Module, ...]:
    """Return every module of every current release."""
    return tuple(module for release in current_releases() for module in release.course.modules)


def content_titles() -> Mapping[str, Texts]:
    """Return what every module and step of the current releases is called, by id."""
    found: dict[str, Texts] = {}
    for module in all_modules():
        found[module.id] = module.title
        found.update((step.id, step.title) for step in module.steps)
    return found


def programme_by_id(programme_id: str) -> Programme | None:
    """Return the programme, or None."""
    return current_catalogue().programme(programme_id)


def roles_of_programme(programme_id: str) -> frozenset[str]:
    """Return the role a programme is for, as the set that `required_steps` takes; empty where it is unknown."""
    programme = programme_by_id(programme_id)
    return frozenset({programme.role}) if programme else frozenset()


def releases_of(programme: Programme, cycle: str, only: Collection[str] = ()) -> tuple[Release, ...]:
    """Return the current releases of the courses a cycle of the programme studies, in order of study.

    With `only`, modules and steps by id, their courses hold nothing else, and a course without any is left out.
    """
    if programme.refreshers is not None and is_refresher(cycle):
        releases = tuple(
            release
            for release in current_releases()
            if any(release.course.module(name) for name in programme.refreshers.rotate)
        )
    else:
        found = (current_release(course_id) for course_id in _courses_of(programme, cycle))
        releases = tuple(release for release in found if release is not None)
    return _narrowed(releases, only) if only else releases


def studied_modules(programme: Programme, levels: Collection[Level] | None = None) -> tuple[Module, ...]:
    """Return the modules of the programme's courses and of the own parts of `levels`, or of all, in order of study."""
    initial = [module for release in releases_of(programme, INITIAL) for module in release.course.modules]
    asked = (*programme.levels, *programme.appointed) if levels is None else levels
    studies = (level.study for level in asked if level.study)
    parts = ((current_release(study.course), study.modules) for study in studies)
    own = [module for release, names in parts if release for module in release.course.modules if module.id in names]
    return (*initial, *own)


def _courses_of(programme: Programme, cycle: str) -> tuple[str, ...]:
    if cycle.startswith(LEVEL):
        level = programme.level(cycle.removeprefix(LEVEL))
        return (level.study.course,) if level and level.study else ()
    return programme.courses if cycle.startswith(RECERTIFICATION) else programme.initial.courses


def _narrowed(releases: Iterable[Release], only: Collection[str]) -> tuple[Release, ...]:
    narrowed = []
    for release in releases:
        modules = tuple(part for module in release.course.modules if (part := part_of(module, only)).steps)
        if modules:
            narrowed.append(replace(release, course=replace(release.course, modules=modules)))
    return tuple(narrowed)

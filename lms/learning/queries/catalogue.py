"""What the current releases say, as learning needs it: where a step is, what a programme holds."""

from __future__ import annotations

from dataclasses import dataclass

from lms.catalog.queries import Release, current_catalogue, current_release, current_releases
from lms.catalog.rules.content import Course, Module, Step
from lms.catalog.rules.programmes import Programme
from lms.learning.rules.cycles import INITIAL


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


def programme_by_id(programme_id: str) -> Programme | None:
    """Return the programme, or None."""
    return current_catalogue().programme(programme_id)


def roles_of_programme(programme_id: str) -> frozenset[str]:
    """Return the role a programme is for, as the set that `required_steps` takes; empty where it is unknown."""
    programme = programme_by_id(programme_id)
    return frozenset({programme.role}) if programme else frozenset()


def releases_of(programme: Programme, cycle: str) -> tuple[Release, ...]:
    """Return the current releases of the courses a cycle of the programme studies, in order of study."""
    if cycle == INITIAL or programme.refreshers is None or not cycle.startswith("refresher-"):
        found = (current_release(course_id) for course_id in programme.initial.courses)
        return tuple(release for release in found if release is not None)
    return ()

"""One step as one person meets it: the cycle it counts in, its place on the path, its content in their language."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from lms.accounts.rules.actor import Actor
from lms.catalog.queries import Release, current_catalogue, current_release
from lms.catalog.rules.programmes import Retired
from lms.learning.kinds import StepContext
from lms.learning.queries.cycles import Path, open_cycles, walk_path
from lms.learning.rules.path import ModuleView, StepView


@dataclass(frozen=True, slots=True)
class Visit:
    """A step opened by a person. `context` is None where a certifying step does not exist in their language."""

    path: Path
    release: Release
    module: ModuleView
    view: StepView
    context: StepContext | None
    # The language of the content where it is not the person's own.
    fallback: str | None


def path_through(person_id: uuid.UUID, course_id: str) -> Path | None:
    """Return the person's path of the first open cycle that studies the course, or None."""
    for cycle in open_cycles(person_id):
        path = walk_path(cycle)
        if path and any(release.course.id == course_id for release in path.releases):
            return path
    return None


def visit_step(actor: Actor, course_id: str, module_id: str, step_id: str, now: datetime) -> Visit | None:
    """Return the step for this person, or None where it does not exist or is not on their path."""
    path = path_through(actor.id, course_id)
    if path is None:
        return None
    module = next((found for found in path.modules if found.module.id == module_id), None)
    view = next((step for step in module.steps if step.step.id == step_id), None) if module else None
    if module is None or view is None or module.course != course_id:
        return None
    release = next(release for release in path.releases if release.course.id == course_id)
    found = view.step.content_in(actor.language, release.course.language)
    if found is None:
        return Visit(path, release, module, view, None, None)
    content, language = found
    context = StepContext(
        actor=actor,
        cycle_id=path.cycle.id,
        cycle=path.cycle.name,
        programme=path.programme.id,
        release=release.hash,
        course=release.course,
        module=module.module,
        step=view.step,
        content=content,
        language=language,
        completed_at=path.completed.get(step_id),
        now=now,
    )
    return Visit(path, release, module, view, context, None if language == actor.language else language)


def retired_step(step_id: str) -> Retired | None:
    """Return why a step or module id is no longer served and where to go instead, or None."""
    return next((retired for retired in current_catalogue().retired if retired.id == step_id), None)


def course_of_module(module_id: str, courses: tuple[str, ...]) -> str | None:
    """Return which of `courses` has the module."""
    for course_id in courses:
        release = current_release(course_id)
        if release and release.course.module(module_id):
            return course_id
    return None

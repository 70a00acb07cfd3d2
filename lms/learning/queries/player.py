"""One step as one person meets it: the cycle it counts in, its place on the path, its content in their language."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from lms.accounts.rules.actor import Actor
from lms.catalog.queries import Release, current_catalogue
from lms.catalog.rules.programmes import Retired
from lms.catalog.rules.role_boxes import content_for
from lms.learning.kinds import StepContext
from lms.learning.queries.cycles import Path, open_cycles, walk_path
from lms.learning.rules.path import ModuleView, State, StepView


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


def path_through(person_id: uuid.UUID, course_id: str, module_id: str | None = None) -> Path | None:
    """Return the path of the first open cycle that studies the course, or a module of it; a whole one before a part."""
    found = _paths_with(person_id, course_id, module_id)
    return next((path for path in found if not path.cycle.parts), found[0] if found else None)


def _paths_with(person_id: uuid.UUID, course_id: str, module_id: str | None) -> list[Path]:
    return [
        path
        for cycle in open_cycles(person_id)
        if (path := walk_path(cycle))
        and any(view.course == course_id and module_id in {None, view.module.id} for view in path.modules)
    ]


def visit_step(actor: Actor, course_id: str, module_id: str, step_id: str, now: datetime) -> Visit | None:
    """Return the step for this person, or None where it does not exist or is not on their path."""
    found_in = [
        (path, module, view)
        for path in _paths_with(actor.id, course_id, module_id)
        for module in path.modules
        for view in module.steps
        if module.module.id == module_id and view.step.id == step_id
    ]
    if not found_in:
        return None
    # A step may stand in two cycles at once: what is still to be done comes before what is done.
    path, module, view = min(found_in, key=lambda place: place[2].state is State.COMPLETED)
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
        content=content_for(content, {path.programme.role}),
        language=language,
        completed_at=path.completed.get(step_id),
        now=now,
    )
    return Visit(path, release, module, view, context, None if language == actor.language else language)


def retired_step(step_id: str) -> Retired | None:
    """Return why a step or module id is no longer served and where to go instead, or None."""
    return next((retired for retired in current_catalogue().retired if retired.id == step_id), None)

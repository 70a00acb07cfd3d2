"""Sandbox steps: where one stands on a person's path, and as the release had it under which a run began."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lms.accounts.rules.actor import Actor
from lms.catalog.queries import load_release
from lms.catalog.rules.content import Course, Module, Step
from lms.learning.queries.catalogue import locate_step
from lms.learning.queries.player import Visit, visit_step
from lms.shared.errors import NotFound

KIND = "sandbox"


@dataclass(frozen=True, slots=True)
class StepPlace:
    """A sandbox step in its course."""

    course: Course
    module: Module
    step: Step


def visit_sandbox(actor: Actor, step_id: str, now: datetime) -> Visit:
    """Return a sandbox step on the actor's path.

    Raises:
        NotFound: there is no such step, or it is not theirs.
    """
    place = locate_step(step_id)
    if place is None or place.step.kind != KIND:
        raise NotFound
    visit = visit_step(actor, place.course.id, place.module.id, step_id, now)
    if visit is None:
        raise NotFound
    return visit


def released_step(release: str, step_id: str) -> StepPlace:
    """Return a step as a release has it.

    Raises:
        NotFound: the release does not have it.
    """
    course = load_release(release).course
    for module, step in course.steps():
        if step.id == step_id:
            return StepPlace(course, module, step)
    raise NotFound


def to_read_again(place: StepPlace) -> tuple[tuple[Module, Step], ...]:
    """Return the lessons that serve what a sandbox step serves; those of the modules it waits for where none does."""
    wanted = set(place.step.objectives or place.module.objectives)
    lessons = [(module, step) for module, step in place.course.steps() if step.kind in {"lesson", "video"}]
    found = [(module, step) for module, step in lessons if wanted.intersection(step.objectives or module.objectives)]
    return tuple(found or [pair for pair in lessons if pair[0].id in place.module.requires])[:3]

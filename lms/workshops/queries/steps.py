"""Workshop and observation steps: those that exist, and those a person has still to do."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lms.catalog.queries import current_releases, load_release
from lms.catalog.rules.content import Step, text_in
from lms.learning.queries.catalogue import locate_step, programme_by_id, releases_of
from lms.learning.queries.cycles import CycleView, completed_steps, open_cycles
from lms.shared.errors import NotFound


@dataclass(frozen=True, slots=True)
class LiveStep:
    """A step where it stands in its current release."""

    release: str
    course: str
    course_language: str
    module: str
    step: Step

    def title(self, language: str) -> str:
        """Return the step's title in `language`, else in the course's own."""
        return text_in(self.step.title, language, self.course_language)

    def content(self, language: str) -> Mapping[str, Any]:
        """Return the step's content in `language`, else in the course's own."""
        found = self.step.content_in(language, self.course_language)
        return found[0] if found else {}


def live_step(step_id: str, kind: str) -> LiveStep:
    """Return a step of a kind from its current release.

    Raises:
        NotFound: there is none.
    """
    place = locate_step(step_id)
    if place is None or place.step.kind != kind:
        raise NotFound
    return LiveStep(place.release, place.course.id, place.course.language, place.module.id, place.step)


def released_step(release_hash: str, step_id: str) -> LiveStep:
    """Return a step as a past or present release has it: what was observed is judged by the sheet it was observed with.

    Raises:
        NotFound: there is none.
    """
    course = load_release(release_hash).course
    for module, step in course.steps():
        if step.id == step_id:
            return LiveStep(release_hash, course.id, course.language, module.id, step)
    raise NotFound


def live_steps(kind: str) -> tuple[LiveStep, ...]:
    """Return every step of a kind in the current releases, in order of course and study."""
    return tuple(
        LiveStep(release.hash, release.course.id, release.course.language, module.id, step)
        for release in current_releases()
        for module, step in release.course.steps()
        if step.kind == kind
    )


def cycle_with(person_id: uuid.UUID, course_id: str) -> CycleView | None:
    """Return the person's open cycle that studies a course, the one due first where there are several, or None."""
    for cycle in open_cycles(person_id):
        programme = programme_by_id(cycle.programme)
        if programme and any(release.course.id == course_id for release in releases_of(programme, cycle.name)):
            return cycle
    return None


def steps_to_do(person_id: uuid.UUID, kind: str) -> tuple[LiveStep, ...]:
    """Return the steps of a kind in a person's open cycles that they have not completed, each once."""
    found: dict[str, LiveStep] = {}
    for cycle in open_cycles(person_id):
        programme = programme_by_id(cycle.programme)
        if programme is None:
            continue
        done = completed_steps(person_id, cycle.name)
        for release in releases_of(programme, cycle.name):
            for module, step in release.course.steps():
                if step.kind == kind and step.id not in done:
                    found.setdefault(
                        step.id, LiveStep(release.hash, release.course.id, release.course.language, module.id, step)
                    )
    return tuple(found.values())

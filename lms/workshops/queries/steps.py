"""Workshop and observation steps: those that exist, and those a person has still to do."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from lms.accounts.queries.scope import PersonIds
from lms.catalog.queries import current_releases, load_release
from lms.catalog.rules.content import Step, Texts, text_in
from lms.infra.db import db
from lms.learning.models import Cycle
from lms.learning.queries.catalogue import locate_step, programme_by_id, releases_of
from lms.learning.queries.cycles import CycleView, completed_steps, open_cycles
from lms.learning.rules.evidence import required_steps
from lms.shared.errors import NotFound


@dataclass(frozen=True, slots=True)
class LiveStep:
    """A step where it stands in its current release."""

    release: str
    course: str
    course_language: str
    module: str
    step: Step
    course_titles: Texts = field(default_factory=dict)

    def title(self, language: str) -> str:
        """Return the step's title in `language`, else in the course's own."""
        return text_in(self.step.title, language, self.course_language)

    def title_in_course(self, language: str) -> str:
        """Return the step's title with its course's: many courses name a step alike."""
        return f"{self.title(language)} · {text_in(self.course_titles, language, self.course_language)}"

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
        LiveStep(release.hash, release.course.id, release.course.language, module.id, step, release.course.title)
        for release in current_releases()
        for module, step in release.course.steps()
        if step.kind == kind
    )


def steps_of(people: PersonIds, kind: str) -> tuple[LiveStep, ...]:
    """Return the steps of a kind that the open cycles of `people` require of their roles, in order of study."""
    cycles = db.session.execute(
        sa.select(Cycle.programme, Cycle.name, Cycle.parts).where(
            Cycle.person_id.in_(people), Cycle.closed_at.is_(None)
        )
    )
    studied = {(programme, name, tuple(parts)) for programme, name, parts in cycles}
    wanted = {
        step.id
        for programme_id, name, parts in studied
        if (programme := programme_by_id(programme_id))
        for release in releases_of(programme, name, parts)
        for module in release.course.modules
        for step in required_steps(module, {programme.role})
    }
    return tuple(live for live in live_steps(kind) if live.step.id in wanted)


def cycle_with(person_id: uuid.UUID, course_id: str, step_id: str) -> CycleView | None:
    """Return the person's open cycle that holds a step of a course, the one due first where there are several."""
    for cycle in open_cycles(person_id):
        programme = programme_by_id(cycle.programme)
        releases = releases_of(programme, cycle.name, cycle.parts) if programme else ()
        if any(
            release.course.id == course_id and step.id == step_id
            for release in releases
            for _module, step in release.course.steps()
        ):
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
        for release in releases_of(programme, cycle.name, cycle.parts):
            for module, step in release.course.steps():
                if step.kind == kind and step.id not in done:
                    found.setdefault(
                        step.id, LiveStep(release.hash, release.course.id, release.course.language, module.id, step)
                    )
    return tuple(found.values())

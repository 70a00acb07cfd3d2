"""The fifteen questions about the change, as they are asked of one person now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from lms.accounts.rules.actor import Actor
from lms.assessment.rules.moments import moment_on, survey_at
from lms.assessment.service.surveys import Sheet, has_answered
from lms.catalog.queries import current_releases
from lms.catalog.rules.content import Course, Step
from lms.cohorts.models import Wave
from lms.infra.db import db
from lms.learning.queries.cycles import Path
from lms.learning.queries.refreshers import trained_learners
from lms.learning.rules.cycles import INITIAL
from lms.reporting.rules.surveys import Element


@dataclass(frozen=True, slots=True)
class Questions:
    """The questions in one language."""

    step: Step
    release: str
    content: Mapping[str, Any]
    language: str


@dataclass(frozen=True, slots=True)
class Pulse:
    """The survey of a moment that is open to a person, with the group its answers are stored under."""

    questions: Questions
    sheet: Sheet
    moment: str
    wave_id: str
    cohort_id: str


def change_questions(language: str) -> Questions | None:
    """Return the survey of the current releases that asks about all five elements, or None."""
    for release in current_releases():
        for _module, step in release.course.steps():
            if step.kind == "survey" and _asks_all(release.course, step):
                found = step.content_in(language, release.course.language)
                if found is not None:
                    return Questions(step, release.hash, *found)
    return None


def open_pulse(actor: Actor, paths: Sequence[Path], today: date) -> Pulse | None:
    """Return the survey that is open to a person now; None where none is, or they have answered it."""
    path = next((path for path in paths if path.cycle.name == INITIAL and path.cycle.wave_id), None)
    wave = db.session.get(Wave, path.cycle.wave_id) if path else None
    questions = change_questions(actor.language) if wave else None
    if path is None or wave is None or questions is None:
        return None
    trained = next(iter(trained_learners(path.programme, [actor.id])), None)
    moment = moment_on(today, trained.trained_on if trained else None, wave.go_live)
    if moment is None:
        return None
    sheet = Sheet(actor.id, path.cycle.id, survey_at(questions.step.id, moment), questions.release)
    if has_answered(sheet):
        return None
    return Pulse(questions, sheet, moment, wave.id, path.cycle.cohort_id or "")


def _asks_all(course: Course, step: Step) -> bool:
    asked = {item.get("adkar") for item in step.content[course.language]["items"]}
    return asked >= {element.value for element in Element}

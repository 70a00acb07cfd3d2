"""Who waits for help after failed exams: coaching by their champion, then a person's decision."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from lms.accounts.models.people import Profile
from lms.accounts.queries.scope import PersonIds
from lms.catalog.rules.content import text_in
from lms.infra.db import db
from lms.learning.queries.catalogue import locate_step
from lms.sandbox.models import ExamHelp, Run
from lms.sandbox.rules.exercise import Mode
from lms.sandbox.rules.runs import RunState


@dataclass(frozen=True, slots=True)
class Waiting:
    """A person and the exam it is about. How the tries went is not in it."""

    id: uuid.UUID
    person_id: uuid.UUID
    name: str
    step: str
    title: str
    asked_at: datetime
    coached_at: datetime | None


def waiting_for_coaching(people: PersonIds, language: str) -> tuple[Waiting, ...]:
    """Return who among `people` asked their champion for coaching and has not had it, the longest wait first."""
    return _waiting(people, language, ExamHelp.coached_at.is_(None))


def waiting_for_decision(people: PersonIds, language: str) -> tuple[Waiting, ...]:
    """Return who among `people` was coached, did a supervised set since, and waits for a person's decision."""
    tried = (
        sa.exists()
        .where(
            Run.person_id == ExamHelp.person_id,
            Run.mode == Mode.SUPERVISED,
            Run.state == RunState.CLOSED,
            Run.closed_at > ExamHelp.coached_at,
        )
        .correlate(ExamHelp)
    )
    return _waiting(people, language, ExamHelp.outcome.is_(None), ExamHelp.coached_at.is_not(None), tried)


def title_of(step: str, language: str) -> str:
    """Return what a step is called, or its id where it is not served any more."""
    place = locate_step(step)
    return text_in(place.step.title, language, place.course.language) if place else step


def _waiting(people: PersonIds, language: str, *conditions: sa.ColumnElement[bool]) -> tuple[Waiting, ...]:
    rows = db.session.execute(
        sa.select(ExamHelp.id, ExamHelp.person_id, Profile.name, ExamHelp.step, ExamHelp.asked_at, ExamHelp.coached_at)
        .join(Profile, Profile.person_id == ExamHelp.person_id)
        .where(ExamHelp.person_id.in_(people), *conditions)
        .order_by(ExamHelp.asked_at)
    )
    found = []
    for row in rows:
        title = title_of(row.step, language)
        found.append(Waiting(row.id, row.person_id, row.name, row.step, title, row.asked_at, row.coached_at))
    return tuple(found)

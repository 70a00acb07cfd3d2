"""One attempt, always narrowed to its own person: somebody else's is not found."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lms.assessment.models import Answer, Attempt, CheckTry, SurveyTaken
from lms.assessment.queries.quizzes import Quiz, quiz_of_release
from lms.assessment.rules.attempts import AttemptState, Served
from lms.assessment.rules.parametric import with_values
from lms.catalog.rules.items import Item, Wording
from lms.infra.db import db
from lms.shared.errors import NotFound


@dataclass(frozen=True, slots=True)
class AttemptView:
    """An attempt as its pages need it; `served` is in the order shown."""

    id: uuid.UUID
    person_id: uuid.UUID
    cycle_id: uuid.UUID
    step: str
    release: str
    language: str
    number: int
    state: AttemptState
    started_at: datetime
    deadline: datetime | None
    grace_seconds: int
    submitted_at: datetime | None
    score: int | None
    passed: bool | None
    results: dict[str, Any]
    served: tuple[Served, ...]


@dataclass(frozen=True, slots=True)
class SavedAnswer:
    """The answer that counts for one question."""

    response: dict[str, Any]
    sequence: int
    flagged: bool
    saved_at: datetime


_COLUMNS = (
    Attempt.id,
    Attempt.person_id,
    Attempt.cycle_id,
    Attempt.step,
    Attempt.release,
    Attempt.language,
    Attempt.number,
    Attempt.state,
    Attempt.started_at,
    Attempt.deadline,
    Attempt.grace_seconds,
    Attempt.submitted_at,
    Attempt.score,
    Attempt.passed,
    Attempt.results,
    Attempt.served,
)
# Asked with every question shown and every answer saved; built once, they cost half as much.
_OWN = sa.select(*_COLUMNS).where(
    Attempt.id == sa.bindparam("attempt", type_=sa.Uuid), Attempt.person_id == sa.bindparam("person", type_=sa.Uuid)
)
_ANSWERS = (
    sa.select(Answer.question, Answer.response, Answer.sequence, Answer.flagged, Answer.saved_at)
    .where(Answer.attempt_id == sa.bindparam("attempt", type_=sa.Uuid))
    .order_by(Answer.question, Answer.sequence)
)


def own_attempt(person_id: uuid.UUID, attempt_id: uuid.UUID) -> AttemptView:
    """Return a person's own attempt.

    Raises:
        NotFound: there is none with this id, or it is somebody else's.
    """
    return _view(db.session.execute(_OWN, {"attempt": attempt_id, "person": person_id}).first())


def any_attempt(attempt_id: uuid.UUID) -> AttemptView:
    """Return anybody's attempt, for those who mark answers and for figures about questions.

    Raises:
        NotFound: there is none with this id.
    """
    return _view(db.session.execute(sa.select(*_COLUMNS).where(Attempt.id == attempt_id)).first())


def _view(row: sa.Row[Any] | None) -> AttemptView:
    if row is None:
        raise NotFound
    values = row._asdict()
    served = tuple(read_served(one) for one in values.pop("served"))
    return AttemptView(**values, served=served)


def has_begun(person_id: uuid.UUID) -> bool:
    """Return whether a person has begun an attempt, tried a check question or answered a survey."""
    begun = (sa.select(sa.literal(1)).where(table.person_id == person_id) for table in (Attempt, CheckTry, SurveyTaken))
    return db.session.scalar(sa.select(sa.or_(*(query.exists() for query in begun)))) or False


def read_served(value: dict[str, Any]) -> Served:
    """Return a stored served question as a value."""
    return Served(value["item"], value["version"], tuple(value["options"]), tuple(value["rights"]), value["values"])


def saved_answers(attempt_id: uuid.UUID) -> dict[int, SavedAnswer]:
    """Return the latest saved answer of each question, by question number from 1."""
    rows = db.session.execute(_ANSWERS, {"attempt": attempt_id})
    return {question: SavedAnswer(*values) for question, *values in rows}


def saved_answer(attempt_id: uuid.UUID, question: int) -> SavedAnswer | None:
    """Return the latest saved answer of one question."""
    row = db.session.execute(
        sa.select(Answer.response, Answer.sequence, Answer.flagged, Answer.saved_at)
        .where(Answer.attempt_id == attempt_id, Answer.question == question)
        .order_by(Answer.sequence.desc())
        .limit(1)
    ).first()
    return SavedAnswer(*row) if row else None


def quiz_of(attempt: AttemptView) -> Quiz:
    """Return the quiz as this attempt met it, under the release it cites.

    Raises:
        NotFound: the release is gone, which a restored backup could cause.
    """
    quiz = quiz_of_release(attempt.release, attempt.step)
    if quiz is None:
        raise NotFound
    return quiz


def question_at(attempt: AttemptView, quiz: Quiz, number: int) -> tuple[Served, Item, Wording]:
    """Return question `number` (from 1) as served.

    Raises:
        NotFound: the attempt has no such question.
    """
    if not 1 <= number <= len(attempt.served):
        raise NotFound
    served = attempt.served[number - 1]
    item = quiz.items.get(served.item)
    if item is not None and served.values:
        item = with_values(item, served.values)
    wording = item.wording(attempt.language) if item else None
    if item is None or wording is None:
        raise NotFound
    return served, item, wording

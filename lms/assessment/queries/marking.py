"""Open answers: those that wait to be marked, and how a person's own were marked. Nothing names anybody."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lms.assessment.models import Attempt, OpenMark
from lms.assessment.queries.attempts import AttemptView, any_attempt, question_at, quiz_of, saved_answers
from lms.assessment.queries.quizzes import Quiz
from lms.assessment.rules.attempts import AttemptState
from lms.assessment.rules.marking import needs_marking
from lms.catalog.rules.content import Texts
from lms.catalog.rules.items import ItemType, RubricRow, Wording
from lms.infra.db import db
from lms.shared.errors import NotFound


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark: levels from 1 by row of the rubric, and what the marker wrote."""

    levels: dict[str, int]
    comment: str
    marked_at: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """An answer that waits to be marked, the one handed in first before the others."""

    attempt_id: uuid.UUID
    question: int
    title: Texts
    language: str
    submitted_at: datetime


@dataclass(frozen=True, slots=True)
class OpenAnswer:
    """An open answer with its question and, once it is marked, its mark."""

    number: int
    wording: Wording
    text: str
    mark: Mark | None

    def level_of(self, row: RubricRow) -> int:
        """Return the level a row was given, 0 before it is marked."""
        return self.mark.levels.get(row.id, 0) if self.mark else 0


def marks_of(attempt_id: uuid.UUID) -> dict[int, Mark]:
    """Return the marks of an attempt by question number from 1."""
    rows = db.session.execute(
        sa.select(OpenMark.question, OpenMark.levels, OpenMark.comment, OpenMark.marked_at).where(
            OpenMark.attempt_id == attempt_id
        )
    )
    return {question: Mark(levels, comment, marked_at) for question, levels, comment, marked_at in rows}


def waiting_numbers(attempt: AttemptView, quiz: Quiz) -> tuple[int, ...]:
    """Return the numbers of the questions whose open answers wait to be marked."""
    answers, marks = saved_answers(attempt.id), marks_of(attempt.id)
    return tuple(
        number
        for number in range(1, len(attempt.served) + 1)
        if number in answers
        and number not in marks
        and needs_marking(question_at(attempt, quiz, number)[1], answers[number].response)
    )


def waiting_answers(marker: uuid.UUID) -> tuple[Waiting, ...]:
    """Return every answer that waits to be marked, the longest waiting first; nobody marks their own."""
    rows = db.session.scalars(
        sa.select(Attempt.id)
        .where(Attempt.state == AttemptState.MARKING, Attempt.person_id != marker)
        .order_by(Attempt.submitted_at, Attempt.id)
    )
    found: list[Waiting] = []
    for attempt_id in rows:
        attempt = any_attempt(attempt_id)
        quiz = quiz_of(attempt)
        for number in waiting_numbers(attempt, quiz):
            submitted = attempt.submitted_at or attempt.started_at
            found.append(Waiting(attempt_id, number, quiz.step.title, attempt.language, submitted))
    return tuple(found)


def attempts_to_mark(marker: uuid.UUID) -> int:
    """Return how many attempts of others have answers that wait to be marked."""
    waiting = sa.select(sa.func.count()).where(Attempt.state == AttemptState.MARKING, Attempt.person_id != marker)
    return db.session.scalar(waiting) or 0


def answer_to_mark(attempt_id: uuid.UUID, number: int, marker: uuid.UUID) -> tuple[AttemptView, Quiz, OpenAnswer]:
    """Return an open answer that is handed in, for somebody else than its author.

    Raises:
        NotFound: there is none, it is not handed in yet, or it is the marker's own.
    """
    attempt = any_attempt(attempt_id)
    quiz = quiz_of(attempt)
    found = next((one for one in open_answers(attempt, quiz) if one.number == number), None)
    if attempt.state is AttemptState.OPEN or attempt.person_id == marker or found is None or not found.text:
        raise NotFound
    return attempt, quiz, found


def open_answers(attempt: AttemptView, quiz: Quiz) -> tuple[OpenAnswer, ...]:
    """Return the open questions of an attempt with what was answered and how it was marked."""
    answers, marks = saved_answers(attempt.id), marks_of(attempt.id)
    found = []
    for number in range(1, len(attempt.served) + 1):
        _served, item, wording = question_at(attempt, quiz, number)
        if item.type is ItemType.OPEN:
            given: dict[str, Any] = answers[number].response if number in answers else {}
            found.append(OpenAnswer(number, wording, str(given.get("text", "")), marks.get(number)))
    return tuple(found)

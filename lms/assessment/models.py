"""Attempts, their answers and marks, tries at check questions, reviews of cards, and surveys without persons."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.assessment.rules.attempts import AttemptState, Mode
from lms.assessment.rules.cards import Recall
from lms.infra.db import Model
from lms.shared.ids import new_id


class Attempt(Model):
    """One try at a quiz: the served set is fixed and stored at its start."""

    __tablename__ = "attempt"
    __table_args__ = (
        sa.UniqueConstraint("person_id", "cycle_id", "step", "number"),
        sa.Index("ix__attempt__person_step", "person_id", "step"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    cycle_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("cycle.id"))
    step: Mapped[str] = mapped_column(sa.String(80))
    release: Mapped[str] = mapped_column(sa.String(64))
    language: Mapped[str] = mapped_column(sa.String(12))
    mode: Mapped[Mode]
    number: Mapped[int]
    state: Mapped[AttemptState] = mapped_column(default=AttemptState.OPEN)
    # [{"item", "version", "options", "rights"}]: what was served, in order.
    served: Mapped[list[Any]]
    started_at: Mapped[datetime]
    deadline: Mapped[datetime | None]
    grace_seconds: Mapped[int] = mapped_column(default=60)
    extra_percent: Mapped[int | None] = mapped_column(default=0)
    submitted_at: Mapped[datetime | None]
    # Basis points of 1, None while an answer waits to be marked; shares per question and objective are `results`.
    score: Mapped[int | None]
    passed: Mapped[bool | None]
    results: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Answer(Model):
    """One saved answer. Append-only: the highest sequence number of a question counts."""

    __tablename__ = "answer"
    __table_args__ = (sa.UniqueConstraint("attempt_id", "question", "sequence"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    attempt_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("attempt.id"))
    question: Mapped[int]
    sequence: Mapped[int]
    response: Mapped[dict[str, Any]]
    flagged: Mapped[bool] = mapped_column(default=False)
    saved_at: Mapped[datetime]


class OpenMark(Model):
    """How an open answer was marked, row by row of its rubric. Marked once; the answer is the one handed in."""

    __tablename__ = "open_mark"
    __table_args__ = (sa.UniqueConstraint("attempt_id", "question"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    attempt_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("attempt.id"))
    question: Mapped[int]
    # {row: level}, levels from 1.
    levels: Mapped[dict[str, Any]]
    comment: Mapped[str] = mapped_column(sa.Text, default="")
    marked_at: Mapped[datetime]
    marked_by: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))


class CheckTry(Model):
    """A try at a check question of a lesson or recorded module."""

    __tablename__ = "check_try"
    __table_args__ = (sa.UniqueConstraint("person_id", "cycle_id", "step", "item", "number"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    cycle_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("cycle.id"))
    step: Mapped[str] = mapped_column(sa.String(80))
    item: Mapped[str] = mapped_column(sa.String(80))
    number: Mapped[int]
    response: Mapped[dict[str, Any]]
    # What was drawn for a parametric question.
    values: Mapped[dict[str, Any]] = mapped_column(default=dict)
    share: Mapped[int]
    at: Mapped[datetime]


class CardReview(Model):
    """One card answered. Append-only: the latest review of a card holds what they all add up to."""

    __tablename__ = "card_review"
    __table_args__ = (
        sa.UniqueConstraint("person_id", "item", "number"),
        sa.Index("ix__card_review__step", "cycle_id", "step"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    cycle_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("cycle.id"))
    step: Mapped[str] = mapped_column(sa.String(80))
    release: Mapped[str] = mapped_column(sa.String(64))
    language: Mapped[str] = mapped_column(sa.String(12))
    item: Mapped[str] = mapped_column(sa.String(80))
    number: Mapped[int]
    # {"item", "version", "options", "rights", "values"}: the card as it was shown.
    served: Mapped[dict[str, Any]]
    response: Mapped[dict[str, Any]]
    hinted: Mapped[bool]
    recall: Mapped[Recall]
    reviewed_at: Mapped[datetime]
    # What the reviews up to this one add up to (`lms.assessment.rules.cards.Memory`).
    phase: Mapped[int]
    stage: Mapped[int | None]
    stability: Mapped[float]
    difficulty: Mapped[float]
    due_at: Mapped[datetime]


class SurveyAnswer(Model):
    """A survey answer. There is no person here, and the day is rounded to its week."""

    __tablename__ = "survey_answer"
    # Without a row id SQLite keeps no order of arrival by which an answer could be matched to who came when.
    __table_args__ = (
        sa.Index("ix__survey_answer__group", "survey", "wave_id", "group_id"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    survey: Mapped[str] = mapped_column(sa.String(80))
    release: Mapped[str] = mapped_column(sa.String(64))
    wave_id: Mapped[str] = mapped_column(sa.String(80), default="")
    group_id: Mapped[str] = mapped_column(sa.String(80), default="")
    item: Mapped[str] = mapped_column(sa.String(80))
    element: Mapped[str] = mapped_column(sa.String(40), default="")
    rating: Mapped[int | None]
    text: Mapped[str] = mapped_column(sa.Text, default="")
    week: Mapped[str] = mapped_column(sa.String(10))


class SurveyTaken(Model):
    """That a person has answered a survey, and nothing else."""

    __tablename__ = "survey_taken"
    __table_args__ = ({"sqlite_with_rowid": False},)

    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    cycle_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("cycle.id"), primary_key=True)
    step: Mapped[str] = mapped_column(sa.String(80), primary_key=True)

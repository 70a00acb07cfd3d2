"""Quizzes as the current release says, and what a person has done with them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

import sqlalchemy as sa

from lms.assessment.models import Attempt
from lms.assessment.rules.attempts import AttemptState, DrawLine, History, Mode, Past, QuizRules
from lms.catalog.queries import load_release
from lms.catalog.rules.content import Course, Module, Step
from lms.catalog.rules.durations import parse_span
from lms.catalog.rules.items import Item
from lms.infra.db import db
from lms.learning.queries.catalogue import locate_step


@dataclass(frozen=True, slots=True)
class Quiz:
    """A quiz step with its rules and every item it may serve."""

    release: str
    course: Course
    module: Module
    step: Step
    rules: QuizRules
    items: dict[str, Item]


@dataclass(frozen=True, slots=True)
class AttemptLine:
    """One attempt in a history. `score` is in basis points."""

    id: uuid.UUID
    number: int
    state: AttemptState
    started_at: datetime
    submitted_at: datetime | None
    score: int | None
    passed: bool | None
    release: str


_LINES = (
    sa.select(
        Attempt.id,
        Attempt.number,
        Attempt.state,
        Attempt.started_at,
        Attempt.submitted_at,
        Attempt.score,
        Attempt.passed,
        Attempt.release,
    )
    .where(
        Attempt.person_id == sa.bindparam("person", type_=sa.Uuid),
        Attempt.cycle_id == sa.bindparam("cycle", type_=sa.Uuid),
        Attempt.step == sa.bindparam("step"),
    )
    .order_by(Attempt.number)
)


def current_quiz(step_id: str) -> Quiz | None:
    """Return the quiz as it is now, or None."""
    place = locate_step(step_id)
    if place is None or place.step.kind != "quiz":
        return None
    return _quiz(place.release, place.course, place.module, place.step)


def quiz_of_release(release: str, step_id: str) -> Quiz | None:
    """Return the quiz as an attempt met it, or None."""
    found = load_release(release)
    for module, step in found.course.steps() if found else ():
        if step.id == step_id:
            return _quiz(release, found.course, module, step) if found else None
    return None


def attempts_of(person_id: uuid.UUID, cycle_id: uuid.UUID, step_id: str) -> tuple[AttemptLine, ...]:
    """Return a person's attempts at a quiz in a cycle, the first one first."""
    rows = db.session.execute(_LINES, {"person": person_id, "cycle": cycle_id, "step": step_id})
    return tuple(AttemptLine(*row) for row in rows)


def past_of(lines: tuple[AttemptLine, ...]) -> tuple[Past, ...]:
    """Return the attempts as `may_start` takes them."""
    return tuple(Past(line.submitted_at, line.passed) for line in lines)


def serving_history(person_id: uuid.UUID, step_id: str) -> History:
    """Return which items the last attempt served and how recently each item was served at all, in any cycle."""
    rows = db.session.scalars(
        sa.select(Attempt.served)
        .where(Attempt.person_id == person_id, Attempt.step == step_id)
        .order_by(Attempt.started_at)
    ).all()
    recency = {served["item"]: index for index, row in enumerate(rows) for served in row}
    last = frozenset(served["item"] for served in rows[-1]) if rows else frozenset[str]()
    return History(last, recency)


def rules_from_settings(settings: Any, course: Course, items: tuple[str, ...]) -> QuizRules:  # noqa: ANN401 - JSON
    """Return a quiz's rules from its compiled settings (`lms.assessment.adapters`)."""
    attempts, time = settings.get("attempts") or {}, settings.get("time") or {}
    review, shuffle = settings.get("review") or {}, settings.get("shuffle") or {}
    lines = tuple(DrawLine(_pool(line, course, items), int(line["n"])) for line in settings.get("draw") or ())
    drawn = {item for line in lines for item in line.pool}
    delays = attempts.get("delay") or ("PT0S", "PT10M", "PT24H")
    limit, grace = time.get("limit"), time.get("network_grace")
    return QuizRules(
        mode=Mode(settings.get("mode", "graded")),
        pass_share=Fraction(str(settings.get("pass", 0.8))),
        fixed=tuple(settings.get("fixed") or (item for item in items if item not in drawn)),
        draw=lines,
        max_attempts=attempts.get("max"),
        delays=tuple(parse_span(delay) for delay in delays),
        limit=parse_span(limit) if limit else None,
        **({"network_grace": parse_span(grace)} if grace else {}),
        shuffle_questions=shuffle.get("questions", True),
        shuffle_choices=shuffle.get("choices", True),
        after_attempt=frozenset(review.get("after_attempt") or ("objectives", "revisit")),
        after_pass=frozenset(review.get("after_pass") or ("answers", "feedback")),
        skips=tuple(settings.get("skips") or ()),
    )


def _pool(line: Any, course: Course, items: tuple[str, ...]) -> tuple[str, ...]:  # noqa: ANN401 - JSON
    tag, objective = line.get("tag"), line.get("objective")
    return tuple(
        item_id
        for item_id in items
        if (item := course.items.get(item_id))
        and item.bank == line["bank"]
        and (tag is None or tag in item.tags)
        and (objective is None or objective == item.objective)
        and (line.get("overlay") is None or item.private)
        and item.is_graded
    )


def _quiz(release: str, course: Course, module: Module, step: Step) -> Quiz:
    items = {item_id: course.items[item_id] for item_id in step.items if item_id in course.items}
    return Quiz(release, course, module, step, rules_from_settings(step.settings, course, step.items), items)

"""What may be said of an attempt that is handed in."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sqlalchemy as sa

from lms.assessment.queries.attempts import AttemptView, question_at, saved_answers
from lms.assessment.queries.quizzes import Quiz
from lms.assessment.rules.attempts import AttemptState, Mode
from lms.assessment.rules.grading import Graded, grade
from lms.assessment.rules.questions import Choice, Question, public_question, shown_order
from lms.catalog.rules.content import Module, Objective, Step
from lms.catalog.rules.items import ItemType, Wording
from lms.infra.db import db
from lms.learning.models import Evidence
from lms.learning.rules.evidence import Source


@dataclass(frozen=True, slots=True)
class ObjectiveResult:
    """How an objective went; `got` of `of` questions, partly right ones by share; `revisit` where it failed."""

    objective: Objective
    got: Fraction
    of: int
    revisit: tuple[Module, Step] | None


@dataclass(frozen=True, slots=True)
class QuizResult:
    """An attempt's result; shares are fractions of 1."""

    share: Fraction
    passed: bool
    objectives: tuple[ObjectiveResult, ...]


@dataclass(frozen=True, slots=True)
class Explained:
    """A question with its key: only ever built where the rules allow the key to be shown."""

    number: int
    question: Question
    response: dict[str, Any]
    wording: Wording
    graded: Graded
    ordered: tuple[Choice, ...]


def result_of(attempt: AttemptView, quiz: Quiz) -> QuizResult:
    """Return the result per objective, the weakest first."""
    objectives = {objective.id: objective for objective in quiz.course.objectives}
    results = []
    for key, (got, of) in attempt.results.get("objectives", {}).items():
        share = Fraction(got)
        if key in objectives:
            results.append(ObjectiveResult(objectives[key], share, of, _revisit(quiz, key) if share < of else None))
    results.sort(key=lambda result: result.got / result.of)
    return QuizResult(Fraction(attempt.results.get("total", "0")), bool(attempt.passed), tuple(results))


def key_may_be_shown(attempt: AttemptView, quiz: Quiz) -> bool:
    """Return whether answers and feedback may be shown: in practice once the result stands, else only after a pass.

    A diagnostic shows none: it asks what the checks of its modules ask.
    """
    if attempt.state is not AttemptState.SUBMITTED or quiz.rules.mode is Mode.DIAGNOSTIC:
        return False
    return quiz.rules.mode is not Mode.GRADED or bool(attempt.passed)


def spared_modules(attempt: AttemptView, quiz: Quiz) -> tuple[Module, ...]:
    """Return the modules whose lessons a diagnostic has spared the person."""
    spared = db.session.scalars(
        sa.select(Evidence.module)
        .where(
            Evidence.person_id == attempt.person_id,
            Evidence.reference == str(attempt.id),
            Evidence.source == Source.EQUIVALENT,
        )
        .distinct()
    ).all()
    return tuple(module for module in quiz.course.modules if module.id in spared)


def explained_questions(attempt: AttemptView, quiz: Quiz) -> tuple[Explained, ...]:
    """Return every question with its key and feedback; nothing while the key may not be shown.

    Open answers are not among them: they have marks instead of a key (`lms.assessment.queries.marking`).
    """
    if not key_may_be_shown(attempt, quiz):
        return ()
    answers = saved_answers(attempt.id)
    explained = []
    for number in range(1, len(attempt.served) + 1):
        served, item, wording = question_at(attempt, quiz, number)
        if item.type is ItemType.OPEN:
            continue
        question = public_question(item, wording, served)
        response = answers[number].response if number in answers else {}
        graded = grade(item, response, attempt.language)
        explained.append(Explained(number, question, response, wording, graded, shown_order(question, response)))
    return tuple(explained)


def _revisit(quiz: Quiz, objective: str) -> tuple[Module, Step] | None:
    named = {item.revisit for item in quiz.items.values() if item.objective == objective and item.revisit}
    steps = [(module, step) for module, step in quiz.course.steps() if step.kind in {"lesson", "video"}]
    exact = next(((module, step) for module, step in steps if step.id in named), None)
    return exact or next(((module, step) for module, step in steps if objective in module.objectives), None)

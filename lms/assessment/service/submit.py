"""Handing an attempt in: graded by the release it was served under, in the transaction that makes it evidence."""

from __future__ import annotations

import uuid
from collections import defaultdict
from datetime import timedelta
from fractions import Fraction
from typing import Any

import sqlalchemy as sa

from lms.assessment.models import Attempt
from lms.assessment.queries.attempts import AttemptView, own_attempt, question_at, quiz_of, saved_answers
from lms.assessment.queries.marking import marks_of, waiting_numbers
from lms.assessment.queries.quizzes import Quiz
from lms.assessment.rules.attempts import AttemptState, Mode, shown_objectives
from lms.assessment.rules.grading import grade
from lms.assessment.rules.marking import marked_share
from lms.infra.clock import now
from lms.infra.db import db
from lms.learning.queries.catalogue import locate_step
from lms.learning.rules.evidence import Result, Source
from lms.learning.service.evidence import Claim, lock_cycle, record_evidence
from lms.shared.errors import NotFound

FULL = 10_000
# What a diagnostic may spare: pages and recordings, which teach; what proves or practises is done by everybody.
SPARED = frozenset({"lesson", "video"})


def submit_attempt(person_id: uuid.UUID, attempt_id: uuid.UUID) -> AttemptView:
    """Hand an attempt in; one that is already handed in is returned unchanged.

    It is graded and becomes evidence at once, or waits where somebody has to mark an open answer. Answers that are
    missing count nothing. After the deadline and its grace, what was saved by then is graded, as of
    the deadline.

    Raises:
        NotFound: there is no such attempt of this person.
    """
    attempt = own_attempt(person_id, attempt_id)
    lock_cycle(attempt.cycle_id)
    row = db.session.get(Attempt, attempt_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound
    if row.state is not AttemptState.OPEN:
        return own_attempt(person_id, attempt_id)
    quiz = quiz_of(attempt)
    moment = now()
    if attempt.deadline is not None:
        moment = min(moment, attempt.deadline + timedelta(seconds=attempt.grace_seconds))
    row.submitted_at = moment
    if waiting_numbers(attempt, quiz):
        # Nobody knows yet how it went: no score, no pass and no evidence before the last answer is marked.
        row.state = AttemptState.MARKING
        db.session.flush()
    else:
        settle(row, attempt, quiz, person_id)
    return own_attempt(person_id, attempt_id)


def settle(row: Attempt, attempt: AttemptView, quiz: Quiz, actor_id: uuid.UUID) -> None:
    """Close an attempt whose every answer can be graded: its score, its pass and its evidence, as of when handed in.

    `actor_id` is who made it so: the learner, or whoever marked the last open answer.
    """
    results = grade_answers(attempt, quiz)
    share = Fraction(results["total"])
    row.state = AttemptState.SUBMITTED
    row.score = int(share * FULL + Fraction(1, 2))
    row.passed = share >= quiz.rules.pass_share if quiz.rules.mode is Mode.GRADED else True
    row.results = results
    db.session.flush()
    record_evidence(
        Claim(
            cycle_id=attempt.cycle_id,
            step=attempt.step,
            result=Result.PASSED if row.passed else Result.FAILED,
            source=Source.ATTEMPT,
            occurred_at=row.submitted_at or now(),
            actor_id=actor_id,
            score=row.score,
            reference=str(attempt.id),
            release=attempt.release,
        )
    )
    if quiz.rules.mode is Mode.DIAGNOSTIC:
        _spare_lessons(attempt, quiz, results, actor_id)


def _spare_lessons(attempt: AttemptView, quiz: Quiz, results: dict[str, Any], actor_id: uuid.UUID) -> None:
    """Record the lessons of modules whose every assessed objective was shown as learned elsewhere.

    They earn no minutes and are counted apart (curriculum.md, section 2); practice and exams are never among them.
    """
    known = shown_objectives(results["objectives"], quiz.rules.pass_share)
    assessed = {objective.id for objective in quiz.course.objectives if objective.assessed}
    for module in (module for module in quiz.course.modules if module.id in quiz.rules.skips):
        asked = assessed & set(module.objectives)
        if not asked or not asked <= known:
            continue
        for step in module.steps:
            if step.kind in SPARED and locate_step(step.id) is not None:
                record_evidence(
                    Claim(
                        cycle_id=attempt.cycle_id,
                        step=step.id,
                        result=Result.COMPLETED,
                        source=Source.EQUIVALENT,
                        occurred_at=attempt.submitted_at or now(),
                        actor_id=actor_id,
                        minutes=0,
                        reference=str(attempt.id),
                        reason=attempt.step,
                    )
                )


def grade_answers(attempt: AttemptView, quiz: Quiz) -> dict[str, Any]:
    """Return ``{"total", "questions": [share, …], "objectives": {id: [got, of]}}``, shares exact, in text."""
    answers, marks = saved_answers(attempt.id), marks_of(attempt.id)
    shares: list[Fraction] = []
    by_objective: dict[str, list[Fraction]] = defaultdict(list)
    for number in range(1, len(attempt.served) + 1):
        _served, item, wording = question_at(attempt, quiz, number)
        answer, mark = answers.get(number), marks.get(number)
        if mark:
            share = marked_share(wording.rubric, mark.levels)
        else:
            share = grade(item, answer.response, attempt.language).share if answer else Fraction(0)
        shares.append(share)
        if item.objective:
            by_objective[item.objective].append(share)
    total = sum(shares, Fraction(0)) / len(shares)
    return {
        "total": str(total),
        "questions": [str(share) for share in shares],
        "objectives": {key: [str(sum(got, Fraction(0))), len(got)] for key, got in by_objective.items()},
    }


def submit_overdue(limit: int = 200) -> int:
    """Hand in open attempts whose deadline and grace are over; return how many. Run as a job."""
    rows = db.session.execute(
        sa.select(Attempt.id, Attempt.person_id, Attempt.deadline, Attempt.grace_seconds)
        .where(Attempt.state == AttemptState.OPEN, Attempt.deadline < now())
        .limit(limit)
    ).all()
    over = [row for row in rows if row.deadline + timedelta(seconds=row.grace_seconds) < now()]
    for row in over:
        submit_attempt(row.person_id, row.id)
    return len(over)

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
from lms.assessment.queries.quizzes import Quiz
from lms.assessment.rules.attempts import AttemptState, Mode
from lms.assessment.rules.grading import grade
from lms.infra.clock import now
from lms.infra.db import db
from lms.learning.rules.evidence import Result, Source
from lms.learning.service.evidence import Claim, lock_cycle, record_evidence
from lms.shared.errors import NotFound

FULL = 10_000


def submit_attempt(person_id: uuid.UUID, attempt_id: uuid.UUID) -> AttemptView:
    """Grade and close an attempt and record its evidence; one that is already closed is returned unchanged.

    Answers that are missing count nothing. After the deadline and its grace, what was saved by then is graded, as of
    the deadline.

    Raises:
        NotFound: there is no such attempt of this person.
    """
    attempt = own_attempt(person_id, attempt_id)
    lock_cycle(attempt.cycle_id)
    row = db.session.get(Attempt, attempt_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound
    if row.state is AttemptState.SUBMITTED:
        return own_attempt(person_id, attempt_id)
    quiz = quiz_of(attempt)
    results = grade_answers(attempt, quiz)
    moment = now()
    if attempt.deadline is not None:
        moment = min(moment, attempt.deadline + timedelta(seconds=attempt.grace_seconds))
    share = Fraction(results["total"])
    row.state, row.submitted_at = AttemptState.SUBMITTED, moment
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
            occurred_at=moment,
            actor_id=person_id,
            score=row.score,
            reference=str(attempt.id),
            release=attempt.release,
        )
    )
    return own_attempt(person_id, attempt_id)


def grade_answers(attempt: AttemptView, quiz: Quiz) -> dict[str, Any]:
    """Return ``{"total", "questions": [share, …], "objectives": {id: [got, of]}}``, shares exact, in text."""
    answers = saved_answers(attempt.id)
    shares: list[Fraction] = []
    by_objective: dict[str, list[Fraction]] = defaultdict(list)
    for number in range(1, len(attempt.served) + 1):
        _served, item, _wording = question_at(attempt, quiz, number)
        answer = answers.get(number)
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

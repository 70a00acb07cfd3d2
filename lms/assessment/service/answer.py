"""Saving an answer: append-only, idempotent by sequence number, refused once the attempt is over."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from lms.assessment.models import Answer, Attempt
from lms.assessment.rules.attempts import AttemptState, accepts_answers
from lms.infra.clock import now
from lms.infra.db import db
from lms.infra.i18n import _
from lms.shared.errors import Conflict, NotFound, Refused
from lms.shared.ids import new_id

# Built once: nothing is done more often than saving an answer.
_ATTEMPT = sa.select(Attempt.state, Attempt.deadline, Attempt.grace_seconds, Attempt.served).where(
    Attempt.id == sa.bindparam("attempt", type_=sa.Uuid), Attempt.person_id == sa.bindparam("person", type_=sa.Uuid)
)
_LAST = (
    sa.select(Answer.sequence, Answer.saved_at)
    .where(Answer.attempt_id == sa.bindparam("attempt", type_=sa.Uuid), Answer.question == sa.bindparam("question"))
    .order_by(Answer.sequence.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Saved:
    """What was stored: the sequence number that counts now, and when."""

    sequence: int
    saved_at: datetime


def save_answer(
    person_id: uuid.UUID,
    attempt_id: uuid.UUID,
    question: int,
    response: dict[str, Any],
    *,
    sequence: int | None = None,
    flagged: bool = False,
) -> Saved:
    """Store an answer to question `question` (from 1).

    With a `sequence` the same answer sent again changes nothing, an older one than the last is ignored, and another
    answer under a number already used is refused. Without one (a form sent without script) the next number is taken.

    Raises:
        NotFound: the attempt or the question is not this person's.
        Refused: the attempt is submitted or its time is over.
        Conflict: the sequence number was used for a different answer.
    """
    attempt = db.session.execute(_ATTEMPT, {"attempt": attempt_id, "person": person_id}).first()
    if attempt is None or not 1 <= question <= len(attempt.served):
        raise NotFound
    if attempt.state is not AttemptState.OPEN:
        raise Refused(_("This attempt was already handed in. Its answers cannot change any more."))
    if not accepts_answers(attempt.deadline, timedelta(seconds=attempt.grace_seconds), now()):
        raise Refused(_("The time for this attempt is over. What was saved before counts."))
    last = db.session.execute(_LAST, {"attempt": attempt_id, "question": question}).first()
    if sequence is not None and last is not None and sequence <= last.sequence:
        return _again(attempt_id, question, response, flagged, sequence, Saved(last.sequence, last.saved_at))
    number = sequence if sequence is not None else (last.sequence if last else 0) + 1
    moment = now()
    db.session.add(
        Answer(
            id=new_id(),
            attempt_id=attempt_id,
            question=question,
            sequence=number,
            response=response,
            flagged=flagged,
            saved_at=moment,
        )
    )
    db.session.flush()
    return Saved(number, moment)


def _again(
    attempt_id: uuid.UUID, question: int, response: dict[str, Any], flagged: bool, sequence: int, last: Saved
) -> Saved:
    stored = db.session.execute(
        sa.select(Answer.response, Answer.flagged).where(
            Answer.attempt_id == attempt_id, Answer.question == question, Answer.sequence == sequence
        )
    ).first()
    if stored is not None and (stored.response != response or stored.flagged != flagged):
        raise Conflict(
            _("Another answer was already saved under this number, perhaps on another device. Reload the page.")
        )
    return last

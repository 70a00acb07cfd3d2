"""Marking an open answer; the last one of an attempt settles its score and its evidence."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from lms.accounts.rules.actor import Actor
from lms.assessment.models import Attempt, OpenMark
from lms.assessment.queries.attempts import any_attempt
from lms.assessment.queries.marking import answer_to_mark, waiting_numbers
from lms.assessment.rules.attempts import AttemptState
from lms.assessment.rules.marking import unmarked_rows
from lms.assessment.service.submit import settle
from lms.infra import audit
from lms.infra.clock import now
from lms.infra.db import db
from lms.infra.i18n import _
from lms.learning.service.evidence import lock_cycle
from lms.messaging.service import tell
from lms.shared.errors import Conflict, Invalid, NotFound
from lms.shared.ids import new_id

LONGEST = 2000


def mark_answer(actor: Actor, attempt_id: uuid.UUID, number: int, levels: Mapping[str, int], comment: str) -> bool:
    """Mark an open answer row by row; return whether that settled the attempt.

    Raises:
        NotFound: there is no such answer, or it is the actor's own.
        Conflict: it is marked already.
        Invalid: a row has no level, or a level below the highest has no comment to learn from.
    """
    attempt, quiz, answer = answer_to_mark(attempt_id, number, actor.id)
    lock_cycle(attempt.cycle_id)
    row = db.session.get(Attempt, attempt_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound
    if number not in waiting_numbers(attempt, quiz) or row.state is not AttemptState.MARKING:
        raise Conflict(_("This answer was marked already."))
    rubric = answer.wording.rubric
    if unmarked_rows(rubric, levels):
        raise Invalid(_("Choose a level in every row: what is not marked cannot count."))
    if not comment.strip() and any(levels[one.id] < len(one.levels) for one in rubric):
        raise Invalid(_("Write what would make the answer better: the person reads it."))
    moment = now()
    db.session.add(
        OpenMark(
            id=new_id(),
            attempt_id=attempt_id,
            question=number,
            levels={one.id: levels[one.id] for one in rubric},
            comment=comment.strip()[:LONGEST],
            marked_at=moment,
            marked_by=actor.id,
        )
    )
    db.session.flush()
    audit.record("answer.marked", actor=actor.id, subject=attempt.person_id, attempt=str(attempt_id), question=number)
    if waiting_numbers(attempt, quiz):
        return False
    settle(row, any_attempt(attempt_id), quiz, actor.id)
    tell(attempt.person_id, "answers-marked", moment, path=f"/attempt/{attempt_id}/result")
    return True

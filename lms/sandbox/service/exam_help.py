"""After two failures of an exam: coaching with the champion, a supervised try, then a person decides."""

from __future__ import annotations

import uuid
from datetime import date, datetime

import sqlalchemy as sa

from lms.accounts.queries.person import profile_of
from lms.accounts.queries.scope import require_in_scope
from lms.accounts.rules.actor import Actor
from lms.accounts.rules.permissions import Permission
from lms.infra import audit
from lms.infra.db import db
from lms.infra.events import publish
from lms.infra.i18n import _
from lms.learning.kinds import StepContext
from lms.learning.service.evidence import lock_cycle
from lms.messaging.service import tell
from lms.sandbox.events import CoachingAsked
from lms.sandbox.models import ExamHelp
from lms.sandbox.queries.exam_help import title_of
from lms.sandbox.queries.tries import past_runs
from lms.sandbox.rules.tries import FAILURES, Outcome
from lms.shared.errors import Conflict, Invalid, NotFound, Refused
from lms.shared.ids import new_id


def ask_for_coaching(actor: Actor, context: StepContext) -> None:
    """Let the champion know that the person wants to be coached for an exam; asked twice it is asked once.

    Raises:
        Refused: the exam was not failed twice.
    """
    lock_cycle(context.cycle_id)
    failures = sum(
        1 for run in past_runs(actor.id, context.cycle_id, context.step.id, context.now) if run.passed is False
    )
    if failures < FAILURES:
        raise Refused(_("Coaching comes after two tries. Until then the debrief is your coach."))
    known = db.session.scalar(
        sa.select(ExamHelp.id).where(
            ExamHelp.person_id == actor.id,
            ExamHelp.cycle_id == context.cycle_id,
            ExamHelp.step == context.step.id,
            ExamHelp.failures == failures,
        )
    )
    if known is None:
        db.session.add(
            ExamHelp(
                id=new_id(),
                person_id=actor.id,
                cycle_id=context.cycle_id,
                step=context.step.id,
                failures=failures,
                asked_at=context.now,
            )
        )
        db.session.flush()
        publish(CoachingAsked(actor.id, actor.name, context.step.id))


def note_coaching(actor: Actor, help_id: uuid.UUID, now: datetime, today: date) -> None:
    """Write down that the champion coached a colleague.

    Raises:
        NotFound: there is no such request, or its person is not the actor's colleague.
    """
    row = _row(actor, help_id, Permission.SEE_TEAM, today)
    if row.coached_at is None:
        row.coached_at, row.coached_by = now, actor.id
        db.session.flush()
        audit.record("sandbox.coached", actor=actor.id, subject=row.person_id, step=row.step)


def decide_how_to_go_on(
    actor: Actor, help_id: uuid.UUID, outcome: Outcome, reason: str, now: datetime, today: date
) -> None:
    """Decide, after coaching and a supervised try, whether the person tries again or takes another task.

    Raises:
        NotFound: there is no such request, or its person is not in the actor's scope.
        Refused: it is the actor's own, or the person was not coached.
        Conflict: it is decided already.
        Invalid: no reason is given.
    """
    row = _row(actor, help_id, Permission.DECIDE_REVIEW, today)
    if row.person_id == actor.id:
        raise Refused(_("Somebody else has to decide about your own exam."))
    if row.coached_at is None:
        raise Refused(_("Coaching comes first."))
    if row.outcome is not None:
        raise Conflict(_("This was decided already."))
    if not reason.strip():
        raise Invalid(_("Write a reason: the person reads it."))
    row.outcome, row.reason, row.decided_at, row.decided_by = outcome, reason.strip()[:400], now, actor.id
    db.session.flush()
    tell(
        row.person_id,
        "exam-decided",
        now,
        path=f"/sandbox/{row.step}",
        title=title_of(row.step, profile_of(row.person_id).language),
        another_try=outcome is Outcome.ANOTHER_TRY,
        reason=row.reason,
    )
    audit.record("sandbox.exam-decided", actor=actor.id, subject=row.person_id, step=row.step, outcome=str(outcome))


def _row(actor: Actor, help_id: uuid.UUID, permission: Permission, today: date) -> ExamHelp:
    row = db.session.get(ExamHelp, help_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound
    require_in_scope(actor, permission, row.person_id, today)
    return row

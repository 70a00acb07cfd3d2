"""Starting an attempt: the served set is fixed and stored, once."""

from __future__ import annotations

import random
import secrets
import uuid
from dataclasses import asdict

import sqlalchemy as sa

from lms.accounts.models.people import Profile
from lms.accounts.rules.actor import Actor
from lms.assessment.models import Attempt
from lms.assessment.queries.quizzes import Quiz, attempts_of, past_of, serving_history
from lms.assessment.rules.attempts import Blocked, draw_items, may_start, time_limit
from lms.infra.clock import now
from lms.infra.db import db
from lms.infra.i18n import _, format_datetime
from lms.learning.service.evidence import lock_cycle
from lms.shared.errors import Conflict, Refused
from lms.shared.ids import new_id


def start_attempt(actor: Actor, quiz: Quiz, cycle_id: uuid.UUID, language: str) -> uuid.UUID:
    """Start an attempt and return its id; an attempt already open is returned instead of a second one.

    Raises:
        Refused: no attempt is left, the last one is being marked, or the delay after the last one is not over.
        Conflict: the quiz cannot serve all its questions in this language.
    """
    lock_cycle(cycle_id)
    lines = attempts_of(actor.id, cycle_id, quiz.step.id)
    start = may_start(quiz.rules, past_of(lines), now())
    if start.blocked is Blocked.OPEN_ATTEMPT:
        return next(line.id for line in lines if line.submitted_at is None)
    if start.blocked is Blocked.BEING_MARKED:
        raise Refused(_("Your last attempt is being marked. You can start again once its result stands."))
    if start.blocked is Blocked.NO_ATTEMPTS_LEFT:
        raise Refused(_("You have used all attempts. Ask your champion or coordinator what comes next."))
    if start.blocked is Blocked.TOO_SOON:
        raise Refused(_("The next attempt may start %(when)s.", when=format_datetime(start.not_before)))
    items = {key: item for key, item in quiz.items.items() if item.wording(language)}
    rng = random.Random(secrets.randbits(64))  # noqa: S311 - seeded from a secret; the set is stored, not replayed
    served = draw_items(quiz.rules, items, serving_history(actor.id, quiz.step.id), rng)
    if len(served) < quiz.rules.questions:
        # Fewer questions would be another exam: a private bank is missing, or translations are.
        raise Conflict(
            _("This quiz cannot be put together in your language: questions are missing. Tell your coordinator.")
        )
    extra = db.session.scalar(sa.select(Profile.extra_time).where(Profile.person_id == actor.id))
    limit = time_limit(quiz.rules, extra)
    moment = now()
    attempt = Attempt(
        id=new_id(),
        person_id=actor.id,
        cycle_id=cycle_id,
        step=quiz.step.id,
        release=quiz.release,
        language=language,
        mode=quiz.rules.mode,
        number=len(lines) + 1,
        served=[asdict(one) for one in served],
        started_at=moment,
        deadline=moment + limit if limit else None,
        grace_seconds=int(quiz.rules.network_grace.total_seconds()),
        extra_percent=extra,
    )
    db.session.add(attempt)
    db.session.flush()
    return attempt.id

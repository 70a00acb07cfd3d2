"""Asking for help, answering, and nudging: one nudge per person per 48 hours."""

from __future__ import annotations

import uuid

import sqlalchemy as sa

from lms.accounts.rules.actor import Actor
from lms.home.models import HelpRequest, Nudge
from lms.home.queries.champions import champions_of
from lms.home.rules.board import NUDGE_PAUSE
from lms.infra import audit
from lms.infra.clock import now
from lms.infra.db import db
from lms.infra.i18n import _
from lms.messaging.service import tell
from lms.shared.errors import Conflict, Invalid, NotFound
from lms.shared.ids import new_id

LONGEST_TEXT = 500


def ask_for_help(actor: Actor, step: str, text: str) -> None:
    """Let the champion know; asking again while a request is open adds nothing."""
    open_request = db.session.scalar(
        sa.select(HelpRequest.id).where(HelpRequest.person_id == actor.id, HelpRequest.answered_at.is_(None))
    )
    if open_request is None:
        db.session.add(
            HelpRequest(
                id=new_id(), person_id=actor.id, step=step[:80], text=text.strip()[:LONGEST_TEXT], asked_at=now()
            )
        )
        db.session.flush()
        for champion in champions_of(actor.id, now().date()):
            tell(champion, "help-asked", now(), path=f"/team/{actor.id}", who=actor.name, words=text.strip())


def answer_help(actor: Actor, person_id: uuid.UUID) -> None:
    """Mark a person's open request as answered.

    Raises:
        NotFound: there is none.
    """
    request = db.session.scalar(
        sa.select(HelpRequest)
        .where(HelpRequest.person_id == person_id, HelpRequest.answered_at.is_(None))
        .with_for_update()
    )
    if request is None:
        raise NotFound
    request.answered_at, request.answered_by = now(), actor.id
    db.session.flush()


def nudge(actor: Actor, person_id: uuid.UUID, text: str) -> None:
    """Send a reminder to a colleague.

    Raises:
        Invalid: the text is empty.
        Conflict: the person was nudged less than 48 hours ago.
    """
    if not text.strip():
        raise Invalid(fields={"text": _("Write what you want to say.")})
    last = db.session.scalar(
        sa.select(sa.func.max(Nudge.sent_at, type_=Nudge.sent_at.type)).where(Nudge.person_id == person_id)
    )
    if last is not None and now() - last < NUDGE_PAUSE:
        raise Conflict(_("This person was reminded less than two days ago. One reminder in 48 hours is enough."))
    db.session.add(
        Nudge(id=new_id(), person_id=person_id, sender_id=actor.id, text=text.strip()[:LONGEST_TEXT], sent_at=now())
    )
    tell(person_id, "nudge", now(), path="/home", sender=actor.name, words=text.strip()[:LONGEST_TEXT])
    audit.record("person.nudged", actor=actor.id, subject=person_id)
    db.session.flush()

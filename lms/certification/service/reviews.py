"""Asking for a second look, and deciding it."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa

from lms.accounts.models.people import Profile
from lms.accounts.rules.actor import Actor
from lms.certification.models import Award, AwardStatus, Review
from lms.certification.queries.expiring import coordinators
from lms.certification.rules.reviews import LEAST_WORDS, Outcome, Refusal, Subject, due_at, refusal, subject_of
from lms.infra import audit
from lms.infra.clock import now
from lms.infra.db import db
from lms.infra.i18n import _
from lms.learning.models import Evidence
from lms.messaging.service import tell
from lms.shared.errors import Conflict, Invalid, NotFound, Refused
from lms.shared.ids import new_id


def ask_for_review(actor: Actor, reference: uuid.UUID, request: str) -> uuid.UUID:
    """Ask for a second look at a row of one's own record or at one's own award; return the request.

    Raises:
        NotFound: neither is the actor's.
        Invalid: nothing is said.
        Conflict: a request about the same thing is open.
    """
    subject, decider = _about(actor, reference)
    if len(request.strip()) < LEAST_WORDS:
        raise Invalid(fields={"request": _("Say what should be looked at, in a sentence or two.")})
    is_open = sa.select(Review.id).where(Review.reference == reference, Review.is_open.is_(True))
    if db.session.scalar(is_open) is not None:
        raise Conflict(_("You have asked about this already. The answer comes within 48 hours."))
    review = Review(
        id=new_id(),
        person_id=actor.id,
        subject=subject,
        reference=reference,
        decider_id=decider,
        request=request.strip()[:1000],
        asked_at=now(),
        due_at=due_at(now()),
        is_open=True,
    )
    db.session.add(review)
    db.session.flush()
    audit.record("review.asked", actor=actor.id, subject=actor.id, review=str(review.id), about=subject.value)
    for person in coordinators(now().date()):
        if person not in {actor.id, decider}:
            tell(person, "review-asked", now(), path=f"/reviews/{review.id}", slot=f"review-asked:{review.id}:{person}")
    return review.id


def answer_review(actor: Actor, review_id: uuid.UUID, outcome: Outcome, answer: str) -> None:
    """Decide a review. What is to change is then changed where it belongs: an amended sign-off, a roster, an extension.

    Raises:
        NotFound: there is no such request.
        Refused: the actor asked, or made the decision in question.
        Invalid: no reason is given.
        Conflict: it is decided already.
    """
    review = db.session.get(Review, review_id, with_for_update=True, populate_existing=True)
    if review is None:
        raise NotFound
    why = refusal(actor.id, review.person_id, review.decider_id)
    if why is not None:
        raise Refused(
            _("You cannot decide your own request. Another coordinator will.")
            if why is Refusal.OWN_REQUEST
            else _("The decision in question was yours, so somebody else looks at it.")
        )
    if review.is_open is None:
        raise Conflict(_("Somebody has decided this meanwhile."))
    if len(answer.strip()) < LEAST_WORDS:
        raise Invalid(fields={"answer": _("Say why: the person reads it.")})
    review.outcome, review.answer = outcome, answer.strip()[:1000]
    review.answered_at, review.answered_by, review.is_open = now(), actor.id, None
    audit.record(
        "review.answered", actor=actor.id, subject=review.person_id, review=str(review_id), outcome=outcome.value
    )
    if db.session.get(Profile, review.person_id) is not None:
        tell(review.person_id, "review-answered", now(), path=f"/reviews/{review_id}")


def remind_of_reviews(moment: datetime) -> int:
    """Tell every coordinator once about each request that is past its 48 hours; return how many were told."""
    late = db.session.scalars(sa.select(Review).where(Review.is_open.is_(True), Review.due_at <= moment)).all()
    return sum(
        tell(person, "review-late", moment, path=f"/reviews/{review.id}", slot=f"review-late:{review.id}:{person}")
        for review in late
        for person in coordinators(moment.date())
        if refusal(person, review.person_id, review.decider_id) is None
    )


def _about(actor: Actor, reference: uuid.UUID) -> tuple[Subject, uuid.UUID | None]:
    row = db.session.execute(
        sa.select(Evidence.kind, Evidence.actor_id).where(Evidence.id == reference, Evidence.person_id == actor.id)
    ).first()
    if row is not None:
        return subject_of(row.kind), row.actor_id if row.actor_id != actor.id else None
    if db.session.scalar(sa.select(Award.id).where(Award.id == reference, Award.person_id == actor.id)) is None:
        raise NotFound
    last = sa.select(AwardStatus.actor_id).where(AwardStatus.award_id == reference)
    return Subject.LAPSE, db.session.scalar(last.order_by(AwardStatus.recorded_at.desc()).limit(1))

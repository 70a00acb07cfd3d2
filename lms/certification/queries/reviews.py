"""Requests for a second look: one's own, and those that wait for a coordinator."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.accounts.models.people import Profile
from lms.accounts.queries.scope import PersonIds
from lms.catalog.rules.content import text_in
from lms.certification.models import Award, Review
from lms.certification.rules.reviews import Outcome, Subject, subject_of
from lms.certification.rules.snapshot import from_json
from lms.infra.db import db
from lms.infra.i18n import language
from lms.learning.models import Evidence
from lms.learning.queries.catalogue import locate_step
from lms.learning.rules.evidence import Result
from lms.shared.errors import NotFound


@dataclass(frozen=True, slots=True)
class Matter:
    """Something a review can be asked about. `result` and `step` are empty for an award."""

    reference: uuid.UUID
    subject: Subject
    title: str
    on: datetime
    result: Result | None = None
    step: str = ""


@dataclass(frozen=True, slots=True)
class ReviewView:
    """A request with the names of those in it."""

    id: uuid.UUID
    person_id: uuid.UUID
    person: str
    matter: Matter
    request: str
    asked_at: datetime
    due_at: datetime
    decider_id: uuid.UUID | None
    outcome: Outcome | None
    answer: str
    answered_at: datetime | None
    answered_by: str


def matters_of(person_id: uuid.UUID, most: int = 60) -> tuple[Matter, ...]:
    """Return what a person may ask about: what others or an exam decided, the latest first, and their awards."""
    rows = db.session.execute(
        sa.select(Evidence.id, Evidence.kind, Evidence.step, Evidence.result, Evidence.occurred_at)
        .where(Evidence.person_id == person_id, Evidence.kind.in_(("quiz", "sandbox", "workshop", "observation")))
        .order_by(Evidence.occurred_at.desc())
        .limit(most)
    )
    found = [_evidence_matter(*row) for row in rows]
    awards = db.session.scalars(
        sa.select(Award.id).where(Award.person_id == person_id).order_by(Award.issued_at.desc())
    )
    return (*found, *(matter for award in awards if (matter := _award_matter(award))))


def matter_of(reference: uuid.UUID) -> Matter | None:
    """Return the thing that a request is about, or None where it is no longer kept."""
    row = db.session.execute(
        sa.select(Evidence.id, Evidence.kind, Evidence.step, Evidence.result, Evidence.occurred_at).where(
            Evidence.id == reference
        )
    ).first()
    if row is None:
        return _award_matter(reference)
    return _evidence_matter(*row)


def reviews_of(person_id: uuid.UUID) -> tuple[ReviewView, ...]:
    """Return a person's own requests, the latest first."""
    return _views(Review.person_id == person_id, Review.asked_at.desc())


def open_reviews(people: PersonIds) -> tuple[ReviewView, ...]:
    """Return the undecided requests of the people selected, the one due first before the others."""
    return _views(sa.and_(Review.is_open.is_(True), Review.person_id.in_(people)), Review.due_at.asc())


def reviews_waiting(people: PersonIds, moment: datetime) -> tuple[int, int]:
    """Return how many requests of the people selected are undecided, and how many of them are late."""
    late = sa.func.count(sa.case((Review.due_at < moment, 1)))
    query = sa.select(sa.func.count(), late).where(Review.is_open.is_(True), Review.person_id.in_(people))
    waiting, overdue = db.session.execute(query).one()
    return waiting, overdue


def decided_reviews(people: PersonIds, most: int = 50) -> tuple[ReviewView, ...]:
    """Return the latest decided requests of the people selected."""
    return _views(sa.and_(Review.is_open.is_(None), Review.person_id.in_(people)), Review.answered_at.desc(), most)


def review_by_id(review_id: uuid.UUID) -> ReviewView:
    """Return one request.

    Raises:
        NotFound: there is none.
    """
    found = _views(Review.id == review_id, Review.asked_at.asc())
    if not found:
        raise NotFound
    return found[0]


def _views(condition: sa.ColumnElement[bool], order: sa.ColumnElement[Any], most: int = 200) -> tuple[ReviewView, ...]:
    asker, answerer = aliased(Profile), aliased(Profile)
    rows = db.session.execute(
        sa.select(Review, asker.name, answerer.name)
        .outerjoin(asker, asker.person_id == Review.person_id)
        .outerjoin(answerer, answerer.person_id == Review.answered_by)
        .where(condition)
        .order_by(order, Review.id)
        .limit(most)
    )
    return tuple(
        ReviewView(
            id=row.id,
            person_id=row.person_id,
            person=person or "",
            matter=matter_of(row.reference) or Matter(row.reference, row.subject, "", row.asked_at),
            request=row.request,
            asked_at=row.asked_at,
            due_at=row.due_at,
            decider_id=row.decider_id,
            outcome=row.outcome,
            answer=row.answer,
            answered_at=row.answered_at,
            answered_by=answered_by or "",
        )
        for row, person, answered_by in rows
    )


def _evidence_matter(key: uuid.UUID, kind: str, step: str, result: Result, on: datetime) -> Matter:
    return Matter(key, subject_of(kind), _step_title(step), on, result, step)


def _award_matter(award_id: uuid.UUID) -> Matter | None:
    row = db.session.execute(sa.select(Award.snapshot, Award.issued_at).where(Award.id == award_id)).first()
    if row is None:
        return None
    snapshot = from_json(row.snapshot)
    return Matter(award_id, Subject.LAPSE, f"{snapshot.level_title} · {snapshot.subject}", row.issued_at)


def _step_title(step_id: str) -> str:
    place = locate_step(step_id)
    if place is None:
        return step_id
    return text_in(place.step.title, language())

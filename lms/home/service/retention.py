"""What is kept too long by the company's own periods, and letting it go."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from lms.accounts.models.people import Profile
from lms.assessment.models import Answer, Attempt, CardReview, CheckTry
from lms.catalog.queries import current_company
from lms.home.rules.retention import RecordClass, cutoffs
from lms.home.service.erasure import erase_person
from lms.infra import audit
from lms.infra.db import Model, db
from lms.messaging.models import Mail, Notification
from lms.sandbox.models import Contest, Decision, LabKey, LabRun, OpenedHint, Run, RunKey


@dataclass(frozen=True, slots=True)
class Overdue:
    """What one class holds that should be gone: rows, or people where the class is about people."""

    kind: RecordClass
    days: int
    before: datetime
    count: int


def periods() -> dict[RecordClass, int]:
    """Return the company's period of each class, in days, where it states one."""
    facts = current_company().facts
    stated = {kind: facts[kind.value].number() for kind in RecordClass if kind.value in facts}
    return {kind: int(number) for kind, number in stated.items() if number is not None}


def overdue(now: datetime) -> tuple[Overdue, ...]:
    """Return what each class holds that should be gone."""
    found = []
    for kind, before in cutoffs(periods(), now).items():
        count = len(leavers_before(before)) if kind is RecordClass.LEAVERS else _count(kind, before)
        found.append(Overdue(kind, (now - before).days, before, count))
    return tuple(found)


def leavers_before(before: datetime) -> list[uuid.UUID]:
    """Return the people whose last day of work lies before a moment."""
    gone = Profile.left_on < before.date()
    return list(db.session.scalars(sa.select(Profile.person_id).where(gone).order_by(Profile.left_on)))


def let_go(now: datetime) -> dict[RecordClass, int]:
    """Delete what is overdue; return how much went, by class. Written to the audit log as numbers."""
    limits = cutoffs(periods(), now)
    done = dict.fromkeys(RecordClass, 0)
    for person_id in leavers_before(limits[RecordClass.LEAVERS]):
        erase_person(None, person_id, "The period for which records of leavers are kept has ended.", now)
        done[RecordClass.LEAVERS] += 1
    for kind in (RecordClass.ANSWERS, RecordClass.MESSAGES):
        for model, old in _old(kind, limits[kind]):
            done[kind] += db.session.scalar(sa.select(sa.func.count()).select_from(model).where(old)) or 0
            db.session.execute(sa.delete(model).where(old).execution_options(synchronize_session=False))
    if any(done.values()):
        leavers, answers, messages = (done[kind] for kind in RecordClass)
        audit.record("retention.let-go", actor=None, leavers=leavers, answers=answers, messages=messages)
    return done


def _count(kind: RecordClass, before: datetime) -> int:
    return sum(
        db.session.scalar(sa.select(sa.func.count()).select_from(model).where(old)) or 0
        for model, old in _old(kind, before)
    )


def _old(kind: RecordClass, before: datetime) -> list[tuple[type[Model], sa.ColumnElement[bool]]]:
    """Return the rows of a class that should be gone, those that point at others first."""
    if kind is RecordClass.MESSAGES:
        return [(Notification, Notification.created_at < before), (Mail, Mail.created_at < before)]
    attempts = sa.select(Attempt.id).where(Attempt.submitted_at < before)
    runs = sa.select(Run.id).where(Run.closed_at < before)
    parts: list[type[Contest | Decision | OpenedHint | RunKey]] = [Contest, Decision, OpenedHint, RunKey]
    return [
        (Answer, Answer.attempt_id.in_(attempts)),
        (Attempt, Attempt.submitted_at < before),
        (CheckTry, CheckTry.at < before),
        (CardReview, CardReview.reviewed_at < before),
        *((part, part.run_id.in_(runs)) for part in parts),
        (Run, Run.closed_at < before),
        (LabKey, LabKey.run_id.in_(sa.select(LabRun.id).where(LabRun.closed_at < before))),
        (LabRun, LabRun.closed_at < before),
    ]

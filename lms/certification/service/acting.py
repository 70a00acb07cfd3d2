"""Reminding those who act as champion or approver, and their coordinators, that the time for the course ends."""

from __future__ import annotations

import uuid
from datetime import date

import sqlalchemy as sa

from lms.accounts.rules.actor import Role
from lms.certification.queries.acting import Acting, acting_people
from lms.certification.queries.expiring import coordinators
from lms.certification.rules.renewal import Notice, notice_before
from lms.certification.rules.validity import ValidityRule
from lms.infra.clock import now
from lms.infra.db import db
from lms.learning.models import Cycle
from lms.learning.rules.cycles import APPOINTED
from lms.messaging.service import tell


def remind_of_acting(today: date) -> int:
    """Tell whoever acts, and every coordinator, 60 and 14 days before the end and once after it; return how many.

    The powers go on: a cohort without anybody who may sign off would be worse.
    """
    told = 0
    for acting in acting_people(today):
        notice = None if acting.ends_on is None else notice_before(acting.ends_on, today, ValidityRule().reminder_days)
        if notice is not None:
            told += _tell(acting, notice, acting.person_id, "acting", "/home")
            others = [each for each in coordinators(today) if each != acting.person_id]
            told += sum(_tell(acting, notice, each, "acting-of", _address(acting)) for each in others)
    return told


def move_course_ends(today: date) -> int:
    """Move the due day of the course of whoever acts by their declared absences; return how many moved."""
    moved = 0
    for acting in acting_people(today):
        query = sa.select(Cycle).where(
            Cycle.person_id == acting.person_id,
            Cycle.programme == acting.programme,
            Cycle.name == APPOINTED,
            Cycle.closed_at.is_(None),
        )
        cycle = db.session.scalar(query)
        if cycle is not None and cycle.due_on != acting.ends_on:
            cycle.due_on = acting.ends_on
            moved += 1
    db.session.flush()
    return moved


def _tell(acting: Acting, notice: Notice, whom: uuid.UUID, kind: str, path: str) -> bool:
    return tell(
        whom,
        f"{kind}-over" if notice is Notice.LAPSED else f"{kind}-ends",
        now(),
        path=path,
        slot=f"acting-{notice.value}:{acting.role.value}:{acting.person_id}:{acting.since.isoformat()}:{whom}",
        person=acting.name,
        role=acting.role.value,
        since=acting.since,
        day=acting.ends_on,
    )


def _address(acting: Acting) -> str:
    if acting.role is Role.CHAMPION:
        return f"/plan/cohorts/{acting.at[0]}/champions"
    return f"/people/{acting.person_id}"

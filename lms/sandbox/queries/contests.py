"""Contested keys: what a person sees of their own, and what waits for somebody's decision."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from lms.infra.db import db
from lms.sandbox.models import Contest, Run


@dataclass(frozen=True, slots=True)
class ContestView:
    """A contested key; `upheld` is None until it is decided. Nothing here names the person."""

    id: uuid.UUID
    run_id: uuid.UUID
    case: str
    reason: str
    opened_at: datetime
    upheld: bool | None
    decided_at: datetime | None
    answer: str


_COLUMNS = (
    Contest.id, Contest.run_id, Contest.case, Contest.reason, Contest.opened_at, Contest.upheld, Contest.decided_at,
    Contest.answer,
)  # fmt: skip


def contests_of(run_id: uuid.UUID) -> dict[str, ContestView]:
    """Return what was contested in a run, by case."""
    rows = db.session.execute(sa.select(*_COLUMNS).where(Contest.run_id == run_id))
    return {row.case: ContestView(*row) for row in rows}


def waiting_contests(decider: uuid.UUID) -> tuple[ContestView, ...]:
    """Return what waits for a decision, the oldest first; nobody decides about their own."""
    rows = db.session.execute(
        sa.select(*_COLUMNS)
        .join(Run, Run.id == Contest.run_id)
        .where(Contest.upheld.is_(None), Contest.person_id != decider)
        .order_by(Contest.opened_at)
    )
    return tuple(ContestView(*row) for row in rows)


def contest_by_id(contest_id: uuid.UUID) -> ContestView | None:
    """Return a contest, or None."""
    row = db.session.execute(sa.select(*_COLUMNS).where(Contest.id == contest_id)).first()
    return ContestView(*row) if row else None

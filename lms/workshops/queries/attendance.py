"""What stands about who came."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import sqlalchemy as sa

from lms.infra.db import db
from lms.workshops.models.sessions import Attendance


@dataclass(frozen=True, slots=True)
class Standing:
    """The latest row about a person, and the evidence it led to."""

    present: bool
    evidence_id: uuid.UUID | None


def standings(session_id: uuid.UUID) -> dict[uuid.UUID, Standing]:
    """Return the latest attendance of everybody about whom something was recorded."""
    rows = db.session.execute(
        sa.select(Attendance.person_id, Attendance.present, Attendance.evidence_id)
        .where(Attendance.session_id == session_id)
        .order_by(Attendance.recorded_at, Attendance.id)
    )
    return {person_id: Standing(present, evidence_id) for person_id, present, evidence_id in rows}

"""Jobs of the pages that span rooms: reminders of due dates, seven days and one day before, once each."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from lms.infra.clock import now
from lms.infra.db import db
from lms.infra.i18n import format_minutes
from lms.infra.jobs import JobRun
from lms.learning.models import Cycle
from lms.learning.queries.cycles import own_cycle, walk_path
from lms.messaging.service import tell

REMIND_JOB = "training.remind"
DAYS_BEFORE = (7, 1)


def remind(_run: JobRun) -> None:
    """Tell everybody whose training is due in seven days, or tomorrow, and is not finished."""
    today = now().date()
    for days in DAYS_BEFORE:
        due = today + timedelta(days=days)
        rows = db.session.execute(
            sa.select(Cycle.id, Cycle.person_id).where(Cycle.due_on == due, Cycle.closed_at.is_(None))
        ).all()
        for cycle_id, person_id in rows:
            cycle = own_cycle(person_id, cycle_id)
            path = walk_path(cycle) if cycle else None
            if path and path.minutes_left:
                tell(
                    person_id,
                    "due",
                    now(),
                    path="/home",
                    slot=f"due-{days}:{cycle_id}:{due.isoformat()}",
                    days=days,
                    left=format_minutes(path.minutes_left),
                )

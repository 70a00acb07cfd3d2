"""Jobs that span rooms: reminders of due dates, seven days and one day before, once each; and letting go."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from lms.certification.queries.files import is_cited
from lms.home.service.retention import let_go
from lms.infra.clock import now
from lms.infra.db import db
from lms.infra.i18n import format_minutes
from lms.infra.jobs import JobRun
from lms.infra.storage import storage
from lms.learning.models import Cycle
from lms.learning.queries.cycles import own_cycle, walk_path
from lms.learning.rules.cycles import RECERTIFICATION
from lms.messaging.service import tell

REMIND_JOB = "training.remind"
RETENTION_JOB = "retention.let-go"
DAYS_BEFORE = (7, 1)


def remind(_run: JobRun) -> None:
    """Tell everybody whose training is due in seven days, or tomorrow, and is not finished.

    A renewal has reminders of its own: 60 and 14 days before the certificate ends.
    """
    today = now().date()
    for days in DAYS_BEFORE:
        due = today + timedelta(days=days)
        rows = db.session.execute(
            sa.select(Cycle.id, Cycle.person_id).where(
                Cycle.due_on == due, Cycle.closed_at.is_(None), ~Cycle.name.startswith(RECERTIFICATION)
            )
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


def keep_no_longer(_run: JobRun) -> None:
    """Delete what the company's periods no longer allow to be kept."""
    let_go(now())


def forget_files(run: JobRun) -> None:
    """Delete the files of erased people, unless somebody else's are the same bytes."""
    for digest in run.payload["files"]:
        if not is_cited(digest):
            storage().forget(digest)

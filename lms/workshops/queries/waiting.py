"""Whose work beside a champion is written down and waits for the champion's signature."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

import sqlalchemy as sa

from lms.accounts.queries.scope import PersonIds
from lms.infra.db import db
from lms.learning.models import Cycle, StepProgress
from lms.workshops.models.observations import LogEntry, Observation, SignedSheet
from lms.workshops.queries.steps import live_steps
from lms.workshops.rules.log import log_of


def full_logs(people: PersonIds) -> dict[uuid.UUID, str]:
    """Return person -> the observation step whose log is full in an open cycle and not yet signed. One statement."""
    logs = {live.step.id: log for live in live_steps("observation") if (log := log_of(live.step.settings))}
    rows = db.session.execute(
        sa.select(LogEntry.person_id, LogEntry.step, LogEntry.answers)
        .join(Cycle, Cycle.id == LogEntry.cycle_id)
        .where(
            LogEntry.person_id.in_(people),
            LogEntry.step.in_(logs),
            Cycle.closed_at.is_(None),
            ~sa.exists().where(
                StepProgress.person_id == LogEntry.person_id,
                StepProgress.cycle == Cycle.name,
                StepProgress.step == LogEntry.step,
            ),
            # A sheet that is signed may wait for somebody else's second look: that is not the champion's to do.
            ~sa.exists().where(
                SignedSheet.cycle_id == LogEntry.cycle_id,
                SignedSheet.observation_id == Observation.id,
                Observation.step == LogEntry.step,
                SignedSheet.enough.is_(True),
            ),
        )
    )
    entries: dict[tuple[uuid.UUID, str], list[Mapping[str, str]]] = {}
    for person, step, answers in rows:
        entries.setdefault((person, step), []).append(answers)
    return {
        person: step for (person, step), answers in entries.items() if logs[step].count(answers) == logs[step].entries
    }

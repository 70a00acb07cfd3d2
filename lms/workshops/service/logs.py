"""Keeping the shadowing log: the learner's own notes, complete or not, saved as they are."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from lms.infra.clock import now
from lms.infra.db import db
from lms.shared.errors import NotFound
from lms.workshops.models.observations import LogEntry
from lms.workshops.queries.observations import log_entries
from lms.workshops.queries.steps import cycle_with, live_step
from lms.workshops.rules.log import LogForm, log_of
from lms.workshops.service.settling import settle_waiting


def save_log(person_id: uuid.UUID, step_id: str, form: Mapping[str, str]) -> tuple[int, LogForm]:
    """Save what a person typed into their own log; return how many entries are complete, and the log's form.

    Raises:
        NotFound: no such step with a log, or not on the person's path.
    """
    place = live_step(step_id, "observation")
    log = log_of(place.step.settings)
    cycle = cycle_with(person_id, place.course, step_id)
    if log is None or cycle is None:
        raise NotFound
    for number in range(1, log.entries + 1):
        _save(cycle.id, person_id, step_id, number, log.read(number, form))
    db.session.flush()
    written = log.count(list(log_entries(cycle.id, step_id).values()))
    if written >= log.entries:
        settle_waiting(cycle.id, step_id)
    return written, log


def _save(cycle_id: uuid.UUID, person_id: uuid.UUID, step: str, number: int, answers: dict[str, str]) -> None:
    entry = db.session.get(LogEntry, (cycle_id, step, number))
    if entry is None:
        if answers:
            db.session.add(
                LogEntry(
                    cycle_id=cycle_id, step=step, number=number, person_id=person_id, answers=answers, saved_at=now()
                )
            )
    elif entry.answers != answers:
        entry.answers, entry.saved_at = answers, now()

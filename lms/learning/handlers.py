"""What learning does when people join or leave cohorts, when their clocks change, and when an import is taken back."""

from __future__ import annotations

import uuid

import sqlalchemy as sa

from lms.accounts.events import PersonLeft, PersonWithdrawn
from lms.cohorts.events import CohortJoined, CohortLeft, DueDateChanged
from lms.cohorts.queries.due import initial_due_of
from lms.infra.db import db
from lms.infra.i18n import _
from lms.learning.models import Cycle, Evidence
from lms.learning.queries.catalogue import programme_by_id
from lms.learning.rules.cycles import INITIAL
from lms.learning.service.assign import Assignment, assign_programme, close_cycles
from lms.learning.service.deltas import update_delta_days
from lms.learning.service.projections import move_tallies
from lms.learning.service.refreshers import update_due_days
from lms.shared.errors import Conflict


def assign_on_joining(event: CohortJoined) -> None:
    """Assign the cohort's programme with its due date and the reason for it."""
    # A rule may name a programme that is not published yet: it is assigned when it is.
    if programme_by_id(event.programme) is not None:
        _assign(event.person_id, event.programme, event.cohort_id, event.wave_id)


def leave_cohort(event: CohortLeft) -> None:
    """Take the person's modules out of the cohort's tally; what they have done stays theirs."""
    cycles = db.session.scalars(
        sa.select(Cycle).where(Cycle.person_id == event.person_id, Cycle.cohort_id == event.cohort_id)
    )
    for cycle in cycles:
        move_tallies(cycle, None)
    db.session.flush()


def change_due_date(event: DueDateChanged) -> None:
    """Compute the due date again from the changed facts."""
    cycle = db.session.scalar(
        sa.select(Cycle).where(
            Cycle.person_id == event.person_id, Cycle.programme == event.programme, Cycle.name == INITIAL
        )
    )
    if cycle is not None and cycle.cohort_id == event.cohort_id:
        _assign(event.person_id, event.programme, event.cohort_id, cycle.wave_id)


def change_refresher_days(event: DueDateChanged) -> None:
    """Move the due days of a person's refreshers and deltas by their absences."""
    update_due_days(event.person_id)
    update_delta_days(event.person_id)


def close_leaver(event: PersonLeft) -> None:
    """End a leaver's training; the evidence stays."""
    close_cycles(event.person_id)


def withdraw(event: PersonWithdrawn) -> None:
    """Delete the untouched cycles of a person whose import is taken back.

    Raises:
        Conflict: the person has evidence already.
    """
    if db.session.scalar(sa.select(sa.func.count()).where(Evidence.person_id == event.person_id)):
        raise Conflict(_("Somebody from this import has already completed a step, so it cannot be taken back."))
    db.session.execute(sa.delete(Cycle).where(Cycle.person_id == event.person_id))


def _assign(person_id: uuid.UUID, programme: str, cohort_id: str, wave_id: str | None) -> None:
    due = initial_due_of(person_id, cohort_id)
    assign_programme(
        Assignment(
            person_id=person_id,
            programme=programme,
            cohort_id=cohort_id,
            wave_id=wave_id,
            starts_on=due.starts_on if due else None,
            due_on=due.on if due else None,
            due_reason=dict(due.as_reason()) if due else {},
        ),
        None,
    )

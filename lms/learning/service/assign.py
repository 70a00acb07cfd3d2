"""Assigning programmes: who studies what, by when, and why that day."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from lms.accounts.models.people import Profile
from lms.infra import audit
from lms.infra.clock import now
from lms.infra.db import db
from lms.infra.events import publish
from lms.infra.i18n import _
from lms.learning.events import CycleAssigned
from lms.learning.models import Cycle, StepVisit
from lms.learning.queries.catalogue import programme_by_id
from lms.learning.rules.cycles import INITIAL, is_cycle_name
from lms.learning.service.projections import move_tallies
from lms.shared.errors import Invalid
from lms.shared.ids import new_id


@dataclass(frozen=True, slots=True)
class Assignment:
    """One person's programme, as the rule that assigned it says."""

    person_id: uuid.UUID
    programme: str
    cycle: str = INITIAL
    cohort_id: str | None = None
    wave_id: str | None = None
    starts_on: date | None = None
    due_on: date | None = None
    due_reason: dict[str, Any] = field(default_factory=dict)
    # What is studied where that is not the whole programme; see `Cycle.parts`.
    parts: tuple[str, ...] = ()


def assign_programme(assignment: Assignment, actor_id: uuid.UUID | None) -> Cycle:
    """Assign a programme, or bring an existing assignment's cohort and due date up to date; nothing done is lost.

    Raises:
        Invalid: the programme is not in the catalogue, or the cycle has a name no cycle may have.
    """
    if programme_by_id(assignment.programme) is None or not is_cycle_name(assignment.cycle):
        raise Invalid(_("There is no programme “%(id)s” in the catalogue. Publish it first.", id=assignment.programme))
    cycle = db.session.scalar(
        sa.select(Cycle).where(
            Cycle.person_id == assignment.person_id,
            Cycle.programme == assignment.programme,
            Cycle.name == assignment.cycle,
        )
    )
    if cycle is None:
        return _open(assignment, actor_id)
    if cycle.cohort_id != assignment.cohort_id:
        move_tallies(cycle, assignment.cohort_id)
    cycle.wave_id, cycle.starts_on = assignment.wave_id, assignment.starts_on
    cycle.due_on, cycle.due_reason = assignment.due_on, assignment.due_reason
    cycle.parts = list(assignment.parts)
    cycle.closed_at = None
    db.session.flush()
    return cycle


def close_cycles(person_id: uuid.UUID) -> None:
    """Close a person's open cycles: a leaver's training ends, its evidence stays."""
    db.session.execute(
        sa.update(Cycle).where(Cycle.person_id == person_id, Cycle.closed_at.is_(None)).values(closed_at=now())
    )


def note_visit(person_id: uuid.UUID, cycle: str, step: str) -> None:
    """Remember that a person opened a step, for "continue where you left off"."""
    visit = db.session.get(StepVisit, (person_id, cycle, step))
    if visit is None:
        db.session.add(StepVisit(person_id=person_id, cycle=cycle, step=step, first_at=now(), last_at=now()))
    else:
        visit.last_at = now()
    db.session.flush()


def _open(assignment: Assignment, actor_id: uuid.UUID | None) -> Cycle:
    language = db.session.scalar(sa.select(Profile.language).where(Profile.person_id == assignment.person_id))
    cycle = Cycle(
        id=new_id(),
        person_id=assignment.person_id,
        programme=assignment.programme,
        name=assignment.cycle,
        cohort_id=assignment.cohort_id,
        wave_id=assignment.wave_id,
        assigned_at=now(),
        starts_on=assignment.starts_on,
        due_on=assignment.due_on,
        due_reason=assignment.due_reason,
        language=language or "en",
        parts=list(assignment.parts),
    )
    db.session.add(cycle)
    db.session.flush()
    audit.record(
        "programme.assigned",
        actor=actor_id,
        subject=assignment.person_id,
        programme=assignment.programme,
        cycle=assignment.cycle,
    )
    publish(CycleAssigned(assignment.person_id, assignment.programme, assignment.cycle))
    return cycle

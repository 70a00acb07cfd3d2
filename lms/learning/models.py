"""The ledger, the cycles it belongs to, and the projections that can be rebuilt from it."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.infra.db import Model
from lms.learning.rules.evidence import Result, Source
from lms.shared.ids import new_id


class Cycle(Model):
    """One person's one time through a programme."""

    __tablename__ = "cycle"
    __table_args__ = (sa.UniqueConstraint("person_id", "programme", "name"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    programme: Mapped[str] = mapped_column(sa.String(80), index=True)
    name: Mapped[str] = mapped_column(sa.String(40))
    cohort_id: Mapped[str | None] = mapped_column(sa.String(80), index=True)
    wave_id: Mapped[str | None] = mapped_column(sa.String(80), index=True)
    assigned_at: Mapped[datetime]
    starts_on: Mapped[date | None]
    due_on: Mapped[date | None]
    # Why that day: the rule's name and the facts it used, shown to the person.
    due_reason: Mapped[dict[str, Any]] = mapped_column(default=dict)
    # What is studied this time, modules and steps by id, where that is not the whole programme: a renewal is its exam
    # alone, a refresher the steps of its month.
    parts: Mapped[list[str]] = mapped_column(default=list)
    language: Mapped[str] = mapped_column(sa.String(12), default="en")
    closed_at: Mapped[datetime | None]


class Evidence(Model):
    """One fact about learning. Rows are never updated or deleted: a correction is a new row that supersedes."""

    __tablename__ = "evidence"
    __table_args__ = (sa.Index("ix__evidence__person_step", "person_id", "cycle", "step"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    cycle: Mapped[str] = mapped_column(sa.String(40))
    programme: Mapped[str] = mapped_column(sa.String(80))
    release: Mapped[str] = mapped_column(sa.String(64))
    course: Mapped[str] = mapped_column(sa.String(80))
    module: Mapped[str] = mapped_column(sa.String(80), index=True)
    step: Mapped[str] = mapped_column(sa.String(80), index=True)
    kind: Mapped[str] = mapped_column(sa.String(40))
    result: Mapped[Result]
    # A share of 1 in basis points, where the kind has a score.
    score: Mapped[int | None]
    credited_minutes: Mapped[int] = mapped_column(default=0)
    source: Mapped[Source]
    # What the row stands on: an attempt, a session, a sign-off; and where an equivalent's document lies.
    reference: Mapped[str] = mapped_column(sa.String(80), default="")
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    actor_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(sa.String(400), default="")
    supersedes: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("evidence.id"))
    valid_until: Mapped[date | None]


class StepProgress(Model):
    """Projection: the row that completes a step for a person in a cycle, whichever programme has the step."""

    __tablename__ = "step_progress"

    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    cycle: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    step: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    module: Mapped[str] = mapped_column(sa.String(80))
    evidence_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("evidence.id"))
    completed_at: Mapped[datetime]


class ModuleProgress(Model):
    """Projection: when a person completed a module in a cycle."""

    __tablename__ = "module_progress"
    __table_args__ = (sa.Index("ix__module_progress__module", "module", "completed_at"),)

    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    cycle: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    module: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    steps_done: Mapped[int]
    steps_total: Mapped[int]
    completed_at: Mapped[datetime | None]


class ModuleTally(Model):
    """Projection: how many members of a cohort completed a module. Kept in the completing transaction."""

    __tablename__ = "module_tally"

    cohort_id: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    cycle: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    module: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    completed: Mapped[int] = mapped_column(default=0)


class StepVisit(Model):
    """That a person opened a step, and when last: for "continue where you left off"; deleted by retention."""

    __tablename__ = "step_visit"

    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    cycle: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    step: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]

"""Projections: progress derived from the ledger, kept in the completing transaction."""

from __future__ import annotations

import uuid
from typing import Any

import sqlalchemy as sa

from lms.catalog.rules.content import Module
from lms.infra.db import db
from lms.learning.models import Cycle, Evidence, ModuleProgress, ModuleTally, StepProgress
from lms.learning.queries.catalogue import roles_of_programme
from lms.learning.rules.evidence import Fact, part_of, required_steps, standing

_FACTS = sa.select(Evidence.id, Evidence.result, Evidence.occurred_at, Evidence.supersedes, Evidence.module).where(
    Evidence.person_id == sa.bindparam("person", type_=sa.Uuid),
    Evidence.cycle == sa.bindparam("cycle"),
    Evidence.step == sa.bindparam("step"),
)


def refresh_step(person_id: uuid.UUID, cycle: str, step: str) -> bool:
    """Derive one step's progress from its evidence; return whether it was complete before."""
    rows = db.session.execute(_FACTS, {"person": person_id, "cycle": cycle, "step": step}).all()
    best = standing(fact_of(row) for row in rows)
    current = db.session.get(StepProgress, (person_id, cycle, step), populate_existing=True)
    if best is None:
        if current is not None:
            db.session.delete(current)
            db.session.flush()
        return current is not None
    was_complete = current is not None
    if current is None:
        current = StepProgress(person_id=person_id, cycle=cycle, step=step, module=rows[0].module)
        db.session.add(current)
    current.evidence_id, current.completed_at = uuid.UUID(best.id), best.occurred_at
    db.session.flush()
    return was_complete


def refresh_module(cycle: Cycle, module: Module) -> bool:
    """Derive one module's progress from its steps, keep the cohort's tally; return whether it just became complete."""
    narrowed = part_of(module, cycle.parts)
    needed = [step.id for step in required_steps(narrowed, roles_of_programme(cycle.programme))]
    times = list(
        db.session.scalars(
            sa.select(StepProgress.completed_at).where(
                StepProgress.person_id == cycle.person_id,
                StepProgress.cycle == cycle.name,
                StepProgress.step.in_(needed),
            )
        )
    )
    progress = db.session.get(ModuleProgress, (cycle.person_id, cycle.name, module.id), populate_existing=True)
    if progress is None:
        progress = ModuleProgress(
            person_id=cycle.person_id, cycle=cycle.name, module=module.id, steps_done=0, steps_total=len(needed)
        )
        db.session.add(progress)
    was_complete = progress.completed_at is not None
    progress.steps_done, progress.steps_total = len(times), len(needed)
    progress.completed_at = max(times) if needed and len(times) == len(needed) else None
    is_complete = progress.completed_at is not None
    if is_complete != was_complete:
        _tally(cycle, module.id, 1 if is_complete else -1)
    db.session.flush()
    return is_complete and not was_complete


def move_tallies(cycle: Cycle, new_cohort: str | None) -> None:
    """Carry a person's completed modules from their cohort's tallies to another's, and the cycle with them."""
    completed = db.session.scalars(
        sa.select(ModuleProgress.module).where(
            ModuleProgress.person_id == cycle.person_id,
            ModuleProgress.cycle == cycle.name,
            ModuleProgress.completed_at.is_not(None),
        )
    ).all()
    for module in completed:
        _tally(cycle, module, -1)
    cycle.cohort_id = new_cohort
    for module in completed:
        _tally(cycle, module, 1)


def _tally(cycle: Cycle, module: str, change: int) -> None:
    if cycle.cohort_id is None:
        return
    key = (cycle.cohort_id, cycle.name, module)
    row = db.session.get(ModuleTally, key, with_for_update=True, populate_existing=True)
    if row is None:
        row = ModuleTally(cohort_id=cycle.cohort_id, cycle=cycle.name, module=module, completed=0)
        db.session.add(row)
        db.session.flush()
    row.completed += change


def fact_of(row: Any) -> Fact:  # noqa: ANN401 - any row with the four columns
    """Return an evidence row as the value that standing is judged on."""
    values = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for it
    supersedes = values["supersedes"]
    return Fact(str(values["id"]), values["result"], values["occurred_at"], str(supersedes) if supersedes else None)

"""Rebuilding projections: derive everything from the ledger again, to prove or to mend what is stored."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.infra.db import db
from lms.learning.models import Cycle, Evidence, ModuleProgress, ModuleTally, StepProgress
from lms.learning.queries.catalogue import all_modules, roles_of_programme
from lms.learning.rules.evidence import Fact, part_of, required_steps, standing
from lms.learning.service.projections import fact_of, refresh_module


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a stored projection is not what the ledger says."""

    projection: str
    key: str
    stored: str
    derived: str


def rebuild(*, check_only: bool) -> list[Difference]:
    """Derive every projection from the ledger; return what differed, and store the derived one unless `check_only`."""
    differences = _compare_steps()
    if differences and not check_only:
        _store_steps()
    differences += _rebuild_modules(check_only=check_only)
    differences += _rebuild_tallies(check_only=check_only)
    return differences


def _derived_steps() -> dict[tuple[uuid.UUID, str, str], tuple[str, Fact]]:
    rows = db.session.execute(
        sa.select(
            Evidence.person_id,
            Evidence.cycle,
            Evidence.step,
            Evidence.module,
            Evidence.id,
            Evidence.result,
            Evidence.occurred_at,
            Evidence.supersedes,
        ).order_by(Evidence.person_id, Evidence.cycle, Evidence.step)
    )
    grouped: dict[tuple[uuid.UUID, str, str], tuple[str, list[Fact]]] = {}
    for row in rows:
        grouped.setdefault((row.person_id, row.cycle, row.step), (row.module, []))[1].append(fact_of(row))
    found = ((key, module, standing(facts)) for key, (module, facts) in grouped.items())
    return {key: (module, best) for key, module, best in found if best is not None}


def _compare_steps() -> list[Difference]:
    derived = {key: best.id for key, (_module, best) in _derived_steps().items()}
    stored = {
        (row.person_id, row.cycle, row.step): str(row.evidence_id)
        for row in db.session.execute(
            sa.select(StepProgress.person_id, StepProgress.cycle, StepProgress.step, StepProgress.evidence_id)
        )
    }
    return _differences("step_progress", stored, derived)


def _store_steps() -> None:
    db.session.execute(sa.delete(StepProgress))
    for (person_id, cycle, step), (module, best) in _derived_steps().items():
        db.session.add(
            StepProgress(
                person_id=person_id,
                cycle=cycle,
                step=step,
                module=module,
                evidence_id=uuid.UUID(best.id),
                completed_at=best.occurred_at,
            )
        )
    db.session.flush()


def _rebuild_modules(*, check_only: bool) -> list[Difference]:
    stored = {
        (row.person_id, row.cycle, row.module): str(row.completed_at)
        for row in db.session.execute(
            sa.select(
                ModuleProgress.person_id, ModuleProgress.cycle, ModuleProgress.module, ModuleProgress.completed_at
            )
        )
        if row.completed_at
    }
    times: dict[tuple[uuid.UUID, str], dict[str, object]] = {}
    for row in db.session.execute(
        sa.select(StepProgress.person_id, StepProgress.cycle, StepProgress.step, StepProgress.completed_at)
    ):
        times.setdefault((row.person_id, row.cycle), {})[row.step] = row.completed_at
    derived: dict[tuple[uuid.UUID, str, str], str] = {}
    modules = all_modules()
    for cycle in db.session.scalars(sa.select(Cycle)):
        done = times.get((cycle.person_id, cycle.name), {})
        roles = roles_of_programme(cycle.programme)
        for module in modules:
            needed = [step.id for step in required_steps(part_of(module, cycle.parts), roles)]
            if needed and all(step in done for step in needed):
                moment = max(str(done[step]) for step in needed)
                derived[cycle.person_id, cycle.name, module.id] = moment
    differences = _differences("module_progress", stored, derived)
    if differences and not check_only:
        cycles = db.session.scalars(sa.select(Cycle)).all()
        for cycle in cycles:
            for module in modules:
                refresh_module(cycle, module)
    return differences


def _rebuild_tallies(*, check_only: bool) -> list[Difference]:
    counted: Counter[tuple[str, str, str]] = Counter()
    seen: set[tuple[uuid.UUID, str, str, str]] = set()
    rows = db.session.execute(
        sa.select(Cycle.cohort_id, Cycle.person_id, ModuleProgress.cycle, ModuleProgress.module)
        .join(ModuleProgress, sa.and_(ModuleProgress.person_id == Cycle.person_id, ModuleProgress.cycle == Cycle.name))
        .where(ModuleProgress.completed_at.is_not(None), Cycle.cohort_id.is_not(None))
    )
    for cohort_id, person_id, cycle, module in rows:
        if cohort_id and (person_id, cohort_id, cycle, module) not in seen:
            seen.add((person_id, cohort_id, cycle, module))
            counted[cohort_id, cycle, module] += 1
    kept = {
        (row.cohort_id, row.cycle, row.module): str(row.completed)
        for row in db.session.execute(
            sa.select(ModuleTally.cohort_id, ModuleTally.cycle, ModuleTally.module, ModuleTally.completed)
        )
        if row.completed
    }
    derived = {key: str(count) for key, count in counted.items()}
    differences = _differences("module_tally", kept, derived)
    if differences and not check_only:
        db.session.execute(sa.delete(ModuleTally))
        for (cohort_id, cycle, module), count in counted.items():
            db.session.add(ModuleTally(cohort_id=cohort_id, cycle=cycle, module=module, completed=count))
        db.session.flush()
    return differences


def _differences(projection: str, stored: Mapping[Any, str], derived: Mapping[Any, str]) -> list[Difference]:
    keys = [key for key in stored.keys() | derived.keys() if stored.get(key) != derived.get(key)]
    return [
        Difference(projection, " ".join(map(str, key)), stored.get(key, "nothing"), derived.get(key, "nothing"))
        for key in sorted(keys, key=str)
    ]

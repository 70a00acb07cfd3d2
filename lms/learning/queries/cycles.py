"""Which cycles a person is in, and their path through each."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.catalog.queries import Release
from lms.catalog.rules.programmes import Programme
from lms.infra.db import db
from lms.learning.kinds import is_available
from lms.learning.models import Cycle, Evidence, StepProgress, StepVisit
from lms.learning.queries.catalogue import programme_by_id, releases_of
from lms.learning.rules.path import ModuleView, lay_path

_CYCLE = (
    Cycle.id,
    Cycle.person_id,
    Cycle.programme,
    Cycle.name,
    Cycle.cohort_id,
    Cycle.wave_id,
    Cycle.due_on,
    Cycle.due_reason,
    Cycle.starts_on,
    Cycle.assigned_at,
    Cycle.language,
    Cycle.parts,
)
# Every page of a learner asks these three; built once, they cost half as much.
_OPEN = (
    sa.select(*_CYCLE)
    .where(Cycle.person_id == sa.bindparam("person", type_=sa.Uuid), Cycle.closed_at.is_(None))
    .order_by(Cycle.due_on.is_(None), Cycle.due_on, Cycle.assigned_at)
)
_COMPLETED = sa.select(StepProgress.step, StepProgress.completed_at).where(
    StepProgress.person_id == sa.bindparam("person", type_=sa.Uuid), StepProgress.cycle == sa.bindparam("cycle")
)
_VISITED = sa.select(StepVisit.step).where(
    StepVisit.person_id == sa.bindparam("person", type_=sa.Uuid), StepVisit.cycle == sa.bindparam("cycle")
)


@dataclass(frozen=True, slots=True)
class CycleView:
    """A cycle as pages need it."""

    id: uuid.UUID
    person_id: uuid.UUID
    programme: str
    name: str
    cohort_id: str | None
    wave_id: str | None
    due_on: date | None
    due_reason: dict[str, Any]
    starts_on: date | None
    assigned_at: datetime
    language: str
    parts: list[str]


@dataclass(frozen=True, slots=True)
class Path:
    """A person's path through one cycle: its programme, releases, modules, and when each step was completed."""

    cycle: CycleView
    programme: Programme
    releases: tuple[Release, ...]
    modules: tuple[ModuleView, ...]
    completed: dict[str, datetime]

    @property
    def modules_done(self) -> int:
        """Return how many modules with required steps are complete."""
        return sum(1 for module in self.modules if module.total and module.done == module.total)

    @property
    def modules_total(self) -> int:
        """Return how many modules have required steps."""
        return sum(1 for module in self.modules if module.total)

    @property
    def minutes_left(self) -> int:
        """Return the minutes of required steps that are open."""
        return sum(module.minutes_left for module in self.modules)


def open_cycles(person_id: uuid.UUID) -> tuple[CycleView, ...]:
    """Return a person's open cycles, the one due first before the others."""
    return tuple(CycleView(*row) for row in db.session.execute(_OPEN, {"person": person_id}))


def own_cycle(person_id: uuid.UUID, cycle_id: uuid.UUID) -> CycleView | None:
    """Return one of a person's own cycles, or None."""
    row = db.session.execute(sa.select(*_CYCLE).where(Cycle.id == cycle_id, Cycle.person_id == person_id)).first()
    return CycleView(*row) if row else None


def walk_path(cycle: CycleView) -> Path | None:
    """Return the person's path through a cycle, or None where its programme is no longer offered. Two statements."""
    programme = programme_by_id(cycle.programme)
    if programme is None:
        return None
    releases = releases_of(programme, cycle.name, cycle.parts)
    courses = [release.course for release in releases]
    completed = completed_steps(cycle.person_id, cycle.name)
    unavailable = {step.id for course in courses for _module, step in course.steps() if not is_available(step)}
    visited = visited_steps(cycle.person_id, cycle.name)
    modules = lay_path(courses, completed.keys(), visited, unavailable, {programme.role})
    return Path(cycle, programme, releases, modules, completed)


def paths_of(person_id: uuid.UUID) -> tuple[Path, ...]:
    """Return a person's path through each open cycle, the one due first before the others."""
    return tuple(path for cycle in open_cycles(person_id) if (path := walk_path(cycle)))


def completed_steps(person_id: uuid.UUID, cycle: str) -> dict[str, datetime]:
    """Return when each completed step of a cycle was completed."""
    rows = db.session.execute(_COMPLETED, {"person": person_id, "cycle": cycle})
    return {step: at for step, at in rows}  # noqa: C416 - rows are not tuples to a type checker


def visited_steps(person_id: uuid.UUID, cycle: str) -> frozenset[str]:
    """Return the steps a person has opened in a cycle."""
    return frozenset(db.session.scalars(_VISITED, {"person": person_id, "cycle": cycle}))


def credited_minutes_of(person_id: uuid.UUID, cycles: Collection[str], modules: Collection[str]) -> int:
    """Return the minutes a person has been credited for modules in cycles; rows that were corrected count no longer."""
    later = aliased(Evidence)
    total = db.session.scalar(
        sa.select(sa.func.coalesce(sa.func.sum(Evidence.credited_minutes), 0)).where(
            Evidence.person_id == person_id,
            Evidence.cycle.in_(cycles),
            Evidence.module.in_(modules),
            ~sa.exists().where(later.supersedes == Evidence.id),
        )
    )
    return int(total or 0)

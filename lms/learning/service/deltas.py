"""Opening delta modules for those whom a publication touches, and telling those who need only know."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import sqlalchemy as sa

from lms.catalog.events import CoursePublished
from lms.catalog.queries import current_catalogue, load_release
from lms.catalog.rules.content import Change
from lms.catalog.rules.programmes import Programme
from lms.cohorts.queries.due import absences_of
from lms.infra.clock import now
from lms.infra.db import db
from lms.infra.jobs import enqueue
from lms.learning.models import Cycle, ModuleProgress
from lms.learning.rules.cycles import DELTA, INITIAL, delta_cycle
from lms.learning.rules.deltas import Edit, delta_due, edits
from lms.learning.service.assign import Assignment, assign_programme
from lms.learning.service.projections import refresh_module
from lms.messaging.service import tell

DELTAS_JOB = "learning.deltas"


@dataclass(frozen=True, slots=True)
class Touched:
    """A person whom a publication touches: what they have finished of what was edited."""

    person_id: uuid.UUID
    cohort_id: str | None
    wave_id: str | None
    programme: Programme
    release: str
    edits: tuple[Edit, ...]


def ask_for_deltas(event: CoursePublished) -> None:
    """Let the worker find out whom a publication touches: a publisher waits for nobody's path."""
    if event.previous is not None and event.changed:
        payload = {"course": event.course, "release": event.release, "previous": event.previous}
        enqueue(DELTAS_JOB, {**payload, "facts": list(event.facts)})


def touched_by(release: str, previous: str, facts: Collection[str]) -> tuple[Touched, ...]:
    """Return everybody who has finished a module that a publication changed, with what the change means to them."""
    before, after = load_release(previous).course, load_release(release).course
    found: list[Touched] = []
    for programme in current_catalogue().programmes:
        if after.id not in programme.initial.courses:
            continue
        changed = edits(before, after, facts, programme.role)
        if changed:
            found += _finishers(programme, release, changed)
    return tuple(found)


def open_deltas(touched: Iterable[Touched], today: date) -> int:
    """Open a delta where a change is material, and give a notice where it is minor; return how many were opened.

    Doing it again changes nothing.
    """
    people = list(touched)
    absences = absences_of([one.person_id for one in people])
    count = 0
    for one in people:
        material = [edit for edit in one.edits if edit.change is Change.MATERIAL]
        if material:
            due_on, paused = delta_due(today, absences.get(one.person_id, ()))
            count += _open(one, material, {"opened_on": today.isoformat(), "paused_days": paused}, due_on)
        else:
            _notice(one, one.edits, "content-changed", due_on=None)
    return count


def update_delta_days(person_id: uuid.UUID) -> None:
    """Bring the due days of a person's open deltas up to date with their absences."""
    absences = absences_of([person_id]).get(person_id, [])
    for cycle in db.session.scalars(
        sa.select(Cycle).where(Cycle.person_id == person_id, Cycle.name.startswith(DELTA), Cycle.closed_at.is_(None))
    ):
        due_on, paused = delta_due(date.fromisoformat(cycle.due_reason["opened_on"]), absences)
        cycle.due_on, cycle.due_reason = due_on, {**cycle.due_reason, "paused_days": paused}
    db.session.flush()


def close_done_deltas(today: date) -> None:
    """Close deltas that were finished before today: what they ask is done."""
    begun = datetime.combine(today, time.min, UTC)
    waiting = sa.select(ModuleProgress.cycle).where(
        ModuleProgress.person_id == Cycle.person_id,
        ModuleProgress.cycle == Cycle.name,
        sa.or_(ModuleProgress.completed_at.is_(None), ModuleProgress.completed_at >= begun),
    )
    done = sa.select(Cycle.id).where(Cycle.name.startswith(DELTA), Cycle.closed_at.is_(None), ~waiting.exists())
    for cycle_id in db.session.scalars(done).all():
        cycle = db.session.get(Cycle, cycle_id)
        if cycle is not None:
            cycle.closed_at = now()
    db.session.flush()


def _finishers(programme: Programme, release: str, changed: tuple[Edit, ...]) -> list[Touched]:
    rows = db.session.execute(
        sa.select(Cycle.person_id, Cycle.cohort_id, Cycle.wave_id, ModuleProgress.module)
        .join(
            ModuleProgress,
            sa.and_(ModuleProgress.person_id == Cycle.person_id, ModuleProgress.cycle == Cycle.name),
        )
        .where(
            Cycle.programme == programme.id,
            Cycle.name == INITIAL,
            Cycle.closed_at.is_(None),
            ModuleProgress.module.in_([edit.module.id for edit in changed]),
            ModuleProgress.completed_at.is_not(None),
        )
        .order_by(Cycle.person_id)
    )
    finished: dict[tuple[uuid.UUID, str | None, str | None], set[str]] = {}
    for person_id, cohort_id, wave_id, module in rows:
        finished.setdefault((person_id, cohort_id, wave_id), set()).add(module)
    return [
        Touched(*key, programme, release, tuple(edit for edit in changed if edit.module.id in modules))
        for key, modules in finished.items()
    ]


def _open(one: Touched, material: list[Edit], reason: Mapping[str, object], due_on: date | None) -> int:
    name = delta_cycle(one.release)
    exists = sa.select(Cycle.id).where(
        Cycle.person_id == one.person_id, Cycle.programme == one.programme.id, Cycle.name == name
    )
    if db.session.scalar(exists) is not None:
        return 0
    parts = tuple(step for edit in material for step in edit.steps)
    _take_over(one, parts)
    cycle = assign_programme(
        Assignment(
            one.person_id,
            one.programme.id,
            name,
            one.cohort_id,
            one.wave_id,
            due_on=due_on,
            due_reason={"reason": "delta", **reason},
            parts=parts,
        ),
        None,
    )
    # From the start each module has its progress: a delta is done when all of them are.
    for edit in material:
        refresh_module(cycle, edit.module)
    _notice(one, material, "content-changed", due_on=due_on)
    return 1


def _take_over(one: Touched, parts: Collection[str]) -> None:
    """Close open deltas that ask for nothing but what the new one asks for."""
    older = db.session.scalars(
        sa.select(Cycle).where(
            Cycle.person_id == one.person_id,
            Cycle.programme == one.programme.id,
            Cycle.name.startswith(DELTA),
            Cycle.closed_at.is_(None),
        )
    )
    for cycle in older:
        if set(cycle.parts) <= set(parts):
            cycle.closed_at = now()
    db.session.flush()


def _notice(one: Touched, changed: Iterable[Edit], kind: str, *, due_on: date | None) -> None:
    tell(
        one.person_id,
        kind,
        now(),
        path="/path",
        slot=f"changed:{one.release[:12]}:{one.programme.id}:{one.person_id}",
        titles=[dict(edit.module.title) for edit in changed],
        due_on=due_on,
    )

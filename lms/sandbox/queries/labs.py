"""Runs of the labs, always narrowed to their own person: somebody else's is not found."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter

from lms.infra.db import db
from lms.sandbox.models import LabRun
from lms.sandbox.rules.lab import Grade, Lab, Marked, grade_wanted
from lms.sandbox.rules.labs.registry import LABS
from lms.sandbox.rules.runs import RunState
from lms.shared.errors import NotFound

MARKED: TypeAdapter[Marked] = TypeAdapter(Marked)


@dataclass(frozen=True, slots=True)
class LabView:
    """A run of a lab as its pages need it; `public` and `work` are the lab's own values. `marked` once handed in."""

    id: uuid.UUID
    person_id: uuid.UUID
    cycle_id: uuid.UUID
    step: str
    release: str
    language: str
    lab_id: str
    level: int
    number: int
    version: int
    digest: str
    public: Any
    work: Any
    sequence: int
    state: RunState
    opened_at: datetime
    expires_at: datetime
    saved_at: datetime | None
    closed_at: datetime | None
    marked: Marked | None
    score: int | None
    passed: bool | None

    @property
    def lab(self) -> Lab[Any, Any, Any]:
        """Return the lab that it is a run of."""
        return LABS[self.lab_id]

    @property
    def wanted(self) -> Grade:
        """Return the grade that its step asks for."""
        return grade_wanted(self.level)

    def is_over(self, now: datetime) -> bool:
        """Return whether its seven days are over without a result."""
        return self.state is RunState.EXPIRED or (self.state is RunState.OPEN and now >= self.expires_at)


_COLUMNS = (
    LabRun.id, LabRun.person_id, LabRun.cycle_id, LabRun.step, LabRun.release, LabRun.language,
    LabRun.lab.label("lab_id"), LabRun.level, LabRun.number, LabRun.version, LabRun.digest, LabRun.public, LabRun.work,
    LabRun.sequence, LabRun.state, LabRun.opened_at, LabRun.expires_at, LabRun.saved_at, LabRun.closed_at,
    LabRun.marked, LabRun.score, LabRun.passed,
)  # fmt: skip


def own_lab_run(person_id: uuid.UUID, run_id: uuid.UUID) -> LabView:
    """Return a person's own run of a lab.

    Raises:
        NotFound: there is none with this id, or it is somebody else's.
    """
    row = db.session.execute(sa.select(*_COLUMNS).where(LabRun.id == run_id, LabRun.person_id == person_id)).first()
    if row is None:
        raise NotFound
    values = row._asdict()
    shapes = LABS[values["lab_id"]].shapes
    values["public"] = shapes.public.validate_python(values["public"])
    values["work"] = shapes.work.validate_python(values["work"])
    values["marked"] = MARKED.validate_python(values["marked"]) if values["marked"] else None
    return LabView(**values)


def open_lab_run(person_id: uuid.UUID, cycle_id: uuid.UUID, step: str, now: datetime) -> uuid.UUID | None:
    """Return the id of a person's open run of a lab step, or None; one whose seven days are over is not open."""
    return db.session.scalar(
        sa.select(LabRun.id).where(
            LabRun.person_id == person_id,
            LabRun.cycle_id == cycle_id,
            LabRun.step == step,
            LabRun.state == RunState.OPEN,
            LabRun.expires_at > now,
        )
    )


def lab_runs_of(person_id: uuid.UUID, cycle_id: uuid.UUID, step: str) -> tuple[Any, ...]:
    """Return (id, number, state, score, passed, opened_at, closed_at) of a person's runs of a step, latest first."""
    rows = db.session.execute(
        sa.select(
            LabRun.id, LabRun.number, LabRun.state, LabRun.score, LabRun.passed, LabRun.opened_at, LabRun.closed_at
        )
        .where(LabRun.person_id == person_id, LabRun.cycle_id == cycle_id, LabRun.step == step)
        .order_by(LabRun.number.desc())
    )
    return tuple(rows)


def has_lab_runs(person_id: uuid.UUID) -> bool:
    """Return whether a person has begun any lab."""
    return db.session.scalar(sa.select(LabRun.id).where(LabRun.person_id == person_id).limit(1)) is not None

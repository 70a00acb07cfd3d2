"""What a person has tried already, and whether they may begin again."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa

from lms.infra.db import db
from lms.sandbox.models import ExamHelp, Mastery, Run
from lms.sandbox.rules.exercise import Mode
from lms.sandbox.rules.runs import RunState
from lms.sandbox.rules.tries import Gate, Help, Past, Record, may_begin

DONE = (RunState.HANDED_IN, RunState.CLOSED)


def gate_for(person_id: uuid.UUID, cycle_id: uuid.UUID, step: str, console: str, mode: Mode, now: datetime) -> Gate:
    """Return whether a run of a step may begin now, and what is missing where it may not."""
    past = past_runs(person_id, cycle_id, step, now)
    failures = sum(1 for run in past if run.passed is False)
    return may_begin(mode, past, record_of(person_id, console), help_given(person_id, cycle_id, step, failures), now)


def past_runs(person_id: uuid.UUID, cycle_id: uuid.UUID, step: str, now: datetime) -> tuple[Past, ...]:
    """Return a person's runs of a step in a cycle, practice left out, oldest first."""
    rows = db.session.execute(
        sa.select(Run.state, Run.passed, Run.handed_in_at, Run.expires_at)
        .where(Run.person_id == person_id, Run.cycle_id == cycle_id, Run.step == step, Run.practice.is_(False))
        .order_by(Run.number)
    )
    return tuple(
        Past(RunState.EXPIRED if _is_over(row.state, row.expires_at, now) else row.state, row.passed, row.handed_in_at)
        for row in rows
    )


def open_run(
    person_id: uuid.UUID, cycle_id: uuid.UUID, step: str, now: datetime, *, practice: bool = False
) -> uuid.UUID | None:
    """Return the id of a person's open run of a step, or None; one whose seven days are over is not open."""
    return db.session.scalar(
        sa.select(Run.id).where(
            Run.person_id == person_id,
            Run.cycle_id == cycle_id,
            Run.step == step,
            Run.practice.is_(practice),
            Run.state == RunState.OPEN,
            Run.expires_at > now,
        )
    )


def record_of(person_id: uuid.UUID, console: str) -> Record:
    """Return what a person has done with a console, in whatever course or cycle."""
    rows = db.session.execute(
        sa.select(Run.mode, Run.closed_at).where(
            Run.person_id == person_id,
            Run.console == console,
            Run.practice.is_(False),
            Run.state == RunState.CLOSED,
            Run.mode.in_((Mode.GUIDED, Mode.SUPERVISED)),
        )
    ).all()
    return Record(
        guided=sum(1 for row in rows if row.mode is Mode.GUIDED),
        supervised=tuple(sorted(row.closed_at for row in rows if row.mode is Mode.SUPERVISED and row.closed_at)),
    )


def help_given(person_id: uuid.UUID, cycle_id: uuid.UUID, step: str, failures: int) -> Help | None:
    """Return what was done after so many failures of an exam, or None."""
    row = db.session.execute(
        sa.select(ExamHelp.asked_at, ExamHelp.coached_at, ExamHelp.decided_at, ExamHelp.outcome, ExamHelp.reason).where(
            ExamHelp.person_id == person_id,
            ExamHelp.cycle_id == cycle_id,
            ExamHelp.step == step,
            ExamHelp.failures == failures,
        )
    ).first()
    return Help(*row) if row else None


def sets_done(person_id: uuid.UUID, cycle_id: uuid.UUID, step: str) -> int:
    """Return how many runs of a step a person has closed in a cycle."""
    found = db.session.scalar(
        sa.select(sa.func.count()).where(
            Run.person_id == person_id,
            Run.cycle_id == cycle_id,
            Run.step == step,
            Run.practice.is_(False),
            Run.state == RunState.CLOSED,
        )
    )
    return int(found or 0)


def runs_of(person_id: uuid.UUID, cycle_id: uuid.UUID, step: str) -> tuple[sa.Row[tuple[object, ...]], ...]:
    """Return (id, number, mode, practice, state, passed, opened_at, handed_in_at) of a person's runs, latest first."""
    rows = db.session.execute(
        sa.select(Run.id, Run.number, Run.mode, Run.practice, Run.state, Run.passed, Run.opened_at, Run.handed_in_at)
        .where(Run.person_id == person_id, Run.cycle_id == cycle_id, Run.step == step)
        .order_by(Run.number.desc())
    )
    return tuple(rows)  # type: ignore[arg-type]


def has_runs(person_id: uuid.UUID) -> bool:
    """Return whether a person has begun any exercise."""
    return db.session.scalar(sa.select(Run.id).where(Run.person_id == person_id).limit(1)) is not None


def last_resolution(person_id: uuid.UUID, console: str) -> str:
    """Return the latest "next time I will" line of a person at a console; "" where there is none."""
    found = db.session.scalar(
        sa.select(Run.next_time)
        .where(Run.person_id == person_id, Run.console == console, Run.next_time != "")
        .order_by(Run.closed_at.desc())
        .limit(1)
    )
    return found or ""


def mastery_of(person_id: uuid.UUID, console: str) -> dict[str, list[bool]]:
    """Return per error type what the person showed in guided practice, oldest first."""
    rows = db.session.execute(
        sa.select(Mastery.error_type, Mastery.outcomes).where(
            Mastery.person_id == person_id, Mastery.console == console
        )
    )
    return {error: [bool(one) for one in outcomes] for error, outcomes in rows}


def _is_over(state: RunState, expires_at: datetime, now: datetime) -> bool:
    return state is RunState.OPEN and expires_at <= now

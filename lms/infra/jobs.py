"""Jobs: a transactional outbox that is also the queue.

A job row is inserted in the business transaction, so it exists exactly when its cause does. A worker leases a row,
runs its handler and marks it done. A handler runs in the same transaction that marks the row done (its effects happen
once); one registered with `own_transaction=True` renders or sends outside and must be idempotent (at least once).
"""

from __future__ import annotations

import enum
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, aliased, mapped_column

from lms.infra.clock import now
from lms.infra.db import Model, db
from lms.shared.errors import Conflict, NotFound
from lms.shared.ids import new_id

LEASE = timedelta(minutes=5)
MAX_ATTEMPTS = 8
_KEY = "groundschool.jobs"


class JobState(enum.StrEnum):
    """Where a job is in its life."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


class Job(Model):
    """One piece of work: outbox entry, lease and outcome in a row."""

    __tablename__ = "job"
    __table_args__ = (sa.Index("ix__job__next", "state", "run_after"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(sa.String(80))
    payload: Mapped[dict[str, Any]]
    # A scheduled job's slot, such as "nightly-backup@2026-11-23": two schedulers cannot both insert it.
    slot: Mapped[str | None] = mapped_column(sa.String(160), unique=True)
    state: Mapped[JobState] = mapped_column(default=JobState.WAITING)
    run_after: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None]
    leased_by: Mapped[str | None] = mapped_column(sa.String(120))
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(sa.Text)
    progress_done: Mapped[int] = mapped_column(default=0)
    progress_total: Mapped[int | None]


@dataclass(frozen=True, slots=True)
class JobRun:
    """What a handler is told: the job's id, its payload, and which attempt this is (from 1)."""

    id: uuid.UUID
    payload: dict[str, Any]
    attempt: int


Handler = Callable[[JobRun], object]


@dataclass(frozen=True, slots=True)
class Schedule:
    """A job kind that is due once in each period; `slot` names the period a moment lies in."""

    kind: str
    slot: Callable[[datetime], str]
    payload: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class _Kind:
    handler: Handler
    own_transaction: bool


@dataclass(slots=True)
class JobRegistry:
    """The kinds of job an app knows and those it schedules."""

    kinds: dict[str, _Kind] = field(default_factory=dict)
    schedules: list[Schedule] = field(default_factory=list)


def init_jobs(app: Flask) -> None:
    """Start with no kinds; `lms.app` registers the rooms' handlers."""
    app.extensions[_KEY] = JobRegistry()


def registry(app: Flask | None = None) -> JobRegistry:
    """Return the app's registry."""
    found: JobRegistry = (app or current_app).extensions[_KEY]
    return found


def register_job(app: Flask, kind: str, handler: Handler, *, own_transaction: bool = False) -> None:
    """Run jobs of `kind` with `handler`."""
    registry(app).kinds[kind] = _Kind(handler, own_transaction)


def schedule_job(app: Flask, kind: str, slot: Callable[[datetime], str]) -> None:
    """Enqueue a job of `kind` once for every distinct `slot(now)`."""
    registry(app).schedules.append(Schedule(kind, slot))


def hourly(kind: str) -> Callable[[datetime], str]:
    """Return a slot function: one job of `kind` per UTC hour."""
    return lambda moment: f"{kind}@{moment:%Y-%m-%dT%H}"


def daily(kind: str) -> Callable[[datetime], str]:
    """Return a slot function: one job of `kind` per UTC day."""
    return lambda moment: f"{kind}@{moment:%Y-%m-%d}"


def every_seconds(kind: str, seconds: int) -> Callable[[datetime], str]:
    """Return a slot function: one job of `kind` per period of `seconds`."""
    return lambda moment: f"{kind}@{int(moment.timestamp()) // seconds * seconds}"


def enqueue(
    kind: str, payload: dict[str, Any] | None = None, *, run_after: datetime | None = None, slot: str | None = None
) -> uuid.UUID:
    """Insert a job into the present write transaction and return its id.

    With a `slot` that exists already nothing is inserted and the existing job's id is returned.
    """
    moment = now()
    key = new_id()
    values: dict[str, Any] = {
        "id": key,
        "kind": kind,
        "payload": payload or {},
        "slot": slot,
        "run_after": run_after or moment,
        "created_at": moment,
    }
    if slot is None:
        db.session.add(Job(**values))
        db.session.flush()
        return key
    # Another machine's scheduler may insert the same slot at this moment: the database decides, and nobody fails.
    insert = sqlite.insert if db.session.get_bind().dialect.name == "sqlite" else postgresql.insert
    db.session.execute(insert(Job).values(values).on_conflict_do_nothing(index_elements=[Job.slot]))
    return db.session.scalars(sa.select(Job.id).where(Job.slot == slot)).one()


def enqueue_due_schedules() -> int:
    """Insert every scheduled job whose slot has no row yet; return how many. Call inside a write transaction."""
    moment = now()
    due = {schedule.slot(moment): schedule for schedule in registry().schedules}
    existing = set(db.session.scalars(sa.select(Job.slot).where(Job.slot.in_(due))))
    for slot, schedule in due.items():
        if slot not in existing:
            enqueue(schedule.kind, dict(schedule.payload), slot=slot)
    return len(due) - len(existing)


def backoff(attempts: int) -> timedelta:
    """Return the wait before the next try after `attempts` failures: 2 s, doubling, at most an hour."""
    return timedelta(seconds=min(3600, 2**attempts))


def claim_next(worker: str) -> tuple[JobRun, str] | None:
    """Lease the next job that is due and return it with its kind, or None. Call inside a write transaction."""
    moment = now()
    free = sa.or_(Job.leased_until.is_(None), Job.leased_until < moment)
    job = db.session.scalars(
        sa.select(Job)
        .where(Job.state == JobState.WAITING, Job.run_after <= moment, free)
        .order_by(Job.run_after, Job.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).first()
    if job is None:
        return None
    job.attempts += 1
    job.leased_until, job.leased_by = moment + LEASE, worker
    return JobRun(job.id, dict(job.payload), job.attempts), job.kind


def finish(job_id: uuid.UUID) -> bool:
    """Mark a job done; False where another worker already finished it. Call inside a write transaction."""
    result = db.session.execute(
        sa.update(Job)
        .where(Job.id == job_id, Job.state == JobState.WAITING)
        .values(state=JobState.DONE, finished_at=now(), leased_until=None, last_error=None)
    )
    return bool(result.rowcount)  # type: ignore[attr-defined]


def record_failure(job_id: uuid.UUID, error: str) -> None:
    """Plan the next try, or give up after `MAX_ATTEMPTS`. Call inside a write transaction."""
    job = db.session.get_one(Job, job_id, populate_existing=True)
    job.last_error = error[-4000:]
    job.leased_until = None
    if job.attempts >= MAX_ATTEMPTS:
        job.state, job.finished_at = JobState.FAILED, now()
    else:
        job.run_after = now() + backoff(job.attempts)


def report_progress(job_id: uuid.UUID, done: int, total: int) -> None:
    """Show how far a long job has come and keep its lease. Call inside a write transaction."""
    db.session.execute(
        sa.update(Job)
        .where(Job.id == job_id)
        .values(progress_done=done, progress_total=total, leased_until=now() + LEASE)
    )


def retry(job_id: uuid.UUID) -> None:
    """Let a failed job run again now, with its tries counted anew. Call inside a write transaction.

    Raises:
        NotFound: there is no such job.
        Conflict: the job has not failed.
    """
    job = db.session.get(Job, job_id, populate_existing=True)
    if job is None:
        message = f"There is no job {job_id}."
        raise NotFound(message)
    if job.state is not JobState.FAILED:
        message = f"Job {job_id} has not failed: it is {job.state.value}."
        raise Conflict(message)
    job.state, job.attempts, job.run_after, job.finished_at = JobState.WAITING, 0, now(), None


def forget_done(scheduled: timedelta = timedelta(days=1), others: timedelta = timedelta(days=30)) -> int:
    """Delete finished jobs older than these spans and return how many. Call inside a write transaction.

    The newest row of each schedule stays, however old, so that no slot runs twice.
    """
    newer = aliased(Job)
    outlived = sa.exists().where(newer.kind == Job.kind, newer.slot.is_not(None), newer.created_at > Job.created_at)
    moment = now()
    result = db.session.execute(
        sa.delete(Job).where(
            Job.state == JobState.DONE,
            sa.or_(
                sa.and_(Job.slot.is_not(None), Job.finished_at < moment - scheduled, outlived),
                sa.and_(Job.slot.is_(None), Job.finished_at < moment - others),
            ),
        )
    )
    return int(result.rowcount)  # type: ignore[attr-defined]

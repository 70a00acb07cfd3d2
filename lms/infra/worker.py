"""The job worker: claims a job, runs its handler, records what became of it, and never stops for one bad job."""

from __future__ import annotations

import os
import socket
import threading
import traceback
from collections.abc import Callable

import structlog
from flask import Flask

from lms.infra.db import db
from lms.infra.jobs import JobRun, claim_next, enqueue_due_schedules, finish, record_failure, registry
from lms.infra.transactions import run_in_write_transaction

POLL_SECONDS = 1.0
log = structlog.get_logger(__name__)


def worker_name() -> str:
    """Return a name that tells which process holds a lease."""
    return f"{socket.gethostname()}:{os.getpid()}"


def run_next_job(worker: str) -> bool:
    """Claim and run one job; return False where none was due."""
    claimed = run_in_write_transaction(lambda: claim_next(worker))
    if claimed is None:
        return False
    run, kind = claimed
    known = registry().kinds.get(kind)
    try:
        if known is None:
            message = f"No handler for jobs of kind {kind!r}."
            raise LookupError(message)  # noqa: TRY301 - an unknown kind is recorded like any other failure
        if known.own_transaction:
            known.handler(run)
            run_in_write_transaction(lambda: finish(run.id))
        else:
            run_in_write_transaction(lambda: _run_and_finish(known.handler, run))
    except Exception as error:  # noqa: BLE001 - whatever a job raises is its outcome, not the worker's end
        failure = "".join(traceback.format_exception(error))
        log.warning("job.failed", kind=kind, job=str(run.id), attempt=run.attempt, error=repr(error))
        run_in_write_transaction(lambda: record_failure(run.id, failure))
    return True


def run_due_jobs(worker: str = "inline", limit: int = 10_000) -> int:
    """Run every job that is due now, schedules included, and return how many ran."""
    run_in_write_transaction(enqueue_due_schedules)
    return sum(1 for _ in iter(lambda: run_next_job(worker) or None, None) if limit)


def run_forever(app: Flask, stop: threading.Event, alive: Callable[[], bool] = lambda: True) -> None:
    """Run jobs until `stop` is set or `alive()` turns false (the parent process is gone)."""
    worker = worker_name()
    while not stop.is_set() and alive():
        busy = False
        try:
            with app.app_context():
                run_in_write_transaction(enqueue_due_schedules)
                busy = run_next_job(worker)
                db.session.remove()
        except Exception as error:  # noqa: BLE001 - an outage heals; the worker outlives it
            log.warning("worker.unavailable", error=repr(error))
        if not busy:
            stop.wait(POLL_SECONDS)


def _run_and_finish(handler: Callable[[JobRun], object], run: JobRun) -> None:
    # Marked first: the row lock keeps a second worker, whose predecessor's lease ran out, from doing the work twice.
    if finish(run.id):
        handler(run)

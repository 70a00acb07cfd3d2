"""What the calendar brings, each month's refreshers, and what a publication asks of those it touches."""

from __future__ import annotations

from functools import partial
from itertools import islice

import structlog

from lms.infra.clock import now
from lms.infra.deployment import settings
from lms.infra.jobs import JobRun
from lms.infra.transactions import run_in_write_transaction
from lms.learning.service.deltas import close_done_deltas, open_deltas, touched_by
from lms.learning.service.refreshers import follow_up, months_to_open, open_months
from lms.shared.days import local_date

REFRESHERS_JOB = "learning.refreshers"
BATCH = 100
log = structlog.get_logger(__name__)


def refreshers_job(_run: JobRun) -> None:
    """Open this month's refreshers a batch at a time, so that nobody waits for the first day of a month."""
    today = local_date(now(), settings().timezone)
    opened = 0
    waiting = iter(months_to_open(today))
    while some := list(islice(waiting, BATCH)):
        opened += run_in_write_transaction(partial(open_months, some))
    run_in_write_transaction(partial(close_done_deltas, today))
    told = run_in_write_transaction(partial(follow_up, today))
    log.info("learning.refreshers", opened=opened, told=told)


def deltas_job(run: JobRun) -> None:
    """Open deltas for those whom a publication touches, a batch at a time; running twice opens none twice."""
    today = local_date(now(), settings().timezone)
    payload = run.payload
    waiting = iter(touched_by(payload["release"], payload["previous"], payload["facts"]))
    opened = 0
    while some := list(islice(waiting, BATCH)):
        opened += run_in_write_transaction(partial(open_deltas, some, today))
    log.info("learning.deltas", course=payload["course"], opened=opened)

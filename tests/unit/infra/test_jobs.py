"""Jobs: nothing is lost, nothing is done twice, and what fails comes back later."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.infra.clock import now, use_clock
from lms.infra.db import db
from lms.infra.jobs import (
    LEASE,
    MAX_ATTEMPTS,
    Job,
    JobRun,
    JobState,
    backoff,
    claim_next,
    daily,
    enqueue,
    enqueue_due_schedules,
    finish,
    forget_done,
    register_job,
    report_progress,
    retry,
    schedule_job,
)
from lms.infra.transactions import run_in_write_transaction, write_transaction
from lms.infra.worker import run_due_jobs, run_next_job
from lms.shared.clock import MovableClock
from lms.shared.errors import Conflict, NotFound
from tests.conftest import NOW

pytestmark = pytest.mark.real_commits


@pytest.fixture
def time(real_app: Flask) -> MovableClock:
    clock = MovableClock(NOW)
    use_clock(real_app, clock)
    return clock


@pytest.fixture
def ran(real_app: Flask) -> list[JobRun]:
    """What the handler of jobs named `work` was called with."""
    runs: list[JobRun] = []
    register_job(real_app, "work", runs.append)
    return runs


def job() -> Job:
    db.session.rollback()
    return db.session.scalars(sa.select(Job).execution_options(populate_existing=True)).one()


def add(**options: object) -> None:
    with write_transaction():
        enqueue("work", {"page": 7}, **options)


def test_a_job_exists_exactly_when_its_cause_does(time: MovableClock, ran: list[JobRun]) -> None:
    with pytest.raises(Conflict), write_transaction():
        enqueue("work")
        raise Conflict
    assert not run_next_job("w")
    add()
    assert run_next_job("w")
    assert ran[0].payload == {"page": 7}
    assert (job().state, ran[0].attempt) == (JobState.DONE, 1)


def test_a_job_waits_for_its_time(time: MovableClock, ran: list[JobRun]) -> None:
    add(run_after=NOW + timedelta(hours=1))
    assert not run_next_job("w")
    time.advance(hours=1)
    assert run_next_job("w")


def test_a_failure_is_kept_and_tried_again_later_each_time(real_app: Flask, time: MovableClock) -> None:
    def fail(_run: JobRun) -> None:
        message = "the printer is on fire"
        raise RuntimeError(message)

    register_job(real_app, "work", fail)
    add()
    for attempt in range(1, MAX_ATTEMPTS + 1):
        assert run_next_job("w")
        assert "the printer is on fire" in (job().last_error or "")
        assert not run_next_job("w"), "it waits"
        if attempt < MAX_ATTEMPTS:
            assert job().run_after == now() + backoff(attempt)
        time.advance(seconds=backoff(attempt).total_seconds())
    assert job().state is JobState.FAILED
    assert not run_next_job("w")


def test_what_a_failing_handler_wrote_is_undone(real_app: Flask, time: MovableClock) -> None:
    def write_and_fail(_run: JobRun) -> None:
        enqueue("effect")
        raise RuntimeError

    register_job(real_app, "work", write_and_fail)
    add()
    run_next_job("w")
    assert job().kind == "work"


def test_a_job_nobody_knows_is_a_failure_not_the_end(time: MovableClock) -> None:
    with write_transaction():
        enqueue("unheard of")
    assert run_next_job("w")
    assert "No handler" in (job().last_error or "")


def test_a_dead_workers_job_is_taken_over_when_its_lease_ends(time: MovableClock, ran: list[JobRun]) -> None:
    add()
    assert run_in_write_transaction(lambda: claim_next("dead")) is not None
    assert not run_next_job("alive")
    time.advance(seconds=LEASE.total_seconds() + 1)
    assert run_next_job("alive")
    assert [run.attempt for run in ran] == [2]


def test_a_long_job_keeps_its_lease_by_reporting(time: MovableClock, ran: list[JobRun]) -> None:
    add()
    claimed = run_in_write_transaction(lambda: claim_next("slow"))
    time.advance(seconds=LEASE.total_seconds() - 1)
    run_in_write_transaction(lambda: report_progress(claimed[0].id, 50, 100))
    time.advance(seconds=10)
    assert not run_next_job("other")
    assert (job().progress_done, job().progress_total) == (50, 100)


def test_a_worker_whose_lease_ran_out_has_no_second_effect(time: MovableClock, ran: list[JobRun]) -> None:
    add()
    late, _kind = run_in_write_transaction(lambda: claim_next("late"))
    time.advance(seconds=LEASE.total_seconds() + 1)
    assert run_next_job("other")
    assert not run_in_write_transaction(lambda: finish(late.id))
    assert len(ran) == 1


def test_many_workers_do_each_job_once(real_app: Flask, time: MovableClock) -> None:
    jobs, workers = 40, 6
    with write_transaction():
        for number in range(jobs):
            enqueue("work", {"number": number})
    register_job(real_app, "work", lambda run: enqueue("effect", run_after=NOW + timedelta(days=1), slot=f"{run.id}"))

    def work(number: int) -> int:
        with real_app.app_context():
            done = 0
            while run_next_job(f"worker {number}"):
                done += 1
            db.session.remove()
            return done

    with ThreadPoolExecutor(workers) as pool:
        assert sum(pool.map(work, range(workers))) >= jobs
    db.session.rollback()
    effects = db.session.scalar(sa.select(sa.func.count()).where(Job.kind == "effect"))
    attempts = db.session.scalar(sa.select(sa.func.max(Job.attempts)).where(Job.kind == "work"))
    assert (effects, attempts) == (jobs, 1)


def test_a_schedule_makes_one_job_a_slot(real_app: Flask, time: MovableClock, ran: list[JobRun]) -> None:
    schedule_job(real_app, "work", daily("work"))
    before = run_due_jobs()
    assert len(ran) == 1
    assert before >= 1
    time.advance(hours=5)
    run_due_jobs()
    assert len(ran) == 1
    time.advance(days=1)
    run_due_jobs()
    assert len(ran) == 2


def test_two_schedulers_at_once_make_one_job(real_app: Flask, time: MovableClock, ran: list[JobRun]) -> None:
    schedule_job(real_app, "work", daily("work"))

    def tick(_number: int) -> None:
        with real_app.app_context():
            run_in_write_transaction(enqueue_due_schedules)
            db.session.remove()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(tick, range(4)))
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).where(Job.kind == "work")) == 1


def test_a_failed_job_can_be_given_another_life(time: MovableClock, ran: list[JobRun]) -> None:
    add()
    key = job().id
    with pytest.raises(Conflict), write_transaction():
        retry(key)
    with write_transaction():
        db.session.execute(sa.update(Job).values(state=JobState.FAILED, attempts=MAX_ATTEMPTS))
    with write_transaction():
        retry(key)
    assert run_next_job("w")
    assert [run.attempt for run in ran] == [1]
    with pytest.raises(NotFound), write_transaction():
        retry(uuid.UUID(int=0))


def test_old_finished_jobs_are_forgotten_but_never_the_last_of_a_schedule(
    time: MovableClock, ran: list[JobRun]
) -> None:
    add(slot="work@monday")
    add()
    run_due_jobs()
    time.advance(days=2)
    add(slot="work@wednesday")
    run_due_jobs()
    time.advance(days=2)
    with write_transaction():
        forget_done()
    left = set(db.session.scalars(sa.select(Job.slot).where(Job.kind == "work")))
    assert left == {None, "work@wednesday"}
    time.advance(days=40)
    with write_transaction():
        forget_done()
    assert set(db.session.scalars(sa.select(Job.slot).where(Job.kind == "work"))) == {"work@wednesday"}

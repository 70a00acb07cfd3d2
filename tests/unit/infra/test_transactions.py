"""Write transactions: what commits, what rolls back, what is refused, and what is tried again."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.infra.clock import now
from lms.infra.db import db
from lms.infra.jobs import Job, enqueue
from lms.infra.transactions import is_writing, read_only, run_in_write_transaction, write_transaction
from lms.shared.errors import Conflict

pytestmark = pytest.mark.real_commits


def kinds() -> set[str]:
    db.session.rollback()
    return set(db.session.scalars(sa.select(Job.kind)))


def test_returning_commits_and_raising_rolls_back(real_app: Flask) -> None:
    assert run_in_write_transaction(lambda: enqueue("kept")) is not None

    def refused() -> None:
        enqueue("undone")
        raise Conflict

    with pytest.raises(Conflict):
        run_in_write_transaction(refused)
    assert kinds() == {"kept"}


def test_an_inner_transaction_belongs_to_the_outer_one(real_app: Flask) -> None:
    with pytest.raises(Conflict), write_transaction():
        run_in_write_transaction(lambda: enqueue("inner"))
        raise Conflict
    assert kinds() == set()


def test_a_savepoint_undoes_its_part_only(real_app: Flask) -> None:
    with write_transaction():
        enqueue("outer")
        with pytest.raises(Conflict), db.session.begin_nested():
            enqueue("inner")
            raise Conflict
    assert kinds() == {"outer"}


def test_a_write_outside_a_write_transaction_is_refused(real_app: Flask) -> None:
    with pytest.raises(RuntimeError, match="outside a write transaction"):
        enqueue("stray")
    db.session.rollback()
    with pytest.raises(RuntimeError, match="outside a write transaction"):
        db.session.execute(sa.delete(Job))


def test_a_request_starts_read_only_whatever_its_caller_was_doing(real_app: Flask) -> None:
    with write_transaction():
        with read_only():
            assert not is_writing()
        assert is_writing()


def test_a_writer_sees_what_the_writer_before_it_committed(real_app: Flask) -> None:
    threads, rounds = 8, 5
    with write_transaction():
        db.session.add(Job(kind="counter", payload={}, run_after=now(), created_at=now(), attempts=0))

    def count_up() -> None:
        counter = db.session.scalars(sa.select(Job).execution_options(populate_existing=True).with_for_update()).one()
        counter.attempts += 1

    def work(_number: int) -> None:
        with real_app.app_context():
            for _ in range(rounds):
                run_in_write_transaction(count_up)
            db.session.remove()

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, range(threads)))
    db.session.rollback()
    assert db.session.scalar(sa.select(Job.attempts)) == threads * rounds


def test_a_deadlock_is_tried_again(real_app: Flask) -> None:
    """Two writers lock two rows in opposite order: PostgreSQL ends one, SQLite never lets both in."""
    with write_transaction():
        first, second = enqueue("first"), enqueue("second")
    barrier, tries = threading.Barrier(2), []

    def work(order: tuple[object, object]) -> None:
        def swap() -> None:
            tries.append(order)
            for number, key in enumerate(order):
                db.session.execute(sa.update(Job).where(Job.id == key).values(attempts=Job.attempts + 1))
                if number == 0 and len(tries) <= 2 and not sqlite:
                    barrier.wait(5)

        with real_app.app_context():
            run_in_write_transaction(swap)
            db.session.remove()

    sqlite = db.engine.dialect.name == "sqlite"
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, [(first, second), (second, first)]))
    db.session.rollback()
    assert set(db.session.scalars(sa.select(Job.attempts))) == {2}
    assert len(tries) == (2 if sqlite else 3)


def test_an_acknowledged_commit_is_durable_on_disk(real_app: Flask) -> None:
    if db.engine.dialect.name != "sqlite":
        assert db.session.scalar(sa.text("SHOW synchronous_commit")) == "on"
        return
    with db.engine.connect() as connection:
        full = 2
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == full
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"

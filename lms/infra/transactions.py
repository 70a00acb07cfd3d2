"""Write transactions: one fair queue on SQLite, retries on PostgreSQL, and no write outside one.

A request reads in a deferred transaction. A view that writes runs inside `run_in_write_transaction`: the read
transaction is closed, the process-wide and machine-wide queue is joined, BEGIN IMMEDIATE is sent and everything is
read again. A deferred transaction that first reads and then writes would fail at once with BUSY_SNAPSHOT.
"""

from __future__ import annotations

import contextlib
import random
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import Flask, current_app
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import ORMExecuteState, Session, scoped_session

from lms.infra.fairlock import FairLock

P = ParamSpec("P")
T = TypeVar("T")

RETRIES = 8
SERIALIZATION_FAILURE, DEADLOCK = "40001", "40P01"
_LOCK = "groundschool.write_lock"
_SESSION = "groundschool.session"

_writing: ContextVar[bool] = ContextVar("writing", default=False)


def begin_mode() -> str:
    """Return the SQLite transaction kind the present context asks for."""
    return "IMMEDIATE" if _writing.get() else "DEFERRED"


def is_writing() -> bool:
    """Return whether the present context is inside a write transaction."""
    return _writing.get()


def init_transactions(app: Flask, session: scoped_session[Any], lock: FairLock | None) -> None:
    """Attach the session and, on SQLite, its write queue; refuse writes outside a write transaction."""
    app.extensions[_LOCK] = lock
    app.extensions[_SESSION] = session
    for name, listener in (("before_flush", _refuse_flush), ("do_orm_execute", _refuse_bulk)):
        if not event.contains(session, name, listener):
            event.listen(session, name, listener)


def run_in_write_transaction(work: Callable[[], T]) -> T:
    """Run `work` in one write transaction: returning commits, raising rolls back.

    Inside another write transaction `work` joins it. On PostgreSQL a serialization failure or deadlock runs `work`
    again, at most `RETRIES` times, so `work` must have no effect outside the database.

    Raises:
        Unavailable: the write queue did not move in time.
    """
    if _writing.get():
        return work()
    session = current_app.extensions[_SESSION]
    for attempt in range(RETRIES):
        session.rollback()
        with write_turn():
            try:
                result = work()
                session.commit()
            except DBAPIError as error:
                session.rollback()
                if attempt == RETRIES - 1 or _sqlstate(error) not in {SERIALIZATION_FAILURE, DEADLOCK}:
                    raise
            except BaseException:
                session.rollback()
                raise
            else:
                return result
        time.sleep(random.uniform(0, 0.01 * 2**attempt))  # noqa: S311 - jitter, not a secret
    raise AssertionError  # pragma: no cover - the last attempt returns or raises


@contextlib.contextmanager
def write_transaction() -> Iterator[None]:
    """Hold one write transaction for a block; for commands and tests, where nothing is retried.

    Raises:
        Unavailable: the write queue did not move in time.
    """
    if _writing.get():
        yield
        return
    session = current_app.extensions[_SESSION]
    session.rollback()
    with write_turn():
        try:
            yield
            session.commit()
        except BaseException:
            session.rollback()
            raise


def writes(view: Callable[P, T]) -> Callable[P, T]:
    """Run a whole view in one write transaction. Views of unsafe methods get it unless they are `@own_transaction`."""

    @wraps(view)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> T:
        return run_in_write_transaction(lambda: view(*args, **kwargs))

    wrapper.owns_transaction = True  # type: ignore[attr-defined]
    return wrapper


def own_transaction(view: Callable[P, T]) -> Callable[P, T]:
    """Mark a view that opens its write transactions itself (slow hashing or rendering must not hold the queue)."""
    view.owns_transaction = True  # type: ignore[attr-defined]
    return view


@contextlib.contextmanager
def read_only() -> Iterator[None]:
    """Enter the read-only state a request starts in, whatever the caller's state was."""
    token = _writing.set(False)
    try:
        yield
    finally:
        _writing.reset(token)


@contextlib.contextmanager
def write_turn() -> Iterator[None]:
    """Hold the write queue for a block that opens its transaction itself: migrations and restores.

    Raises:
        Unavailable: the write queue did not move in time.
    """
    lock: FairLock | None = current_app.extensions[_LOCK]
    with lock.hold() if lock else contextlib.nullcontext(), _write_mode():
        yield


@contextlib.contextmanager
def _write_mode() -> Iterator[None]:
    token = _writing.set(True)
    try:
        yield
    finally:
        _writing.reset(token)


def _sqlstate(error: DBAPIError) -> str:
    return str(getattr(error.orig, "sqlstate", "") or "")


def _refuse_flush(session: Session, *_: object) -> None:
    if not _writing.get() and (session.new or session.dirty or session.deleted):
        message = f"A write outside a write transaction: {[*session.new, *session.dirty, *session.deleted]!r}."
        raise RuntimeError(message)


def _refuse_bulk(state: ORMExecuteState) -> None:
    if not _writing.get() and (state.is_insert or state.is_update or state.is_delete):
        message = f"A write outside a write transaction: {state.statement}."
        raise RuntimeError(message)

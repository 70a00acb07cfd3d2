"""What is read once in a transaction: a memory that ends with it, so that it never outlives what it remembers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from lms.infra.db import db

T = TypeVar("T")
_KEY = "groundschool.memo"


def once(name: str, read: Callable[[], T]) -> T:
    """Return what `read` returned when it was first called under `name` in the present transaction."""
    memory: dict[str, Any] = db.session.info.setdefault(_KEY, {})
    if name not in memory:
        memory[name] = read()
    return cast("T", memory[name])


def forget(name: str) -> None:
    """Read `name` anew the next time: what it was read from has been changed in this transaction."""
    db.session.info.get(_KEY, {}).pop(name, None)


@event.listens_for(Session, "after_transaction_end")
def _forget_all(session: Session, transaction: SessionTransaction) -> None:
    # Savepoints count too: what was read inside one that is undone must not stay. A flush is no transaction.
    if transaction.parent is None or transaction.nested:
        session.info.pop(_KEY, None)

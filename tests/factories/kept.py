"""What many tests begin with: made once a worker by the services, and from then on put in row by row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar, cast

import sqlalchemy as sa

from lms.infra.db import db

Told = TypeVar("Told")
Rows = dict[sa.Table, list[Mapping[str, object]]]
_kept: dict[str, tuple[object, Rows]] = {}


def once(name: str, make: Callable[[], Told]) -> Told:
    """Return what `make` tells, with everything it writes in the database.

    What it tells is kept too: ids and plain values, for objects belong to the session of one test. In a database that
    holds something already it is always made, since its rows may not be all that it would write there.
    """
    if not _is_empty():
        return make()
    if name not in _kept:
        told = make()
        db.session.flush()
        _kept[name] = told, _rows()
        return told
    told, rows = _kept[name]
    for table, lines in rows.items():
        db.session.execute(sa.insert(table), lines)
    return cast("Told", told)


def _is_empty() -> bool:
    """Return whether nothing is stored, in one question."""
    return not db.session.scalar(sa.select(sa.or_(*(sa.exists().select_from(table) for table in _tables()))))


def _rows() -> Rows:
    """Return every row, those first that others refer to."""
    everything = {
        table: db.session.execute(sa.select(table).order_by(*table.primary_key)).mappings().all() for table in _tables()
    }
    return {table: [dict(line) for line in lines] for table, lines in everything.items() if lines}


def _tables() -> list[sa.Table]:
    return db.metadata.sorted_tables

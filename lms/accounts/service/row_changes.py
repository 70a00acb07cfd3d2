"""Rows stored and changed through a recorder, so that a whole import can be taken back exactly as it went in."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from lms.accounts.models.imports import RowChange
from lms.accounts.models.people import Absence, Person, Place, Placement, Profile, RoleGrant
from lms.infra.db import Model, db
from lms.shared.errors import Conflict
from lms.shared.ids import new_id

TABLES: dict[str, type[Model]] = {
    model.__tablename__: model for model in (Person, Profile, Place, Placement, Absence, RoleGrant)
}
# Preferences and derived columns: a person who has chosen a theme since has not made the import irreversible.
NOT_COMPARED = frozenset({"folded", "language", "text_size", "theme", "shortcuts", "extra_time"})


@dataclass(slots=True)
class Recorder:
    """Stores rows in the present write transaction and remembers what they were before."""

    changes: list[dict[str, Any]] = field(default_factory=list)
    inserted: dict[int, Model] = field(default_factory=dict)

    def insert(self, row: Model, person_id: uuid.UUID | None) -> None:
        """Store a new row; call after its key is set."""
        db.session.add(row)
        self.inserted[len(self.changes)] = row
        self._remember(row, person_id, {}, {})

    def update(self, row: Model, person_id: uuid.UUID, **values: Any) -> None:  # noqa: ANN401 - column values
        """Change a row; what is the same already is not a change."""
        before = {name: getattr(row, name) for name, value in values.items() if getattr(row, name) != value}
        if not before:
            return
        for name in before:
            setattr(row, name, values[name])
        self._remember(row, person_id, before, {name: values[name] for name in before})

    def store(self, import_id: uuid.UUID) -> None:
        """Keep what was remembered with an import."""
        db.session.flush()
        # Only now, when defaults have been filled in.
        for position, row in self.inserted.items():
            self.changes[position]["after"] = _written(_values(row))
        if self.changes:
            # Not as objects: thousands of them in memory would make every later statement look through them.
            rows = [{**change, "import_id": import_id} for change in self.changes]
            db.session.execute(sa.insert(RowChange), rows)

    def _remember(
        self, row: Model, person_id: uuid.UUID | None, before: Mapping[str, Any], after: Mapping[str, Any]
    ) -> None:
        key = {column.name: getattr(row, column.name) for column in sa.inspect(type(row)).primary_key}
        self.changes.append(
            {
                "id": new_id(),
                "position": len(self.changes),
                "person_id": person_id,
                "table": row.__tablename__,
                "key": _written(key),
                "before": _written(before),
                "after": _written(after),
            }
        )


@dataclass(frozen=True, slots=True)
class StoredChange:
    """One change of an import, as it was stored."""

    person_id: uuid.UUID | None
    table: str
    key: dict[str, Any]
    before: dict[str, Any]
    after: dict[str, Any]


def changes_of(import_id: uuid.UUID) -> list[StoredChange]:
    """Return what an import changed, the last change first."""
    rows = db.session.execute(
        sa.select(RowChange.person_id, RowChange.table, RowChange.key, RowChange.before, RowChange.after)
        .where(RowChange.import_id == import_id)
        .order_by(RowChange.position.desc())
    )
    return [StoredChange(*row) for row in rows]


def take_back(changes: Iterable[StoredChange]) -> None:
    """Undo changes, given the last one first.

    Raises:
        Conflict: a row is no longer as the import left it, or something else depends on it.
    """
    for table, group in itertools.groupby(changes, key=lambda change: change.table):
        for change in group:
            _take_back(TABLES[table], change)
        # Table by table: what points at a row is taken back before it.
        _flush()


def _take_back(model: type[Model], change: StoredChange) -> None:
    row = db.session.get(model, _read(model, change.key))
    compared = change.after.keys() - NOT_COMPARED
    if row is None or any(_written_value(getattr(row, name)) != change.after[name] for name in compared):
        raise Conflict
    if change.before:
        for name, value in _read(model, change.before).items():
            setattr(row, name, value)
    else:
        db.session.delete(row)


def _flush() -> None:
    try:
        with db.session.begin_nested():
            db.session.flush()
    except sa.exc.IntegrityError as error:
        raise Conflict from error


def _values(row: Model) -> dict[str, Any]:
    return {attribute.key: getattr(row, attribute.key) for attribute in sa.inspect(type(row)).column_attrs}


def _written(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _written_value(value) for name, value in values.items()}


def _written_value(value: Any) -> Any:  # noqa: ANN401 - whatever the column holds
    if isinstance(value, uuid.UUID):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


def _read(model: type[Model], values: Mapping[str, Any]) -> dict[str, Any]:
    columns = sa.inspect(model).columns
    return {name: _typed(columns[name].type.python_type, value) for name, value in values.items()}


def _typed(kind: type, value: Any) -> Any:  # noqa: ANN401 - whatever the column holds
    if value is None:
        return None
    if kind is uuid.UUID:
        return uuid.UUID(value)
    return date.fromisoformat(value) if kind is date else value

"""Database handle, typed model base, column types and SQLite behaviour."""

from __future__ import annotations

import enum
import sqlite3
import uuid
from datetime import UTC, date, datetime
from types import ModuleType
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, MetaData, event
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry

from lms.infra.settings import Settings
from lms.infra.transactions import begin_mode

NAMING_CONVENTION = {
    "ix": "ix__%(column_0_N_label)s",
    "uq": "uq__%(table_name)s__%(column_0_N_name)s",
    "ck": "ck__%(table_name)s__%(constraint_name)s",
    "fk": "fk__%(table_name)s__%(column_0_N_name)s__%(referred_table_name)s",
    "pk": "pk__%(table_name)s",
}

# Builds before these can lose a commit when the WAL is reset (sqlite.org/wal.html, "the WAL-reset bug").
SAFE_SQLITE = ((3, 44, 6), (3, 50, 7), (3, 51, 3))


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """An aware UTC datetime; SQLite keeps it as text without a zone, PostgreSQL as timestamptz."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Refuse naive datetimes: they are a bug, not a local time."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = f"The database takes aware datetimes, not {value!r}."
            raise ValueError(message)
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, _dialect: sa.Dialect) -> datetime | None:
        """Return the stored moment as aware UTC."""
        return None if value is None else value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def _enum_values(members: type[enum.Enum]) -> list[str]:
    return [str(member.value) for member in members]


class Base(DeclarativeBase):
    """Declarative base whose constraint names are predictable."""

    # A registry, not a `type_annotation_map`: Flask-SQLAlchemy copies the class body, and the two together are refused.
    registry = registry(
        metadata=MetaData(naming_convention=NAMING_CONVENTION),
        type_annotation_map={
            datetime: UtcDateTime(),
            uuid.UUID: sa.Uuid(),
            dict[str, Any]: Json,
            list[Any]: Json,
            list[str]: Json,
            enum.StrEnum: sa.Enum(enum.StrEnum, native_enum=False, length=40, values_callable=_enum_values),
        },
    )


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})

# Flask-SQLAlchemy builds db.Model at run time, which type checkers cannot follow.
# Models inherit Model; checkers see the plain SQLAlchemy base.
if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


class Dated:
    """What a model inherits whose rows hold on the days [valid_from, valid_to); without an end, from then on."""

    valid_from: Mapped[date] = mapped_column(sort_order=1)
    valid_to: Mapped[date | None] = mapped_column(sort_order=1)


def sqlite_driver() -> ModuleType:
    """Return the interpreter's SQLite driver, or the bundled newer one where the interpreter's own is affected."""
    if sqlite_is_safe(sqlite3.sqlite_version_info):
        return sqlite3
    try:
        import pysqlite3  # noqa: PLC0415 - only where the interpreter's own library is affected
    except ImportError:
        return sqlite3
    return pysqlite3 if sqlite_is_safe(pysqlite3.sqlite_version_info) else sqlite3


def sqlite_is_safe(version: tuple[int, ...]) -> bool:
    """Return whether this SQLite build has the WAL-reset fix, on its own branch or a later one."""
    newest = SAFE_SQLITE[-1]
    return version >= newest or any(version[:2] == fixed[:2] and version >= fixed for fixed in SAFE_SQLITE)


def engine_options(settings: Settings) -> dict[str, Any]:
    """Return the engine options for the configured database."""
    if settings.is_sqlite:
        return {"module": sqlite_driver(), "pool_size": 20, "max_overflow": 20}
    return {"pool_pre_ping": True, "pool_size": 10, "max_overflow": 20}


def init_db(app: Flask, settings: Settings) -> None:
    """Bind the handle to the app; the engine connects lazily, after any fork."""
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.resolved_database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(settings)
    if settings.is_sqlite:
        settings.instance.mkdir(parents=True, exist_ok=True)
    db.init_app(app)
    with app.app_context():
        use_explicit_transactions(db.engine)


def use_explicit_transactions(engine: Engine) -> None:
    """Make SQLite honour savepoints, foreign keys and durable commits.

    The driver opens transactions lazily, so a savepoint can outlive a rollback. Turning that off and sending BEGIN
    ourselves restores normal semantics; write transactions ask for BEGIN IMMEDIATE (`lms.infra.transactions`).
    """
    if engine.dialect.name != "sqlite":
        return
    event.listen(engine, "connect", _prepare_connection)
    event.listen(engine, "begin", _send_begin)


def _prepare_connection(dbapi_connection: Any, _record: object) -> None:  # noqa: ANN401 - two drivers, one interface
    dbapi_connection.isolation_level = None
    # The write-ahead log is refused, not risked, on a library that can lose commits.
    journal = "WAL" if sqlite_is_safe(sqlite_driver().sqlite_version_info) else "DELETE"
    pragmas = ("foreign_keys=ON", f"journal_mode={journal}", "synchronous=FULL", "busy_timeout=5000")
    for pragma in (*pragmas, "temp_store=MEMORY", "cache_size=-16000"):
        dbapi_connection.execute(f"PRAGMA {pragma}")


def _send_begin(connection: Connection) -> None:
    connection.exec_driver_sql(f"BEGIN {begin_mode()}")

"""The whole database written to a folder and read back, consistent while others write.

SQLite goes through its backup API, never a file copy. PostgreSQL goes through COPY inside one snapshot: no client tools
of a matching version are needed, and the schema comes from our own migrations.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from lms.infra import schema
from lms.infra.db import db, sqlite_driver
from lms.shared.errors import Invalid

SQLITE_FILE = "groundschool.db"
TABLES_FILE = "tables.json"
_VERSION_TABLE = "alembic_version"


def database_kind() -> str:
    """Return `sqlite` or `postgresql`."""
    return db.engine.dialect.name


def dump_database(folder: Path) -> None:
    """Write the database's content at one moment into `folder`."""
    if database_kind() == "sqlite":
        _copy_sqlite(sqlite_path(), folder / SQLITE_FILE)
    else:
        _dump_tables(folder)


def check_dump(folder: Path) -> None:
    """Look for damage in a dump of the embedded database.

    Raises:
        Invalid: SQLite's integrity check found something.
    """
    path = folder / SQLITE_FILE
    if not path.is_file():
        return
    with contextlib.closing(sqlite_driver().connect(str(path))) as connection:
        found = [row[0] for row in connection.execute("PRAGMA integrity_check(5)")]
    if found != ["ok"]:
        message = f"The database in the backup is damaged: {'; '.join(found)}. Use another backup."
        raise Invalid(message)


def load_database(folder: Path, revision: str) -> None:
    """Replace the database's content with a dump that was made at `revision`."""
    db.session.remove()
    if database_kind() == "sqlite":
        db.engine.dispose()
        for suffix in ("-wal", "-shm", "-journal"):
            Path(f"{sqlite_path()}{suffix}").unlink(missing_ok=True)
        (folder / SQLITE_FILE).replace(sqlite_path())
    else:
        schema.rebuild(revision, lambda connection: _load_tables(connection, folder))


def sqlite_path() -> Path:
    """Return the embedded database's file."""
    return Path(str(db.engine.url.database))


def _copy_sqlite(source: Path, target: Path) -> None:
    driver = sqlite_driver()
    with (
        contextlib.closing(driver.connect(str(source))) as reading,
        contextlib.closing(driver.connect(str(target))) as writing,
    ):
        # In one step: with several, every foreign write starts the copy over.
        reading.backup(writing)
        writing.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it


def _dump_tables(folder: Path) -> None:
    with db.engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection, connection.begin():
        tables = {name: _columns(connection, name) for name in _tables(connection)}
        (folder / TABLES_FILE).write_text(json.dumps(tables, indent=1), encoding="utf-8")
        for name, columns in tables.items():
            with (folder / f"{name}.copy").open("wb") as file, _copy(connection, name, columns, "TO STDOUT") as rows:
                for chunk in rows:
                    file.write(chunk)


def _load_tables(connection: Connection, folder: Path) -> None:
    tables: dict[str, list[str]] = json.loads((folder / TABLES_FILE).read_text(encoding="utf-8"))
    for name, columns in tables.items():
        with (folder / f"{name}.copy").open("rb") as file, _copy(connection, name, columns, "FROM STDIN") as rows:
            while chunk := file.read(1 << 20):
                rows.write(chunk)


def _tables(connection: Connection) -> list[str]:
    """Return the tables' names, those that others point at first."""
    order = sa.inspect(connection).get_sorted_table_and_fkc_names()
    return [name for name, _keys in order if name is not None and name != _VERSION_TABLE]


def _columns(connection: Connection, table: str) -> list[str]:
    return [column["name"] for column in sa.inspect(connection).get_columns(table)]


@contextlib.contextmanager
def _copy(connection: Connection, table: str, columns: list[str], direction: str) -> Iterator[Any]:
    quote = connection.dialect.identifier_preparer.quote_identifier
    names = ", ".join(quote(column) for column in columns)
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY {quote(table)} ({names}) {direction}") as rows:
        yield rows


def sync(path: Path) -> None:
    """Make a file or folder durable."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

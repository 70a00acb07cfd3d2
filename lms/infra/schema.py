"""The database schema: migrations applied, undone and compared with the models.

Migrations run in one transaction on both databases: a failing upgrade leaves what was there. A backup is taken first
wherever there is something to lose.
"""

from __future__ import annotations

import contextlib
import importlib
import pkgutil
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection

import lms
from lms.infra.db import db
from lms.infra.transactions import write_turn
from lms.shared.errors import Conflict

MIGRATIONS = Path(__file__).with_name("migrations")
# One upgrade at a time on a server shared by several machines: any number that nobody else locks.
_ADVISORY_LOCK = 7_241_118
_HEAD_CHARACTERS = 1000
_REVISION = re.compile(r'^revision = "(\w+)"$', re.MULTILINE)
_BEFORE = re.compile(r'^down_revision = "(\w+)"$', re.MULTILINE)


def import_models() -> None:
    """Import every room's models, so that the metadata is whole."""
    for room in pkgutil.iter_modules(lms.__path__, "lms."):
        if not room.ispkg:
            continue
        names = {found.name for found in pkgutil.iter_modules(importlib.import_module(room.name).__path__)}
        if "models" in names:
            models = importlib.import_module(f"{room.name}.models")
            for part in pkgutil.iter_modules(getattr(models, "__path__", []), f"{models.__name__}."):
                importlib.import_module(part.name)


def newest_revision() -> str | None:
    """Return the revision the code expects.

    It is read off the files: running them, as Alembic does to learn the same, takes a tenth of a second of each start.
    """
    heads = [path.read_text(encoding="utf-8")[:_HEAD_CHARACTERS] for path in (MIGRATIONS / "versions").glob("*.py")]
    before = {found[1] for head in heads if (found := _BEFORE.search(head))}
    known = (found[1] for head in heads if (found := _REVISION.search(head)))
    return next((revision for revision in known if revision not in before), None)


def current_revision() -> str | None:
    """Return the revision the database is at; None where it has no schema yet."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def is_current() -> bool:
    """Return whether the database is at the revision the code expects."""
    return current_revision() == newest_revision()


def upgrade(say: Callable[[str], None], *, before: Callable[[str], None]) -> bool:
    """Bring the database to the newest revision and return whether anything was done.

    `before` is called with the present revision ahead of a change to a database that has one: make a backup there.

    Raises:
        Conflict: the database was made by a newer version of this software.
    """
    present, newest = current_revision(), newest_revision()
    if present == newest:
        return False
    if present is None:
        say("Making the database")
    else:
        _refuse_unknown(present)
        say(f"Upgrading the database from {present} to {newest}, after a backup")
        before(present)
    migrate_to("head")
    return True


def migrate_to(revision: str) -> None:
    """Apply or undo migrations until the database is at `revision` (`head`, `base`, or a revision's id)."""
    import_models()
    with _migration_connection() as connection:
        _migrate(connection, revision)


def rebuild(revision: str, fill: Callable[[Connection], None]) -> None:
    """Drop every table, make those of `revision` and let `fill` load them, all in one transaction."""
    import_models()
    with _migration_connection() as connection:
        present = sa.MetaData()
        present.reflect(connection)
        present.drop_all(connection)
        _migrate(connection, revision)
        fill(connection)


def differences() -> list[Any]:
    """Return how the database differs from the models, as Alembic's operations; empty where it does not."""
    import_models()
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "target_metadata": db.metadata})
        return list(compare_metadata(context, db.metadata))


def write_initial_migration() -> Path:
    """Write the one initial migration anew from the models (the software is unreleased); return its path.

    The app's database must be empty.
    """
    import_models()
    for old in (MIGRATIONS / "versions").glob("0001_*.py"):
        old.unlink()
    with _migration_connection() as connection:
        script = command.revision(_config(connection), "Initial schema", autogenerate=True, rev_id="0001")
    assert isinstance(script, Script)  # noqa: S101 - one revision was asked for, so one is returned
    return Path(script.path)


@contextlib.contextmanager
def _migration_connection() -> Iterator[Connection]:
    """Yield a connection in one write transaction, foreign keys unenforced on SQLite until it ends.

    Batch operations replace tables there, and dropping the old one would cascade; the keys are checked at the end.
    """
    sqlite = db.engine.dialect.name == "sqlite"
    db.session.rollback()
    with write_turn(), db.engine.connect() as connection:
        if sqlite:
            driver: Any = connection.connection.driver_connection
            driver.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                if not sqlite:
                    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ADVISORY_LOCK)))
                yield connection
                if sqlite:
                    _refuse_broken_keys(connection)
        finally:
            # Its settings were changed, so the pool does not get it back.
            connection.invalidate()


def _refuse_broken_keys(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        tables = ", ".join(sorted({str(row[0]) for row in broken}))
        message = (
            f"The migration would leave {len(broken)} rows pointing at nothing (tables {tables}). Nothing was changed."
        )
        raise Conflict(message)


def _migrate(connection: Connection, revision: str) -> None:
    config = _config(connection)
    present = MigrationContext.configure(connection).get_current_revision()
    if revision == "base" or (present is not None and _is_before(revision, present)):
        command.downgrade(config, revision)
    else:
        command.upgrade(config, revision)


def _is_before(revision: str, present: str) -> bool:
    """Return whether `revision` is an ancestor of `present`."""
    older = ScriptDirectory.from_config(_config()).iterate_revisions(present, "base")
    return revision != present and revision in {script.revision for script in older}


def _refuse_unknown(revision: str) -> None:
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if revision not in known:
        message = (
            f"The database is at revision {revision}, which this version does not know. "
            "Install the version that made it, or restore a backup."
        )
        raise Conflict(message)


def _config(connection: Connection | None = None) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    return config

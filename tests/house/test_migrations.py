"""The migrations and the models say the same, on both databases, and every migration can be undone."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory
from flask import Flask

from lms.infra import schema
from lms.infra.db import db

pytestmark = pytest.mark.real_commits


def test_a_migrated_database_is_as_the_models_say(real_app: Flask) -> None:
    assert schema.differences() == []


def test_types_and_defaults_on_disk_are_those_the_models_would_make(real_app: Flask, tmp_path: Path) -> None:
    migrated = described()
    schema.rebuild("base", db.metadata.create_all)
    assert described() == migrated


def test_migrations_go_up_down_and_up_again(real_app: Flask) -> None:
    before = described()
    schema.migrate_to("base")
    assert described() == {}
    schema.migrate_to("head")
    assert described() == before


def test_revisions_form_one_line() -> None:
    text = "".join(path.read_text() for path in sorted((schema.MIGRATIONS / "versions").glob("*.py")))
    assert text.count("down_revision = None") == 1
    assert schema.newest_revision() == ScriptDirectory(str(schema.MIGRATIONS)).get_current_head()


def described() -> dict[str, dict[str, object]]:
    """What the database itself says about every table, without the order in which it was made."""
    inspector = sa.inspect(db.engine)
    inspector.clear_cache()
    found = {}
    for table in sorted(inspector.get_table_names()):
        if table == "alembic_version":
            continue
        found[table] = {
            "columns": {
                column["name"]: (str(column["type"]), column["nullable"], column["default"])
                for column in inspector.get_columns(table)
            },
            "primary key": inspector.get_pk_constraint(table)["constrained_columns"],
            "foreign keys": sorted(map(str, inspector.get_foreign_keys(table))),
            "unique": sorted(str(unique) for unique in inspector.get_unique_constraints(table)),
            "checks": sorted(str(check) for check in inspector.get_check_constraints(table)),
            "indexes": sorted(str(index) for index in inspector.get_indexes(table)),
        }
    return found

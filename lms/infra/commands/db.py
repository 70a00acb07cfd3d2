"""`lms db`: the database schema."""

from __future__ import annotations

import sys

import click
from flask.cli import with_appcontext

from lms.infra import schema
from lms.infra.backup import back_up_before, safe_upgrade
from lms.infra.db import db


@click.group("db")
def database() -> None:
    """Upgrade, check or take back the database schema."""


@database.command("upgrade")
@with_appcontext
def upgrade_command() -> None:
    """Bring the database to this version; a backup is taken first."""
    if not safe_upgrade(click.echo):
        click.echo(f"The database is up to date (revision {schema.current_revision()}).")


@database.command("downgrade")
@click.argument("revision")
@click.confirmation_option(prompt="Newer columns and tables, and what is in them, will be gone. Continue?")
@with_appcontext
def downgrade_command(revision: str) -> None:
    """Take the database back to REVISION (`base`: nothing left); a backup is taken first."""
    present = schema.current_revision()
    if present is not None:
        back_up_before(present)
    schema.migrate_to(revision)
    click.echo(f"The database is at revision {schema.current_revision() or 'base'}.")


@database.command("check")
@with_appcontext
def check_command() -> None:
    """Compare the database with the models; exit status 1 where they differ."""
    found = schema.differences()
    for difference in found:
        click.echo(str(difference))
    click.echo(f"{len(found)} differences." if found else "The database is as the models say.")
    sys.exit(1 if found else 0)


@database.command("initial", hidden=True)
@with_appcontext
def initial_command() -> None:
    """Write the initial migration anew from the models; see script/migration."""
    click.echo(f"{schema.write_initial_migration().name}: written from {len(db.metadata.tables)} tables.")

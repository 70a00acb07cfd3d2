"""`lms projections`: derive progress and counters from the ledger again, to prove or to mend what is stored."""

from __future__ import annotations

import sys

import click
from flask.cli import with_appcontext

from lms.infra.transactions import write_transaction
from lms.learning.service.rebuild import Difference, rebuild

SHOWN = 20


@click.group("projections")
def projections() -> None:
    """Progress, completed modules and counters, which all follow from the ledger."""


@projections.command("rebuild")
@click.option("--check", is_flag=True, help="Only compare; exit with 1 where anything differs.")
@with_appcontext
def rebuild_command(*, check: bool) -> None:
    """Derive every projection from the ledger and store what differs, or only compare with --check."""
    with write_transaction():
        differences = rebuild(check_only=check)
    for difference in differences[:SHOWN]:
        click.echo(_line(difference))
    if len(differences) > SHOWN:
        click.echo(f"… and {len(differences) - SHOWN} more.")
    if not differences:
        click.echo("Every projection is what the ledger says.")
    elif check:
        click.echo(f"{len(differences)} differ. Run `lms projections rebuild` to mend them.")
        sys.exit(1)
    else:
        click.echo(f"Mended {len(differences)}.")


def _line(found: Difference) -> str:
    return f"{found.projection} {found.key}: stored {found.stored}, the ledger says {found.derived}"

"""`lms adoption`: figures from the tools' logs, and facts that people know, for the gates."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask.cli import with_appcontext

from lms.infra.transactions import write_transaction
from lms.readiness.rules.adoption_file import Problem
from lms.readiness.service.adoption import AdoptionFileInvalid, import_adoption

SHOWN = 50


@click.group("adoption")
def adoption() -> None:
    """Figures and facts that the gates are judged on."""


@adoption.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def import_command(file: Path) -> None:
    """Store the rows of FILE (CSV or JSON; the shape is in docs/adoption.md). All of them, or none."""
    try:
        with write_transaction():
            found = import_adoption(None, file.read_bytes())
    except AdoptionFileInvalid as error:
        for problem in error.problems[:SHOWN]:
            click.echo(_line(problem), err=True)
        click.echo(error.message, err=True)
        sys.exit(1)
    click.echo(f"{found.weeks} weeks stored ({found.replaced} replaced), {found.facts} facts recorded.")


def _line(problem: Problem) -> str:
    return f"line {problem.line}, {problem.column}: {problem.read!r} ({problem.fault.value})"

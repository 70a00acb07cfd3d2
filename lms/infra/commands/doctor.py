"""`lms doctor`: what is wrong here and what to do."""

from __future__ import annotations

import sys

import click
from flask.cli import with_appcontext

from lms.infra.doctor import Health, examine, present_settings

MARKS = {Health.GOOD: "ok    ", Health.NOTE: "note  ", Health.WEAK: "weak  ", Health.BROKEN: "BROKEN"}


@click.command("doctor")
@with_appcontext
def doctor() -> None:
    """Look at database, disk, keys, clock, worker, backups, mail, fonts, front end and public URL; exit 1 if broken."""
    broken = 0
    for finding in examine(present_settings()):
        click.echo(f"{MARKS[finding.health]} {finding.topic}: {finding.seen}")
        if finding.todo:
            click.echo(f"       -> {finding.todo}")
        broken += finding.health is Health.BROKEN
    sys.exit(1 if broken else 0)

"""`lms retention`: what is kept too long, and letting it go."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from lms.home.service.retention import let_go, overdue
from lms.infra.clock import now
from lms.infra.transactions import run_in_write_transaction


@click.command("retention")
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@with_appcontext
def retention(*, dry_run: bool) -> None:
    """Delete what the company's periods no longer allow to be kept, as a job does every day.

    The periods are company facts: retention.leavers, retention.answers, retention.messages, in days.
    """
    found = overdue(now())
    if not dry_run:
        run_in_write_transaction(lambda: let_go(now()))
    for line in found:
        verb = "would go" if dry_run else "gone"
        click.echo(f"{line.kind.value:<20} kept {line.days} days, before {line.before:%Y-%m-%d}: {line.count} {verb}")

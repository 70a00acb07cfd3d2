"""`lms jobs`: what the worker has to do and what failed."""

from __future__ import annotations

import uuid

import click
import sqlalchemy as sa
from flask.cli import with_appcontext

from lms.infra.clock import now
from lms.infra.db import db
from lms.infra.jobs import Job, JobState, retry
from lms.infra.transactions import write_transaction


@click.group("jobs")
def jobs() -> None:
    """List jobs, or try failed ones again."""


@jobs.command("list")
@click.option("--state", type=click.Choice([state.value for state in JobState]), help="Only jobs in this state.")
@click.option("--limit", default=50, show_default=True, help="How many, newest first.")
@with_appcontext
def list_command(state: str | None, limit: int) -> None:
    """List jobs, newest first."""
    query = sa.select(Job).order_by(Job.created_at.desc()).limit(limit)
    found = db.session.scalars(query if state is None else query.where(Job.state == JobState(state))).all()
    for job in found:
        error = (job.last_error or "").strip().rsplit("\n", 1)[-1]
        leased = " running" if job.state is JobState.WAITING and job.leased_until and job.leased_until > now() else ""
        due = f"{job.run_after:%Y-%m-%d %H:%M:%S}"
        click.echo(f"{job.id}  {job.state.value}{leased}  {job.kind}  tries {job.attempts}  {due}  {error}")
    if not found:
        click.echo("No jobs.")


@jobs.command("retry")
@click.argument("job_id", type=click.UUID)
@with_appcontext
def retry_command(job_id: uuid.UUID) -> None:
    """Run a failed job again, at once."""
    with write_transaction():
        retry(job_id)
    click.echo("It runs as soon as a worker is free.")

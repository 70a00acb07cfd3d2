"""`lms serve` and `lms worker`."""

from __future__ import annotations

import sys
from urllib.parse import urlsplit

import click
from flask import current_app
from flask.cli import ScriptInfo, with_appcontext

from lms.infra.instance import running
from lms.infra.serve import Supervisor, work_jobs
from lms.infra.settings import Settings, read_settings


@click.command("serve")
@click.option("--empty", is_flag=True, help="Start without the demo company; print a link for the first administrator.")
@click.pass_obj
def serve(info: ScriptInfo, *, empty: bool) -> None:
    """Serve the product: upgrade the database, publish the courses, then web server and job worker until stopped.

    An empty database on this machine alone is filled with the demo company, so that there is something to look at.
    """
    settings = read_settings()
    info.data["preload"]()  # once, before the forks, which then start quickly and share the memory
    assert info.create_app is not None  # noqa: S101 - set by lms.cli
    demo = not empty and is_private(settings)
    sys.exit(Supervisor(settings, info.create_app, demo=demo, meanwhile=info.data["compile_templates"]).run())


@click.command("worker")
@with_appcontext
def worker() -> None:
    """Run jobs until stopped: for machines that only work, or with LMS_WORKER=0 beside `lms serve`."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's own way to the app
    with running(app.extensions["groundschool.settings"].instance):
        sys.exit(work_jobs(app))


def is_private(settings: Settings) -> bool:
    """Return whether only this machine can reach the service: a deployment never gets invented people."""
    loopback = {"127.0.0.1", "::1", "localhost"}
    return settings.host in loopback and urlsplit(settings.public_url).hostname in loopback

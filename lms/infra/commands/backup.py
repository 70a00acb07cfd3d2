"""`lms backup` and `lms restore`."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from lms.infra.backup import back_up, verify
from lms.infra.backup import restore as restore_backup
from lms.infra.instance import stopped


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@with_appcontext
def backup(file: Path) -> None:
    """Write database, assets, keys and secrets to FILE; the service may go on meanwhile."""
    manifest = back_up(file.absolute())
    size = file.stat().st_size
    click.echo(
        f"{file}: {len(manifest.files)} files, {size:,} bytes. Keep it as safe as the service: it holds the secrets."
    )


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="Replace data that is there; a backup of it is made first.")
@click.option("--check", "only_check", is_flag=True, help="Only read FILE and compare it with its manifest.")
@with_appcontext
def restore(file: Path, *, force: bool, only_check: bool) -> None:
    """Replace this deployment's data with the backup in FILE, which is verified before anything is touched."""
    if only_check:
        manifest = verify(file)
        click.echo(f"{file} is whole: {len(manifest.files)} files of {manifest.created_at:%Y-%m-%d %H:%M} UTC.")
        return
    with stopped(current_app.extensions["groundschool.settings"].instance):
        manifest = restore_backup(file.absolute(), force=force)
    click.echo(f"Restored the state of {manifest.created_at:%Y-%m-%d %H:%M} UTC. `lms serve` upgrades it where needed.")

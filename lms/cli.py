"""The `lms` command: each room's commands under one name. Heavy parts are imported by the command that needs them."""

from __future__ import annotations

import gc
import importlib
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import click
from flask import Flask
from flask.cli import ScriptInfo

if TYPE_CHECKING:
    from lms.catalog.adapters.formats import Formats

# name -> (module, attribute): imported when used, so that `lms courses check` starts without a database.
COMMANDS: dict[str, tuple[str, str]] = {
    "adoption": ("lms.readiness.cli", "adoption"),
    "audit": ("lms.infra.commands.audit", "audit"),
    "backup": ("lms.infra.commands.backup", "backup"),
    "certificates": ("lms.certification.cli", "certificates"),
    "courses": ("lms.catalog.cli", "courses"),
    "bench": ("lms.infra.commands.bench", "bench"),
    "demo": ("lms.demo.cli.demo", "demo"),
    "db": ("lms.infra.commands.db", "database"),
    "doctor": ("lms.infra.commands.doctor", "doctor"),
    "jobs": ("lms.infra.commands.jobs", "jobs"),
    "people": ("lms.accounts.cli", "people"),
    "projections": ("lms.learning.cli", "projections"),
    "retention": ("lms.home.cli", "retention"),
    "restore": ("lms.infra.commands.backup", "restore"),
    "serve": ("lms.infra.commands.serve", "serve"),
    "simulate": ("lms.simulation.cli", "simulate"),
    "simulators": ("lms.sandbox.cli", "simulators"),
    "worker": ("lms.infra.commands.serve", "worker"),
}


class LazyGroup(click.Group):
    """A group that imports a command's module only when the command is named."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Return all names, for help."""
        return sorted(COMMANDS)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        """Return the command, importing it."""
        if name not in COMMANDS:
            return None
        module, attribute = COMMANDS[name]
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command


def _course_formats() -> Formats:
    from lms.formats import course_formats  # noqa: PLC0415 - only `lms courses` pays for it

    return course_formats()


def _import_app() -> ModuleType:
    """Import the whole application, which only commands that ask for it pay for.

    The garbage collector rests: it would go through hundreds of thousands of objects again and again and find nothing.
    """
    gc.disable()
    try:
        return importlib.import_module("lms.app")
    finally:
        gc.enable()


def _create_app() -> Flask:
    app: Flask = _import_app().create_app()
    return app


def _preload() -> None:
    """Do once, before the service forks, what each of its processes would do; they then share the memory."""
    _import_app()
    importlib.import_module("sqlalchemy.orm").configure_mappers()
    gc.freeze()


def _compile_templates() -> None:
    _import_app().compile_templates()


def _preview(folder: Path, overlay: Path | None, port: int, language: str, role: str | None) -> None:
    from lms.app import create_app  # noqa: PLC0415 - only the preview pays for the whole application
    from lms.demo.cli.preview import serve_preview  # noqa: PLC0415

    serve_preview(
        create_app, _course_formats(), folder, click.echo, overlay=overlay, port=port, language=language, role=role
    )


@click.command(cls=LazyGroup)
@click.pass_context
def root(context: click.Context) -> None:
    """Groundschool: train, simulate, check and certify people who work beside AI."""
    # The instance folder holds people's records and the deployment's secrets.
    os.umask(0o077)
    # A command that needs the app is `@with_appcontext` (flask.cli), which finds this.
    context.obj = ScriptInfo(create_app=_create_app, set_debug_flag=False)
    context.obj.data["preload"] = _preload
    context.obj.data["compile_templates"] = _compile_templates
    context.meta["lms.catalog.formats"] = _course_formats
    context.meta["lms.catalog.preview"] = _preview


def main() -> None:
    """Run the command line; errors of ours are one line, not a trace."""
    from lms.infra.settings import SettingsError  # noqa: PLC0415 - keeps start fast
    from lms.shared.errors import GroundschoolError  # noqa: PLC0415

    try:
        root(prog_name="lms")
    except (SettingsError, GroundschoolError) as error:
        fields = "\n".join(getattr(error, "fields", {}).values())
        click.echo(str(error) or fields or type(error).__name__, err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()

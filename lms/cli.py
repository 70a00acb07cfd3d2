"""The `lms` command: each room's commands under one name. Heavy parts are imported by the command that needs them."""

from __future__ import annotations

import importlib
import sys

import click

# name -> (module, attribute): imported when used, so that `lms courses check` starts without a database.
COMMANDS: dict[str, tuple[str, str]] = {}


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


@click.command(cls=LazyGroup)
def root() -> None:
    """Groundschool: train, simulate, check and certify people who work beside AI."""


def main() -> None:
    """Run the command line; errors of ours are one line, not a trace."""
    from lms.infra.settings import SettingsError  # noqa: PLC0415 - keeps start fast
    from lms.shared.errors import GroundschoolError  # noqa: PLC0415

    try:
        root(prog_name="lms")
    except (SettingsError, GroundschoolError) as error:
        click.echo(str(error) or type(error).__name__, err=True)
        sys.exit(1)

"""`lms audit`: the chain of who did what."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click
from flask.cli import with_appcontext

from lms.infra.audit import chain_head, verify_chain
from lms.shared.errors import Invalid


@click.group("audit")
def audit() -> None:
    """Export the head of the audit chain, or verify the chain."""


@audit.command("head")
@with_appcontext
def head_command() -> None:
    """Print number and digest of the newest sealed entry; keep it away from this machine."""
    number, digest = chain_head()
    click.echo(json.dumps({"number": number, "digest": digest}))


@audit.command("verify")
@click.option("--head", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="A head exported earlier.")
@with_appcontext
def verify_command(head: Path | None) -> None:
    """Walk the whole chain; exit status 1 where an entry was changed, removed, added or moved."""
    report = verify_chain(None if head is None else _read_head(head))
    if report.fault:
        click.echo(report.fault, err=True)
        sys.exit(1)
    click.echo(f"{report.sealed} sealed entries, unbroken; {report.unsealed} wait for the sealer. Head: {report.head}")
    if head is None:
        click.echo("A cut end shows only against an exported head: lms audit verify --head FILE.")


def _read_head(path: Path) -> tuple[int, str]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        return int(value["number"]), str(value["digest"])
    except (ValueError, KeyError, TypeError) as error:
        message = f"{path} is not a head as `lms audit head` prints it."
        raise Invalid(message) from error

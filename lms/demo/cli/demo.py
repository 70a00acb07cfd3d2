"""`lms demo`: the demo company, made on demand."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from lms.demo.handlers import make_company, sign_in_lines
from lms.demo.rules.company import FULL_SIZE
from lms.shared.clock import SystemClock

# Where `lms.cli` leaves the function that lists every format of course files.
FORMATS = "lms.catalog.formats"
SMALLEST = 50


@click.group("demo")
def demo() -> None:
    """The demo company: invented people with five months of training behind them."""


@demo.command()
@click.option(
    "--people", type=click.IntRange(SMALLEST, 1000), default=FULL_SIZE, show_default=True, help="How many people."
)
@click.pass_context
@with_appcontext
def make(context: click.Context, people: int) -> None:
    """Fill an empty database, and print one sign-in per kind of person."""
    signs = make_company(context.meta[FORMATS](), SystemClock(), click.echo, people)
    for line in sign_in_lines(signs):
        click.echo(line)

"""The demo company at the start of the service."""

from __future__ import annotations

from collections.abc import Sequence

import click

from lms.catalog.adapters.formats import Formats
from lms.demo.handlers import is_empty, make_company, sign_in_lines
from lms.infra.startup import StartOptions
from lms.shared.clock import SystemClock


def make_at_start(options: StartOptions, formats: Formats) -> Sequence[str]:
    """Make the company where the database is empty and the operator did not ask for an empty one."""
    if not options.demo or not is_empty():
        return ()
    return sign_in_lines(make_company(formats, SystemClock(), click.echo))

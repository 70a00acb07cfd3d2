"""`lms bench`: the benchmarks of a checkout."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable

import click

from lms.infra.bench import Report
from lms.infra.paths import checkout_dir, is_checkout


def _names() -> list[str]:
    folder = checkout_dir() / "tests" / "bench"
    return sorted(path.stem for path in folder.glob("*.py") if not path.name.startswith(("_", "test_")))


@click.command("bench")
@click.argument("name")
@click.option("--format", "layout", type=click.Choice(["text", "json"]), default="text", show_default=True)
def bench(name: str, layout: str) -> None:
    """Run benchmark NAME (a file of tests/bench) and print figures, ratios and goals. Missing a goal is no failure."""
    if not is_checkout():
        message = "Benchmarks belong to the source checkout: clone it and use its .venv/bin/lms."
        raise click.ClickException(message)
    if name not in _names():
        message = f"There is no benchmark {name!r}. There are: {', '.join(_names())}."
        raise click.ClickException(message)
    sys.path.insert(0, str(checkout_dir()))
    run: Callable[[], Report] = importlib.import_module(f"tests.bench.{name}").run
    report = run()
    click.echo(report.as_json() if layout == "json" else report.as_table())

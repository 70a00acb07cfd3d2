"""`lms simulate`: try a rule on a whole year before it is saved."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click

from lms.catalog.adapters.compiler import compile_tree
from lms.catalog.adapters.formats import Formats
from lms.catalog.adapters.sources import Source, read_tree
from lms.certification.queries.awards import validity_rule
from lms.infra.paths import asset_dir
from lms.shared.errors import Invalid
from lms.simulation.rules.company import Setup
from lms.simulation.rules.goals import Report
from lms.simulation.rules.play import play
from lms.simulation.rules.terms import Terms, terms_of

# Where `lms.cli` leaves the function that lists every format of course files.
FORMATS = "lms.catalog.formats"
CATALOGUE = "catalogue.yml"


@click.group("simulate")
def simulate() -> None:
    """Play the rules before they are saved (docs/operating.md)."""


@simulate.command()
@click.option("--people", type=click.IntRange(min=40), default=Setup().people, show_default=True)
@click.option("--cohorts", type=click.IntRange(min=4), default=Setup().cohorts, show_default=True)
@click.option("--seed", type=int, default=Setup().seed, show_default=True)
@click.option(
    "--catalogue",
    type=click.Path(exists=True, path_type=Path),
    help="A catalogue.yml to try in place of the present one, or a whole course tree.",
)
@click.option("--no-deputies", is_flag=True, help="Nobody stands in for an approver.")
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def year(people: int, cohorts: int, seed: int, catalogue: Path | None, output: str, *, no_deputies: bool) -> None:
    """Play a year of a company on the rules as they are, and say whether it fits people; exit 1 if not."""
    setup = replace(Setup(), people=people, cohorts=cohorts, seed=seed, deputies=not no_deputies)
    found = play(setup, _terms(catalogue))
    click.echo(json.dumps(_as_json(setup, found), indent=1) if output == "json" else _as_text(setup, found))
    sys.exit(0 if found.met else 1)


def _terms(catalogue: Path | None) -> dict[str, Terms]:
    formats: Callable[[], Formats] = click.get_current_context().meta[FORMATS]
    tree = read_tree(catalogue if catalogue and catalogue.is_dir() else asset_dir("courses"))
    if catalogue and catalogue.is_file():
        tree = replace(tree, files={**tree.files, CATALOGUE: Source(CATALOGUE, catalogue.read_text("utf-8"))})
    compiled = compile_tree(tree, formats())
    wrong = [problem for problem in compiled.problems if problem.is_error and problem.path == CATALOGUE]
    if wrong:
        raise Invalid("\n".join(f"{problem.path}: {problem.message}" for problem in wrong))
    wanted = compiled.catalogue.programmes
    rules = {programme.id: validity_rule(programme.validity) for programme in wanted}
    terms = terms_of(compiled.catalogue, compiled.seen, rules)
    if not terms:
        raise Invalid("No programme has refreshers and ends in an exam at a console, so there is no year to play.")
    return terms


def _as_text(setup: Setup, found: Report) -> str:
    peak = setup.peak
    lines = [
        f"{setup.people} people in {setup.cohorts} cohorts, {setup.weeks} weeks from {setup.first_day}",
        f"peak from {peak.first} to {peak.end}, seed {setup.seed}",
        "",
    ]
    for goal in found.goals:
        lines.append(f"{'ok  ' if goal.met else 'MISS'}  {goal.text}: {goal.figure}")
        lines += [f"        {one}" for one in goal.behind]
    lines.append("")
    lines += [
        f"{name.replace('_', ' '):34}{'-' if value is None else value:>8}" for name, value in found.figures.items()
    ]
    return "\n".join(lines)


def _as_json(setup: Setup, found: Report) -> dict[str, Any]:
    return {
        "people": setup.people,
        "cohorts": setup.cohorts,
        "seed": setup.seed,
        "from": setup.first_day.isoformat(),
        "weeks": setup.weeks,
        "peak": [setup.peak.first.isoformat(), setup.peak.end.isoformat() if setup.peak.end else None],
        "met": found.met,
        "goals": [asdict(goal) for goal in found.goals],
        "figures": found.figures,
    }

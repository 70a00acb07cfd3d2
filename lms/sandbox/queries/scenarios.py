"""How the kinds of cases do: without a person, from runs that are handed in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from lms.infra.db import db
from lms.sandbox.models import Quarantine, Run, RunKey
from lms.sandbox.rules.exercise import Stratum
from lms.sandbox.rules.itemstats import ItemLine, Observation, item_lines
from lms.sandbox.rules.runs import RunState

DONE = (RunState.HANDED_IN, RunState.CLOSED)
# Runs a page looks at, the latest first: more than enough for thirty of each kind.
MOST_RUNS = 5000


def scenario_lines(console: str) -> tuple[ItemLine, ...]:
    """Return facility and rest-score correlation of each kind of wrong advice at a console."""
    rows = db.session.execute(
        sa.select(Run.result, Run.public, RunKey.key)
        .join(RunKey, RunKey.run_id == Run.id)
        .where(Run.console == console, Run.state.in_(DONE), Run.practice.is_(False), Run.result.is_not(None))
        .order_by(Run.handed_in_at.desc())
        .limit(MOST_RUNS)
    )
    return item_lines(one for row in rows for one in _observed(row))


def withdrawn(console: str) -> dict[tuple[str, int], Any]:
    """Return what was withdrawn at a console: (error type, level) -> (reason, since, results that rose)."""
    rows = db.session.execute(
        sa.select(
            Quarantine.error_type, Quarantine.level, Quarantine.reason, Quarantine.since, Quarantine.rescored
        ).where(Quarantine.console == console)
    )
    return {(row.error_type, row.level): row for row in rows}


def runs_by_console() -> dict[str, int]:
    """Return how many runs are handed in at each console."""
    rows = db.session.execute(
        sa.select(Run.console, sa.func.count())
        .where(Run.state.in_(DONE), Run.practice.is_(False))
        .group_by(Run.console)
    )
    return {console: count for console, count in rows}  # noqa: C416 - rows are not tuples to a type checker


def _observed(row: Any) -> Iterator[Observation]:  # noqa: ANN401 - a row
    right = {case["id"]: bool(case["right"]) for case in row.result["cases"]}
    families = {case["id"]: case["family"] for case in row.public["cases"]}
    for key in row.key["cases"]:
        case = key["id"]
        if key["stratum"] == Stratum.WRONG and case in right and len(right) > 1:
            rest = (sum(right.values()) - right[case]) / (len(right) - 1)
            yield Observation(families[case], key["kind"], key["level"], right[case], rest)

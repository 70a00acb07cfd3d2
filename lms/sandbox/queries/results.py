"""How a run went, from what is stored of it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

import sqlalchemy as sa
from pydantic import TypeAdapter

from lms.infra.db import db
from lms.sandbox.models import Run
from lms.sandbox.queries.runs import RunView, Secret
from lms.sandbox.rules.debrief import is_scored, judged, scored
from lms.sandbox.rules.policies import best
from lms.sandbox.rules.runs import CaseLog, RunState, responses
from lms.sandbox.rules.scoring import CaseResult, Result
from lms.sandbox.rules.signal import Trials

RESULT: TypeAdapter[Result] = TypeAdapter(Result)


def result_of(run: RunView, secret: Secret, logs: Mapping[str, CaseLog]) -> Result | None:
    """Return the result of a run by the scorer it began with; None where it has none: practice on missed kinds."""
    if not is_scored(run.mode, secret.key, practice=run.practice):
        return None
    return scored(run.public, secret.key, responses(run.public, logs), run.scorer, secret.excused)


def case_results(run: RunView, secret: Secret, logs: Mapping[str, CaseLog]) -> tuple[CaseResult, ...]:
    """Return how each case of a run went, whether or not the run as a whole has a score."""
    given = {response.case: response for response in responses(run.public, logs)}
    given |= {key.id: best(key) for key in secret.key.cases if key.id in secret.excused}
    return tuple(judged(secret.key, given.get(key.id), key.id, run.scorer) for key in secret.key.cases)


def case_result(run: RunView, secret: Secret, case_id: str, log: CaseLog) -> CaseResult:
    """Return how one case of a run went, from where it stands.

    Raises:
        StopIteration: the run has no such case.
    """
    key = next(key for key in secret.key.cases if key.id == case_id)
    given = best(key) if case_id in secret.excused else next(iter(responses(run.public, {case_id: log})), None)
    return judged(secret.key, given, case_id, run.scorer)


def pooled_trials(person_id: uuid.UUID, console: str) -> Trials:
    """Return a person's trials at a console over all runs that are handed in: over one run they say too little."""
    rows = db.session.scalars(
        sa.select(Run.result).where(
            Run.person_id == person_id,
            Run.console == console,
            Run.state.in_((RunState.HANDED_IN, RunState.CLOSED)),
            Run.practice.is_(False),
        )
    )
    return sum((Trials(**row["trials"]) for row in rows if row), Trials(0, 0, 0, 0))

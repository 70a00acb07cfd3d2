"""The debrief: what a person was least sure of before they see anything, and the line they take along."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from lms.infra.db import db
from lms.infra.i18n import _
from lms.learning.models import StepProgress
from lms.learning.queries.cycles import own_cycle
from lms.learning.rules.evidence import Result as Learned
from lms.learning.service.evidence import lock_cycle
from lms.sandbox.models import Run, SharedPattern
from lms.sandbox.queries.results import RESULT, pooled_trials
from lms.sandbox.queries.runs import RunView, own_run
from lms.sandbox.rules.debrief import pattern
from lms.sandbox.rules.exercise import Mode
from lms.sandbox.rules.runs import MOST_UNSURE, RunState
from lms.sandbox.service.finish import record_sandbox
from lms.shared.errors import Conflict, Invalid, NotFound, Refused

# What finishing the debrief completes; exams are evidence once they are handed in.
COMPLETED_BY_DEBRIEF = frozenset({Mode.GYM, Mode.SUPERVISED, Mode.VIGILANCE})
LONGEST_LINE, LONGEST_WHY = 300, 2000


def say_unsure(person_id: uuid.UUID, run_id: uuid.UUID, cases: Sequence[str], why: str) -> RunView:
    """Store which cases a person is least sure of, before anything is revealed; a second time changes nothing.

    Raises:
        NotFound: there is no such run of this person.
        Refused: the run is not handed in.
        Invalid: more than three cases are named.
    """
    run, row = _held(person_id, run_id)
    if run.state not in {RunState.HANDED_IN, RunState.CLOSED}:
        raise Refused(_("Hand the run in first."))
    if run.unsure is not None:
        return run
    named = [case.id for case in run.public.cases if case.id in set(cases)]
    if len(named) > MOST_UNSURE:
        message = _("You named %(n)s cases. Name at most %(most)s.", n=len(named), most=MOST_UNSURE)
        raise Invalid(message, {"case": message})
    row.unsure = {"cases": named, "why": why.strip()[:LONGEST_WHY]}
    db.session.flush()
    return own_run(person_id, run_id)


def write_line(person_id: uuid.UUID, run_id: uuid.UUID, line: str, now: datetime) -> RunView:
    """Store the "next time I will" line and close the debrief; where that completes the step, it is evidence.

    Written again, the line is replaced and nothing else changes.

    Raises:
        NotFound: there is no such run of this person.
        Refused: the run is not handed in, or its first question is not answered.
        Invalid: the line is empty.
    """
    run, row = _held(person_id, run_id)
    if not run.is_revealed:
        raise Refused(_("Hand the run in first, and say which cases you are least sure of."))
    if not line.strip():
        message = _("Write one line for yourself. It is shown to you before your next try.")
        raise Invalid(message, {"next_time": message})
    row.next_time = line.strip()[:LONGEST_LINE]
    first = run.state is RunState.HANDED_IN
    if first:
        row.state, row.closed_at = RunState.CLOSED, now
    db.session.flush()
    if first and run.mode in COMPLETED_BY_DEBRIEF and not _is_complete(run):
        result = RESULT.validate_python(row.result) if row.result else None
        record_sandbox(run, Learned.COMPLETED, now, result=result)
    return own_run(person_id, run_id)


def share_pattern(person_id: uuid.UUID, console: str, now: datetime, *, shared: bool) -> None:
    """Tell the champion which way the person leans at a console, or take it back.

    Raises:
        Conflict: there is no pattern to share yet.
    """
    row = db.session.get(SharedPattern, (person_id, console))
    if not shared:
        if row is not None:
            db.session.delete(row)
            db.session.flush()
        return
    found = pattern(pooled_trials(person_id, console))
    if found is None:
        raise Conflict(_("There is no pattern to share yet: it takes more cases to say anything."))
    if row is None:
        db.session.add(SharedPattern(person_id=person_id, console=console, pattern=found, shared_at=now))
    else:
        row.pattern, row.shared_at = found, now
    db.session.flush()


def _held(person_id: uuid.UUID, run_id: uuid.UUID) -> tuple[RunView, Run]:
    run = own_run(person_id, run_id)
    lock_cycle(run.cycle_id)
    row = db.session.get(Run, run_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound
    return own_run(person_id, run_id), row


def _is_complete(run: RunView) -> bool:
    cycle = own_cycle(run.person_id, run.cycle_id)
    return cycle is not None and db.session.get(StepProgress, (run.person_id, cycle.name, run.step)) is not None

"""Contested keys, and rescoring: whatever is found out later only ever raises a result."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from lms.accounts.rules.actor import Actor
from lms.infra import audit
from lms.infra.db import db
from lms.infra.i18n import _
from lms.learning.models import Evidence
from lms.learning.rules.evidence import Result as Learned
from lms.learning.service.evidence import lock_cycle
from lms.messaging.service import tell
from lms.sandbox.models import Contest, Quarantine, Run, RunKey
from lms.sandbox.queries.contests import contest_by_id
from lms.sandbox.queries.results import RESULT, result_of
from lms.sandbox.queries.runs import RunView, any_run, case_at, logs_of, own_run, secret_of
from lms.sandbox.rules.exercise import KEY, Stratum
from lms.sandbox.rules.passing import Verdict, judge, rule_for
from lms.sandbox.rules.runs import EXAMS, CaseLog, RunState
from lms.sandbox.rules.scoring import Result
from lms.sandbox.service.finish import record_sandbox
from lms.shared.errors import Conflict, Invalid, NotFound, Refused
from lms.shared.ids import new_id

LONGEST = 2000
DONE = (RunState.HANDED_IN, RunState.CLOSED)


def contest_key(person_id: uuid.UUID, run_id: uuid.UUID, number: int, reason: str, now: datetime) -> None:
    """Say that the key of a case is wrong; a second time nothing changes.

    Raises:
        NotFound: the run or the case is not this person's.
        Refused: the case was not explained yet.
        Invalid: no reason is given.
    """
    run = own_run(person_id, run_id)
    case = case_at(run, number)
    if not run.may_show_key(number - 1, logs_of(run_id).get(case.id, CaseLog())):
        raise Refused(_("You can contest a key once you have seen it."))
    if not reason.strip():
        raise Invalid(_("Say in a sentence why you think that the key is wrong."))
    known = db.session.scalar(sa.select(Contest.id).where(Contest.run_id == run_id, Contest.case == case.id))
    if known is None:
        db.session.add(
            Contest(
                id=new_id(),
                run_id=run_id,
                person_id=person_id,
                case=case.id,
                reason=reason.strip()[:LONGEST],
                opened_at=now,
            )
        )
        db.session.flush()


def decide_contest(actor: Actor, contest_id: uuid.UUID, answer: str, now: datetime, *, upheld: bool) -> None:
    """Decide about a contested key. Upheld, the case counts as decided in the best way, and the run is scored again.

    Raises:
        NotFound: there is no such contest.
        Refused: it is the actor's own.
        Conflict: it is decided already.
        Invalid: no answer is given.
    """
    row = db.session.get(Contest, contest_id, with_for_update=True, populate_existing=True)
    if row is None or contest_by_id(contest_id) is None:
        raise NotFound
    if row.person_id == actor.id:
        raise Refused(_("Somebody else has to decide about your own case."))
    if row.upheld is not None:
        raise Conflict(_("This was decided already."))
    if not answer.strip():
        raise Invalid(_("Write an answer: the person reads it."))
    row.upheld, row.answer, row.decided_at, row.decided_by = upheld, answer.strip()[:LONGEST], now, actor.id
    db.session.flush()
    tell(row.person_id, "key-reviewed", now, path=f"/run/{row.run_id}/debrief", upheld=upheld, answer=row.answer)
    audit.record("sandbox.contest-decided", actor=actor.id, subject=row.person_id, run=str(row.run_id), upheld=upheld)
    if upheld:
        excuse(row.run_id, {row.case}, now)


def quarantine(actor: Actor, console: str, error_type: str, level: int, reason: str, now: datetime) -> int:
    """Draw a kind of case no more and score every run that had it again; return how many results rose.

    Raises:
        Conflict: it is in quarantine already.
        Invalid: no reason is given.
    """
    if not reason.strip():
        raise Invalid(_("Say why: the reason stays with the decision."))
    known = db.session.scalar(
        sa.select(Quarantine.id).where(
            Quarantine.console == console, Quarantine.error_type == error_type, Quarantine.level == level
        )
    )
    if known is not None:
        raise Conflict(_("This kind of case is withdrawn already."))
    row = Quarantine(
        id=new_id(), console=console, error_type=error_type, level=level, reason=reason.strip()[:400], since=now,
        decided_by=actor.id,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    audit.record("sandbox.quarantined", actor=actor.id, console=console, error_type=error_type, level=level)
    runs = db.session.execute(
        sa.select(RunKey.run_id, RunKey.key)
        .join(Run, Run.id == RunKey.run_id)
        .where(Run.console == console, Run.state.in_(DONE), Run.practice.is_(False))
        .order_by(Run.handed_in_at)
    ).all()
    for run_id, stored in runs:
        cases = {
            key.id
            for key in KEY.validate_python(stored).cases
            if key.stratum is Stratum.WRONG and key.kind == error_type and key.level == level
        }
        row.rescored += bool(cases) and excuse(run_id, cases, now)
    db.session.flush()
    return row.rescored


def excuse(run_id: uuid.UUID, cases: Collection[str], now: datetime) -> bool:
    """Count cases of a run as decided in the best way and score it again, upwards only; return whether it rose."""
    view = any_run(run_id)
    lock_cycle(view.cycle_id)
    hidden = db.session.get_one(RunKey, run_id, with_for_update=True, populate_existing=True)
    hidden.excused = sorted({*hidden.excused, *cases})
    db.session.flush()
    before = RESULT.validate_python(view.result) if view.result else None
    after = result_of(view, secret_of(run_id), logs_of(run_id))
    if before is None or after is None or view.state not in DONE:
        return False
    row = db.session.get_one(Run, run_id)
    passes = view.passed is False and _passes(view, after)
    rose = after.score > before.score or passes
    if after.score >= before.score:
        row.result = RESULT.dump_python(after, mode="json")
    if passes:
        row.passed = True
        db.session.flush()
        record_sandbox(
            any_run(run_id), Learned.PASSED, now, result=after, reason="key contested", supersedes=_evidence(view)
        )
    db.session.flush()
    return rose


def _passes(run: RunView, result: Result) -> bool:
    if run.mode not in EXAMS:
        return False
    return judge(rule_for(run.console_id, run.mode), result, extended=True).verdict is Verdict.PASSED


def _evidence(run: RunView) -> uuid.UUID | None:
    return db.session.scalar(
        sa.select(Evidence.id)
        .where(Evidence.person_id == run.person_id, Evidence.reference == str(run.id))
        .order_by(Evidence.recorded_at.desc())
        .limit(1)
    )

"""Handing a run in: scored by the scorer it began with, extended where the result is borderline, and made evidence."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
import structlog

from lms.infra.db import db
from lms.infra.i18n import _, ngettext
from lms.learning.rules.evidence import Result as Learned
from lms.learning.rules.evidence import Source
from lms.learning.service.evidence import Claim, lock_cycle, record_evidence
from lms.sandbox.models import Run, RunKey
from lms.sandbox.queries.results import RESULT, result_of
from lms.sandbox.queries.runs import RunView, Secret, logs_of, own_run, secret_of, undecided
from lms.sandbox.queries.steps import released_step
from lms.sandbox.queries.tries import sets_done
from lms.sandbox.rules import engine
from lms.sandbox.rules.company import CompanyFacts
from lms.sandbox.rules.exercise import KEY, PUBLIC, Exercise, Generated, Mode, Slot, joined
from lms.sandbox.rules.passing import PassRule, Verdict, judge, rule_for
from lms.sandbox.rules.runs import EXAMS, RunState
from lms.sandbox.rules.scoring import Result
from lms.sandbox.service.decide import refuse_over
from lms.shared.errors import NotFound, Refused

FULL_SCORE = 100
log = structlog.get_logger(__name__)


def hand_in(person_id: uuid.UUID, run_id: uuid.UUID, now: datetime) -> RunView:
    """Close a run whose cases are all decided and return it; one that is handed in already is returned unchanged.

    An exam whose result is borderline is extended instead, once, and stays open.

    Raises:
        NotFound: there is no such run of this person.
        Refused: cases are undecided, or the run has expired.
    """
    run = own_run(person_id, run_id)
    lock_cycle(run.cycle_id)
    row = db.session.get(Run, run_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound
    run = own_run(person_id, run_id)
    if run.state in {RunState.HANDED_IN, RunState.CLOSED}:
        return run
    refuse_over(run, now)
    logs = logs_of(run_id)
    left = undecided(run, logs)
    if left:
        message = ngettext("%(num)s case is not decided yet.", "%(num)s cases are not decided yet.", left)
        raise Refused(message + " " + _("Decide every case, then hand in."))
    secret = secret_of(run_id)
    _compare(run, secret)
    result = result_of(run, secret, logs)
    if run.mode in EXAMS and result is not None and not run.practice:
        rule = rule_for(run.console_id, run.mode)
        judgement = judge(rule, result, extended=run.fixed > 0)
        if judgement.verdict is Verdict.EXTEND:
            _extend(row, run, secret, rule)
            return own_run(person_id, run_id)
        row.passed = judgement.verdict is Verdict.PASSED
    _settle(row, run, result, now)
    return own_run(person_id, run_id)


def record_sandbox(run: RunView, outcome: Learned, now: datetime, *, result: Result | None, **more: object) -> None:
    """Make a run evidence of its step: console, level, score, seed and scorer, so that it can be played again."""
    secret = secret_of(run.id)
    details = {
        "console": run.console_id,
        # What levels of certificates ask for is the exam's; other exercises are named by their mode.
        "level": str(run.mode),
        "difficulty": run.level,
        "seed": f"{secret.seed:016x}",
        "version": run.version,
        "scorer": run.scorer,
        "digest": run.digest,
        "score": result.score if result else None,
        "critical": len(result.critical) if result else None,
    }
    record_evidence(
        Claim(
            cycle_id=run.cycle_id,
            step=run.step,
            result=outcome,
            source=Source.ATTEMPT,
            occurred_at=now,
            actor_id=run.person_id,
            score=result.score * FULL_SCORE if result else None,
            reference=str(run.id),
            release=run.release,
            details=details,
            **more,  # type: ignore[arg-type]
        )
    )


def _settle(row: Run, run: RunView, result: Result | None, now: datetime) -> None:
    row.handed_in_at = now
    row.result = RESULT.dump_python(result, mode="json") if result else None
    # A guided set had its feedback case by case: there is nothing left to debrief.
    ends_here = run.practice or run.mode is Mode.GUIDED
    row.state = RunState.CLOSED if ends_here else RunState.HANDED_IN
    row.closed_at = now if ends_here else None
    db.session.flush()
    if run.practice:
        return
    if run.mode in EXAMS:
        record_sandbox(run, Learned.PASSED if row.passed else Learned.FAILED, now, result=result)
    elif run.mode is Mode.GUIDED:
        wanted = int(released_step(run.release, run.step).step.settings.get("sets") or 1)
        if sets_done(run.person_id, run.cycle_id, run.step) == wanted:
            record_sandbox(run, Learned.COMPLETED, now, result=result)


def _extend(row: Run, run: RunView, secret: Secret, rule: PassRule) -> None:
    exercise = Exercise(run.console_id, run.exercise.levels, Mode.EXTENSION, rule.extension, run.exercise.errors)
    facts = CompanyFacts().overridden(**run.public.policy)
    more = engine.generate(run.console, exercise, run.version, secret.seed, facts)
    whole = joined(Generated(run.public, secret.key, run.digest), more)
    row.fixed, row.size = run.size, len(whole.public.cases)
    row.public, row.digest = PUBLIC.dump_python(whole.public, mode="json"), whole.digest
    db.session.get_one(RunKey, run.id).key = KEY.dump_python(whole.key, mode="json")
    db.session.flush()


def _compare(run: RunView, secret: Secret) -> None:
    """Draw the form again: where it differs the stored one counts, and somebody has to look."""
    if run.practice:
        return
    facts = CompanyFacts().overridden(**run.public.policy)
    try:
        same = _drawn_again(run, secret, facts)
    except (engine.Exhausted, ValueError):
        same = False
    if not same:
        log.error(
            "sandbox.regeneration-differs",
            run=str(run.id),
            exercise=run.exercise.id,
            version=run.version,
            wins="snapshot",
        )


def _drawn_again(run: RunView, secret: Secret, facts: CompanyFacts) -> bool:
    first = run.public.cases[: run.fixed or None]
    if run.mode is Mode.GUIDED:
        pairs = zip(run.public.cases, secret.key.cases, strict=True)
        return all(
            engine.draw_case(
                run.console, run.exercise, run.version, secret.seed, facts, place,
                Slot(key.stratum, key.level, key.kind, case.part),
            ) == (case, key)
            for place, (case, key) in enumerate(pairs)
        )  # fmt: skip
    form = engine.generate(run.console, run.exercise, run.version, secret.seed, facts)
    return form.public == replace(run.public, cases=first) and form.key.cases == secret.key.cases[: len(first)]


def expire_runs(now: datetime, person_id: uuid.UUID | None = None, limit: int = 500) -> int:
    """Close the open runs whose seven days are over, without a result; return how many. Run as a job."""
    query = sa.select(Run.id).where(Run.state == RunState.OPEN, Run.expires_at <= now).limit(limit)
    ids = db.session.scalars(query if person_id is None else query.where(Run.person_id == person_id)).all()
    if ids:
        db.session.execute(sa.update(Run).where(Run.id.in_(ids)).values(state=RunState.EXPIRED))
    return len(ids)

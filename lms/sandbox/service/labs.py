"""Beginning a lab, saving its sheet as it is filled in, and handing it in."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
import structlog

from lms.accounts.rules.actor import Actor
from lms.infra.db import db
from lms.infra.deployment import settings
from lms.infra.i18n import _
from lms.learning.kinds import StepContext
from lms.learning.rules.evidence import Result as Learned
from lms.learning.rules.evidence import Source
from lms.learning.service.evidence import Claim, lock_cycle, record_evidence
from lms.sandbox.models import LabKey, LabRun
from lms.sandbox.queries.company import company_facts
from lms.sandbox.queries.labs import MARKED, LabView, open_lab_run, own_lab_run
from lms.sandbox.queries.words import language_for
from lms.sandbox.rules.lab import CUTS, Marked, Sent, Sheet, digest_of, grade_of
from lms.sandbox.rules.labs.registry import LABS
from lms.sandbox.rules.runs import LIFETIME, RunState
from lms.sandbox.rules.streams import Streams, attempt_seed
from lms.shared.errors import Invalid, NotFound, Refused
from lms.shared.ids import new_id

FULL_SCORE = 100
log = structlog.get_logger(__name__)


def start_lab(actor: Actor, context: StepContext) -> uuid.UUID:
    """Begin a run of a lab step and return its id; a run already open is returned instead of a second one.

    Raises:
        NotFound: the lab does not exist.
    """
    lock_cycle(context.cycle_id)
    lab = LABS.get(context.step.settings["console"])
    if lab is None:
        raise NotFound
    expire_lab_runs(context.now, actor.id)
    found = open_lab_run(actor.id, context.cycle_id, context.step.id, context.now)
    if found is not None:
        return found
    earlier = db.session.scalar(
        sa.select(sa.func.count()).select_from(LabRun).where(LabRun.person_id == actor.id, LabRun.lab == lab.id)
    )
    secret = settings().resolved_secret_key().encode()
    seed = attempt_seed(secret, lab.id, lab.version, actor.id.hex, int(earlier or 0) + 1, "lab")
    sheet = lab.draw(Streams(lab.id, lab.version, seed), company_facts(context.step.settings.get("overrides")))
    last = db.session.scalar(
        sa.select(sa.func.max(LabRun.number)).where(
            LabRun.person_id == actor.id, LabRun.cycle_id == context.cycle_id, LabRun.step == context.step.id
        )
    )
    row = LabRun(
        id=new_id(),
        person_id=actor.id,
        cycle_id=context.cycle_id,
        step=context.step.id,
        release=context.release,
        language=language_for(lab.package, actor.language),
        lab=lab.id,
        level=int(context.step.settings.get("level") or 1),
        number=(last or 0) + 1,
        version=lab.version,
        digest=digest_of(lab, sheet),
        public=lab.shapes.public.dump_python(sheet.public, mode="json"),
        work=lab.shapes.work.dump_python(lab.begin(sheet.public), mode="json"),
        opened_at=context.now,
        expires_at=context.now + LIFETIME,
    )
    db.session.add(row)
    db.session.flush()
    key = lab.shapes.key.dump_python(sheet.key, mode="json")
    db.session.add(LabKey(run_id=row.id, seed=f"{seed:016x}", key=key))
    db.session.flush()
    return row.id


def save_sheet(
    person_id: uuid.UUID, run_id: uuid.UUID, sent: Sent, now: datetime, *, sequence: int | None = None
) -> LabView:
    """Keep a sheet as it was sent and return the run. What arrives with a `sequence` already passed changes nothing.

    Raises:
        NotFound: there is no such run of this person.
        Refused: it is handed in, or its seven days are over.
    """
    run, row = _held(person_id, run_id)
    _refuse_over(run, now)
    if sequence is not None and sequence <= run.sequence:
        return run
    row.work = run.lab.shapes.work.dump_python(run.lab.read(run.public, run.work, sent), mode="json")
    row.sequence = run.sequence + 1 if sequence is None else sequence
    row.saved_at = now
    db.session.flush()
    return own_lab_run(person_id, run_id)


def fill_in(run: LabView, work: object) -> None:
    """Replace a sheet by a whole one, as whoever plays a run without its pages has it."""
    row = db.session.get_one(LabRun, run.id)
    row.work = run.lab.shapes.work.dump_python(work, mode="json")
    db.session.flush()


def hand_in_sheet(person_id: uuid.UUID, run_id: uuid.UUID, now: datetime) -> LabView:
    """Mark a sheet, make it evidence of its step and return it; one that is handed in already is returned unchanged.

    Raises:
        NotFound: there is no such run of this person.
        Refused: its seven days are over.
        Invalid: something is missing, by field.
    """
    run, row = _held(person_id, run_id)
    if run.state is RunState.CLOSED:
        return run
    _refuse_over(run, now)
    if problems := run.lab.lacks(run.public, run.work):
        raise Invalid(_("The sheet is not whole yet."), {problem.field: "" for problem in problems})
    seed, key = _secret(run)
    marked = run.lab.mark(run.public, key, run.work)
    row.marked, row.score = MARKED.dump_python(marked, mode="json"), marked.score
    row.passed = marked.score >= CUTS[run.wanted]
    row.state, row.closed_at = RunState.CLOSED, now
    db.session.flush()
    _record(run, marked, seed, now, passed=row.passed)
    return own_lab_run(person_id, run_id)


def expire_lab_runs(now: datetime, person_id: uuid.UUID | None = None, limit: int = 500) -> int:
    """Close the open runs of labs whose seven days are over, without a result; return how many. Run as a job."""
    query = sa.select(LabRun.id).where(LabRun.state == RunState.OPEN, LabRun.expires_at <= now).limit(limit)
    ids = db.session.scalars(query if person_id is None else query.where(LabRun.person_id == person_id)).all()
    if ids:
        db.session.execute(sa.update(LabRun).where(LabRun.id.in_(ids)).values(state=RunState.EXPIRED))
    return len(ids)


def _record(run: LabView, marked: Marked, seed: str, now: datetime, *, passed: bool) -> None:
    """Make a lab evidence of its step. It says that it is a lab: its mark is no exam's."""
    details = {
        "console": run.lab_id,
        "lab": True,
        # The highest grade that the mark is good for, which may be more than the step asks for.
        "level": str(grade_of(marked.score) or run.wanted),
        "difficulty": run.level,
        "seed": seed,
        "version": run.version,
        "digest": run.digest,
        "score": marked.score,
    }
    record_evidence(
        Claim(
            cycle_id=run.cycle_id,
            step=run.step,
            result=Learned.PASSED if passed else Learned.FAILED,
            source=Source.ATTEMPT,
            occurred_at=now,
            actor_id=run.person_id,
            score=marked.score * FULL_SCORE,
            reference=str(run.id),
            release=run.release,
            details=details,
        )
    )


def _secret(run: LabView) -> tuple[str, object]:
    """Return the seed and the key; where the stored sheet is not what was drawn it counts, and somebody has to look."""
    stored = db.session.get_one(LabKey, run.id)
    key = run.lab.shapes.key.validate_python(stored.key)
    if digest_of(run.lab, Sheet(run.public, key)) != run.digest:
        log.error("sandbox.lab-differs", run=str(run.id), lab=run.lab_id, version=run.version, wins="snapshot")
    return stored.seed, key


def _held(person_id: uuid.UUID, run_id: uuid.UUID) -> tuple[LabView, LabRun]:
    lock_cycle(own_lab_run(person_id, run_id).cycle_id)
    row = db.session.get(LabRun, run_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound
    return own_lab_run(person_id, run_id), row


def _refuse_over(run: LabView, now: datetime) -> None:
    if run.is_over(now):
        raise Refused(_("The seven days of this lab are over. Begin a new one: this one counts for nothing."))
    if run.state is not RunState.OPEN:
        raise Refused(_("This lab is handed in. It cannot change any more."))

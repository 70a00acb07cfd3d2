"""Issuing for a cohort: a run with one line per person, worked off in small transactions, so that it can be resumed."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping

import sqlalchemy as sa

from lms.accounts.rules.actor import Actor
from lms.catalog.queries import names_example
from lms.certification.models import Award, AwardDocument, IssueItem, IssueRun
from lms.certification.rules.candidates import ItemState
from lms.certification.service.award import issue_due_awards
from lms.certification.service.documents import sign_awards
from lms.cohorts.queries.cohorts import cohort_by_id
from lms.infra import audit
from lms.infra.clock import now
from lms.infra.db import db
from lms.infra.i18n import _
from lms.infra.jobs import enqueue
from lms.shared.errors import Conflict, NotFound
from lms.shared.ids import new_id

ISSUE_JOB = "certificates.issue"
BATCH = 25


def start_run(actor: Actor, cohort_id: str, people: Collection[tuple[uuid.UUID, str]]) -> uuid.UUID:
    """Issue what these people (each with their programme) have earned; return the run.

    Raises:
        NotFound: there is no such cohort.
        Conflict: a run for the cohort is under way, there is nobody to issue for, or the company has no name yet.
    """
    cohort_by_id(cohort_id)
    if names_example():
        raise Conflict(
            _(
                "These certificates would name an invented company, or its signatory. "
                "Set both under Company facts first, then issue."
            )
        )
    if not people:
        raise Conflict(_("Nobody in this cohort has anything to be issued. The page says what each person lacks."))
    open_run = sa.select(IssueRun.id).where(IssueRun.cohort_id == cohort_id, IssueRun.closed_at.is_(None))
    if db.session.scalar(open_run.limit(1)) is not None:
        raise Conflict(_("Certificates of this cohort are being issued right now. Wait until that is done."))
    run = IssueRun(id=new_id(), cohort_id=cohort_id, actor_id=actor.id, started_at=now())
    db.session.add(run)
    db.session.flush()
    db.session.add_all(
        IssueItem(run_id=run.id, person_id=person, programme=programme) for person, programme in sorted(set(people))
    )
    audit.record("certificates.issue-run", actor=actor.id, run=str(run.id), cohort=cohort_id, people=len(set(people)))
    enqueue(ISSUE_JOB, {"run": str(run.id)}, slot=f"{ISSUE_JOB}:{run.id}")
    db.session.flush()
    return run.id


def issue_next(run_id: uuid.UUID, most: int = BATCH) -> int:
    """Issue for the next people of a run, in one transaction, and return how many there were; 0 when nobody is left.

    Raises:
        NotFound: there is no such run.
    """
    run = db.session.get(IssueRun, run_id)
    if run is None:
        raise NotFound
    items = db.session.scalars(
        sa.select(IssueItem)
        .where(IssueItem.run_id == run_id, IssueItem.state == ItemState.WAITING)
        .order_by(IssueItem.person_id, IssueItem.programme)
        .limit(most)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    for item in items:
        item.issued = len(issue_due_awards(item.person_id, item.programme, run.actor_id, drawn_later=True))
        item.state = ItemState.ISSUED if item.issued else ItemState.NOTHING_DUE
    db.session.flush()
    return len(items)


def keep_documents(files: Mapping[uuid.UUID, tuple[str, int]]) -> None:
    """Record drawn files (SHA-256 and size by award) in one transaction; those kept already stay."""
    existing = set(db.session.scalars(sa.select(AwardDocument.award_id).where(AwardDocument.award_id.in_(files))))
    sign_awards(files)
    db.session.add_all(
        AwardDocument(award_id=award, sha256=digest, size=size, issued_at=now())
        for award, (digest, size) in files.items()
        if award not in existing
    )
    db.session.flush()


def note_problem(run_id: uuid.UUID, award_id: uuid.UUID, problem: str) -> None:
    """Say on the run's page why the file of an award could not be drawn."""
    person, programme = db.session.execute(
        sa.select(Award.person_id, Award.programme).where(Award.id == award_id)
    ).one()
    item = db.session.get(IssueItem, (run_id, person, programme))
    if item is not None:
        item.problem = problem[:200]


def close_run(run_id: uuid.UUID) -> None:
    """Mark a run as done."""
    run = db.session.get(IssueRun, run_id)
    if run is not None and run.closed_at is None:
        run.closed_at = now()

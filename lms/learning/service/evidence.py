"""Recording evidence: the one way anything counts as learned."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from lms.catalog.rules.content import Module, Step
from lms.infra.clock import now
from lms.infra.db import db
from lms.infra.events import publish
from lms.learning.events import EvidenceRecorded, ModuleCompleted, StepCompleted
from lms.learning.models import Cycle, Evidence, StepProgress
from lms.learning.queries.catalogue import locate_step
from lms.learning.rules.evidence import COMPLETES, Result, Source, credited_minutes
from lms.learning.service.projections import refresh_module, refresh_step
from lms.shared.errors import NotFound
from lms.shared.ids import new_id


@dataclass(frozen=True, slots=True)
class Claim:
    """What happened, before it is a row. `score` is in basis points; `minutes` None means as declared."""

    cycle_id: uuid.UUID
    step: str
    result: Result
    source: Source
    occurred_at: datetime
    actor_id: uuid.UUID | None
    score: int | None = None
    minutes: int | None = None
    reference: str = ""
    reason: str = ""
    supersedes: uuid.UUID | None = None
    valid_until: date | None = None
    # The release it happened under, where that is not the current one.
    release: str | None = None
    details: dict[str, Any] = field(default_factory=dict)


def record_evidence(claim: Claim) -> Evidence:
    """Add a row to the ledger, bring the projections up to date and tell the rooms above, in this transaction.

    Raises:
        NotFound: the cycle or the step does not exist.
    """
    cycle = lock_cycle(claim.cycle_id)
    place = locate_step(claim.step)
    if place is None:
        raise NotFound
    completed = _completed_steps(cycle, place.module)
    row = Evidence(
        id=new_id(),
        person_id=cycle.person_id,
        cycle=cycle.name,
        programme=cycle.programme,
        release=claim.release or place.release,
        course=place.course.id,
        module=place.module.id,
        step=place.step.id,
        kind=place.step.kind,
        result=claim.result,
        score=claim.score,
        credited_minutes=_minutes(claim, place.module, place.step, completed),
        source=claim.source,
        reference=claim.reference,
        details=claim.details,
        occurred_at=claim.occurred_at,
        recorded_at=now(),
        actor_id=claim.actor_id,
        reason=claim.reason,
        supersedes=claim.supersedes,
        valid_until=claim.valid_until,
    )
    db.session.add(row)
    db.session.flush()
    _announce(cycle, row, place.module, place.step)
    return row


def lock_cycle(cycle_id: uuid.UUID) -> Cycle:
    """Return the cycle, held until the transaction ends: what completes together is judged one after the other.

    Raises:
        NotFound: there is no such cycle.
    """
    cycle = db.session.get(Cycle, cycle_id, with_for_update=True, populate_existing=True)
    if cycle is None:
        raise NotFound
    return cycle


def _announce(cycle: Cycle, row: Evidence, module: Module, step: Step) -> None:
    was_complete = refresh_step(cycle.person_id, cycle.name, step.id)
    module_now_complete = refresh_module(cycle, module)
    publish(
        EvidenceRecorded(
            evidence_id=row.id,
            person_id=cycle.person_id,
            programme=cycle.programme,
            cycle=cycle.name,
            course=row.course,
            module=row.module,
            step=row.step,
            kind=row.kind,
            result=row.result,
            completes=row.result in COMPLETES,
            occurred_at=row.occurred_at,
        )
    )
    if row.result in COMPLETES and not was_complete:
        publish(
            StepCompleted(
                cycle.person_id,
                cycle.programme,
                cycle.name,
                row.course,
                row.module,
                row.step,
                row.kind,
                row.occurred_at,
            )
        )
    if module_now_complete:
        publish(ModuleCompleted(cycle.person_id, cycle.programme, cycle.name, module.id, row.occurred_at))


def _completed_steps(cycle: Cycle, module: Module) -> frozenset[str]:
    return frozenset(
        db.session.scalars(
            sa.select(StepProgress.step).where(
                StepProgress.person_id == cycle.person_id,
                StepProgress.cycle == cycle.name,
                StepProgress.module == module.id,
            )
        )
    )


def _minutes(claim: Claim, module: Module, step: Step, completed: frozenset[str]) -> int:
    if claim.result not in COMPLETES or claim.result is Result.EXCUSED or step.id in completed:
        return 0
    return credited_minutes(module, step, completed) if claim.minutes is None else claim.minutes

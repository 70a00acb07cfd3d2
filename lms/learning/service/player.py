"""What a reader's own click completes."""

from __future__ import annotations

from lms.learning.kinds import StepContext
from lms.learning.models import Evidence
from lms.learning.rules.evidence import Result, Source
from lms.learning.service.evidence import Claim, record_evidence


def complete_step(context: StepContext, *, score: int | None = None, reference: str = "") -> Evidence | None:
    """Record that the actor finished the step themselves; None where it was complete already."""
    if context.completed_at is not None:
        return None
    return record_evidence(
        Claim(
            cycle_id=context.cycle_id,
            step=context.step.id,
            result=Result.COMPLETED,
            source=Source.PLAYER,
            occurred_at=context.now,
            actor_id=context.actor.id,
            score=score,
            reference=reference,
            release=context.release,
        )
    )

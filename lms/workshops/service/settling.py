"""When a signed sheet becomes evidence: at once, or as soon as the learner's log is complete too."""

from __future__ import annotations

import uuid

import sqlalchemy as sa

from lms.infra.clock import now
from lms.infra.db import db
from lms.learning.rules.evidence import COMPLETES, Result, Source
from lms.learning.service.evidence import Claim, record_evidence
from lms.workshops.models.observations import Observation, SignedSheet
from lms.workshops.queries.observations import latest_evidence, log_entries, sign_off_reference
from lms.workshops.queries.steps import live_step
from lms.workshops.rules.log import log_of
from lms.workshops.rules.observation import from_json


def settle(sheet: SignedSheet, step: str) -> uuid.UUID | None:
    """Bring the ledger into line with a signed sheet; return the new evidence, or None where nothing changed.

    Enough and the log complete: signed. Enough and the log open: nothing yet. Not enough: "not yet". An amendment that
    turns the outcome supersedes the row before.
    """
    result = _result(sheet, step)
    if result is None:
        return None
    reference = sign_off_reference(sheet.observation_id, sheet.person_id)
    before = latest_evidence(reference)
    levels = dict(from_json(sheet.sheet).levels)
    if before is not None and (before.result, before.levels) == (result, levels):
        return None
    row = record_evidence(
        Claim(
            cycle_id=sheet.cycle_id,
            step=step,
            result=result,
            source=Source.SIGN_OFF if before is None else Source.CORRECTION,
            occurred_at=now(),
            actor_id=sheet.signed_by,
            reference=reference,
            reason=sheet.reason,
            supersedes=before.id if before else None,
            # What was seen of each row of the rubric: levels of certificates may ask for it.
            details={"levels": levels} if levels else {},
        )
    )
    return row.id


def settle_waiting(cycle_id: uuid.UUID, step: str) -> None:
    """Turn sheets that waited for a learner's log into evidence."""
    latest = (
        sa.select(SignedSheet.observation_id, sa.func.max(SignedSheet.version).label("version"))
        .where(SignedSheet.cycle_id == cycle_id)
        .group_by(SignedSheet.observation_id)
        .subquery()
    )
    sheets = db.session.scalars(
        sa.select(SignedSheet)
        .join(Observation, Observation.id == SignedSheet.observation_id)
        .join(
            latest,
            sa.and_(latest.c.observation_id == SignedSheet.observation_id, latest.c.version == SignedSheet.version),
        )
        .where(SignedSheet.cycle_id == cycle_id, Observation.step == step, SignedSheet.enough.is_(True))
        .order_by(SignedSheet.signed_at)
    ).all()
    for sheet in sheets:
        if settle(sheet, step) is not None:
            return


def _result(sheet: SignedSheet, step: str) -> Result | None:
    if not sheet.enough:
        return Result.NOT_YET
    log = log_of(live_step(step, "observation").step.settings)
    written = log.count(list(log_entries(sheet.cycle_id, step).values())) if log else 0
    complete = log is None or written >= log.entries
    return Result.SIGNED if complete or _counts_already(sheet) else None


def _counts_already(sheet: SignedSheet) -> bool:
    before = latest_evidence(sign_off_reference(sheet.observation_id, sheet.person_id))
    return before is not None and before.result in COMPLETES

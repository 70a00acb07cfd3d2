"""Waiving a criterion and deciding on a gate: both stay visible for ever."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from lms.accounts.rules.actor import Actor, Role
from lms.infra import audit
from lms.infra.clock import now
from lms.infra.db import db
from lms.infra.i18n import _
from lms.readiness.models import GateDecision, GateWaiver
from lms.readiness.rules.criteria import Criterion, Decision, Gate, GateResult, Inputs, Result
from lms.readiness.rules.gates import FORMULA
from lms.shared.errors import Invalid, Refused
from lms.shared.ids import new_id

SHORTEST_REASON = 10
LONGEST_WAIVER = timedelta(days=92)


@dataclass(frozen=True, slots=True)
class WaiverDraft:
    """What a sponsor waives: one criterion of one gate, why, and through which day."""

    gate: Gate
    criterion: Criterion
    reason: str
    expires_on: date


@dataclass(frozen=True, slots=True)
class DecisionDraft:
    """What is decided on a gate, who was consulted, and a note."""

    gate: Gate
    decision: Decision
    note: str
    consulted: str


def waive(actor: Actor, wave_id: str, draft: WaiverDraft, today: date) -> None:
    """Waive one criterion until a day.

    Raises:
        Refused: the actor is not a sponsor.
        Invalid: no reason, or a last day that is over or further than three months away.
    """
    if not actor.has(Role.SPONSOR):
        raise Refused(_("Only a sponsor can waive what a gate asks."))
    problems = {}
    if len(draft.reason.strip()) < SHORTEST_REASON:
        problems["reason"] = _("Say in a sentence why the risk is acceptable: everybody who reads the gate sees it.")
    if not today <= draft.expires_on <= today + LONGEST_WAIVER:
        problems["expires_on"] = _("Give a day from today and within three months.")
    if problems:
        raise Invalid(fields=problems)
    db.session.add(
        GateWaiver(
            id=new_id(),
            wave_id=wave_id,
            gate=draft.gate,
            criterion=draft.criterion,
            reason=draft.reason.strip()[:400],
            expires_on=draft.expires_on,
            sponsor_id=actor.id,
            granted_at=now(),
        )
    )
    audit.record("gate.waived", actor=actor.id, wave=wave_id, gate=draft.gate, criterion=draft.criterion)
    db.session.flush()


def decide(actor: Actor, wave_id: str, draft: DecisionDraft, judged: GateResult, inputs: Inputs) -> None:
    """Record a decision with a snapshot of the gate as it stands in this transaction.

    Raises:
        Invalid: go is decided on a gate that fails, or on another gate than was judged.
    """
    if draft.decision is Decision.GO and not judged.verdict.holds:
        raise Invalid(
            fields={
                "decision": _("This gate fails. Mend what is missing, have a sponsor waive it, or decide otherwise.")
            }
        )
    db.session.add(
        GateDecision(
            id=new_id(),
            wave_id=wave_id,
            gate=judged.gate,
            decision=draft.decision,
            note=draft.note.strip()[:1000],
            consulted=draft.consulted.strip()[:400],
            formula=FORMULA,
            snapshot=snapshot(judged, inputs),
            decided_by=actor.id,
            decided_at=now(),
        )
    )
    audit.record("gate.decided", actor=actor.id, wave=wave_id, gate=judged.gate, decision=draft.decision)
    db.session.flush()


def snapshot(judged: GateResult, inputs: Inputs) -> dict[str, Any]:
    """Return a gate with its inputs as plain JSON; figures are exact fractions as text."""
    return {
        "verdict": judged.verdict.value,
        "today": inputs.today.isoformat(),
        "go_live": inputs.go_live.isoformat(),
        "criteria": [_plain(result) for result in judged.results],
    }


def _plain(result: Result) -> dict[str, Any]:
    return {
        "criterion": result.criterion.value,
        "verdict": result.verdict.value,
        "actual": None if result.actual is None else str(result.actual),
        "least": None if result.bound.least is None else str(result.bound.least),
        "most": None if result.bound.most is None else str(result.bound.most),
        "unit": result.unit.value,
        "sample": result.sample,
    }

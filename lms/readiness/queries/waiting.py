"""Waves whose gates wait for somebody to decide."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from lms.cohorts.rules.calendar import PlannedWave
from lms.infra.db import db
from lms.readiness.models import GateDecision
from lms.readiness.queries.wave import waves_by_go_live
from lms.readiness.rules.criteria import Decision, Gate
from lms.readiness.rules.due import gates_due


@dataclass(frozen=True, slots=True)
class WaitingGates:
    """A wave and its gates that are due and not decided; one on hold is to be decided again."""

    wave: PlannedWave
    gates: tuple[Gate, ...]


def gates_waiting(today: date) -> tuple[WaitingGates, ...]:
    """Return the waves with gates to decide, the next to go live first. Two statements."""
    decided: dict[tuple[str, Gate], Decision] = {
        (row.wave_id, row.gate): row.decision
        for row in db.session.execute(
            sa.select(GateDecision.wave_id, GateDecision.gate, GateDecision.decision).order_by(
                GateDecision.decided_at, GateDecision.id
            )
        )
    }
    found = []
    for wave in waves_by_go_live(today):
        due = gates_due(wave.number, wave.go_live, today)
        gates = tuple(gate for gate in due if decided.get((wave.id, gate), Decision.HOLD) is Decision.HOLD)
        if gates:
            found.append(WaitingGates(wave, gates))
    return tuple(found)

"""What the gates look at, and what was waived and decided on them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

import sqlalchemy as sa

from lms.accounts.models.people import Profile
from lms.catalog.queries import current_company
from lms.cohorts.rules.calendar import PlannedWave
from lms.infra.db import db
from lms.readiness.models import AdoptionFigure, GateDecision, GateFact, GateWaiver
from lms.readiness.rules.adoption import AdoptionWeek, Limits, figures
from lms.readiness.rules.adoption_file import AMOUNTS, COUNTS
from lms.readiness.rules.coverage import Coverage
from lms.readiness.rules.criteria import Cover, Criterion, Decision, Gate, Inputs
from lms.readiness.rules.trained import Trained

_FIGURES = (AdoptionFigure.monday, AdoptionFigure.function, AdoptionFigure.site)
# Facts of the company that are thresholds of gates, in per cent.
_LIMITS = {"error_rate_goal": "error", "error_rate_rollback": "rollback"}


@dataclass(frozen=True, slots=True)
class WaiverLine:
    """A waiver as it is shown for ever; `running` until its last day is over."""

    gate: Gate
    criterion: Criterion
    reason: str
    expires_on: date
    sponsor: str
    granted_at: datetime
    running: bool


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """A decision with the snapshot it was taken on."""

    id: uuid.UUID
    gate: Gate
    decision: Decision
    note: str
    consulted: str
    formula: str
    snapshot: dict[str, Any]
    decided_by: str
    decided_at: datetime


def gate_inputs(
    wave: PlannedWave, coverage: Coverage, following: Coverage | None, trained: Trained | None, today: date
) -> Inputs:
    """Return everything the gates of a wave look at on a day; `following` is the coverage of the wave after it."""
    return Inputs(
        today=today,
        go_live=wave.go_live,
        facts=_facts(wave.id),
        weeks=figures(_weeks(wave.id)),
        cover=_cover(coverage),
        next_cover=_cover(following) if following else None,
        trained=trained,
        waived=frozenset((waiver.gate, waiver.criterion) for waiver in waivers(wave.id, today) if waiver.running),
        limits=company_limits(),
    )


def company_limits() -> Limits:
    """Return the thresholds with what the company's facts say of them."""
    facts = current_company().facts
    said: dict[str, Any] = {
        field: Fraction(number) / 100
        for name, field in _LIMITS.items()
        if name in facts and (number := facts[name].number()) is not None
    }
    return Limits(**said)


def waivers(wave_id: str, today: date) -> tuple[WaiverLine, ...]:
    """Return every waiver ever given for a wave, the latest first."""
    rows = db.session.execute(
        sa.select(
            GateWaiver.gate,
            GateWaiver.criterion,
            GateWaiver.reason,
            GateWaiver.expires_on,
            sa.func.coalesce(Profile.name, ""),
            GateWaiver.granted_at,
        )
        .outerjoin(Profile, Profile.person_id == GateWaiver.sponsor_id)
        .where(GateWaiver.wave_id == wave_id)
        .order_by(GateWaiver.granted_at.desc(), GateWaiver.id.desc())
    )
    return tuple(WaiverLine(*row, running=row.expires_on >= today) for row in rows)


def decisions(wave_id: str) -> tuple[DecisionLine, ...]:
    """Return every decision on a wave's gates, the latest first."""
    rows = db.session.execute(
        sa.select(
            GateDecision.id,
            GateDecision.gate,
            GateDecision.decision,
            GateDecision.note,
            GateDecision.consulted,
            GateDecision.formula,
            GateDecision.snapshot,
            sa.func.coalesce(Profile.name, ""),
            GateDecision.decided_at,
        )
        .outerjoin(Profile, Profile.person_id == GateDecision.decided_by)
        .where(GateDecision.wave_id == wave_id)
        .order_by(GateDecision.decided_at.desc(), GateDecision.id.desc())
    )
    return tuple(DecisionLine(*row) for row in rows)


def _facts(wave_id: str) -> dict[str, Fraction]:
    rows = db.session.execute(
        sa.select(GateFact.name, GateFact.value)
        .where(GateFact.wave_id == wave_id)
        .order_by(GateFact.recorded_at, GateFact.id)
    )
    return {name.value: Fraction(value) for name, value in rows}


def _weeks(wave_id: str) -> list[AdoptionWeek]:
    columns = [getattr(AdoptionFigure, name) for name in (*COUNTS, *AMOUNTS)]
    rows = db.session.execute(
        sa.select(*_FIGURES, *columns).where(AdoptionFigure.wave_id == wave_id).order_by(*_FIGURES)
    )
    return [AdoptionWeek(**row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's public name for it


def _cover(coverage: Coverage) -> Cover | None:
    teams = coverage.rostered_teams
    if not teams:
        return None
    return Cover(
        rostered=coverage.rostered,
        ready=coverage.ready,
        teams=len(teams),
        without_champion=sum(1 for team in teams if team.champions.missing),
        without_approver=sum(1 for team in teams if team.open_gates),
    )

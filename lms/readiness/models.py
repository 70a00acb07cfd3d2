"""What the tools' logs and the people behind a rollout report, and what was decided on it."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.infra.db import Model
from lms.readiness.rules.criteria import Criterion, Decision, Gate
from lms.shared.ids import new_id

MONEY = sa.Numeric(14, 2)


class AdoptionFigure(Model):
    """One function at one site in one week of a wave, as last imported; an empty site is all of them."""

    __tablename__ = "adoption_figure"
    __table_args__ = (sa.UniqueConstraint("wave_id", "monday", "function", "site"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    wave_id: Mapped[str] = mapped_column(sa.ForeignKey("wave.id"))
    monday: Mapped[date]
    function: Mapped[str] = mapped_column(sa.String(60))
    site: Mapped[str] = mapped_column(sa.String(60), default="")
    assigned_users: Mapped[int | None]
    active_users: Mapped[int | None]
    eligible_tasks: Mapped[int | None]
    ai_tasks: Mapped[int | None]
    corrected: Mapped[int | None]
    escalated: Mapped[int | None]
    mandated: Mapped[int | None]
    minutes_ai: Mapped[int | None]
    minutes_manual: Mapped[int | None]
    cost: Mapped[Decimal | None] = mapped_column(MONEY)
    opinions: Mapped[int | None]
    satisfaction: Mapped[Decimal | None] = mapped_column(sa.Numeric(4, 3))
    margin_breaches: Mapped[int | None]
    latency_breaches: Mapped[int | None]
    imported_at: Mapped[datetime]


class GateFact(Model):
    """Something about a wave that people know and no log says. Append-only: the latest row of a name counts."""

    __tablename__ = "gate_fact"
    __table_args__ = (sa.Index("ix__gate_fact__wave", "wave_id", "name"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    wave_id: Mapped[str] = mapped_column(sa.ForeignKey("wave.id"))
    name: Mapped[Criterion]
    value: Mapped[Decimal] = mapped_column(sa.Numeric(14, 4))
    evidence: Mapped[str] = mapped_column(sa.String(500), default="")
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))


class GateWaiver(Model):
    """A sponsor's waiver of one criterion of one gate, with its reason, through `expires_on`. Never deleted."""

    __tablename__ = "gate_waiver"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    wave_id: Mapped[str] = mapped_column(sa.ForeignKey("wave.id"), index=True)
    gate: Mapped[Gate]
    criterion: Mapped[Criterion]
    reason: Mapped[str] = mapped_column(sa.String(400))
    expires_on: Mapped[date]
    sponsor_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    granted_at: Mapped[datetime]


class GateDecision(Model):
    """A decision on a gate with everything it was taken on, as it stood. Never changed."""

    __tablename__ = "gate_decision"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    wave_id: Mapped[str] = mapped_column(sa.ForeignKey("wave.id"), index=True)
    gate: Mapped[Gate]
    decision: Mapped[Decision]
    note: Mapped[str] = mapped_column(sa.String(1000), default="")
    consulted: Mapped[str] = mapped_column(sa.String(400), default="")
    formula: Mapped[str] = mapped_column(sa.String(20))
    snapshot: Mapped[dict[str, Any]]
    decided_by: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    decided_at: Mapped[datetime]

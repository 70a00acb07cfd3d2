"""Rollouts, waves and cohorts for tests."""

from __future__ import annotations

from datetime import date

from lms.accounts.rules.actor import Actor
from lms.cohorts.models import Rollout
from lms.cohorts.service.cohorts import CohortDraft, create_cohort
from lms.cohorts.service.plan import WaveDraft, create_rollout, create_wave
from lms.infra.db import db


def make_wave(
    actor: Actor,
    title: str = "Pilot",
    number: int = 0,
    training_start: date = date(2026, 2, 16),
    go_live: date = date(2026, 5, 4),
    **more,
) -> str:
    """Return a planned wave of the test's one rollout."""
    rollout = db.session.query(Rollout).first()
    rollout_id = rollout.id if rollout else create_rollout(actor, "AI at work")
    return create_wave(actor, WaveDraft(rollout_id, title, number, training_start, go_live, **more))


def make_cohort(
    actor: Actor,
    title: str = "Service North",
    wave: str | None = None,
    function: str = "customer-service",
    site: str = "north",
    programme: str = "customer-service",
    seats: int = 15,
) -> str:
    """Return a cohort, of a new pilot wave where none is given."""
    return create_cohort(actor, CohortDraft(wave or make_wave(actor), title, function, site, programme, seats))

"""Rollouts, waves and peak periods."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from lms.cohorts.models import PeakPeriod, Rollout, Wave
from lms.cohorts.rules.calendar import Peak, PlannedWave
from lms.cohorts.rules.periods import Period
from lms.infra.db import db
from lms.shared.errors import NotFound


@dataclass(frozen=True, slots=True)
class RolloutLine:
    """A rollout with its waves in order of number."""

    id: str
    title: str
    waves: tuple[PlannedWave, ...]


def rollouts() -> tuple[RolloutLine, ...]:
    """Return every rollout with its waves, the oldest first. Two statements."""
    by_rollout: dict[str, list[PlannedWave]] = {}
    for wave in db.session.scalars(sa.select(Wave).order_by(Wave.number)):
        by_rollout.setdefault(wave.rollout_id, []).append(as_planned(wave))
    rows = db.session.execute(sa.select(Rollout.id, Rollout.title).order_by(Rollout.created_at, Rollout.id))
    return tuple(RolloutLine(key, title, tuple(by_rollout.get(key, ()))) for key, title in rows)


def waves() -> tuple[PlannedWave, ...]:
    """Return every wave, the one that goes live first before the others."""
    return tuple(as_planned(wave) for wave in db.session.scalars(sa.select(Wave).order_by(Wave.go_live, Wave.id)))


def wave_by_id(wave_id: str) -> Wave:
    """Return a wave.

    Raises:
        NotFound: there is none.
    """
    wave = db.session.get(Wave, wave_id)
    if wave is None:
        raise NotFound
    return wave


def peaks() -> tuple[Peak, ...]:
    """Return every peak period, in order of its first day."""
    rows = db.session.scalars(sa.select(PeakPeriod).order_by(PeakPeriod.starts_on, PeakPeriod.id))
    return tuple(as_peak(row) for row in rows)


def peak_by_id(peak_id: uuid.UUID) -> PeakPeriod:
    """Return a peak period.

    Raises:
        NotFound: there is none.
    """
    peak = db.session.get(PeakPeriod, peak_id)
    if peak is None:
        raise NotFound
    return peak


def earliest_day_of_interest(today: date) -> date:
    """Return the day a calendar begins with: the first training of a wave that is not long over, at most `today`."""
    first = db.session.scalar(sa.select(sa.func.min(Wave.training_start)).where(Wave.go_live >= today))
    return min(first, today) if first else today


def as_planned(wave: Wave) -> PlannedWave:
    """Return a stored wave as the rules take it."""
    return PlannedWave(
        wave.id, wave.title, wave.number, wave.training_start, wave.go_live, tuple(wave.functions), tuple(wave.sites)
    )


def as_peak(peak: PeakPeriod) -> Peak:
    """Return a stored peak period as the rules take it."""
    return Peak(str(peak.id), peak.label, Period(peak.starts_on, peak.ends_on), tuple(peak.sites))

"""Planning rollouts, waves and peak periods."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from lms.accounts.rules.actor import Actor
from lms.cohorts.events import DueDateChanged
from lms.cohorts.models import Cohort, CohortMember, PeakPeriod, Rollout, Wave
from lms.cohorts.queries.plan import peak_by_id, wave_by_id
from lms.cohorts.rules.slugs import slug_for
from lms.infra import audit
from lms.infra.clock import now
from lms.infra.db import db
from lms.infra.events import publish
from lms.infra.i18n import _
from lms.shared.errors import Invalid, NotFound
from lms.shared.ids import new_id


@dataclass(frozen=True, slots=True)
class WaveDraft:
    """A wave as a coordinator describes it. No functions or sites means all of them."""

    rollout_id: str
    title: str
    number: int
    training_start: date
    go_live: date
    functions: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PeakDraft:
    """A peak period as a coordinator describes it; both days belong to it."""

    label: str
    first_day: date
    last_day: date
    sites: tuple[str, ...] = ()


def create_rollout(actor: Actor, title: str) -> str:
    """Start a rollout and return its id."""
    rollout_id = slug_for(title, frozenset(db.session.scalars(sa.select(Rollout.id))), "rollout")
    db.session.add(Rollout(id=rollout_id, title=title, created_at=now()))
    audit.record("rollout.created", actor=actor.id, rollout=rollout_id)
    db.session.flush()
    return rollout_id


def create_wave(actor: Actor, draft: WaveDraft) -> str:
    """Plan a wave and return its id.

    Raises:
        NotFound: there is no such rollout.
        Invalid: go-live is not after the start of training, or the number is taken.
    """
    if db.session.get(Rollout, draft.rollout_id) is None:
        raise NotFound
    _check_wave(draft, None)
    wave_id = slug_for(draft.title, frozenset(db.session.scalars(sa.select(Wave.id))), "wave")
    wave = Wave(id=wave_id)
    _describe(wave, draft)
    db.session.add(wave)
    audit.record("wave.created", actor=actor.id, wave=wave_id, go_live=draft.go_live.isoformat())
    db.session.flush()
    return wave_id


def change_wave(actor: Actor, wave_id: str, draft: WaveDraft) -> None:
    """Change a wave; where its dates move, its members' due dates move with them.

    Raises:
        NotFound: there is no such wave.
        Invalid: go-live is not after the start of training, or the number is taken.
    """
    wave = wave_by_id(wave_id)
    _check_wave(draft, wave_id)
    moved = (wave.training_start, wave.go_live) != (draft.training_start, draft.go_live)
    _describe(wave, draft)
    audit.record("wave.changed", actor=actor.id, wave=wave_id, go_live=draft.go_live.isoformat())
    db.session.flush()
    if moved:
        announce_due_dates(wave_id)


def announce_due_dates(wave_id: str, cohort_id: str | None = None) -> None:
    """Tell the rooms above that the due dates of a wave's present and coming members (of one cohort) may have moved."""
    query = (
        sa.select(CohortMember.person_id, CohortMember.cohort_id, CohortMember.programme)
        .join(Cohort, Cohort.id == CohortMember.cohort_id)
        .where(Cohort.wave_id == wave_id, CohortMember.valid_to.is_(None))
    )
    if cohort_id is not None:
        query = query.where(Cohort.id == cohort_id)
    for person_id, member_of, programme in db.session.execute(query).all():
        publish(DueDateChanged(person_id, member_of, programme))


def create_peak(actor: Actor, draft: PeakDraft) -> uuid.UUID:
    """Declare a peak period and return its key.

    Raises:
        Invalid: it ends before it begins.
    """
    _check_peak(draft)
    peak = PeakPeriod(id=new_id())
    _declare(peak, draft)
    db.session.add(peak)
    audit.record("peak.created", actor=actor.id, peak=peak.id.hex, first_day=draft.first_day.isoformat())
    db.session.flush()
    return peak.id


def change_peak(actor: Actor, peak_id: uuid.UUID, draft: PeakDraft) -> None:
    """Change a peak period.

    Raises:
        NotFound: there is none.
        Invalid: it ends before it begins.
    """
    peak = peak_by_id(peak_id)
    _check_peak(draft)
    _declare(peak, draft)
    audit.record("peak.changed", actor=actor.id, peak=peak_id.hex, first_day=draft.first_day.isoformat())
    db.session.flush()


def remove_peak(actor: Actor, peak_id: uuid.UUID) -> None:
    """Take a peak period off the calendar.

    Raises:
        NotFound: there is none.
    """
    db.session.delete(peak_by_id(peak_id))
    audit.record("peak.removed", actor=actor.id, peak=peak_id.hex)
    db.session.flush()


def _check_wave(draft: WaveDraft, wave_id: str | None) -> None:
    fields = {}
    if draft.go_live <= draft.training_start:
        fields["go_live"] = _("Go-live must come after the first day of training. Choose a later day.")
    query = sa.select(Wave.title).where(Wave.rollout_id == draft.rollout_id, Wave.number == draft.number)
    if wave_id is not None:
        query = query.where(Wave.id != wave_id)
    taken = db.session.scalar(query)
    if taken is not None:
        fields["number"] = _("“%(title)s” already has number %(n)s. Choose another.", title=taken, n=draft.number)
    if fields:
        raise Invalid(fields=fields)


def _check_peak(draft: PeakDraft) -> None:
    if draft.last_day < draft.first_day:
        raise Invalid(fields={"last_day": _("The last day is before the first one. Choose a later day.")})


def _describe(wave: Wave, draft: WaveDraft) -> None:
    wave.rollout_id, wave.title, wave.number = draft.rollout_id, draft.title, draft.number
    wave.training_start, wave.go_live = draft.training_start, draft.go_live
    wave.functions, wave.sites = list(draft.functions), list(draft.sites)


def _declare(peak: PeakPeriod, draft: PeakDraft) -> None:
    peak.label, peak.starts_on, peak.sites = draft.label, draft.first_day, list(draft.sites)
    peak.ends_on = date.fromordinal(draft.last_day.toordinal() + 1)

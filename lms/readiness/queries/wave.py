"""One wave on the day it is asked about: its coverage, and whose names a reader may see in it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from lms.accounts.queries.periods import valid_on
from lms.accounts.queries.scope import people_in_scope
from lms.accounts.rules.actor import Actor
from lms.accounts.rules.permissions import Permission, Relation, relations
from lms.cohorts.models import Cohort, CohortMember, Wave
from lms.cohorts.queries.plan import as_planned, wave_by_id
from lms.cohorts.rules.calendar import PlannedWave
from lms.infra.db import db
from lms.readiness.queries.leaders import Leaders, gates_of_functions, leaders_of
from lms.readiness.queries.people import WavePeople, wave_people
from lms.readiness.queries.trained import trained_in_rollout
from lms.readiness.rules.coverage import Coverage, Member, cover, narrowed
from lms.readiness.rules.trained import Trained


@dataclass(frozen=True, slots=True)
class WaveReadiness:
    """A wave as one reader sees it.

    `coverage` counts whom the reader may count; `whole` says whether that is everybody. `names` holds the people they
    may know by name, and the champions and approvers, by key. `trained` is for readers of the whole.
    """

    wave: PlannedWave
    needed_on: date
    coverage: Coverage
    whole: bool
    names: Mapping[str, str]
    trained: Trained | None = None


def needed_day(wave: PlannedWave, today: date) -> date:
    """Return the day readiness is judged for: go-live, or today where the wave is live."""
    return max(wave.go_live, today)


def wave_readiness(actor: Actor, wave_id: str, today: date) -> WaveReadiness:
    """Return a wave's readiness as the actor may see it. The number of statements does not depend on its people.

    Raises:
        NotFound: there is no such wave.
    """
    stored = wave_by_id(wave_id)
    wave = as_planned(stored)
    day = needed_day(wave, today)
    people = wave_people(wave_id, day, today)
    leaders = leaders_of(wave_id, day)
    coverage = _cover(people, leaders)
    counted, known = (_keys(actor, kind, today) for kind in (Permission.SEE_COUNTS, Permission.SEE_READINESS))
    return WaveReadiness(
        wave=wave,
        needed_on=day,
        coverage=coverage if counted is None else narrowed(coverage, counted),
        whole=counted is None,
        names={key: name for key, name in people.names.items() if known is None or key in known} | dict(leaders.names),
        trained=trained_in_rollout(stored.rollout_id, today) if counted is None else None,
    )


def whole_coverage(wave: PlannedWave, today: date) -> Coverage:
    """Return a wave's coverage with everybody in it, for what shows counts alone."""
    day = needed_day(wave, today)
    return _cover(wave_people(wave.id, day, today, fixes=False), leaders_of(wave.id, day))


def wave_after(wave: Wave) -> PlannedWave | None:
    """Return the next wave of the same rollout, or None."""
    following = db.session.scalars(
        sa.select(Wave)
        .where(Wave.rollout_id == wave.rollout_id, Wave.number > wave.number)
        .order_by(Wave.number)
        .limit(1)
    ).first()
    return as_planned(following) if following else None


def member_readiness(wave_id: str, person_id: uuid.UUID, today: date) -> tuple[PlannedWave, Member, str] | None:
    """Return the wave, one member of it with their five lines, and their name; None where they are not in it.

    Raises:
        NotFound: there is no such wave.
    """
    wave = as_planned(wave_by_id(wave_id))
    people = wave_people(wave_id, needed_day(wave, today), today, only=person_id)
    member = next(iter(people.members), None)
    return (wave, member, people.names[member.key]) if member else None


def wave_with(person_id: uuid.UUID, day: date) -> str | None:
    """Return the wave that a person goes live with, the latest where there are several; None without a cohort."""
    return db.session.scalar(
        sa.select(Wave.id)
        .join(Cohort, Cohort.wave_id == Wave.id)
        .join(CohortMember, CohortMember.cohort_id == Cohort.id)
        .where(CohortMember.person_id == person_id, valid_on(CohortMember, day))
        .order_by(Wave.go_live.desc(), Wave.id)
        .limit(1)
    )


def waves_by_go_live(today: date) -> tuple[PlannedWave, ...]:
    """Return every wave: the next to go live first, then those that are live, the latest first."""
    waves = [as_planned(wave) for wave in db.session.scalars(sa.select(Wave).order_by(Wave.go_live, Wave.id))]
    coming = [wave for wave in waves if wave.go_live >= today]
    return (*coming, *reversed([wave for wave in waves if wave.go_live < today]))


def _cover(people: WavePeople, leaders: Leaders) -> Coverage:
    return cover(people.members, leaders.champions, leaders.approvers, gates_of_functions())


def _keys(actor: Actor, permission: Permission, today: date) -> frozenset[str] | None:
    """Return the keys of those over whom the actor holds the permission; None for everybody."""
    if Relation.ANYONE in relations(actor, permission):
        return None
    return frozenset(str(person) for person in db.session.scalars(people_in_scope(actor, permission, today)))

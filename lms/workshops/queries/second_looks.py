"""Second looks: those that wait for a champion, one of them with both sheets, and who could be asked."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.accounts.models.people import Absence, Profile
from lms.accounts.queries.periods import employed, valid_on
from lms.accounts.rules.actor import Actor
from lms.cohorts.models import ChampionAppointment, Cohort, CohortMember
from lms.infra.db import db
from lms.shared.errors import NotFound
from lms.workshops.models.observations import Observation, SecondLook, SignedSheet
from lms.workshops.rules.observation import Observed, from_json
from lms.workshops.rules.second import OPEN_FOR, Candidate, LookState, state_of


@dataclass(frozen=True, slots=True)
class LookLine:
    """A look as lists show it."""

    id: uuid.UUID
    person_id: uuid.UUID
    name: str
    step: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Look:
    """A look with both sheets. `first` is what was signed at first, whatever was amended since; None until then."""

    id: uuid.UUID
    person_id: uuid.UUID
    name: str
    step: str
    release: str
    state: LookState
    asked_at: datetime
    first_observer: str
    second_observer: str
    first: Observed | None
    second: Observed
    second_signed_at: datetime | None

    @property
    def is_pair(self) -> bool:
        """Return whether both have signed."""
        return self.first is not None and self.state is LookState.SIGNED


def looks_waiting(observer_id: uuid.UUID, now: datetime) -> tuple[LookLine, ...]:
    """Return what a champion is asked to look at, the oldest first."""
    rows = db.session.execute(
        sa.select(SecondLook.id, SecondLook.person_id, Profile.name, SecondLook.step, SecondLook.asked_at)
        .join(Profile, Profile.person_id == SecondLook.person_id)
        .where(*_open(now), SecondLook.observer_id == observer_id)
        .order_by(SecondLook.asked_at, SecondLook.id)
    )
    return tuple(LookLine(*row) for row in rows)


def look_for(actor: Actor, look_id: uuid.UUID, now: datetime) -> Look:
    """Return a look for whoever is asked; the first observer sees it too, once both have signed.

    Raises:
        NotFound: there is none for the actor, or its thirty days are over.
    """
    row = db.session.get(SecondLook, look_id)
    if row is None:
        raise NotFound
    look = all_looks(now, look_id)[0]
    if row.observer_id == actor.id and look.state in {LookState.WAITING, LookState.SIGNED}:
        return look
    sitting = db.session.get_one(Observation, row.observation_id)
    if sitting.observer_id == actor.id and look.is_pair:
        return look
    raise NotFound


def all_looks(now: datetime, look_id: uuid.UUID | None = None) -> tuple[Look, ...]:
    """Return every look, or one, the latest first. One statement. People who are erased are in none."""
    first, second = aliased(Profile), aliased(Profile)
    query = (
        sa.select(
            SecondLook,
            Profile.name,
            Observation.release,
            sa.func.coalesce(first.name, ""),
            sa.func.coalesce(second.name, ""),
            SignedSheet.sheet,
        )
        .join(Profile, Profile.person_id == SecondLook.person_id)
        .join(Observation, Observation.id == SecondLook.observation_id)
        .outerjoin(first, first.person_id == Observation.observer_id)
        .outerjoin(second, second.person_id == SecondLook.observer_id)
        .outerjoin(
            SignedSheet,
            sa.and_(
                SignedSheet.observation_id == SecondLook.observation_id,
                SignedSheet.person_id == SecondLook.person_id,
                SignedSheet.version == 1,
            ),
        )
        .order_by(SecondLook.asked_at.desc(), SecondLook.id.desc())
    )
    if look_id is not None:
        query = query.where(SecondLook.id == look_id)
    return tuple(
        Look(
            id=row.id,
            person_id=row.person_id,
            name=name,
            step=row.step,
            release=release,
            state=state_of(row.observer_id, row.asked_at, row.signed_at, now),
            asked_at=row.asked_at,
            first_observer=first_observer,
            second_observer=second_observer,
            first=None if sheet is None else from_json(sheet),
            second=from_json(row.sheet),
            second_signed_at=row.signed_at,
        )
        for row, name, release, first_observer, second_observer, sheet in db.session.execute(query)
    )


def finished_looks(observation_id: uuid.UUID) -> dict[uuid.UUID, uuid.UUID]:
    """Return the looks of a sitting that are signed, by person."""
    rows = db.session.execute(
        sa.select(SecondLook.person_id, SecondLook.id).where(
            SecondLook.observation_id == observation_id, SecondLook.signed_at.is_not(None)
        )
    )
    return {person_id: look_id for person_id, look_id in rows}  # noqa: C416 - rows are not tuples to a type checker


def second_observers(person_id: uuid.UUID, day: date, now: datetime) -> tuple[Candidate, ...]:
    """Return the champions at work on a day, each once, and how near they are to a person."""
    cohorts = sa.select(CohortMember.cohort_id).where(CohortMember.person_id == person_id, valid_on(CohortMember, day))
    programmes = sa.select(CohortMember.programme).where(
        CohortMember.person_id == person_id, valid_on(CohortMember, day)
    )
    waiting = (
        sa.select(sa.func.count())
        .select_from(SecondLook)
        .where(*_open(now), SecondLook.observer_id == ChampionAppointment.person_id)
        .correlate(ChampionAppointment)
        .scalar_subquery()
    )
    absent = sa.exists().where(
        Absence.person_id == ChampionAppointment.person_id,
        Absence.starts_on <= day,
        sa.or_(Absence.ends_on.is_(None), Absence.ends_on > day),
    )
    rows = db.session.execute(
        sa.select(
            ChampionAppointment.person_id,
            ChampionAppointment.cohort_id.in_(cohorts),
            Cohort.programme.in_(programmes),
            waiting,
        )
        .join(Cohort, Cohort.id == ChampionAppointment.cohort_id)
        .join(Profile, Profile.person_id == ChampionAppointment.person_id)
        .where(valid_on(ChampionAppointment, day), ~absent, employed(day))
    )
    found: dict[uuid.UUID, Candidate] = {}
    for champion, same_cohort, same_programme, count in rows:
        one = Candidate(champion, bool(same_cohort), bool(same_programme), count)
        known = found.get(champion)
        if known is None or (one.same_cohort, one.same_programme) > (known.same_cohort, known.same_programme):
            found[champion] = one
    return tuple(found.values())


def _open(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return SecondLook.signed_at.is_(None), SecondLook.asked_at > now - OPEN_FOR

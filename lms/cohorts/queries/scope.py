"""A champion's colleagues: whose rows a champion may see."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from lms.accounts.models.people import Absence
from lms.accounts.queries.periods import valid_on
from lms.accounts.queries.scope import PersonIds
from lms.accounts.rules.actor import Actor
from lms.cohorts.models import ChampionAppointment, CohortMember


def colleagues_of(actor: Actor, day: date) -> PersonIds:
    """Return the members of the cohorts the actor champions on `day`, as champion or standing in for an absent one."""
    absent = (
        sa.exists()
        .where(
            Absence.person_id == ChampionAppointment.person_id,
            Absence.starts_on <= day,
            sa.or_(Absence.ends_on.is_(None), Absence.ends_on > day),
        )
        .correlate(ChampionAppointment)
    )
    return (
        sa.select(CohortMember.person_id)
        .join(ChampionAppointment, ChampionAppointment.cohort_id == CohortMember.cohort_id)
        .where(
            valid_on(ChampionAppointment, day),
            sa.or_(
                ChampionAppointment.person_id == actor.id,
                sa.and_(ChampionAppointment.deputy_id == actor.id, absent),
            ),
            valid_on(CohortMember, day),
            CohortMember.person_id != actor.id,
        )
    )

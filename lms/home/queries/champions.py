"""Who champions a person today."""

from __future__ import annotations

import uuid
from datetime import date

import sqlalchemy as sa

from lms.accounts.queries.periods import valid_on
from lms.cohorts.models import ChampionAppointment, CohortMember
from lms.infra.db import db


def champions_of(person_id: uuid.UUID, day: date) -> tuple[uuid.UUID, ...]:
    """Return the champions appointed to a person's cohorts on a day, never the person themselves."""
    return tuple(
        db.session.scalars(
            sa.select(ChampionAppointment.person_id)
            .join(CohortMember, CohortMember.cohort_id == ChampionAppointment.cohort_id)
            .where(
                CohortMember.person_id == person_id,
                valid_on(CohortMember, day),
                valid_on(ChampionAppointment, day),
                ChampionAppointment.person_id != person_id,
            )
            .distinct()
            .order_by(ChampionAppointment.person_id)
        )
    )

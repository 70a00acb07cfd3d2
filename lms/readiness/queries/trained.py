"""How far people have come in their initial training, counted in the database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from lms.accounts.models.people import Absence, Profile
from lms.accounts.queries.periods import staying
from lms.catalog.queries import current_catalogue
from lms.certification.queries.awards import awards_in_force
from lms.cohorts.models import Wave
from lms.infra.db import db
from lms.learning.models import Cycle, ModuleProgress
from lms.learning.queries.catalogue import releases_of
from lms.learning.rules.cycles import INITIAL
from lms.learning.rules.evidence import required_steps
from lms.readiness.queries.people import away_on
from lms.readiness.rules.trained import Trained

PILOT = 0


def modules_by_programme() -> dict[str, tuple[str, ...]]:
    """Return the modules of each role's initial training that ask for something, in order of study.

    What is studied beside a role (the champion course, the approver course) has no levels and is left out.
    """
    return {
        programme.id: tuple(
            module.id
            for release in releases_of(programme, INITIAL)
            for module in release.course.modules
            if required_steps(module, {programme.role})
        )
        for programme in current_catalogue().programmes
        if programme.levels
    }


def cycle_progress(modules: Mapping[str, tuple[str, ...]], before: datetime | None = None) -> sa.Subquery:
    """Return every open initial cycle of these programmes with how many of their modules are done and needed.

    Columns: person_id, programme, cohort_id, wave_id, due_on, done, needed; `done` counts what was completed `before`.
    """
    counts = sa.or_(
        sa.false(),
        *(sa.and_(Cycle.programme == name, ModuleProgress.module.in_(ids)) for name, ids in modules.items() if ids),
    )
    done = (
        sa.select(sa.func.count())
        .where(
            ModuleProgress.person_id == Cycle.person_id,
            ModuleProgress.cycle == Cycle.name,
            ModuleProgress.completed_at.is_not(None) if before is None else ModuleProgress.completed_at < before,
            counts,
        )
        .correlate(Cycle)
        .scalar_subquery()
    )
    return (
        sa.select(
            Cycle.person_id,
            Cycle.programme,
            Cycle.cohort_id,
            Cycle.wave_id,
            Cycle.due_on,
            done.label("done"),
            _needed(modules).label("needed"),
        )
        .where(Cycle.name == INITIAL, Cycle.closed_at.is_(None), Cycle.programme.in_(tuple(modules)))
        .subquery()
    )


def _needed(modules: Mapping[str, tuple[str, ...]]) -> sa.ColumnElement[int]:
    whens = {name: len(ids) for name, ids in modules.items()}
    return sa.case(whens, value=Cycle.programme, else_=0) if whens else sa.literal(0)


def trained_in_rollout(rollout_id: str, day: date) -> Trained:
    """Return how many of a rollout's assigned staff at work on `day` have all modules and the certificate."""
    progress = cycle_progress(modules_by_programme())
    pilot = sa.func.max(sa.case((Wave.number == PILOT, 1), else_=0))
    finished = sa.func.min(sa.case((sa.and_(progress.c.needed > 0, progress.c.done == progress.c.needed), 1), else_=0))
    staff = (
        sa.select(progress.c.person_id, pilot.label("pilot"), finished.label("finished"))
        .join(Wave, Wave.id == progress.c.wave_id)
        .join(Profile, Profile.person_id == progress.c.person_id)
        .where(Wave.rollout_id == rollout_id, staying(day))
        .group_by(progress.c.person_id)
        .subquery()
    )
    absent = sa.select(Absence.person_id).where(away_on(day))
    here = staff.c.person_id.not_in(absent)
    total, outside = db.session.execute(
        sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(1 - staff.c.pilot), 0)).where(here)
    ).one()
    away = db.session.scalar(sa.select(sa.func.count()).select_from(staff).where(~here)) or 0
    done: list[Any] = list(
        db.session.execute(sa.select(staff.c.person_id, staff.c.pilot).where(here, staff.c.finished == 1))
    )
    certified = awards_in_force([row.person_id for row in done], day)
    trained = [row for row in done if row.person_id in certified]
    return Trained(total, len(trained), int(outside), sum(1 for row in trained if not row.pilot), away)

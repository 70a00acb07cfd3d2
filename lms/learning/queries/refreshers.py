"""Who is in refreshers, where in the rotation they stand, and which months they were given."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from lms.catalog.queries import current_releases
from lms.catalog.rules.content import Module
from lms.catalog.rules.programmes import Programme, refresher_modules
from lms.catalog.rules.refreshers import Element, element_of
from lms.cohorts.models import Cohort, Wave
from lms.cohorts.queries.due import absences_of
from lms.cohorts.queries.plan import peaks
from lms.cohorts.rules.periods import Period
from lms.infra.db import db
from lms.learning.models import Cycle, ModuleProgress
from lms.learning.queries.catalogue import releases_of
from lms.learning.rules.cycles import INITIAL, REFRESHER
from lms.learning.rules.evidence import required_steps
from lms.learning.rules.refreshers import Part, Rotation, peak_months


@dataclass(frozen=True, slots=True)
class Learner:
    """Somebody whose initial training is done, with what their months depend on."""

    person_id: uuid.UUID
    cohort_id: str
    wave_id: str
    site: str
    go_live: date
    trained_on: date
    absences: tuple[Period, ...]


@dataclass(frozen=True, slots=True)
class Month:
    """A month's refresher that a person was given; `done_on` where everything in it is done or excused."""

    cycle_id: uuid.UUID
    month: date
    due_on: date | None
    done_on: date | None
    is_open: bool


@dataclass(frozen=True, slots=True)
class Curriculum:
    """A programme's rotation as its role meets it, by module."""

    programme: Programme
    rotation: Rotation
    modules: Mapping[str, Module]

    def parts(self, module_id: str, *, first: bool) -> tuple[Part, ...]:
        """Return the steps of a month; a person's `first` holds the log of their own live decisions, no other does."""
        own = [part for part in _parts(self.modules.get(module_id)) if part.element is not Element.LIVE_LOG]
        opening = _parts(self.modules.get(self.rotation.modules[0])) if first else ()
        return (*own, *(part for part in opening if part.element is Element.LIVE_LOG))


def curriculum_of(programme: Programme) -> Curriculum | None:
    """Return the programme's rotation, or None where it has none or nothing of it is written."""
    courses = {release.course.id: release.course for release in current_releases()}
    modules = {module.id: module for module in refresher_modules(programme, courses)}
    if programme.refreshers is None or not modules:
        return None
    planned = programme.refreshers
    rotation = Rotation(planned.rotate, planned.before_peak, planned.after_peak)
    return Curriculum(programme, rotation, modules)


def trained_learners(programme: Programme, only: Collection[uuid.UUID] | None = None) -> tuple[Learner, ...]:
    """Return everybody in a cohort who has every module of the programme's initial training, or `only` some of them."""
    needed = [
        module.id
        for release in releases_of(programme, INITIAL)
        for module in release.course.modules
        if module.mandatory and required_steps(module, {programme.role})
    ]
    finished = sa.func.max(ModuleProgress.completed_at, type_=ModuleProgress.completed_at.type)
    rows = db.session.execute(
        sa.select(
            Cycle.person_id, Cohort.id.label("cohort"), Wave.id.label("wave"), Cohort.site, Wave.go_live,
            finished.label("finished"),
        )
        .join(Cohort, Cohort.id == Cycle.cohort_id)
        .join(Wave, Wave.id == Cohort.wave_id)
        .join(
            ModuleProgress,
            sa.and_(ModuleProgress.person_id == Cycle.person_id, ModuleProgress.cycle == Cycle.name),
        )
        .where(
            Cycle.programme == programme.id,
            Cycle.name == INITIAL,
            Cycle.closed_at.is_(None),
            ModuleProgress.module.in_(needed),
            ModuleProgress.completed_at.is_not(None),
            *([] if only is None else [Cycle.person_id.in_(only)]),
        )
        .group_by(Cycle.person_id, Cohort.id, Wave.id, Cohort.site, Wave.go_live)
        .having(sa.func.count() == len(needed))
        .order_by(Cycle.person_id)
    ).all()  # fmt: skip
    absences = absences_of([row.person_id for row in rows])
    return tuple(
        Learner(
            row.person_id, row.cohort, row.wave, row.site, row.go_live, row.finished.date(),
            tuple(absences.get(row.person_id, ())),
        )
        for row in rows
    )  # fmt: skip


def months_of(programme_id: str, people: Collection[uuid.UUID]) -> dict[uuid.UUID, tuple[Month, ...]]:
    """Return the refreshers each person was given, the oldest first."""
    last = sa.func.max(ModuleProgress.completed_at, type_=ModuleProgress.completed_at.type)
    rows = db.session.execute(
        sa.select(
            Cycle.id, Cycle.person_id, Cycle.name, Cycle.due_on, Cycle.closed_at,
            sa.func.count(ModuleProgress.module).label("begun"),
            sa.func.count(ModuleProgress.completed_at).label("done"),
            last.label("last"),
        )
        .outerjoin(
            ModuleProgress,
            sa.and_(ModuleProgress.person_id == Cycle.person_id, ModuleProgress.cycle == Cycle.name),
        )
        .where(Cycle.programme == programme_id, Cycle.name.startswith(REFRESHER), Cycle.person_id.in_(people))
        .group_by(Cycle.id, Cycle.person_id, Cycle.name, Cycle.due_on, Cycle.closed_at)
        .order_by(Cycle.name)
    )  # fmt: skip
    found: dict[uuid.UUID, tuple[Month, ...]] = {}
    for row in rows:
        done_on = row.last.date() if row.last is not None and row.begun == row.done else None
        month = Month(
            row.id, date.fromisoformat(f"{row.name.removeprefix(REFRESHER)}-01"), row.due_on, done_on,
            row.closed_at is None,
        )  # fmt: skip
        found[row.person_id] = (*found.get(row.person_id, ()), month)
    return found


def peak_months_at(site: str) -> frozenset[date]:
    """Return the months that are peak at a site."""
    return peak_months(peak.period for peak in peaks() if peak.touches((site,)))


def _parts(module: Module | None) -> Iterable[Part]:
    if module is None:
        return ()
    return [Part(step.id, module.id, element_of(step), step.minutes) for step in module.steps]

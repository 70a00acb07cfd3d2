"""A cohort on its way: modules done by its members against the days that have passed."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from lms.accounts.queries.periods import valid_on
from lms.cohorts.models import CohortMember
from lms.cohorts.queries.cohorts import AppointmentLine, CohortLine, appointments_of, cohort_line
from lms.cohorts.queries.plan import wave_by_id
from lms.home.queries.board import colleagues_in, module_count
from lms.home.rules.board import Colleague
from lms.infra.db import db
from lms.learning.models import Cycle, ModuleProgress, ModuleTally
from lms.learning.queries.catalogue import programme_by_id, releases_of
from lms.learning.rules.cycles import INITIAL
from lms.learning.rules.evidence import required_steps
from lms.shared.errors import NotFound


@dataclass(frozen=True, slots=True)
class ModuleLine:
    """How many members completed a module, from the tally that is kept with each completion."""

    id: str
    title: dict[str, str]
    completed: int


@dataclass(frozen=True, slots=True)
class OnTrack:
    """A cohort, its members and its modules. `expected` is the share of days gone, `done` the share of modules done."""

    cohort: CohortLine
    go_live: date | None
    training_start: date
    members: tuple[Colleague, ...]
    modules: tuple[ModuleLine, ...]
    champions: tuple[AppointmentLine, ...]
    expected: float
    done: float

    @property
    def behind(self) -> int:
        """Return how many percentage points the cohort is behind a steady pace; negative where it is ahead."""
        return round((self.expected - self.done) * 100)


def cohort_on_track(cohort_id: str, day: date) -> OnTrack:
    """Return a cohort's progress on a day.

    Raises:
        NotFound: there is no such cohort.
    """
    cohort = cohort_line(cohort_id, day)
    wave = wave_by_id(cohort.wave_id)
    ids = sa.select(CohortMember.person_id).where(
        CohortMember.cohort_id == cohort_id,
        valid_on(CohortMember, day),
    )
    members = colleagues_in(ids, day)
    total = sum(member.modules_total for member in members)
    done = sum(member.modules_done for member in members)
    end = wave.go_live or wave.training_start
    length = max((end - wave.training_start).days, 1)
    return OnTrack(
        cohort=cohort,
        go_live=wave.go_live,
        training_start=wave.training_start,
        members=members,
        modules=_modules(cohort),
        champions=tuple(line for line in appointments_of(cohort_id) if line.valid_to is None or line.valid_to > day),
        expected=min(max((day - wave.training_start).days / length, 0.0), 1.0),
        done=done / total if total else 0.0,
    )


def members_who_completed(cohort_id: str, module_id: str, day: date) -> tuple[frozenset[uuid.UUID], OnTrack]:
    """Return who completed a module, and the cohort.

    Raises:
        NotFound: there is no such cohort, or its programme has no such module.
    """
    view = cohort_on_track(cohort_id, day)
    if module_id not in {module.id for module in view.modules}:
        raise NotFound
    done = db.session.scalars(
        sa.select(ModuleProgress.person_id)
        .join(Cycle, sa.and_(Cycle.person_id == ModuleProgress.person_id, Cycle.name == ModuleProgress.cycle))
        .where(
            ModuleProgress.module == module_id,
            ModuleProgress.cycle == INITIAL,
            ModuleProgress.completed_at.is_not(None),
            Cycle.cohort_id == cohort_id,
        )
    )
    return frozenset(done), view


def _modules(cohort: CohortLine) -> tuple[ModuleLine, ...]:
    programme = programme_by_id(cohort.programme)
    if programme is None or not module_count(cohort.programme):
        return ()
    rows = db.session.execute(
        sa.select(ModuleTally.module, ModuleTally.completed).where(
            ModuleTally.cohort_id == cohort.id, ModuleTally.cycle == INITIAL
        )
    )
    tally = {module: completed for module, completed in rows}  # noqa: C416 - rows are not tuples to a type checker
    return tuple(
        ModuleLine(module.id, dict(module.title), tally.get(module.id, 0))
        for release in releases_of(programme, INITIAL)
        for module in release.course.modules
        if required_steps(module, {programme.role})
    )

"""What a coordinator may write: where there is room, who reads it when, and whom a change touches."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from lms.accounts.models.people import Profile
from lms.catalog.queries import TextVersion, current_catalogue, current_releases, latest_texts
from lms.catalog.rules.content import Module, OwnText, Step
from lms.cohorts.models import Cohort, Wave
from lms.infra.db import db
from lms.learning.models import Cycle, ModuleProgress
from lms.learning.queries.refreshers import curriculum_of, peak_months_at
from lms.learning.rules.refreshers import first_month, module_of, month_of
from lms.shared.days import add_months

YEAR = 12


@dataclass(frozen=True, slots=True)
class Reading:
    """A month in which a wave reads a module of the rotation."""

    month: date
    wave: str


@dataclass(frozen=True, slots=True)
class Room:
    """A lesson a company may write into, with the latest version by language and who reads it next."""

    course: str
    module: Module
    step: Step
    kind: OwnText
    versions: Mapping[str, TextVersion]
    readings: tuple[Reading, ...]


def rooms_for_text(today: date) -> tuple[Room, ...]:
    """Return every lesson with room for the company's own text, in order of study."""
    readings = _readings(today)
    versions = latest_texts()
    return tuple(
        Room(
            release.course.id,
            module,
            step,
            OwnText(step.settings["company"]),
            {language: version for (name, language), version in versions.items() if name == step.id},
            readings.get(module.id, ()),
        )
        for release in current_releases()
        for module, step in release.course.steps()
        if step.settings.get("company")
    )


def people_touched(modules: Collection[str]) -> tuple[tuple[uuid.UUID, str], ...]:
    """Return (id, name) of everybody at work who has finished one of these modules, by name."""
    rows = db.session.execute(
        sa.select(Profile.person_id, Profile.name)
        .where(
            Profile.left_on.is_(None),
            Profile.person_id.in_(
                sa.select(ModuleProgress.person_id).where(
                    ModuleProgress.module.in_(modules), ModuleProgress.completed_at.is_not(None)
                )
            ),
            Profile.person_id.in_(sa.select(Cycle.person_id).where(Cycle.closed_at.is_(None))),
        )
        .order_by(Profile.name, Profile.person_id)
    )
    return tuple((person_id, name) for person_id, name in rows)


def _readings(today: date) -> dict[str, tuple[Reading, ...]]:
    """Return who reads each module of the rotations in the year to come."""
    found: dict[str, set[Reading]] = {}
    months = [add_months(month_of(today), number) for number in range(YEAR)]
    for programme in current_catalogue().programmes:
        curriculum = curriculum_of(programme)
        if curriculum is None:
            continue
        for title, go_live, site in _cohorts(programme.id):
            peaks = peak_months_at(site)
            for month in months:
                if month >= first_month(go_live, go_live):
                    module = module_of(curriculum.rotation, go_live, month, peaks)
                    found.setdefault(module, set()).add(Reading(month, title))
    return {name: tuple(sorted(lines, key=lambda line: (line.month, line.wave))) for name, lines in found.items()}


def _cohorts(programme: str) -> list[tuple[str, date, str]]:
    rows = db.session.execute(
        sa.select(Wave.title, Wave.go_live, Cohort.site)
        .join(Cohort, Cohort.wave_id == Wave.id)
        .where(Cohort.programme == programme)
        .distinct()
    )
    return [(title, go_live, site) for title, go_live, site in rows]

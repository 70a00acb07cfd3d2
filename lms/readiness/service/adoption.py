"""Importing adoption figures and recorded facts: all rows, or none."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, fields

import sqlalchemy as sa

from lms.cohorts.models import Wave
from lms.infra import audit
from lms.infra.clock import now
from lms.infra.db import db
from lms.infra.i18n import _
from lms.readiness.adapters.adoption_file import read_rows
from lms.readiness.models import AdoptionFigure, GateFact
from lms.readiness.rules.adoption_file import BadRow, FactRow, Fault, Problem, WeekRow, read_row
from lms.shared.errors import Invalid
from lms.shared.ids import new_id


@dataclass(frozen=True, slots=True)
class Imported:
    """How many weeks and facts were stored, and how many of the weeks replaced an earlier import."""

    weeks: int
    replaced: int
    facts: int


class AdoptionFileInvalid(Invalid):
    """A file with rows that cannot be used; nothing of it is stored."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(_("%(n)s cells cannot be used, so nothing was stored.", n=len(problems)))
        self.problems = problems


def import_adoption(actor_id: uuid.UUID | None, content: bytes) -> Imported:
    """Store a file's rows; a week that is there already is replaced, a fact is added as the latest.

    Raises:
        Invalid: the file cannot be read.
        AdoptionFileInvalid: some of its cells cannot be used.
    """
    weeks, facts = _rows(content)
    replaced = sum(1 for row in weeks if _store(row))
    for fact in facts:
        db.session.add(
            GateFact(
                id=new_id(),
                wave_id=fact.wave,
                name=fact.name,
                value=fact.value,
                evidence=fact.evidence,
                recorded_at=now(),
                recorded_by=actor_id,
            )
        )
    audit.record("adoption.imported", actor=actor_id, weeks=len(weeks), replaced=replaced, facts=len(facts))
    db.session.flush()
    return Imported(len(weeks), replaced, len(facts))


def _rows(content: bytes) -> tuple[list[WeekRow], list[FactRow]]:
    known = frozenset(db.session.scalars(sa.select(Wave.id)))
    weeks: dict[tuple[object, ...], WeekRow] = {}
    facts: list[FactRow] = []
    problems: list[Problem] = []
    for line, cells in read_rows(content):
        try:
            row = read_row(line, cells)
        except BadRow as error:
            problems += error.problems
            continue
        if row.wave not in known:
            problems.append(Problem(line, "wave", row.wave, Fault.UNKNOWN_WAVE))
        elif isinstance(row, FactRow):
            facts.append(row)
        else:
            key = (row.wave, row.week.monday, row.week.function, row.week.site)
            if key in weeks:
                problems.append(Problem(line, "week", row.week.monday.isoformat(), Fault.TWICE))
            weeks[key] = row
    if problems:
        raise AdoptionFileInvalid(tuple(problems))
    return list(weeks.values()), facts


def _store(row: WeekRow) -> bool:
    """Store a week and return whether it was there already."""
    week = row.week
    stored = db.session.scalars(
        sa.select(AdoptionFigure).where(
            AdoptionFigure.wave_id == row.wave,
            AdoptionFigure.monday == week.monday,
            AdoptionFigure.function == week.function,
            AdoptionFigure.site == week.site,
        )
    ).one_or_none()
    target = stored or AdoptionFigure(id=new_id(), wave_id=row.wave)
    for each in fields(week):
        setattr(target, each.name, getattr(week, each.name))
    target.imported_at = now()
    if stored is None:
        db.session.add(target)
    return stored is not None

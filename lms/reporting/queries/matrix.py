"""Cohorts by modules, read from the counters that completing a module keeps."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from lms.cohorts.models import Cohort
from lms.infra.db import db
from lms.learning.models import Cycle, ModuleTally
from lms.learning.rules.cycles import INITIAL
from lms.readiness.queries.trained import modules_by_programme


@dataclass(frozen=True, slots=True)
class Tally:
    """How many members of a cohort have completed a module."""

    cohort: str
    module: str
    completed: int


@dataclass(frozen=True, slots=True)
class CohortSize:
    """A cohort and how many of its members study the programme; away people count, leavers do not."""

    id: str
    title: str
    people: int


@dataclass(frozen=True, slots=True)
class MatrixData:
    """Everything a matrix is made of: rows, columns and the counters that are not nought."""

    cohorts: tuple[CohortSize, ...]
    modules: tuple[str, ...]
    tallies: tuple[Tally, ...]


def matrix_data(programme: str, cohort_ids: Collection[str] | None = None) -> MatrixData:
    """Return the matrix of one programme, for some cohorts or all. Two statements, however many people."""
    modules = modules_by_programme().get(programme, ())
    sizes = cohort_sizes(programme, cohort_ids)
    return MatrixData(sizes, modules, tallies([size.id for size in sizes], modules))


def cohort_sizes(programme: str, cohort_ids: Collection[str] | None = None) -> tuple[CohortSize, ...]:
    """Return the cohorts with members in a programme, by title."""
    query = (
        sa.select(Cohort.id, Cohort.title, sa.func.count())
        .join(Cycle, Cycle.cohort_id == Cohort.id)
        .where(Cycle.programme == programme, Cycle.name == INITIAL, Cycle.closed_at.is_(None))
        .group_by(Cohort.id, Cohort.title)
        .order_by(Cohort.title, Cohort.id)
    )
    if cohort_ids is not None:
        query = query.where(Cohort.id.in_(cohort_ids))
    return tuple(CohortSize(*row) for row in db.session.execute(query))


def tallies(cohorts: Sequence[str], modules: Sequence[str]) -> tuple[Tally, ...]:
    """Return the counters of some cohorts and modules."""
    rows = db.session.execute(
        sa.select(ModuleTally.cohort_id, ModuleTally.module, ModuleTally.completed).where(
            ModuleTally.cohort_id.in_(cohorts), ModuleTally.cycle == INITIAL, ModuleTally.module.in_(modules)
        )
    )
    return tuple(Tally(*row) for row in rows)

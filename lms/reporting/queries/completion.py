"""Who has come how far, counted in the database for any cut and filter."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.accounts.models.people import Absence, Placement, Profile
from lms.accounts.queries.periods import main_placement, staying, valid_on
from lms.accounts.queries.scope import PersonIds
from lms.certification.queries.awards import awards_in_force
from lms.cohorts.models import ChampionAppointment, Cohort
from lms.infra.db import db
from lms.learning.models import ModuleProgress
from lms.learning.rules.cycles import INITIAL
from lms.readiness.queries.people import away_on
from lms.readiness.queries.trained import cycle_progress, modules_by_programme
from lms.reporting.rules.completion import NONE, Cut, Filters, Measure, Selection

PAGE = 50
Modules = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom a report may count: `people` None is everybody. `day` is the reader's, `now` the moment it is made."""

    people: PersonIds | None
    day: date
    now: datetime


@dataclass(frozen=True, slots=True)
class Count:
    """What is done of how much, in people or in modules."""

    done: int
    of: int


@dataclass(frozen=True, slots=True)
class Learner:
    """A person of a report: `done` of `needed` modules, when they are due, and whether the measure counts them in."""

    person_id: uuid.UUID
    name: str
    employee_number: str
    function: str
    site: str
    shift: str
    cohort: str
    done: int
    needed: int
    due_on: date | None
    counted: bool


@dataclass(frozen=True, slots=True)
class Learners:
    """One page of people and how many there are in all."""

    rows: tuple[Learner, ...]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """Return how many pages there are, at least one."""
        return max(1, -(-self.total // PAGE))


def counts(selection: Selection, scope: Scope, before: datetime | None = None) -> dict[str, Count]:
    """Return done and of per part of the selection's cut, by key; as it stood `before` a moment where one is given.

    People are at work on the scope's day: those who left or are declared absent are in no number.
    """
    modules = _modules(selection.filters)
    if selection.by is Cut.MODULE:
        return _by_module(modules, selection, scope, before)
    return _by_person(selection, modules, scope, selection.by, before)


def total(selection: Selection, scope: Scope, before: datetime | None = None) -> Count:
    """Return done and of for everybody the selection is about. A person under two champions is one person here."""
    found = _by_person(selection, _modules(selection.filters), scope, None, before)
    return found.get(NONE, Count(0, 0))


def away_count(scope: Scope, filters: Filters) -> int:
    """Return how many people the selection leaves out because they are on declared absence."""
    base = _assigned(_modules(filters), filters, scope, None, away=True)
    return db.session.scalar(sa.select(sa.func.count(base.c.person_id.distinct()))) or 0


def learners(selection: Selection, scope: Scope, *, counted: bool | None, page: int | None) -> Learners:
    """Return the people behind a number by name: those it counts in, those it does not, or both; all where no page."""
    base = _assigned(_modules(selection.filters), selection.filters, scope, None)
    people = (
        sa.select(
            base.c.person_id,
            sa.func.sum(base.c.done).label("done"),
            sa.func.sum(base.c.needed).label("needed"),
            sa.func.min(base.c.due_on).label("due_on"),
            sa.func.min(base.c.finished).label("finished"),
            sa.func.max(base.c.function).label("function"),
            sa.func.max(base.c.site).label("site"),
            sa.func.max(base.c.shift).label("shift"),
            sa.func.min(base.c.cohort_id).label("cohort_id"),
        )
        .group_by(base.c.person_id)
        .subquery()
    )
    inside = _counted_in(selection, people, scope)
    conditions = [] if counted is None else [inside if counted else ~inside]
    found = db.session.scalar(sa.select(sa.func.count()).select_from(people).where(*conditions)) or 0
    page_number = min(max(1, page or 1), max(1, -(-found // PAGE)))
    query = (
        sa.select(
            people.c.person_id,
            Profile.name,
            Profile.employee_number,
            people.c.function,
            people.c.site,
            people.c.shift,
            sa.func.coalesce(Cohort.title, "").label("cohort"),
            people.c.done,
            people.c.needed,
            people.c.due_on,
            sa.case((inside, sa.true()), else_=sa.false()).label("counted"),
        )
        .join(Profile, Profile.person_id == people.c.person_id)
        .outerjoin(Cohort, Cohort.id == people.c.cohort_id)
        .where(*conditions)
        .order_by(Profile.folded, people.c.person_id)
    )
    if page is not None:
        query = query.limit(PAGE).offset((page_number - 1) * PAGE)
    rows = db.session.execute(query.execution_options(yield_per=1000) if page is None else query)
    return Learners(tuple(Learner(*row) for row in rows), found, page_number)


def _modules(filters: Filters) -> Modules:
    """Return what is asked of whom: everything, or the one module that the report is about."""
    modules = modules_by_programme()
    if not filters.module:
        return modules
    return {programme: (filters.module,) for programme, ids in modules.items() if filters.module in ids}


def _assigned(
    modules: Modules,
    filters: Filters,
    scope: Scope,
    before: datetime | None,
    *,
    cut: Cut | None = None,
    away: bool = False,
) -> sa.Subquery:
    """Return the assignments a report is about, where their people work, and whether they are finished.

    `key` is the part of `cut` that each belongs to; by champion, one under two champions stands there twice.
    """
    progress = cycle_progress(modules, before)
    absent = sa.select(Absence.person_id).where(away_on(scope.day))
    led = aliased(ChampionAppointment)
    keys: dict[Cut | None, sa.ColumnElement[Any]] = {
        Cut.COHORT: progress.c.cohort_id,
        Cut.CHAMPION: sa.type_coerce(led.person_id, sa.Uuid),
        Cut.FUNCTION: sa.type_coerce(Placement.function, sa.String),
        Cut.SITE: sa.type_coerce(Placement.site, sa.String),
        Cut.SHIFT: sa.type_coerce(Placement.shift, sa.String),
    }
    query = (
        sa.select(
            progress,
            sa.case((sa.and_(progress.c.needed > 0, progress.c.done == progress.c.needed), 1), else_=0).label(
                "finished"
            ),
            sa.func.coalesce(Placement.function, "").label("function"),
            sa.func.coalesce(Placement.site, "").label("site"),
            sa.func.coalesce(Placement.shift, "").label("shift"),
            keys.get(cut, sa.literal("")).label("key"),
        )
        .select_from(progress)
        .join(Profile, Profile.person_id == progress.c.person_id)
        .outerjoin(
            Placement,
            sa.and_(Placement.person_id == progress.c.person_id, main_placement(scope.day)),
        )
        .where(
            staying(scope.day),
            progress.c.person_id.in_(absent) if away else progress.c.person_id.not_in(absent),
            *_narrowed(filters, progress, scope.day),
        )
    )
    if cut is Cut.CHAMPION:
        query = query.outerjoin(led, sa.and_(led.cohort_id == progress.c.cohort_id, valid_on(led, scope.day)))
    if scope.people is not None:
        query = query.where(progress.c.person_id.in_(scope.people))
    return query.subquery()


def _narrowed(filters: Filters, progress: sa.Subquery, day: date) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    for column, value in (
        (progress.c.wave_id, filters.wave),
        (progress.c.cohort_id, filters.cohort),
        (Placement.function, filters.function),
        (Placement.site, filters.site),
        (Placement.shift, filters.shift),
    ):
        if value == NONE:
            conditions.append(sa.or_(column.is_(None), column == ""))
        elif value:
            conditions.append(column == value)
    if filters.champion == NONE:
        led = sa.select(ChampionAppointment.cohort_id).where(valid_on(ChampionAppointment, day))
        conditions.append(sa.or_(progress.c.cohort_id.is_(None), progress.c.cohort_id.not_in(led)))
    elif filters.champion:
        conditions.append(progress.c.cohort_id.in_(_cohorts_of(filters.champion, day)))
    return conditions


def _cohorts_of(champion: str, day: date) -> sa.Select[Any]:
    try:
        person_id = uuid.UUID(champion)
    except ValueError:
        return sa.select(Cohort.id).where(sa.false())
    return sa.select(ChampionAppointment.cohort_id).where(
        ChampionAppointment.person_id == person_id, valid_on(ChampionAppointment, day)
    )


def _by_person(
    selection: Selection, modules: Modules, scope: Scope, cut: Cut | None, before: datetime | None
) -> dict[str, Count]:
    base = _assigned(modules, selection.filters, scope, before, cut=cut)
    each = (
        sa.select(
            base.c.key,
            base.c.person_id,
            sa.func.min(base.c.finished).label("finished"),
            sa.func.sum(base.c.done).label("done"),
            sa.func.sum(base.c.needed).label("needed"),
        )
        .group_by(base.c.key, base.c.person_id)
        .subquery()
    )
    by_module = selection.measure is Measure.MODULES
    done, of = (each.c.done, each.c.needed) if by_module else (each.c.finished, sa.literal(1))
    rows = db.session.execute(sa.select(each.c.key, sa.func.sum(done), sa.func.sum(of)).group_by(each.c.key))
    found = {_text(key): Count(int(did), int(all_of)) for key, did, all_of in rows}
    if selection.measure is Measure.TRAINED:
        certified = _certified_by_key(each, before.date() if before else scope.day)
        return {key: Count(certified.get(key, 0), count.of) for key, count in found.items()}
    return found


def _certified_by_key(each: sa.Subquery, day: date) -> dict[str, int]:
    """Return how many of those who have finished hold a certificate with authority on `day`, by key."""
    rows = db.session.execute(sa.select(each.c.key, each.c.person_id).where(each.c.finished == 1)).all()
    certified = awards_in_force({row.person_id for row in rows}, day)
    found: dict[str, int] = {}
    for name, person_id in rows:
        if person_id in certified:
            found[_text(name)] = found.get(_text(name), 0) + 1
    return found


def _counted_in(selection: Selection, people: sa.Subquery, scope: Scope) -> sa.ColumnElement[bool]:
    finished: sa.ColumnElement[bool] = people.c.finished == 1
    if selection.measure is not Measure.TRAINED:
        return finished
    ids = set(db.session.scalars(sa.select(people.c.person_id).where(finished)))
    return sa.and_(finished, people.c.person_id.in_(tuple(awards_in_force(ids, scope.day))))


def _by_module(modules: Modules, selection: Selection, scope: Scope, before: datetime | None) -> dict[str, Count]:
    """Return how many people have done each module, of those whose programme asks for it."""
    base = _assigned(modules, selection.filters, scope, before)
    people = db.session.execute(
        sa.select(base.c.programme, sa.func.count(base.c.person_id.distinct())).group_by(base.c.programme)
    )
    done = db.session.execute(
        sa.select(base.c.programme, ModuleProgress.module, sa.func.count(base.c.person_id.distinct()))
        .join(
            ModuleProgress,
            sa.and_(ModuleProgress.person_id == base.c.person_id, ModuleProgress.cycle == INITIAL),
        )
        .where(ModuleProgress.completed_at.is_not(None) if before is None else ModuleProgress.completed_at < before)
        .group_by(base.c.programme, ModuleProgress.module)
    )
    finished = {(programme, module): count for programme, module, count in done}
    found: dict[str, Count] = {}
    for programme, count in people:
        for module in modules[programme]:
            had = found.get(module, Count(0, 0))
            found[module] = Count(had.done + finished.get((programme, module), 0), had.of + count)
    return found


def _text(key: object) -> str:
    return NONE if key is None or key == "" else str(key)

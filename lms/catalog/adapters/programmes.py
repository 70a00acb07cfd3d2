"""catalogue.yml: roles, programmes, levels, retired ids."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lms.catalog.adapters.documents import Document
from lms.catalog.adapters.index import Index
from lms.catalog.adapters.loading import Loader, texts
from lms.catalog.adapters.shapes import CatalogueShape, LevelShape, ProgrammeShape, RefreshersShape
from lms.catalog.adapters.yamlfile import Path
from lms.catalog.rules.content import Course, Part
from lms.catalog.rules.facts import Company
from lms.catalog.rules.ids import closest
from lms.catalog.rules.problems import Place, Problem
from lms.catalog.rules.programmes import (
    Catalogue,
    Due,
    Hours,
    Initial,
    Level,
    PredicateTarget,
    Programme,
    Refreshers,
    Retired,
    Study,
    Validity,
    hours_rows,
    predicate_target,
    refresher_modules,
)
from lms.catalog.rules.refreshers import Element, missing_elements

CATALOGUE = "catalogue.yml"
MINUTES_PER_HOUR = 60
SANDBOX_SHARE = 0.25
# Simulators and gates are not part of the course tree.
_NAMED_ELSEWHERE = frozenset({"sandbox", "lab", "appointed", "deputy"})
# What is seen in a step may be asked for by the step's id or by its module's.
_LIVE = frozenset({"rubric", "observation", "workshop"})
_ELEMENTS = {
    Element.CARDS: "cards",
    Element.PRACTICE: "practice in a simulator",
    Element.VIGILANCE: "vigilance shift, which closes a quarter",
    Element.LIVE_LOG: "log of own live decisions",
}


def read_catalogue(loader: Loader) -> Catalogue:
    """Return what catalogue.yml says; an empty catalogue where it cannot be used."""
    loaded = loader.load(CATALOGUE, CatalogueShape)
    if loaded is None:
        if CATALOGUE not in loader.tree.files:
            fix = "Add catalogue.yml with roles and programmes."
            loader.problems.append(Problem(CATALOGUE, 1, 1, "", "There is no catalogue.yml.", fix, "file-missing"))
        return Catalogue({}, ())
    shape = loaded.shape
    retired = tuple(Retired(one.id, texts(one.reason), one.instead) for one in shape.retired)
    roles = {name: texts(title) for name, title in shape.roles.items()}
    return Catalogue(roles, tuple(_programme(one) for one in shape.programmes), retired)


def _programme(shape: ProgrammeShape) -> Programme:
    due = shape.initial.due
    initial = Initial(
        shape.initial.courses,
        Hours(shape.initial.hours.min, shape.initial.hours.max),
        Due(due.event, due.after, due.before) if due else None,
    )
    levels = tuple(_level(name, one) for name, one in shape.levels.items())
    appointed = tuple(_level(name, one) for name, one in shape.appointed.items())
    validity = Validity(**shape.validity.model_dump())
    refreshers = _refreshers(shape.refreshers) if shape.refreshers else None
    return Programme(shape.id, shape.role, texts(shape.title), initial, refreshers, levels, appointed, validity)


def _refreshers(shape: RefreshersShape) -> Refreshers:
    hours = Hours(shape.hours.min, shape.hours.max)
    return Refreshers(shape.rotate, shape.every, hours, shape.before_peak, shape.after_peak)


def _level(name: str, shape: LevelShape) -> Level:
    title = texts(shape.title) if shape.title else {"en": name.replace("-", " ").capitalize()}
    study = Study(shape.study.course, shape.study.modules) if shape.study else None
    validity = Validity(**shape.validity.model_dump()) if shape.validity else None
    return Level(name, title, shape.requires, shape.authority, study, validity)


def check_programmes(
    document: Document, catalogue: Catalogue, courses: Mapping[str, Course], index: Index, company: Company
) -> Iterator[Problem]:
    """Yield what is wrong with programmes: courses, roles, predicates and hours that do not stand up."""
    names = [programme.id for programme in catalogue.programmes]
    for number, programme in enumerate(catalogue.programmes):
        at: Path = ("programmes", number)
        if names.index(programme.id) != number:
            place = document.located.place((*at, "id"))
            yield document.problem("id-duplicate", place, f"{programme.id!r} is named twice.", "Rename one of them.")
        if programme.role not in catalogue.roles:
            place = document.located.place((*at, "role"))
            yield document.problem(
                "unknown-role", place, f"{programme.role!r} is not a role.", "List it under `roles`."
            )
        yield from _check_courses(document, at, programme, courses, index)
        yield from _check_studies(document, at, programme, courses, index)
        # While a course is missing, nobody can say which of its modules a level may name.
        if all(name in courses for name in programme.courses):
            yield from _check_levels(document, at, programme, index)
        yield from _check_hours(document, at, catalogue, programme, courses)
        yield from _check_months(document, at, programme, courses)
    for function in company.functions:
        if function.programme not in names:
            place = document.located.place(("programmes",))
            message = f"company.yml gives the function {function.id!r} the programme {function.programme!r}."
            yield document.problem(
                "unknown-programme", place, message, "Add the programme here, or correct company.yml."
            )


def _check_courses(
    document: Document, at: Path, programme: Programme, courses: Mapping[str, Course], index: Index
) -> Iterator[Problem]:
    for number, name in enumerate(programme.initial.courses):
        if name not in courses and name not in index.broken:
            near = closest(name, courses)
            fix = f"Did you mean {near}?" if near else "Write the course, or take it out; until then nobody can finish."
            place = document.located.place((*at, "initial", "courses", number))
            yield document.problem("unknown-course", place, f"There is no course {name!r} yet.", fix, warning=not near)
    rotate = programme.refreshers.rotate if programme.refreshers else ()
    for key in ("before_peak", "after_peak"):
        moving = getattr(programme.refreshers, key, None)
        if moving is not None and moving not in rotate:
            place = document.located.place((*at, "refreshers", key))
            message = f"{moving!r} is not in this rotation."
            yield document.problem("unknown-module", place, message, "Name a month of `rotate`.")
    missing = [
        name for name in rotate if not index.find("module", name) and name not in {*index.planned, *index.broken}
    ]
    for name in missing:
        place = document.located.place((*at, "refreshers", "rotate", rotate.index(name)))
        # None at all: the refreshers are still to come; one of several: a slip of the pen.
        none = len(missing) == len(rotate)
        message = f"There is no module {name!r}{' yet' if none else ''}."
        yield document.problem("unknown-module", place, message, "Correct the id, or write it.", warning=none)
        if none:
            return


def _check_studies(
    document: Document, at: Path, programme: Programme, courses: Mapping[str, Course], index: Index
) -> Iterator[Problem]:
    for group, levels in (("levels", programme.levels), ("appointed", programme.appointed)):
        for level in levels:
            if level.study is None or level.study.course in index.broken:
                continue
            course = courses.get(level.study.course)
            place = document.located.place((*at, group, level.id, "study"))
            if course is None:
                message = f"There is no course {level.study.course!r} for this level."
                yield document.problem("unknown-course", place, message, "Write it, or take `study` out.")
                continue
            for name in level.study.modules:
                if course.module(name) is None and name not in index.broken:
                    message = f"{course.id} has no module {name!r}."
                    yield document.problem("unknown-module", place, message, "Name modules of that course.")


def _check_levels(document: Document, at: Path, programme: Programme, index: Index) -> Iterator[Problem]:
    known = {level.id for level in (*programme.levels, *programme.appointed)}
    for group, levels in (("levels", programme.levels), ("appointed", programme.appointed)):
        for level in levels:
            for number, text in enumerate(level.requires):
                target = predicate_target(text)
                if target and not _stands(target, known, index):
                    place = document.located.place((*at, group, level.id, number))
                    place = document.find(text, place.line)
                    message = f"Nothing that this predicate could be about has the id {target.id!r}."
                    fix = "Correct the id; a module not written yet stands under `planned` in its course."
                    yield document.problem("predicate-target", place, message, fix)


def _stands(target: PredicateTarget, levels: set[str], index: Index) -> bool:
    name = target.id
    if name is None or name in index.broken:
        return True
    if target.kind == "held":
        return name in levels
    if target.kind in _NAMED_ELSEWHERE:
        return True
    if target.kind == "quiz":
        return index.find("step", name) is not None
    if target.kind in _LIVE and index.find("step", name) is not None:
        return True
    return index.find("module", name) is not None or name in index.planned


def _check_hours(
    document: Document, at: Path, catalogue: Catalogue, programme: Programme, courses: Mapping[str, Course]
) -> Iterator[Problem]:
    rows = [row for row in hours_rows(catalogue, courses) if row["id"] == programme.id]
    initial = [row for row in rows if row["part"] not in {"refresher", "level"}]
    complete = len(initial) == len(programme.initial.courses) and not any(row["planned_modules"] for row in initial)
    place = document.located.place((*at, "initial", "hours"))
    if complete:
        total = sum(row["declared_minutes"] for row in initial)
        yield from _out_of_range(document, place, programme.id, total, programme.initial.hours)
        if programme.levels:
            yield from _unmixed(document, document.located.place((*at, "initial", "courses")), initial)
    for row in rows:
        if row["part"] == "refresher" and programme.refreshers:
            place = document.located.place((*at, "refreshers", "hours"))
            yield from _out_of_range(
                document, place, f"{programme.id}, {row['course']}", row["declared_minutes"], programme.refreshers.hours
            )


def _check_months(
    document: Document, at: Path, programme: Programme, courses: Mapping[str, Course]
) -> Iterator[Problem]:
    """Yield what a month of the rotation lacks for this role (curriculum.md section 3)."""
    for month in refresher_modules(programme, courses):
        number = programme.refreshers.rotate.index(month.id) if programme.refreshers else 0
        missing = missing_elements(month, number + 1)
        if missing:
            place = document.located.place((*at, "refreshers", "rotate", number))
            names = ", ".join(_ELEMENTS[element] for element in missing)
            message = f"{month.id} gives {programme.role} no {names}."
            yield document.problem("refresher-mix", place, message, "Add a step for this role to the module.")


def _unmixed(document: Document, place: Place, rows: list[dict[str, Any]]) -> Iterator[Problem]:
    """Yield ways of delivery that a pathway lacks, or too little practice (curriculum.md section 2)."""
    minutes = {part: sum(row["by_kind"][part] for row in rows) for part in Part}
    missing = [part.value for part, count in minutes.items() if not count]
    if missing:
        message = f"This pathway has no {', '.join(missing)}."
        yield document.problem("delivery-mix", place, message, "A pathway has all five ways of delivery.")
    elif minutes[Part.SANDBOX] < SANDBOX_SHARE * sum(minutes.values()):
        share = minutes[Part.SANDBOX] / sum(minutes.values())
        message = f"{share:.0%} of this pathway is practice in a simulator; {SANDBOX_SHARE:.0%} is the least."
        yield document.problem("delivery-mix", place, message, "Add practice, or shorten the rest.")


def _out_of_range(document: Document, place: Place, name: str, total: float, hours: Hours) -> Iterator[Problem]:
    if not hours.min <= total / MINUTES_PER_HOUR <= hours.max:
        message = f"{name} takes {total / MINUTES_PER_HOUR:.1f} hours; {hours.min:g} to {hours.max:g} are allowed."
        yield document.problem("hours-range", place, message, "Lengthen or shorten its modules.")

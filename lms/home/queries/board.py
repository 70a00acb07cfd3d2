"""The people of a board, with what it needs to know of each. A handful of statements, however many people."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from lms.accounts.models.people import Absence, Placement, Profile
from lms.accounts.queries.periods import employed, main_placement
from lms.accounts.queries.scope import PersonIds
from lms.certification.models import Award
from lms.home.models import HelpRequest, Nudge
from lms.home.rules.board import Colleague
from lms.infra.db import db
from lms.learning.models import Cycle, Evidence, ModuleProgress, StepVisit
from lms.learning.queries.catalogue import programme_by_id, releases_of
from lms.learning.rules.cycles import INITIAL
from lms.learning.rules.evidence import required_steps
from lms.workshops.queries.waiting import full_logs


def colleagues_in(people: PersonIds, day: date) -> tuple[Colleague, ...]:
    """Return everybody whom `people` selects and who has not left, by name."""
    scope = people.subquery()
    ids = sa.select(scope.c[0])
    rows = db.session.execute(
        sa.select(Profile.person_id, Profile.name, Placement.shift, Placement.site)
        .outerjoin(
            Placement,
            sa.and_(
                Placement.person_id == Profile.person_id,
                main_placement(day),
            ),
        )
        .where(Profile.person_id.in_(ids), employed(day))
        .order_by(Profile.name, Profile.person_id)
    ).all()
    cycles = {row.person_id: row for row in _initial_cycles(ids)}
    done = _modules_done(ids)
    activity = _last_activity(ids)
    absent = set(_absent(ids, day))
    certified = set(db.session.scalars(sa.select(Award.person_id).where(Award.person_id.in_(ids))))
    help_asked = _latest(HelpRequest.person_id, HelpRequest.asked_at, ids, HelpRequest.answered_at.is_(None))
    nudged = _latest(Nudge.person_id, Nudge.sent_at, ids)
    waiting = full_logs(ids)
    return tuple(
        Colleague(
            person_id=row.person_id,
            name=row.name,
            shift=row.shift or "",
            site=row.site or "",
            modules_done=min(done.get(row.person_id, 0), module_count(_programme(cycles, row.person_id))),
            modules_total=module_count(_programme(cycles, row.person_id)),
            due_on=cycles[row.person_id].due_on if row.person_id in cycles else None,
            since=cycles[row.person_id].assigned_at if row.person_id in cycles else None,
            last_activity=activity.get(row.person_id),
            asked_for_help=help_asked.get(row.person_id),
            sign_off_waiting=waiting.get(row.person_id),
            absent=row.person_id in absent,
            certified=row.person_id in certified,
            nudged_at=nudged.get(row.person_id),
        )
        for row in rows
    )


def module_count(programme_id: str | None) -> int:
    """Return how many modules with required steps the initial training of a programme has."""
    programme = programme_by_id(programme_id) if programme_id else None
    if programme is None:
        return 0
    modules = (module for release in releases_of(programme, INITIAL) for module in release.course.modules)
    return sum(1 for module in modules if required_steps(module, {programme.role}))


def _programme(cycles: dict[uuid.UUID, Any], person_id: uuid.UUID) -> str | None:
    return cycles[person_id].programme if person_id in cycles else None


def _initial_cycles(ids: PersonIds) -> list[Any]:
    return list(
        db.session.execute(
            sa.select(Cycle.person_id, Cycle.programme, Cycle.due_on, Cycle.assigned_at).where(
                Cycle.person_id.in_(ids), Cycle.name == INITIAL, Cycle.closed_at.is_(None)
            )
        )
    )


def _modules_done(ids: PersonIds) -> dict[uuid.UUID, int]:
    rows = db.session.execute(
        sa.select(ModuleProgress.person_id, sa.func.count())
        .where(
            ModuleProgress.person_id.in_(ids), ModuleProgress.cycle == INITIAL, ModuleProgress.completed_at.is_not(None)
        )
        .group_by(ModuleProgress.person_id)
    )
    return {person: count for person, count in rows}  # noqa: C416 - rows are not tuples to a type checker


def _last_activity(ids: PersonIds) -> dict[uuid.UUID, datetime]:
    found = _latest(StepVisit.person_id, StepVisit.last_at, ids)
    for person, moment in _latest(Evidence.person_id, Evidence.occurred_at, ids).items():
        found[person] = max(moment, found.get(person, moment))
    return found


def _absent(ids: PersonIds, day: date) -> list[uuid.UUID]:
    return list(
        db.session.scalars(
            sa.select(Absence.person_id).where(
                Absence.person_id.in_(ids),
                Absence.starts_on <= day,
                sa.or_(Absence.ends_on.is_(None), Absence.ends_on > day),
            )
        )
    )


def _latest(person: Any, moment: Any, ids: PersonIds, *conditions: Any) -> dict[uuid.UUID, datetime]:  # noqa: ANN401
    rows = db.session.execute(
        sa.select(person, sa.func.max(moment, type_=moment.type)).where(person.in_(ids), *conditions).group_by(person)
    )
    return {who: when for who, when in rows}  # noqa: C416 - rows are not tuples to a type checker

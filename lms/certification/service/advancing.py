"""Opening a level's own part as soon as the time in the job that it asks for has passed, and closing it once awarded.

Source: curriculum.md section 4: Practitioner comes after four weeks of Foundation and two refreshers.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, time

import sqlalchemy as sa

from lms.accounts.models.people import Profile
from lms.accounts.queries.periods import staying
from lms.catalog.queries import current_catalogue
from lms.catalog.rules.programmes import Level, Programme
from lms.certification.models import Award
from lms.certification.queries.evidence import evidence_views
from lms.certification.rules.predicates import OPENS, evaluate, parse
from lms.infra.clock import now
from lms.infra.db import db
from lms.learning.models import Cycle
from lms.learning.queries.catalogue import programme_by_id, releases_of
from lms.learning.rules.cycles import LEVEL, level_cycle
from lms.learning.service.assign import Assignment, assign_programme
from lms.messaging.service import tell


def open_level_parts(today: date) -> int:
    """Open every level's part for whom it has become time; return how many were opened. Again opens nothing twice."""
    close_awarded_parts(today)
    return sum(
        _open(programme, level, person)
        for programme in current_catalogue().programmes
        for level in programme.levels
        if level.study
        for person in _due(programme, level, today)
    )


def open_own_parts(person_id: uuid.UUID, programme_id: str, today: date) -> int:
    """Do the same for one person, in the transaction of what made it time."""
    programme = programme_by_id(programme_id)
    return sum(
        _open(programme, level, person)
        for level in (programme.levels if programme else ())
        if programme and level.study
        for person in _due(programme, level, today, person_id)
    )


def close_awarded_parts(today: date) -> None:
    """Close the parts whose level was awarded before today: on the day itself their debrief is still to be done."""
    begun = datetime.combine(today, time.min, UTC)
    awarded = sa.select(Award.id).where(
        Award.person_id == Cycle.person_id,
        Award.programme == Cycle.programme,
        Cycle.name == sa.literal(LEVEL) + Award.level,
        Award.issued_at < begun,
    )
    done = sa.select(Cycle).where(Cycle.name.startswith(LEVEL), Cycle.closed_at.is_(None), awarded.exists())
    for cycle in db.session.scalars(done).all():
        cycle.closed_at = now()
    db.session.flush()


def _due(programme: Programme, level: Level, today: date, only: uuid.UUID | None = None) -> Iterator[uuid.UUID]:
    """Yield whoever is certified in the programme, has neither the level nor its part, and for whom it is time."""
    has = sa.select(Award.person_id).where(Award.programme == programme.id, Award.level == level.id)
    begun = sa.select(Cycle.person_id).where(Cycle.programme == programme.id, Cycle.name == level_cycle(level.id))
    waiting = (
        sa.select(Award.person_id)
        .join(Profile, Profile.person_id == Award.person_id)
        .where(
            Award.programme == programme.id,
            Award.authority.is_(True),
            Award.person_id.not_in(has),
            Award.person_id.not_in(begun),
            staying(today),
            *([] if only is None else [Award.person_id == only]),
        )
        .distinct()
    )
    people = db.session.scalars(waiting.order_by(Award.person_id)).all()
    if not people:
        return
    opening = [rule for rule in map(parse, level.requires) if rule.kind in OPENS]
    views = evidence_views(waiting, programme, today)
    for person in people:
        if all(evaluate(rule, views[person], today).met for rule in opening):
            yield person


def _open(programme: Programme, level: Level, person_id: uuid.UUID) -> bool:
    parts = level.study.modules if level.study else ()
    if not releases_of(programme, level_cycle(level.id), parts):
        return False
    assign_programme(
        Assignment(
            person_id,
            programme.id,
            level_cycle(level.id),
            due_reason={"reason": "level", "level": level.id},
            parts=parts,
        ),
        None,
    )
    tell(
        person_id,
        "level-open",
        now(),
        path=f"/levels/{level.id}",
        slot=f"level-open:{programme.id}:{level.id}:{person_id}",
        level=dict(level.title),
        subject=dict(programme.title),
    )
    return True

"""Who was certified on a given day, under which version; and everything that was recorded about one award."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from lms.accounts.models.people import Placement, Profile
from lms.accounts.queries.periods import main_placement
from lms.accounts.queries.scope import PersonIds
from lms.certification.models import Award, AwardStatus
from lms.certification.queries.awards import AwardView, award_views
from lms.certification.rules.validity import ExtensionReason, StatusKind
from lms.infra.db import db


@dataclass(frozen=True, slots=True)
class CertifiedLine:
    """One award in force on the day asked about, and where its holder worked on that day."""

    award: AwardView
    employee_number: str
    function: str
    site: str


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One recorded change; `by` is empty where the system or an erased person made it, `cause` but for extensions."""

    kind: StatusKind
    on: date
    until: date | None
    cause: ExtensionReason | None
    reason: str
    by: str
    recorded_at: datetime


def certified_on(
    people: PersonIds, day: date, known: datetime, *, programme: str = "", level: str = ""
) -> tuple[CertifiedLine, ...]:
    """Return who was certified on `day`, from what had been issued and recorded by the moment `known`, by name.

    The level's rule and the releases are those of the award: a later version changes nothing here.
    """
    condition = sa.and_(Award.person_id.in_(people), Award.starts_on <= day)
    if programme:
        condition = sa.and_(condition, Award.programme == programme)
    if level:
        condition = sa.and_(condition, Award.level == level)
    views = [view for view in award_views(condition, day, known=known) if view.in_force]
    where = _places({view.person_id for view in views}, day)
    lines = [CertifiedLine(view, *where.get(view.person_id, ("", "", ""))) for view in views]
    return tuple(sorted(lines, key=lambda line: (line.award.snapshot.name.casefold(), line.award.serial)))


def levels_awarded() -> tuple[tuple[str, str], ...]:
    """Return every (programme, level) that was ever awarded, in order."""
    rows = db.session.execute(sa.select(Award.programme, Award.level).distinct().order_by(Award.programme, Award.level))
    return tuple((programme, level) for programme, level in rows)


def history_of(award_id: uuid.UUID) -> tuple[HistoryLine, ...]:
    """Return what was recorded about an award, the first entry first."""
    rows = db.session.execute(
        sa.select(
            AwardStatus.kind,
            AwardStatus.on,
            AwardStatus.until,
            AwardStatus.cause,
            AwardStatus.reason,
            Profile.name,
            AwardStatus.recorded_at,
        )
        .outerjoin(Profile, Profile.person_id == AwardStatus.actor_id)
        .where(AwardStatus.award_id == award_id)
        .order_by(AwardStatus.recorded_at, AwardStatus.id)
    )
    return tuple(HistoryLine(*row[:5], row[5] or "", row[6]) for row in rows)


def _places(people: set[uuid.UUID], day: date) -> dict[uuid.UUID, tuple[str, str, str]]:
    at = sa.and_(Placement.person_id == Profile.person_id, main_placement(day))
    rows = db.session.execute(
        sa.select(Profile.person_id, Profile.employee_number, Placement.function, Placement.site)
        .outerjoin(Placement, at)
        .where(Profile.person_id.in_(people))
    )
    return {person: (number, function or "", site or "") for person, number, function, site in rows}

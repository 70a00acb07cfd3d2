"""What an import is planned against, and the imports there have been."""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.accounts.models.imports import ImportState, PeopleImport
from lms.accounts.models.people import Absence, Placement, Profile, RoleGrant
from lms.accounts.queries.periods import not_over
from lms.accounts.rules.actor import PRIVILEGED
from lms.accounts.rules.people_file import Interval
from lms.accounts.rules.people_plan import KnownPerson, Post
from lms.infra.db import db


@dataclass(frozen=True, slots=True)
class PastImport:
    """One line of the list of imports."""

    id: uuid.UUID
    state: ImportState
    filename: str
    created_at: datetime
    applied_at: datetime | None
    counts: dict[str, Any]
    by: str | None


def known_people(today: date) -> dict[str, KnownPerson]:
    """Return everybody who has a profile, leavers too, by folded employee number."""
    posts = _posts()
    absences: dict[uuid.UUID, list[Interval]] = defaultdict(list)
    for person_id, starts_on, ends_on in db.session.execute(
        sa.select(Absence.person_id, Absence.starts_on, Absence.ends_on).order_by(Absence.starts_on)
    ):
        absences[person_id].append(Interval(starts_on, ends_on))
    protected = set(
        db.session.scalars(
            sa.select(RoleGrant.person_id).where(RoleGrant.role.in_(PRIVILEGED), not_over(RoleGrant, today))
        )
    )
    rows = db.session.execute(
        sa.select(
            Profile.person_id,
            Profile.employee_number,
            Profile.name,
            Profile.email,
            Profile.zone,
            Profile.joined_on,
            Profile.left_on,
        )
    )
    known = {}
    for row in rows:
        post, post_from = posts.get(row.person_id, (None, None))
        known[row.employee_number.casefold()] = KnownPerson(
            id=row.person_id,
            number=row.employee_number,
            name=row.name,
            email=row.email,
            zone=row.zone,
            joined_on=row.joined_on,
            left_on=row.left_on,
            post=post,
            post_from=post_from,
            absences=tuple(absences.get(row.person_id, ())),
            protected=row.person_id in protected,
        )
    return known


def past_imports(most: int = 20) -> list[PastImport]:
    """Return the latest imports, the newest first."""
    rows = db.session.execute(
        sa.select(
            PeopleImport.id,
            PeopleImport.state,
            PeopleImport.filename,
            PeopleImport.created_at,
            PeopleImport.applied_at,
            PeopleImport.counts,
            Profile.name,
        )
        .outerjoin(Profile, Profile.person_id == PeopleImport.created_by)
        .where(PeopleImport.state != ImportState.DISCARDED)
        .order_by(PeopleImport.created_at.desc())
        .limit(most)
    )
    return [PastImport(*row) for row in rows]


def import_troubles(since: datetime) -> tuple[int, int]:
    """Return how many files were uploaded and not imported, and how many rows imports since a moment left out."""
    begun = PeopleImport.state.in_([ImportState.UPLOADED, ImportState.MAPPED])
    done = sa.and_(PeopleImport.state == ImportState.APPLIED, PeopleImport.applied_at >= since)
    rows = db.session.execute(sa.select(PeopleImport.state, PeopleImport.counts).where(sa.or_(begun, done))).all()
    left_out = sum(counts.get("skipped", 0) for state, counts in rows if state is ImportState.APPLIED)
    return sum(1 for state, _counts in rows if state is not ImportState.APPLIED), left_out


def remembered_mapping(signature: str) -> dict[str, Any]:
    """Return how the last file with the same headers was read; empty where there was none."""
    found = db.session.scalar(
        sa.select(PeopleImport.mapping)
        .where(PeopleImport.signature == signature, PeopleImport.state.in_([ImportState.APPLIED, ImportState.UNDONE]))
        .order_by(PeopleImport.created_at.desc())
        .limit(1)
    )
    return dict(found or {})


def _posts() -> dict[uuid.UUID, tuple[Post, date]]:
    boss = aliased(Profile)
    rows = db.session.execute(
        sa.select(
            Placement.person_id,
            Placement.function,
            Placement.site,
            Placement.shift,
            boss.employee_number,
            Placement.valid_from,
        )
        .outerjoin(boss, boss.person_id == Placement.manager_id)
        .where(Placement.primary.is_(True))
        # The placement without an end comes last and so is the one kept; leavers keep their last one.
        .order_by(sa.case((Placement.valid_to.is_(None), 1), else_=0), Placement.valid_from)
    )
    return {row[0]: (Post(row[1], row[2], row[3], row[4]), row[5]) for row in rows}

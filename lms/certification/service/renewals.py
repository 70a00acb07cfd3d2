"""Opening the renewal of what ends: a new cycle with the exam alone. Nothing that was done is reset."""

from __future__ import annotations

import uuid
from collections import defaultdict
from datetime import date

import sqlalchemy as sa

from lms.accounts.models.people import RoleGrant
from lms.accounts.queries.periods import valid_on
from lms.accounts.rules.actor import Role
from lms.catalog.rules.programmes import Programme
from lms.certification.queries.awards import AwardView
from lms.certification.queries.evidence import renewal_modules
from lms.certification.queries.expiring import latest_awards
from lms.certification.rules.authority import gate_of, role_of
from lms.certification.rules.renewal import counts_from
from lms.certification.rules.validity import Standing
from lms.infra.clock import now
from lms.infra.db import db
from lms.learning.models import Cycle
from lms.learning.queries.catalogue import programme_by_id
from lms.learning.rules.cycles import RECERTIFICATION, recertification_cycle
from lms.learning.service.assign import Assignment, assign_programme

# Neither is ended by an exam: one waits for a decision, the other has begun already.
_NOT_RENEWED = frozenset({Standing.SUSPENDED, Standing.NOT_YET})


def open_renewals(today: date) -> int:
    """Open the renewal of every award whose window is open, or that has ended; return how many were opened.

    What becomes due while a renewal is open joins it. Running again opens nothing twice.
    """
    due: dict[tuple[uuid.UUID, str], list[AwardView]] = defaultdict(list)
    appointed = _appointed(today)
    for award in latest_awards(today):
        # Whoever is no longer appointed has nothing to renew.
        role = role_of(award.level)
        if role is not None and (award.person_id, role, gate_of(award.level) or "") not in appointed:
            continue
        since = counts_from(award.timeline, award.facts.entries)
        if award.standing not in _NOT_RENEWED and since is not None and since <= today:
            due[award.person_id, award.programme].append(award)
    running = _running()
    return sum(
        _open(person, programme, awards, running.get((person, programme_id)))
        for (person, programme_id), awards in due.items()
        if (programme := programme_by_id(programme_id)) is not None
    )


def close_renewals(person_id: uuid.UUID, programme_id: str) -> None:
    """Close a person's open renewals of a programme: the exam is passed, or no longer needed."""
    db.session.execute(
        sa.update(Cycle)
        .where(
            Cycle.person_id == person_id,
            Cycle.programme == programme_id,
            Cycle.name.startswith(RECERTIFICATION),
            Cycle.closed_at.is_(None),
        )
        .values(closed_at=now())
    )


def _open(person_id: uuid.UUID, programme: Programme, awards: list[AwardView], running: Cycle | None) -> bool:
    levels = [level for award in awards if (level := programme.level(award.level)) is not None]
    modules = renewal_modules(programme, levels)
    if running is not None:
        # Nothing is taken out of it: an exam may have begun.
        if not set(modules) <= set(running.parts):
            running.parts = [*running.parts, *(name for name in modules if name not in running.parts)]
            db.session.flush()
        return False
    if not modules:
        return False
    ends = min((award.timeline.expires_on for award in awards if award.timeline.expires_on), default=None)
    earlier = db.session.scalar(
        sa.select(sa.func.count()).where(
            Cycle.person_id == person_id, Cycle.programme == programme.id, Cycle.name.startswith(RECERTIFICATION)
        )
    )
    assign_programme(
        Assignment(
            person_id,
            programme.id,
            recertification_cycle(int(earlier or 0) + 1),
            due_on=ends,
            due_reason={"reason": "renewal", "ends_on": ends.isoformat() if ends else None},
            parts=modules,
        ),
        None,
    )
    return True


def _appointed(today: date) -> set[tuple[uuid.UUID, Role, str]]:
    """Return who holds which role, for the gate it was given for and for any."""
    rows = db.session.execute(
        sa.select(RoleGrant.person_id, RoleGrant.role, RoleGrant.scope).where(valid_on(RoleGrant, today))
    )
    return {(person, role, gate) for person, role, scope in rows for gate in ("", scope)}


def _running() -> dict[tuple[uuid.UUID, str], Cycle]:
    open_ones = sa.select(Cycle).where(Cycle.name.startswith(RECERTIFICATION), Cycle.closed_at.is_(None))
    return {(cycle.person_id, cycle.programme): cycle for cycle in db.session.scalars(open_ones)}

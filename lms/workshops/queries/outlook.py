"""How somebody stands to the workshops on their path: has a place, waits for one, may book, or has to ask."""

from __future__ import annotations

import enum
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from lms.infra.db import db
from lms.workshops.models.sessions import Booking, SessionRequest, WorkshopSession
from lms.workshops.queries.sessions import LONGEST, open_to
from lms.workshops.rules.booking import BookingState, SessionTime


class Standing(enum.StrEnum):
    """How a person stands to a workshop, the best first."""

    BOOKED = "booked"
    WAITING = "waiting"
    BOOKABLE = "bookable"
    ASKED = "asked"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Outlook:
    """How a person stands to one workshop. `starts_at` is of the first session with that standing."""

    standing: Standing
    starts_at: datetime | None = None


def outlook(person_id: uuid.UUID, steps: Collection[str], now: datetime) -> dict[str, Outlook]:
    """Return workshop step -> how the person stands to it. At most two statements, none where there are no steps."""
    if not steps:
        return {}
    mine = sa.and_(
        Booking.session_id == WorkshopSession.id,
        Booking.person_id == person_id,
        Booking.state != BookingState.CANCELLED,
    )
    rows = db.session.execute(
        sa.select(WorkshopSession.step, WorkshopSession.starts_at, WorkshopSession.minutes, Booking.state)
        .outerjoin(Booking, mine)
        .where(
            WorkshopSession.step.in_(steps),
            WorkshopSession.cancelled_at.is_(None),
            sa.or_(
                sa.and_(Booking.id.is_not(None), WorkshopSession.starts_at > now - LONGEST),
                sa.and_(open_to(person_id, now), WorkshopSession.starts_at > now),
            ),
        )
        .order_by(WorkshopSession.starts_at)
    )
    order = list(Standing)
    found: dict[str, Outlook] = {}
    for step, starts_at, minutes, state in rows:
        if SessionTime(starts_at, minutes).ends_at <= now:
            continue
        stands = Outlook(Standing.BOOKABLE if state is None else Standing(state), starts_at)
        held = found.get(step)
        if held is None or order.index(stands.standing) < order.index(held.standing):
            found[step] = stands
    rest = [step for step in steps if step not in found]
    if rest:
        asked = set(
            db.session.scalars(
                sa.select(SessionRequest.step).where(
                    SessionRequest.person_id == person_id,
                    SessionRequest.step.in_(rest),
                    SessionRequest.answered_at.is_(None),
                )
            )
        )
        found |= {step: Outlook(Standing.ASKED if step in asked else Standing.NOTHING) for step in rest}
    return found

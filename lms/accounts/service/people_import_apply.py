"""Carrying a plan out: people first, then where they work, so that a manager may come after their reports."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa

from lms.accounts.models.people import Profile
from lms.accounts.rules.people_plan import ChangeKind, PersonChange, Post
from lms.accounts.service.employment import (
    Details,
    PlacedAt,
    be_absent,
    come_back,
    join,
    leave,
    place,
    place_first,
)
from lms.accounts.service.row_changes import Recorder
from lms.infra.db import db


def apply_changes(changes: Sequence[PersonChange], recorder: Recorder, now: datetime) -> list[object]:
    """Store the changes and return the events they cause, to be published once everything is stored."""
    ids = {
        number.casefold(): person_id
        for person_id, number in db.session.execute(sa.select(Profile.person_id, Profile.employee_number))
    }
    newcomers = [change for change in changes if change.person_id is None]
    joined = join(recorder, [_details(change) for change in newcomers], now)
    ids |= {change.number.casefold(): person_id for change, person_id in zip(newcomers, joined, strict=True)}
    events: list[object] = []
    for change in changes:
        events += _apply(change, ids, recorder, now)
    db.session.flush()
    return events


def _apply(change: PersonChange, ids: dict[str, uuid.UUID], recorder: Recorder, now: datetime) -> list[object]:
    person_id = ids[change.number.casefold()]
    profile = db.session.get_one(Profile, person_id)
    at = _placed(change.post, ids)
    on = change.on or now.date()
    events: list[object] = []
    if ChangeKind.JOINED in change.kinds and at is not None:
        events.append(place_first(recorder, person_id, at, on))
    elif ChangeKind.RETURNED in change.kinds and at is not None:
        events.append(come_back(recorder, profile, at, on))
    elif at is not None:
        events.append(place(recorder, person_id, at, on))
    if change.person_id is not None:
        recorder.update(profile, person_id, **change.details)
    events += [be_absent(recorder, person_id, absence) for absence in change.absences]
    if change.last_day is not None:
        events.append(leave(recorder, profile, change.last_day, now))
    return events


def _placed(post: Post | None, ids: dict[str, uuid.UUID]) -> PlacedAt | None:
    if post is None:
        return None
    return PlacedAt(post.function, post.site, post.shift, ids.get(post.manager.casefold()) if post.manager else None)


def _details(change: PersonChange) -> Details:
    said = change.details
    joined_on = said["joined_on"]
    return Details(
        employee_number=change.number,
        name=change.name,
        email=str(said["email"]) if said["email"] else None,
        joined_on=joined_on if isinstance(joined_on, date) else date.min,
        language=str(said["language"]),
        zone=str(said["zone"]),
    )

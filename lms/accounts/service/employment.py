"""The dated facts of employment: joining, moving, being away, leaving, coming back. By hand and by import alike.

Each function returns the event it causes; the caller publishes when everything that belongs together is stored.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from lms.accounts.events import AbsenceChanged, PersonJoined, PersonLeft, PlacementChanged
from lms.accounts.models.people import Absence, Person, Placement, Profile, RoleGrant
from lms.accounts.models.signin import SingleUseLink
from lms.accounts.queries.periods import not_over
from lms.accounts.rules.people_file import Interval
from lms.accounts.service.row_changes import Recorder
from lms.accounts.service.sessions import end_sessions
from lms.infra.db import db
from lms.infra.i18n import _
from lms.shared.errors import Invalid
from lms.shared.ids import new_id


@dataclass(frozen=True, slots=True)
class PlacedAt:
    """Where a person works: identifiers of places, and the manager's person id."""

    function: str
    site: str
    shift: str = ""
    manager_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Details:
    """Who a new person is."""

    employee_number: str
    name: str
    email: str | None
    joined_on: date
    language: str
    zone: str


def join(recorder: Recorder, newcomers: Sequence[Details], now: datetime) -> list[uuid.UUID]:
    """Store new people without a placement yet, and return their ids in the same order."""
    people = [Person(id=new_id(), created_at=now) for _newcomer in newcomers]
    for person in people:
        recorder.insert(person, person.id)
    # Before the profiles that point at them: the two are not related in the mapping.
    db.session.flush()
    for person, details in zip(people, newcomers, strict=True):
        profile = Profile(
            person_id=person.id,
            employee_number=details.employee_number,
            email=details.email,
            name=details.name,
            joined_on=details.joined_on,
            language=details.language,
            zone=details.zone,
        )
        recorder.insert(profile, person.id)
    db.session.flush()
    return [person.id for person in people]


def place(recorder: Recorder, person_id: uuid.UUID, at: PlacedAt, on: date) -> PlacementChanged:
    """Let the person work at `at` from `on`: the present placement ends; one that began `on` is corrected.

    Raises:
        Invalid: the present placement begins later than `on`.
    """
    present = open_placement(person_id)
    if present is not None and on < present.valid_from:
        raise Invalid(
            fields={"on": _("The present placement begins later, on %(day)s.", day=present.valid_from.isoformat())}
        )
    if present is not None and present.valid_from == on:
        recorder.update(
            present, person_id, function=at.function, site=at.site, shift=at.shift, manager_id=at.manager_id
        )
        return PlacementChanged(person_id, on)
    if present is not None:
        recorder.update(present, person_id, valid_to=on)
    _open(recorder, person_id, at, on)
    return PlacementChanged(person_id, on)


def place_first(recorder: Recorder, person_id: uuid.UUID, at: PlacedAt, on: date) -> PersonJoined:
    """Let a person who has just been stored work at `at` from `on`."""
    _open(recorder, person_id, at, on)
    return PersonJoined(person_id, on)


def leave(recorder: Recorder, profile: Profile, last_day: date, now: datetime) -> PersonLeft:
    """Record the last day: placements, roles and absences end after it, and a past one ends sessions and links at once.

    Raises:
        Invalid: the last day is before the person joined.
    """
    if last_day < profile.joined_on:
        raise Invalid(fields={"last_day": _("The person joined later, on %(day)s.", day=profile.joined_on.isoformat())})
    after = last_day + timedelta(days=1)
    recorder.update(profile, profile.person_id, left_on=last_day)
    _end(recorder, db.session.scalars(sa.select(Placement).where(_running(Placement, profile.person_id, after))), after)
    _end(recorder, db.session.scalars(sa.select(RoleGrant).where(_running(RoleGrant, profile.person_id, after))), after)
    if last_day < now.date():
        end_sessions(profile.person_id, now)
        db.session.execute(
            sa.update(SingleUseLink)
            .where(SingleUseLink.person_id == profile.person_id, SingleUseLink.used_at.is_(None))
            .values(expires_at=now)
        )
    return PersonLeft(profile.person_id, after)


def come_back(recorder: Recorder, profile: Profile, at: PlacedAt, on: date) -> PersonJoined:
    """Let a leaver return from `on`. Roles do not come back by themselves."""
    recorder.update(profile, profile.person_id, left_on=None)
    place(recorder, profile.person_id, at, on)
    return PersonJoined(profile.person_id, on)


def be_absent(recorder: Recorder, person_id: uuid.UUID, away: Interval) -> AbsenceChanged:
    """Record days away; one that starts the same day is the same absence with another end.

    Raises:
        Invalid: it overlaps another absence, or ends before it starts.
    """
    if away.ends_on is not None and away.ends_on <= away.starts_on:
        raise Invalid(fields={"last_day": _("The last day away is before the first one.")})
    held = db.session.scalars(sa.select(Absence).where(Absence.person_id == person_id)).all()
    for row in held:
        if row.starts_on == away.starts_on:
            recorder.update(row, person_id, ends_on=away.ends_on)
            return AbsenceChanged(person_id)
        if away.overlaps(Interval(row.starts_on, row.ends_on)):
            raise Invalid(
                fields={"first_day": _("This overlaps the absence from %(day)s.", day=row.starts_on.isoformat())}
            )
    row = Absence(id=new_id(), person_id=person_id, starts_on=away.starts_on, ends_on=away.ends_on)
    recorder.insert(row, person_id)
    return AbsenceChanged(person_id)


def open_placement(person_id: uuid.UUID) -> Placement | None:
    """Return the person's main placement that has no end, or None."""
    return db.session.scalars(
        sa.select(Placement)
        .where(Placement.person_id == person_id, Placement.primary.is_(True), Placement.valid_to.is_(None))
        .order_by(Placement.valid_from.desc())
    ).first()


def _open(recorder: Recorder, person_id: uuid.UUID, at: PlacedAt, on: date) -> None:
    recorder.insert(
        Placement(
            id=new_id(),
            person_id=person_id,
            function=at.function,
            site=at.site,
            shift=at.shift,
            manager_id=at.manager_id,
            primary=True,
            valid_from=on,
        ),
        person_id,
    )


def _running(model: type[Placement | RoleGrant], person_id: uuid.UUID, after: date) -> sa.ColumnElement[bool]:
    return sa.and_(model.person_id == person_id, not_over(model, after))


def _end(recorder: Recorder, rows: Iterable[Placement | RoleGrant], after: date) -> None:
    for row in rows:
        recorder.update(row, row.person_id, valid_to=max(after, row.valid_from))

"""What coordinators do with people one at a time. Files of people: `people_import`."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from lms.accounts.events import AbsenceChanged
from lms.accounts.models.people import Absence, Place, PlaceKind, Placement, Profile
from lms.accounts.queries.people import person_by_number
from lms.accounts.queries.person import profile_of
from lms.accounts.queries.places import place_labels, site_zones
from lms.accounts.queries.scope import require_in_scope
from lms.accounts.rules.actor import Actor
from lms.accounts.rules.people_file import Interval, is_email, is_zone
from lms.accounts.rules.people_lines import place_ids
from lms.accounts.rules.permissions import Permission
from lms.accounts.rules.reporting_line import in_cycles
from lms.accounts.service.employment import (
    Details,
    PlacedAt,
    be_absent,
    come_back,
    join,
    leave,
    open_placement,
    place,
    place_first,
)
from lms.accounts.service.links import refuse_unless_resettable
from lms.accounts.service.row_changes import Recorder
from lms.infra import audit
from lms.infra.db import db
from lms.infra.events import publish
from lms.infra.i18n import _
from lms.shared.errors import Conflict, Invalid, NotFound


@dataclass(frozen=True, slots=True)
class Post:
    """Where somebody works, as typed: labels of places (new ones are added) and the manager's employee number."""

    function: str
    site: str
    shift: str = ""
    manager_number: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """Who somebody is, as typed."""

    employee_number: str
    name: str
    email: str = ""
    zone: str = ""


def add_person(
    actor: Actor | None, contact: Contact, post: Post, joined_on: date, now: datetime, *, language: str, zone: str
) -> uuid.UUID:
    """Store a person with their first placement and return their id. `zone` holds where no other is known.

    Raises:
        Invalid: a field cannot be used.
    """
    email = _checked(contact, None)
    at = _placed(post, None)
    details = Details(
        employee_number=contact.employee_number,
        name=contact.name,
        email=email,
        joined_on=joined_on,
        language=language,
        zone=contact.zone or site_zones().get(at.site) or zone,
    )
    (person_id,) = join(Recorder(), [details], now)
    event = place_first(Recorder(), person_id, at, joined_on)
    _note("person.added", actor, person_id)
    db.session.flush()
    publish(event)
    return person_id


def change_contact(actor: Actor, person_id: uuid.UUID, contact: Contact, extra_time: int | None, now: datetime) -> None:
    """Change who somebody is, and the percent added to their time limits (None: untimed).

    Raises:
        NotFound: no such person in the actor's scope.
        Refused: number or e-mail of a coordinator or administrator, and the actor no administrator.
        Invalid: a field cannot be used.
    """
    require_in_scope(actor, Permission.MANAGE_PEOPLE, person_id, now.date())
    profile = profile_of(person_id)
    email = _checked(contact, person_id)
    if (contact.employee_number, email) != (profile.employee_number, profile.email):
        refuse_unless_resettable(actor, person_id, now)
    if extra_time != profile.extra_time:
        _note("extra-time.changed", actor, person_id, percent=extra_time)
    profile.employee_number, profile.name, profile.email = contact.employee_number, contact.name, email
    profile.zone = contact.zone or profile.zone
    profile.extra_time = extra_time
    _note("person.changed", actor, person_id)


def move_person(actor: Actor | None, person_id: uuid.UUID, post: Post, on: date, now: datetime) -> None:
    """Let somebody work elsewhere, or under another manager, from `on`.

    Raises:
        NotFound: no such person in the actor's scope.
        Invalid: a field cannot be used, or the present placement begins later.
    """
    if actor is not None:
        require_in_scope(actor, Permission.MANAGE_PEOPLE, person_id, now.date())
    event = place(Recorder(), person_id, _placed(post, person_id), on)
    _note("person.moved", actor, person_id)
    db.session.flush()
    publish(event)


def record_leaving(actor: Actor | None, person_id: uuid.UUID, last_day: date, now: datetime) -> None:
    """Record somebody's last day: they can sign in until its end, not after.

    Raises:
        NotFound: no such person in the actor's scope.
        Refused: a coordinator or administrator, and the actor no administrator.
        Conflict: actors do not deactivate themselves.
        Invalid: the last day is before the first.
    """
    if actor is not None and actor.id == person_id:
        raise Conflict(_("You cannot record your own leaving. Ask another coordinator."))
    refuse_unless_resettable(actor, person_id, now)
    event = leave(Recorder(), profile_of(person_id), last_day, now)
    _note("person.left", actor, person_id)
    db.session.flush()
    publish(event)


def record_return(actor: Actor | None, person_id: uuid.UUID, on: date, now: datetime) -> None:
    """Let a leaver come back on `on`, to where they worked last.

    Raises:
        NotFound: no such person in the actor's scope.
        Conflict: the person has not left.
    """
    refuse_unless_resettable(actor, person_id, now)
    profile = profile_of(person_id)
    if profile.left_on is None:
        raise Conflict(_("%(name)s has not left.", name=profile.name))
    last = db.session.scalars(
        sa.select(Placement).where(Placement.person_id == person_id).order_by(Placement.valid_from.desc())
    ).first()
    if last is None:
        raise Conflict(_("%(name)s has never worked anywhere. Add a placement first.", name=profile.name))
    at = PlacedAt(last.function, last.site, last.shift, last.manager_id)
    event = come_back(Recorder(), profile, at, max(on, profile.left_on + timedelta(days=1)))
    _note("person.returned", actor, person_id)
    db.session.flush()
    publish(event)


def record_absence(actor: Actor | None, person_id: uuid.UUID, away: Interval, now: datetime) -> None:
    """Record days away, or another end of those that start the same day.

    Raises:
        NotFound: no such person in the actor's scope.
        Invalid: it overlaps another absence.
    """
    if actor is not None:
        require_in_scope(actor, Permission.MANAGE_PEOPLE, person_id, now.date())
    event = be_absent(Recorder(), person_id, away)
    _note("absence.recorded", actor, person_id)
    db.session.flush()
    publish(event)


def remove_absence(actor: Actor, person_id: uuid.UUID, absence_id: uuid.UUID, now: datetime) -> None:
    """Delete an absence that was recorded by mistake.

    Raises:
        NotFound: no such absence of a person in the actor's scope.
    """
    require_in_scope(actor, Permission.MANAGE_PEOPLE, person_id, now.date())
    row = db.session.get(Absence, absence_id)
    if row is None or row.person_id != person_id:
        raise NotFound
    db.session.delete(row)
    _note("absence.removed", actor, person_id)
    db.session.flush()
    publish(AbsenceChanged(person_id))


def name_places(kind: PlaceKind, labels: set[str], recorder: Recorder) -> dict[str, str]:
    """Return the identifier for each label, adding the places nobody has named before."""
    known = place_labels(kind)
    found = place_ids(labels, known)
    for label, identity in sorted(found.items()):
        if identity not in known:
            recorder.insert(Place(kind=kind, id=identity, label=label, zone=""), None)
            known[identity] = label
    db.session.flush()
    return found


def _checked(contact: Contact, person_id: uuid.UUID | None) -> str | None:
    faults: dict[str, str] = {}
    email = contact.email.strip().lower() or None
    holder = person_by_number(contact.employee_number)
    if holder is not None and holder != person_id:
        faults["employee_number"] = _("Somebody else has the number %(n)s.", n=contact.employee_number)
    if email is not None and not is_email(email):
        faults["email"] = _("%(text)s is not an e-mail address.", text=email)
    elif email is not None:
        taken = db.session.scalar(sa.select(Profile.person_id).where(Profile.email == email))
        if taken is not None and taken != person_id:
            faults["email"] = _("Somebody else has this e-mail address.")
    if contact.zone and not is_zone(contact.zone):
        faults["zone"] = _("%(text)s is not a time zone. Write it like Europe/Madrid.", text=contact.zone)
    if faults:
        raise Invalid(fields=faults)
    return email


def _placed(post: Post, person_id: uuid.UUID | None) -> PlacedAt:
    manager_id = None
    if post.manager_number:
        manager_id = person_by_number(post.manager_number)
        if manager_id is None:
            raise Invalid(fields={"manager_number": _("Nobody has the number %(n)s.", n=post.manager_number)})
        if person_id is not None and _would_circle(person_id, manager_id):
            raise Invalid(
                fields={"manager_number": _("This person reports to them already, directly or through others.")}
            )
    return PlacedAt(
        function=_place(PlaceKind.FUNCTION, post.function),
        site=_place(PlaceKind.SITE, post.site),
        shift=_place(PlaceKind.SHIFT, post.shift) if post.shift else "",
        manager_id=manager_id,
    )


def _place(kind: PlaceKind, label: str) -> str:
    return name_places(kind, {label}, Recorder())[label]


def _would_circle(person_id: uuid.UUID, manager_id: uuid.UUID) -> bool:
    above = {person_id: manager_id}
    at = manager_id
    while at not in above:
        placement = open_placement(at)
        if placement is None or placement.manager_id is None:
            return False
        above[at] = placement.manager_id
        at = placement.manager_id
    return person_id in in_cycles(above)


def _note(action: str, actor: Actor | None, person_id: uuid.UUID, **details: int | None) -> None:
    audit.record(action, actor=None if actor is None else actor.id, subject=person_id, **details)

"""Naming functions, sites and shifts, and saying in which zone a site lies."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from lms.accounts.models.people import Place, PlaceKind, Placement, Profile
from lms.accounts.queries.periods import not_over
from lms.accounts.rules.actor import Actor
from lms.accounts.rules.people_file import is_zone
from lms.infra import audit
from lms.infra.db import db
from lms.infra.i18n import _
from lms.shared.errors import Invalid, NotFound


def change_place(
    actor: Actor, kind: PlaceKind, identity: str, label: str, zone: str, today: date, *, default_zone: str
) -> None:
    """Write a place differently. Its identifier stays, so that rules and reports keep meaning the same.

    A site's new zone becomes that of the people who work there and had the site's old one.

    Raises:
        NotFound: no such place.
        Invalid: an empty label, or not an IANA zone.
    """
    place = db.session.get(Place, (kind, identity))
    if place is None:
        raise NotFound
    if not label:
        raise Invalid(_("A place needs a name."))
    if zone and not is_zone(zone):
        raise Invalid(_("%(text)s is not a time zone. Write it like Europe/Madrid.", text=zone))
    if kind is PlaceKind.SITE and zone and zone != place.zone:
        _move_clocks(identity, place.zone or default_zone, zone, today)
    if (place.label, place.zone) != (label, zone):
        place.label, place.zone = label[:120], zone
        audit.record("place.changed", actor=actor.id, kind=str(kind), place=identity)


def _move_clocks(site: str, old: str, new: str, today: date) -> None:
    here = sa.select(Placement.person_id).where(
        Placement.site == site,
        Placement.primary.is_(True),
        not_over(Placement, today),
    )
    db.session.execute(
        sa.update(Profile).where(Profile.person_id.in_(here), Profile.zone == old).values(zone=new),
        execution_options={"synchronize_session": False},
    )

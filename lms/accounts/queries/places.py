"""Functions, sites and shifts as HR names them."""

from __future__ import annotations

import sqlalchemy as sa

from lms.accounts.models.people import Place, PlaceKind
from lms.infra.db import db


def place_labels(kind: PlaceKind) -> dict[str, str]:
    """Return identifier -> label of one kind of place, by label."""
    query = sa.select(Place.id, Place.label).where(Place.kind == kind).order_by(Place.label)
    return {row.id: row.label for row in db.session.execute(query)}


def site_zones() -> dict[str, str]:
    """Return the IANA zone of every site that has one."""
    query = sa.select(Place.id, Place.zone).where(Place.kind == PlaceKind.SITE, Place.zone != "")
    return {row.id: row.zone for row in db.session.execute(query)}


def place_label(kind: PlaceKind, identity: str) -> str:
    """Return how a place is written for people; its identifier where nobody has named it."""
    label = db.session.scalar(sa.select(Place.label).where(Place.kind == kind, Place.id == identity))
    return label or identity


def all_places(kind: PlaceKind) -> list[Place]:
    """Return the places of one kind, by label."""
    return list(db.session.scalars(sa.select(Place).where(Place.kind == kind).order_by(Place.label)))

"""Conditions on dated rows: [valid_from, valid_to), and employment up to a last day that is worked."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from lms.accounts.models.people import Placement, Profile
from lms.infra.db import Dated

Day = date | sa.BindParameter[date]


def valid_on(model: type[Dated], day: Day) -> sa.ColumnElement[bool]:
    """Return the condition that a dated row holds on `day`."""
    return sa.and_(model.valid_from <= day, not_over(model, day))


def not_over(model: type[Dated], day: Day) -> sa.ColumnElement[bool]:
    """Return the condition that a dated row holds on `day` or will later."""
    return sa.or_(model.valid_to.is_(None), model.valid_to > day)


def main_placement(day: Day) -> sa.ColumnElement[bool]:
    """Return the condition that a placement is its person's main one on `day`."""
    return sa.and_(Placement.primary.is_(True), valid_on(Placement, day))


def employed(day: Day) -> sa.ColumnElement[bool]:
    """Return the condition that a profile's person works here on `day`; on the last day they still sign in."""
    return sa.or_(Profile.left_on.is_(None), Profile.left_on >= day)


def staying(day: Day) -> sa.ColumnElement[bool]:
    """Return the condition that a profile's person stays beyond `day`.

    Plans, reports and authority count by this one: a leaver's authority ends on their last day.
    """
    return sa.or_(Profile.left_on.is_(None), Profile.left_on > day)

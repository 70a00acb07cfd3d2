"""Functions, sites, shifts and programmes to choose from: what the company declares and what people are placed in."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from lms.accounts.models.people import PlaceKind, Placement
from lms.accounts.queries.places import place_labels
from lms.catalog.queries import current_catalogue, current_company
from lms.catalog.rules.content import text_in
from lms.cohorts.models import Cohort
from lms.infra.db import db


def function_titles(language: str) -> dict[str, str]:
    """Return every function with its title: the company's own in its order, then others that people are placed in."""
    declared = {function.id: text_in(function.title, language) for function in current_company().functions}
    others = (found for found in _distinct(Placement.function, Cohort.function) if found not in declared)
    labels = place_labels(PlaceKind.FUNCTION)
    return declared | {found: labels.get(found, found) for found in others}


def programme_titles(language: str) -> dict[str, str]:
    """Return every programme of the catalogue with its title."""
    return {programme.id: text_in(programme.title, language) for programme in current_catalogue().programmes}


def sites() -> tuple[str, ...]:
    """Return every site that people are placed at or a cohort is at."""
    return _distinct(Placement.site, Cohort.site)


def site_choices(*more: str) -> list[tuple[str, str]]:
    """Return every site, and `more` that a record names, with the name people know it by."""
    labels = place_labels(PlaceKind.SITE)
    return [(site, labels.get(site, site)) for site in sorted({*sites(), *more})]


def shift_choices(site: str) -> list[tuple[str, str]]:
    """Return the shifts people work at a site, with the names people know them by."""
    labels = place_labels(PlaceKind.SHIFT)
    return [(shift, labels.get(shift, shift)) for shift in shifts(site)]


def shifts(site: str) -> tuple[str, ...]:
    """Return the shifts people work at a site."""
    rows = db.session.scalars(sa.select(Placement.shift).where(Placement.site == site).distinct())
    return tuple(sorted(filter(None, rows)))


def _distinct(*columns: InstrumentedAttribute[str]) -> tuple[str, ...]:
    union = sa.union(*(sa.select(column) for column in columns)).subquery()
    return tuple(sorted(filter(None, db.session.scalars(sa.select(union.c[0])))))

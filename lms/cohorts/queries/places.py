"""Functions, sites, shifts and programmes to choose from."""

from __future__ import annotations

import sqlalchemy as sa

from lms.accounts.models.people import Placement
from lms.cohorts.models import Cohort
from lms.infra.db import db


def functions() -> tuple[str, ...]:
    """Return every function that people are placed in or a cohort serves."""
    return _distinct(Placement.function, Cohort.function)


def sites() -> tuple[str, ...]:
    """Return every site that people are placed at or a cohort is at."""
    return _distinct(Placement.site, Cohort.site)


def shifts(site: str) -> tuple[str, ...]:
    """Return the shifts people work at a site."""
    rows = db.session.scalars(sa.select(Placement.shift).where(Placement.site == site).distinct())
    return tuple(sorted(filter(None, rows)))


def _distinct(*columns: sa.orm.attributes.InstrumentedAttribute[str]) -> tuple[str, ...]:
    union = sa.union(*(sa.select(column) for column in columns)).subquery()
    return tuple(sorted(filter(None, db.session.scalars(sa.select(union.c[0])))))

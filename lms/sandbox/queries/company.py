"""The company's figures as consoles take them, and the version of their exercises."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from lms.catalog.queries import current_company
from lms.infra.db import db
from lms.sandbox.models import Quarantine
from lms.sandbox.rules.company import BASIS_POINTS, CENTS, SHIPPED, CompanyFacts

FIRST_VERSION = 1


def company_facts(overrides: Mapping[str, Any] | None = None) -> CompanyFacts:
    """Return the company's figures, with those that an exercise sets itself (in the consoles' own units).

    A figure that the company words ("the first 2 to 4 weeks") or does not have stays as shipped.
    """
    numbers: dict[str, int] = {}
    for name, fact in current_company().facts.items():
        number = fact.number() if name in SHIPPED else None
        if number is not None:
            numbers[name] = int(number * 100) if name in CENTS or name in BASIS_POINTS else int(number)
    own = {
        name: value
        for name, value in (overrides or {}).items()
        if name in SHIPPED and isinstance(value, int) and not isinstance(value, bool)
    }
    return CompanyFacts().overridden(**{**numbers, **own})


def quarantined(console: str, level: int | None = None) -> frozenset[str]:
    """Return the error types of a console that are not drawn any more."""
    query = sa.select(Quarantine.error_type).where(Quarantine.console == console)
    return frozenset(db.session.scalars(query if level is None else query.where(Quarantine.level == level)))


def exercise_version(console: str) -> int:
    """Return the version under which a console's exercises are drawn now."""
    withdrawn = db.session.scalar(
        sa.select(sa.func.count()).select_from(Quarantine).where(Quarantine.console == console)
    )
    return FIRST_VERSION + int(withdrawn or 0)

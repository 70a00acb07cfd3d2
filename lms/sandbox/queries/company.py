"""The company's figures as consoles take them, and the version of their exercises."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

import sqlalchemy as sa

from lms.catalog.queries import current_company
from lms.catalog.rules.facts import Fact
from lms.infra.db import db
from lms.sandbox.models import Quarantine
from lms.sandbox.rules.company import COUNTS, HUNDREDTHS, SHIPPED, CompanyFacts
from lms.sandbox.rules.consoles.registry import CONSOLES


def company_facts(overrides: Mapping[str, Any] | None = None) -> CompanyFacts:
    """Return the company's figures, with those that an exercise sets itself (in the consoles' own units).

    A figure that the company words ("the first 2 to 4 weeks") or does not have stays as shipped.
    """
    numbers: dict[str, int] = {}
    for name, fact in current_company().facts.items():
        number = _figure(name, fact) if name in SHIPPED else None
        if number is not None:
            numbers[name] = int(number if name in COUNTS else number * 100)
    own = {
        name: value
        for name, value in (overrides or {}).items()
        if name in SHIPPED and isinstance(value, int) and not isinstance(value, bool)
    }
    return CompanyFacts().overridden(**{**numbers, **own})


def _figure(name: str, fact: Fact) -> Decimal | None:
    """Return a fact's figure; an index is written as text ("0.10")."""
    if name not in HUNDREDTHS:
        return fact.number()
    try:
        figure = Decimal(fact.value.get("", ""))
    except InvalidOperation:
        return None
    return figure if figure.is_finite() else None


def quarantined(console: str, level: int | None = None) -> frozenset[str]:
    """Return the error types of a console that are not drawn any more."""
    query = sa.select(Quarantine.error_type).where(Quarantine.console == console)
    return frozenset(db.session.scalars(query if level is None else query.where(Quarantine.level == level)))


def exercise_version(console: str) -> int:
    """Return the version under which a console's exercises are drawn now: its own, and one more for each withdrawal."""
    withdrawn = db.session.scalar(
        sa.select(sa.func.count()).select_from(Quarantine).where(Quarantine.console == console)
    )
    return CONSOLES[console].version + int(withdrawn or 0)

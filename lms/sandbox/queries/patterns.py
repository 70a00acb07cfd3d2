"""Which way people lean, where they chose to share it."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa

from lms.infra.db import db
from lms.sandbox.models import SharedPattern
from lms.sandbox.rules.debrief import Pattern


def shared_pattern(person_id: uuid.UUID, console: str) -> Pattern | None:
    """Return the pattern that a person shares about a console, or None."""
    return db.session.scalar(
        sa.select(SharedPattern.pattern).where(SharedPattern.person_id == person_id, SharedPattern.console == console)
    )


def shared_patterns(person_id: uuid.UUID) -> tuple[tuple[str, Pattern, datetime], ...]:
    """Return (console, pattern, when) of everything a person shares with their champion. Scope is the caller's."""
    rows = db.session.execute(
        sa.select(SharedPattern.console, SharedPattern.pattern, SharedPattern.shared_at)
        .where(SharedPattern.person_id == person_id)
        .order_by(SharedPattern.shared_at.desc())
    )
    return tuple((console, found, at) for console, found, at in rows)

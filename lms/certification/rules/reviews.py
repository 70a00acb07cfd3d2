"""Asking for a second look: what may be asked about, by when it is decided, and by whom.

Source: curriculum.md section 4, "Ask for a review": decided within 48 h by someone else, outcome and reason visible.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

ANSWERED_WITHIN = timedelta(hours=48)
LEAST_WORDS = 3  # characters: a word at least


class Subject(StrEnum):
    """What a review looks at."""

    RESULT = "result"
    SIGN_OFF = "sign-off"
    ATTENDANCE = "attendance"
    LAPSE = "lapse"


class Outcome(StrEnum):
    """What was decided."""

    STANDS = "stands"
    CHANGED = "changed"


class Refusal(StrEnum):
    """Why somebody may not decide a review."""

    OWN_REQUEST = "own-request"
    OWN_DECISION = "own-decision"


_OF_KIND = {"observation": Subject.SIGN_OFF, "workshop": Subject.ATTENDANCE}


def subject_of(kind: str) -> Subject:
    """Return what a review of evidence of this step kind looks at."""
    return _OF_KIND.get(kind, Subject.RESULT)


def due_at(asked_at: datetime) -> datetime:
    """Return the moment by which a review is decided."""
    return asked_at + ANSWERED_WITHIN


def refusal(decides: UUID, asked_by: UUID, decided_by: UUID | None) -> Refusal | None:
    """Return why `decides` may not decide, or None: neither the one who asks nor the one whose decision it was."""
    if decides == asked_by:
        return Refusal.OWN_REQUEST
    return Refusal.OWN_DECISION if decides == decided_by else None

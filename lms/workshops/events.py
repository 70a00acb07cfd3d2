"""What workshops tells the rooms above. Published inside the transaction that stores the fact."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from lms.workshops.rules.booking import BookingState


@dataclass(frozen=True, slots=True)
class BookingChanged:
    """A person booked, waits, gave a place back, or moved up from the queue (`moved_up`)."""

    person_id: uuid.UUID
    session_id: uuid.UUID
    state: BookingState
    moved_up: bool = False


@dataclass(frozen=True, slots=True)
class SessionChanged:
    """Time or place of a session changed, or it was cancelled; `person_ids` had a place or waited."""

    session_id: uuid.UUID
    person_ids: tuple[uuid.UUID, ...]
    cancelled: bool


@dataclass(frozen=True, slots=True)
class SheetSigned:
    """A champion signed what they observed; `amended` where it replaces an earlier sheet."""

    person_id: uuid.UUID
    observer_id: uuid.UUID
    step: str
    enough: bool
    amended: bool

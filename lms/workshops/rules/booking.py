"""Places in a session: who has one, who waits, who moves up."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

T = TypeVar("T")
CHECKIN_BEFORE = timedelta(minutes=30)
CHECKIN_AFTER = timedelta(minutes=30)


class BookingState(enum.StrEnum):
    """How a person stands to a session."""

    BOOKED = "booked"
    WAITING = "waiting"
    CANCELLED = "cancelled"


class SessionState(enum.StrEnum):
    """Where a session is in its life."""

    COMING = "coming"
    RUNNING = "running"
    OVER = "over"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class SessionTime:
    """When a session runs; moments are aware UTC."""

    starts_at: datetime
    minutes: int
    cancelled: bool = False

    @property
    def ends_at(self) -> datetime:
        """Return when it ends."""
        return self.starts_at + timedelta(minutes=self.minutes)

    def state(self, now: datetime) -> SessionState:
        """Return where the session is in its life."""
        if self.cancelled:
            return SessionState.CANCELLED
        if now < self.starts_at:
            return SessionState.COMING
        return SessionState.RUNNING if now < self.ends_at else SessionState.OVER

    def may_book(self, now: datetime) -> bool:
        """Return whether places are given: until the session starts."""
        return self.state(now) is SessionState.COMING

    def may_check_in(self, now: datetime) -> bool:
        """Return whether people may say that they are here: from half an hour before until half an hour after."""
        return not self.cancelled and self.starts_at - CHECKIN_BEFORE <= now < self.ends_at + CHECKIN_AFTER

    def may_keep_roster(self, now: datetime) -> bool:
        """Return whether attendance may be ticked: from the same moment on, without an end."""
        return not self.cancelled and now >= self.starts_at - CHECKIN_BEFORE


def state_for_newcomer(seats: int, booked: int, waiting: int) -> BookingState:
    """Return whether a newcomer gets a place or waits. Nobody passes people who wait already."""
    return BookingState.BOOKED if booked < seats and waiting == 0 else BookingState.WAITING


def to_move_up(seats: int, booked: int, waiting: Sequence[T]) -> Sequence[T]:
    """Return who of those waiting, in order, now gets a place."""
    return waiting[: max(0, seats - booked)]

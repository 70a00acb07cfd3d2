"""Which observations a second champion rates too, and who is asked.

One in ten (curriculum.md section 4). The draw is a keyed hash of what exists before anybody observes: the person's
cycle and the step. So it falls the same whoever observes, however often a sitting is begun anew; and without the
deployment's secret nobody can tell beforehand on whom it falls, as they could with every tenth.
"""

from __future__ import annotations

import hashlib
import hmac
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

ONE_IN = 10
OPEN_FOR = timedelta(days=30)


class LookState(StrEnum):
    """How far a second look has come."""

    SIGNED = "signed"
    WAITING = "waiting"
    LAPSED = "lapsed"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A champion who could be asked: of the person's cohort, of their programme, and how many looks wait for them."""

    person_id: uuid.UUID
    same_cohort: bool
    same_programme: bool
    waiting: int


def is_drawn(secret: str, cycle_id: uuid.UUID, step: str) -> bool:
    """Return whether a second champion looks at a person's step, whoever the first is."""
    return _number(secret, f"draw:{cycle_id.hex}:{step}") % ONE_IN == 0


def choose(
    secret: str, candidates: Iterable[Candidate], never: Collection[uuid.UUID], look_id: uuid.UUID
) -> uuid.UUID | None:
    """Return who is asked: near the person first, then the least busy, then by lot; None where nobody is left."""
    left = [one for one in candidates if one.person_id not in never]
    return (
        min(
            left,
            key=lambda one: (
                not one.same_cohort,
                not one.same_programme,
                one.waiting,
                _number(secret, f"lot:{look_id.hex}:{one.person_id.hex}"),
            ),
        ).person_id
        if left
        else None
    )


def state_of(observer_id: uuid.UUID | None, asked_at: datetime, signed_at: datetime | None, now: datetime) -> LookState:
    """Return how far a look has come: whoever is asked has thirty days."""
    if signed_at is not None:
        return LookState.SIGNED
    if observer_id is None:
        return LookState.NOBODY
    return LookState.WAITING if now < asked_at + OPEN_FOR else LookState.LAPSED


def _number(secret: str, text: str) -> int:
    return int.from_bytes(hmac.new(secret.encode(), f"second-look:{text}".encode(), hashlib.sha256).digest()[:8], "big")

"""What cohorts tells the rooms above. Published inside the transaction that stores the fact."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class CohortJoined:
    """A person became a member: `programme` is theirs to study from `on`."""

    person_id: uuid.UUID
    cohort_id: str
    wave_id: str
    programme: str
    on: date


@dataclass(frozen=True, slots=True)
class CohortLeft:
    """A person's last day as a member was the day before `on`."""

    person_id: uuid.UUID
    cohort_id: str
    wave_id: str
    programme: str
    on: date


@dataclass(frozen=True, slots=True)
class DueDateChanged:
    """A fact that a person's due date rests on changed: their roster, their absence, or the dates of their wave."""

    person_id: uuid.UUID
    cohort_id: str
    programme: str


@dataclass(frozen=True, slots=True)
class ChampionAppointed:
    """A person is champion of a cohort from `on`; `acting` until the champion course is done."""

    person_id: uuid.UUID
    cohort_id: str
    acting: bool
    on: date


@dataclass(frozen=True, slots=True)
class ChampionEnded:
    """A champion's appointment to a cohort ended; `uncovered` where nobody else is appointed to it."""

    person_id: uuid.UUID
    cohort_id: str
    on: date
    uncovered: bool

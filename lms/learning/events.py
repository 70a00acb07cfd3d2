"""What learning tells the rooms above it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from lms.learning.rules.evidence import Result


@dataclass(frozen=True, slots=True)
class EvidenceRecorded:
    """A row was added to the ledger; `completes` says whether its step is now complete."""

    evidence_id: uuid.UUID
    person_id: uuid.UUID
    programme: str
    cycle: str
    course: str
    module: str
    step: str
    kind: str
    result: Result
    completes: bool
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class StepCompleted:
    """A step went from open to complete."""

    person_id: uuid.UUID
    programme: str
    cycle: str
    course: str
    module: str
    step: str
    kind: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ModuleCompleted:
    """The last required step of a module was completed."""

    person_id: uuid.UUID
    programme: str
    cycle: str
    module: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CycleAssigned:
    """A programme was assigned."""

    person_id: uuid.UUID
    programme: str
    cycle: str

"""What the simulators tell the rooms above."""

from __future__ import annotations

import uuid
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CoachingAsked:
    """A person asks their champion to sit down with them before the next try at an exam. No result is in it."""

    person_id: uuid.UUID
    name: str
    step: str

"""What accounts tells the rooms above. Published inside the transaction that stores the fact."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class PersonJoined:
    """A person was added with their first placement, valid from `on`."""

    person_id: uuid.UUID
    on: date


@dataclass(frozen=True, slots=True)
class PlacementChanged:
    """Function, site, shift or manager of a person changed from `on`."""

    person_id: uuid.UUID
    on: date


@dataclass(frozen=True, slots=True)
class PersonLeft:
    """The person's last day was the day before `on`."""

    person_id: uuid.UUID
    on: date


@dataclass(frozen=True, slots=True)
class AbsenceChanged:
    """A declared absence of the person was added, moved or removed."""

    person_id: uuid.UUID

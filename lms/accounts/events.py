"""What accounts tells the rooms above. Published inside the transaction that stores the fact."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from lms.accounts.rules.links import LinkPurpose, Secret


@dataclass(frozen=True, slots=True)
class PersonJoined:
    """A person was added with their first placement, or came back, valid from `on`."""

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


@dataclass(frozen=True, slots=True)
class PersonWithdrawn:
    """The import that added this person is being taken back and their rows are about to be deleted.

    A handler deletes what it derived from `PersonJoined` by itself, and raises `Conflict` where the person has
    done anything since: then nothing is taken back.
    """

    person_id: uuid.UUID


@dataclass(frozen=True, slots=True)
class LinkIssued:
    """A single-use link was made for a person with e-mail and wants to be delivered. `path` carries the secret."""

    person_id: uuid.UUID
    purpose: LinkPurpose
    path: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class SecretChanged:
    """A password or PIN was set: the person is told, in case it was not them."""

    person_id: uuid.UUID
    secret: Secret


@dataclass(frozen=True, slots=True)
class ApproverChanged:
    """The person approves a gate now, or another person stands in for them."""

    person_id: uuid.UUID

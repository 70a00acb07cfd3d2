"""The actor: who is asking, detached from the database so that rules can judge it."""

from __future__ import annotations

import enum
import uuid
from dataclasses import dataclass


class Role(enum.StrEnum):
    """What a person is in the rollout. Everyone is an employee; the others are granted, appointed or derived."""

    EMPLOYEE = "employee"
    CHAMPION = "champion"
    MANAGER = "manager"
    APPROVER = "approver"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"
    SPONSOR = "sponsor"


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person, as far as permissions and pages need to know them."""

    id: uuid.UUID
    name: str
    roles: frozenset[Role] = frozenset({Role.EMPLOYEE})
    language: str = "en"
    zone: str = "UTC"
    kiosk: bool = False
    text_size: str = "normal"
    theme: str = "auto"
    session_id: uuid.UUID | None = None

    def has(self, *roles: Role) -> bool:
        """Return whether the actor holds any of `roles`."""
        return not self.roles.isdisjoint(roles)

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


# Everyone is an employee, and managers follow from the reporting line: neither can be given.
GRANTABLE = (Role.CHAMPION, Role.APPROVER, Role.SPONSOR, Role.COORDINATOR, Role.ADMINISTRATOR)
# Whoever can take over such an account can take over the service: only an administrator may touch how they sign in.
PRIVILEGED = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})
# A device that many hands touch carries no powers over other people's records.
AT_KIOSK = frozenset({Role.EMPLOYEE, Role.CHAMPION})


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


def may_reset(actor_roles: frozenset[Role], subject_roles: frozenset[Role]) -> bool:
    """Return whether the actor may change how the subject signs in: only administrators touch privileged people."""
    return Role.ADMINISTRATOR in actor_roles or (
        Role.COORDINATOR in actor_roles and PRIVILEGED.isdisjoint(subject_roles)
    )

"""Single-use links and slips: what each is for and how long it works."""

from __future__ import annotations

import enum
from datetime import timedelta


class LinkPurpose(enum.StrEnum):
    """Why a link was made."""

    INVITATION = "invitation"
    RESET = "reset"
    SLIP = "slip"
    FIRST_ADMINISTRATOR = "first-administrator"


class Secret(enum.StrEnum):
    """What the holder of a link may choose."""

    PASSWORD = "password"  # noqa: S105 - the name of a kind of secret
    PIN = "pin"


LIFETIMES = {
    LinkPurpose.INVITATION: timedelta(days=7),
    LinkPurpose.RESET: timedelta(hours=2),
    LinkPurpose.SLIP: timedelta(hours=24),
    LinkPurpose.FIRST_ADMINISTRATOR: timedelta(hours=24),
}


def start_path(token: str) -> str:
    """Return the path at which a link's token is used."""
    return f"/start/{token}"

"""The way into an empty service."""

from __future__ import annotations

from lms.accounts.service.first_administrator import first_administrator
from lms.infra.clock import now
from lms.infra.deployment import public_address, settings
from lms.infra.transactions import run_in_write_transaction


def invite_first_administrator() -> list[str]:
    """Return the line with the link, where no administrator can sign in yet."""
    here = settings()
    path = run_in_write_transaction(
        lambda: first_administrator(now(), language=here.language_list[0], zone=here.timezone)
    )
    if path is None:
        return []
    return [f"Set the first administrator's password (works once): {public_address(path)}"]

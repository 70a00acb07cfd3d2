"""The way into an empty service, and what is not kept."""

from __future__ import annotations

from lms.accounts.service.first_administrator import first_administrator
from lms.accounts.service.people_import import forget_old_files
from lms.accounts.service.throttle import forget_old_tries
from lms.infra.clock import now
from lms.infra.deployment import public_address, settings
from lms.infra.jobs import JobRun
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


def tidy(_run: JobRun) -> None:
    """Forget old tries, and HR files nobody applied."""
    forget_old_tries(now())
    forget_old_files(now())

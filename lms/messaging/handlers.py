"""What is said when people get links, change secrets, or were added by mistake."""

from __future__ import annotations

from lms.accounts.events import LinkIssued, PersonWithdrawn, SecretChanged
from lms.accounts.rules.links import LinkPurpose, Secret
from lms.infra.clock import now
from lms.messaging.service import forget_person, tell, write_at_once

_TEMPLATES = {LinkPurpose.INVITATION: "invitation", LinkPurpose.RESET: "reset"}


def deliver_link(event: LinkIssued) -> None:
    """Mail an invitation or a reset link."""
    write_at_once(
        event.person_id,
        _TEMPLATES[event.purpose],
        now(),
        path=event.path,
        confidential=True,
        expires_at=event.expires_at,
    )


def announce_new_secret(event: SecretChanged) -> None:
    """Tell a person that their password or PIN was set, in case it was not them."""
    kind = "password-changed" if event.secret is Secret.PASSWORD else "pin-changed"
    tell(event.person_id, kind, now(), path="/settings")


def withdraw(event: PersonWithdrawn) -> None:
    """Forget what a person was told whose import is taken back."""
    forget_person(event.person_id)

"""What certification does when evidence arrives, and how an award becomes a file."""

from __future__ import annotations

from flask import current_app

from lms.catalog.queries import current_company
from lms.certification.queries.awards import AwardView
from lms.certification.service.award import issue_due_awards
from lms.infra.settings import Settings
from lms.learning.events import EvidenceRecorded, ModuleCompleted

# What predicates name besides modules. A lesson counts through its module alone, so most lessons need no judging.
JUDGED = frozenset({"quiz", "sandbox", "workshop", "observation"})


def award_on_evidence(event: EvidenceRecorded) -> None:
    """Issue what the evidence completes, in its own transaction."""
    if event.completes and event.kind in JUDGED:
        issue_due_awards(event.person_id, event.programme)


def award_on_module(event: ModuleCompleted) -> None:
    """Issue what the module completes, in the transaction of its last evidence."""
    issue_due_awards(event.person_id, event.programme)


def draw_document(award: AwardView) -> bytes:
    """Return the certificate of an award as a file."""
    # Drawing needs WeasyPrint, which takes a second to load: only those who draw pay for it.
    from lms.certification.pdf.branding import Branding  # noqa: PLC0415
    from lms.certification.pdf.issue import make_certificate  # noqa: PLC0415

    settings: Settings = current_app.extensions["groundschool.settings"]
    branding = Branding(current_company().name, f"{settings.public_url}/verify")
    return make_certificate(award.snapshot, branding, f"{settings.public_url}/v/{award.snapshot.token}").pdf

"""What certification does when evidence arrives: who has shown everything gets the award in the same transaction."""

from __future__ import annotations

from lms.certification.service.award import issue_due_awards
from lms.learning.events import EvidenceRecorded


def award_on_evidence(event: EvidenceRecorded) -> None:
    """Judge the programme's levels where the evidence completes something."""
    if event.completes:
        issue_due_awards(event.person_id, event.programme)

"""What certification does when evidence arrives."""

from __future__ import annotations

from lms.certification.service.advancing import open_own_parts
from lms.certification.service.award import issue_due_awards
from lms.infra.clock import now
from lms.learning.events import EvidenceRecorded, ModuleCompleted
from lms.learning.rules.cycles import is_refresher

# What predicates name besides modules. A lesson counts through its module alone, so most lessons need no judging.
JUDGED = frozenset({"quiz", "sandbox", "workshop", "observation"})


def award_on_evidence(event: EvidenceRecorded) -> None:
    """Issue what the evidence completes, in its own transaction."""
    if event.completes and event.kind in JUDGED:
        issue_due_awards(event.person_id, event.programme)


def open_parts_on_refresher(event: ModuleCompleted) -> None:
    """Open the part of a level that waited for this refresher, in the transaction of its last evidence."""
    if is_refresher(event.cycle):
        open_own_parts(event.person_id, event.programme, now().date())


def award_on_module(event: ModuleCompleted) -> None:
    """Issue what the module completes, in the transaction of its last evidence."""
    issue_due_awards(event.person_id, event.programme)

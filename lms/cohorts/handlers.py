"""What cohorts does when people join, move, leave or are absent."""

from __future__ import annotations

from lms.accounts.events import AbsenceChanged, PersonJoined, PersonLeft, PersonWithdrawn, PlacementChanged
from lms.cohorts.events import DueDateChanged
from lms.cohorts.queries.due import memberships_with_due
from lms.cohorts.service.champions import release_leaver
from lms.cohorts.service.placing import apply_rules, leave_cohorts, withdraw_placing
from lms.infra.clock import now
from lms.infra.events import publish


def place_joiner(event: PersonJoined) -> None:
    """Put a new person into the cohorts the rules name."""
    apply_rules(None, event.on, [event.person_id])


def place_mover(event: PlacementChanged) -> None:
    """Move a person between the cohorts the rules name."""
    apply_rules(None, event.on, [event.person_id])


def release(event: PersonLeft) -> None:
    """End a leaver's memberships and appointments."""
    leave_cohorts(event.person_id, event.on)
    release_leaver(event.person_id, event.on)


def withdraw(event: PersonWithdrawn) -> None:
    """Delete the placing of a person whose import is taken back.

    Raises:
        Conflict: a coordinator has placed or appointed the person since.
    """
    withdraw_placing(event.person_id)


def announce_pause(event: AbsenceChanged) -> None:
    """Tell the rooms above that a clock stopped or runs again."""
    for cohort_id, programme in memberships_with_due(event.person_id, now().date()):
        publish(DueDateChanged(event.person_id, cohort_id, programme))

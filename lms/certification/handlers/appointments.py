"""What certification does when somebody is appointed."""

from __future__ import annotations

from lms.accounts.events import ApproverChanged
from lms.catalog.queries import current_catalogue
from lms.certification.rules.authority import gate_of
from lms.certification.service.appointments import confirm_if_certified, open_appointed_courses
from lms.certification.service.award import issue_due_awards
from lms.cohorts.events import ChampionAppointed


def award_approver(event: ApproverChanged) -> None:
    """Issue what the appointment or its deputy completes, in the transaction that names them."""
    for programme in current_catalogue().programmes:
        if any(gate_of(level.id) for level in programme.appointed):
            issue_due_awards(event.person_id, programme.id)


def begin_course(event: ChampionAppointed) -> None:
    """Assign the champion course, or end the acting at once of somebody who has done it."""
    open_appointed_courses(event.on)
    confirm_if_certified(event.person_id, event.on)

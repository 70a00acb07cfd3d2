"""The step kinds of this room, as the player meets them; and who is told what about places."""

from __future__ import annotations

from collections.abc import Mapping

from lms.accounts.events import PersonLeft, PersonWithdrawn
from lms.catalog.rules.content import Step
from lms.infra.clock import now
from lms.infra.i18n import _
from lms.learning.kinds import Presentation, StepContext
from lms.messaging.service import tell
from lms.shared.errors import Refused
from lms.workshops.events import BookingChanged, SessionChanged
from lms.workshops.queries.observations import log_entries, signed_sheets
from lms.workshops.queries.sessions import bookable_sessions, booked_sessions, session_notice
from lms.workshops.rules.log import log_of
from lms.workshops.service.bookings import cancel_coming
from lms.workshops.service.withdrawal import refuse_where_active


class WorkshopKind:
    """A live session: what happens there, what to bring, and where to book."""

    kind = "workshop"

    def available(self, _step: Step) -> bool:
        """Return True: where no session is planned, one can be asked for."""
        return True

    def present(self, context: StepContext) -> Presentation:
        """Return the agenda, the person's own booking, and the sessions they may book."""
        own = [line for line in booked_sessions(context.actor.id) if line.step == context.step.id]
        coming = [line for line in own if line.time.ends_at > context.now and not line.time.cancelled]
        done = context.completed_at is not None
        data = {
            "content": context.content,
            "step": context.step,
            "mine": coming,
            "bookable": () if done or coming else bookable_sessions(context.actor.id, context.now, context.step.id),
            "done": done,
        }
        return Presentation("workshops/steps/workshop.html", data, "next" if done else None)

    def complete(self, _context: StepContext, _form: Mapping[str, str]) -> Presentation | None:
        """Refuse: being there completes a workshop."""
        raise Refused(_("A workshop is completed by taking part. Book a session."))


class ObservationKind:
    """Shadowing or observed work: the learner's log, and what the champion looks for and signed."""

    kind = "observation"

    def available(self, _step: Step) -> bool:
        """Return True: a champion can always be asked."""
        return True

    def present(self, context: StepContext) -> Presentation:
        """Return the log as far as it is kept, and every sheet that was signed."""
        log = log_of(context.step.settings)
        entries = log_entries(context.cycle_id, context.step.id) if log else {}
        data = {
            "content": context.content,
            "step": context.step,
            "log": log,
            "entries": entries,
            "written": log.count(list(entries.values())) if log else 0,
            "versions": signed_sheets(context.cycle_id, context.step.id),
        }
        return Presentation("workshops/steps/observation.html", data, "next" if context.completed_at else None)

    def complete(self, _context: StepContext, _form: Mapping[str, str]) -> Presentation | None:
        """Refuse: only a champion's signature completes observed work."""
        raise Refused(_("Your champion signs this off. You cannot complete it yourself."))


def withdraw(event: PersonWithdrawn) -> None:
    """Refuse to take an import back whose people have taken part in something.

    Raises:
        Conflict: this person has.
    """
    refuse_where_active(event.person_id)


def give_places_back(event: PersonLeft) -> None:
    """Give a leaver's places in coming sessions to those who wait."""
    cancel_coming(event.person_id)


def tell_moved_up(event: BookingChanged) -> None:
    """Tell a person that a place came free for them."""
    if event.moved_up:
        session = session_notice(event.session_id)
        tell(
            event.person_id,
            "session-moved-up",
            now(),
            path="/sessions",
            title=session.title,
            starts_at=session.starts_at,
        )


def tell_changed(event: SessionChanged) -> None:
    """Tell everybody with a place that time or room changed, or that the session is cancelled and why."""
    session = session_notice(event.session_id)
    kind = "session-cancelled" if event.cancelled else "session-changed"
    for person_id in event.person_ids:
        tell(
            person_id,
            kind,
            now(),
            path="/sessions",
            title=session.title,
            starts_at=session.starts_at,
            place=session.place,
            reason=session.cancel_reason,
        )

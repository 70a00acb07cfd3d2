"""Who came: the roster, the check-in, the make-up; and the evidence that follows."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from lms.accounts.rules.actor import Actor
from lms.cohorts.queries.people import people_by_number
from lms.infra import audit
from lms.infra.clock import now
from lms.infra.db import db
from lms.infra.i18n import _
from lms.learning.rules.evidence import Result, Source
from lms.learning.service.evidence import Claim, record_evidence
from lms.shared.errors import Conflict, Invalid, NotFound
from lms.shared.ids import new_id
from lms.workshops.models.sessions import Attendance, AttendanceSource, WorkshopSession
from lms.workshops.queries.attendance import Standing, standings
from lms.workshops.queries.sessions import managed_session, roster, sessions_now
from lms.workshops.queries.steps import cycle_with, live_step
from lms.workshops.rules.booking import SessionTime
from lms.workshops.rules.checkin import is_current, matches, read_token
from lms.workshops.service.bookings import lock_session


@dataclass(frozen=True, slots=True)
class RosterChange:
    """What a facilitator ticked. `close`: everybody who is not ticked was absent. `reason` explains a correction."""

    present: frozenset[uuid.UUID]
    close: bool = False
    reason: str = ""


def keep_roster(actor: Actor, session_id: uuid.UUID, change: RosterChange) -> int:
    """Record who came and return for how many people something changed; what stood before is kept and corrected.

    Raises:
        NotFound: no such session, or not the actor's, or somebody ticked is not on its roster.
        Conflict: the session has not begun, or was cancelled.
        Invalid: a recorded attendance is taken back without a reason.
    """
    session = _session_to_record(actor, session_id)
    listed = {line.person_id for line in roster(session_id)}
    if not change.present <= listed:
        raise NotFound
    known = standings(session_id)
    taken_back = {person for person in listed - change.present if known.get(person) and known[person].present}
    if taken_back and not change.reason:
        raise Invalid(fields={"reason": _("Somebody who was recorded as present is not any more. Say why.")})
    absent = listed - change.present if change.close else taken_back
    marks = [(person, True) for person in change.present] + [(person, False) for person in absent]
    recorder = _Recorder(session, actor.id, AttendanceSource.ROSTER, change.reason)
    return sum(recorder.record(person, known.get(person), present=present) for person, present in sorted(marks))


def add_to_roster(actor: Actor, session_id: uuid.UUID, employee_number: str) -> uuid.UUID:
    """Record somebody who came without a booking, and return who it is.

    Raises:
        NotFound: no such session, or not the actor's.
        Conflict: the session has not begun, or was cancelled.
        Invalid: nobody has this number.
    """
    session = _session_to_record(actor, session_id)
    person_id = people_by_number([employee_number]).get(employee_number)
    if person_id is None:
        message = _("Nobody has the number “%(number)s”. Check it, then try again.", number=employee_number)
        raise Invalid(fields={"number": message})
    recorder = _Recorder(session, actor.id, AttendanceSource.ROSTER, "")
    recorder.record(person_id, standings(session_id).get(person_id), present=True)
    return person_id


def record_make_up(actor: Actor, session_id: uuid.UUID, person_id: uuid.UUID, reason: str) -> None:
    """Record that somebody who missed the session did its make-up.

    Raises:
        NotFound: no such session or person on it, or not the actor's.
        Conflict: the person came, or the workshop has no make-up.
    """
    session = _session_to_record(actor, session_id)
    if person_id not in {line.person_id for line in roster(session_id)}:
        raise NotFound
    minutes = live_step(session.step, "workshop").step.settings.get("makeup_minutes")
    if minutes is None:
        raise Conflict(_("This workshop has no make-up. Book the next session."))
    known = standings(session_id).get(person_id)
    if known is not None and known.present:
        raise Conflict(_("This person is recorded as present already."))
    recorder = _Recorder(session, actor.id, AttendanceSource.MAKE_UP, reason, int(minutes))
    recorder.record(person_id, known, present=True)


def check_in_by_token(person_id: uuid.UUID, token: str) -> WorkshopSession:
    """Record that a person is here, from the address in the QR code, and return the session. Twice is once.

    Raises:
        Invalid: the token is too old or not genuine.
        Conflict: check-in is not open.
    """
    read = read_token(token)
    session = lock_session(read.session_id) if read is not None and _exists(read.session_id) else None
    if read is None or session is None or not is_current(read, session.checkin_secret, now()):
        raise Invalid(_("This code is too old. Scan or type the one that is shown now."))
    _check_in(session, person_id)
    return session


def check_in_by_code(person_id: uuid.UUID, typed: str) -> WorkshopSession:
    """Record that a person is here, from the six symbols on the screen, and return the session.

    Raises:
        Invalid: no session that is running now has this code.
    """
    for session in sessions_now(now()):
        if matches(typed, session.id, session.checkin_secret, now()):
            _check_in(lock_session(session.id), person_id)
            return session
    raise Invalid(
        fields={"code": _("“%(code)s” is no code of a session running now. Type the one shown now.", code=typed)}
    )


@dataclass(frozen=True, slots=True)
class _Recorder:
    """Writes attendance of one session, with the evidence it is worth."""

    session: WorkshopSession
    recorded_by: uuid.UUID
    source: AttendanceSource
    reason: str
    minutes: int | None = None

    def record(self, person_id: uuid.UUID, known: Standing | None, *, present: bool) -> bool:
        """Record one person unless that is what stands; return whether a row was written."""
        if known is not None and known.present is present:
            return False
        db.session.add(
            Attendance(
                id=new_id(),
                session_id=self.session.id,
                person_id=person_id,
                present=present,
                source=self.source,
                recorded_by=self.recorded_by,
                recorded_at=now(),
                reason=self.reason,
                evidence_id=self._evidence(person_id, known, present=present),
            )
        )
        audit.record(
            "attendance.recorded",
            actor=self.recorded_by,
            subject=person_id,
            session=self.session.id.hex,
            present=present,
            source=self.source,
        )
        db.session.flush()
        return True

    def _evidence(self, person_id: uuid.UUID, known: Standing | None, *, present: bool) -> uuid.UUID | None:
        cycle = cycle_with(person_id, self.session.course, self.session.step)
        if cycle is None:
            return None
        row = record_evidence(
            Claim(
                cycle_id=cycle.id,
                step=self.session.step,
                result=Result.ATTENDED if present else Result.ABSENT,
                source=Source.ROSTER if known is None else Source.CORRECTION,
                occurred_at=self._occurred_at(),
                actor_id=self.recorded_by,
                minutes=self.minutes,
                reference=self.session.id.hex,
                reason=self.reason,
                supersedes=known.evidence_id if known else None,
                details={"make_up": True} if self.source is AttendanceSource.MAKE_UP else {},
            )
        )
        return row.id

    def _occurred_at(self) -> datetime:
        if self.source is AttendanceSource.MAKE_UP:
            return now()
        return min(now(), SessionTime(self.session.starts_at, self.session.minutes).ends_at)


def _session_to_record(actor: Actor, session_id: uuid.UUID) -> WorkshopSession:
    line = managed_session(actor, session_id, now())
    if not line.time.may_keep_roster(now()):
        raise Conflict(_("Attendance can be recorded from half an hour before the session."))
    return lock_session(session_id)


def _check_in(session: WorkshopSession, person_id: uuid.UUID) -> None:
    time = SessionTime(session.starts_at, session.minutes, cancelled=session.cancelled_at is not None)
    if not time.may_check_in(now()):
        raise Conflict(_("Check-in is open from half an hour before the session until half an hour after it."))
    recorder = _Recorder(session, person_id, AttendanceSource.CHECK_IN, "")
    recorder.record(person_id, standings(session.id).get(person_id), present=True)


def _exists(session_id: uuid.UUID) -> bool:
    return db.session.get(WorkshopSession, session_id) is not None

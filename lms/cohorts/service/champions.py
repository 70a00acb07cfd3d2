"""Appointing champions, their deputies, and handing over."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from lms.accounts.models.people import Profile
from lms.accounts.queries.periods import not_over, staying, valid_on
from lms.accounts.rules.actor import Actor, Role
from lms.accounts.service.roles import end_role, grant_role
from lms.cohorts.events import ChampionAppointed, ChampionEnded
from lms.cohorts.models import ChampionAppointment
from lms.cohorts.queries.cohorts import cohort_by_id
from lms.cohorts.rules.champions import AppointmentStatus, EndReason
from lms.infra import audit
from lms.infra.clock import now
from lms.infra.db import db
from lms.infra.events import publish
from lms.infra.i18n import _
from lms.shared.errors import Conflict, Invalid, NotFound
from lms.shared.ids import new_id


@dataclass(frozen=True, slots=True)
class _Succession:
    """What an appointment that was handed over takes from the one before it."""

    follows: uuid.UUID
    note: str


def appoint_champion(
    actor: Actor, cohort_id: str, person_id: uuid.UUID, on: date, deputy_id: uuid.UUID | None = None
) -> uuid.UUID:
    """Appoint a champion from `on`, acting until the champion course is done; return the appointment.

    Champion and deputy get the champion role and sign in anew, so that no old session keeps old powers.

    Raises:
        NotFound: no such cohort, or no such person at work.
        Conflict: the person is champion of this cohort already.
        Invalid: champion and deputy are the same person.
    """
    return _appoint(actor, cohort_id, person_id, on, deputy_id, None)


def name_deputy(actor: Actor, appointment_id: uuid.UUID, deputy_id: uuid.UUID | None, on: date) -> None:
    """Name the person who stands in while the champion is absent, or nobody.

    Raises:
        NotFound: no such running appointment, or no such person at work.
        Invalid: champion and deputy are the same person.
    """
    appointment = _running(appointment_id, on)
    former = appointment.deputy_id
    if former == deputy_id:
        return
    _check_deputy(appointment.person_id, deputy_id, on)
    appointment.deputy_id = deputy_id
    db.session.flush()
    if former is not None:
        _end_role_if_free(actor, former, on)
    if deputy_id is not None:
        grant_role(actor, deputy_id, Role.CHAMPION, now(), on=on)
        audit.record("champion.deputy-named", actor=actor.id, subject=deputy_id, cohort=appointment.cohort_id)


def confirm_champion(actor: Actor | None, appointment_id: uuid.UUID, on: date) -> None:
    """Make an acting champion a full one: the champion course is done.

    Raises:
        NotFound: no such running appointment.
    """
    appointment = _running(appointment_id, on)
    appointment.status = AppointmentStatus.FULL
    audit.record(
        "champion.confirmed",
        actor=actor.id if actor else None,
        subject=appointment.person_id,
        cohort=appointment.cohort_id,
    )
    db.session.flush()


def end_appointment(
    actor: Actor | None, appointment_id: uuid.UUID, on: date, reason: EndReason = EndReason.WITHDRAWN
) -> None:
    """End an appointment on `on`; its champion and deputy lose the role unless another appointment gives it.

    Raises:
        NotFound: no such running appointment.
    """
    appointment = _running(appointment_id, on)
    appointment.valid_to = max(on, appointment.valid_from)
    appointment.end_reason = reason
    audit.record(
        "champion.ended",
        actor=actor.id if actor else None,
        subject=appointment.person_id,
        cohort=appointment.cohort_id,
        reason=reason,
    )
    db.session.flush()
    for person_id in filter(None, (appointment.person_id, appointment.deputy_id)):
        _end_role_if_free(actor, person_id, on)
    uncovered = not _champions(appointment.cohort_id, on)
    publish(ChampionEnded(appointment.person_id, appointment.cohort_id, on, uncovered))


def hand_over(actor: Actor, appointment_id: uuid.UUID, on: date, note: str) -> uuid.UUID:
    """Let the deputy take over from `on`, acting, with the champion's written note; return the new appointment.

    An appointment that ended because its champion left can be handed over too.

    Raises:
        NotFound: no such appointment.
        Conflict: there is no deputy, or the appointment ended otherwise.
    """
    appointment = db.session.get(ChampionAppointment, appointment_id, with_for_update=True)
    if appointment is None:
        raise NotFound
    if appointment.deputy_id is None:
        raise Conflict(_("There is no deputy to hand over to. Name one first, or appoint somebody else."))
    if _is_running(appointment, on):
        end_appointment(actor, appointment_id, on, EndReason.HANDED_OVER)
    elif appointment.end_reason is not EndReason.LEFT:
        raise Conflict(_("This appointment is over. Appoint somebody instead."))
    appointment.handover_note = note
    succession = _Succession(appointment.id, note)
    return _appoint(actor, appointment.cohort_id, appointment.deputy_id, on, None, succession)


def release_leaver(person_id: uuid.UUID, on: date) -> None:
    """End a leaver's appointments and deputyships on `on`; a cohort may then stand without a champion, and shows it."""
    running = not_over(ChampionAppointment, on)
    for appointment in db.session.scalars(
        sa.select(ChampionAppointment).where(ChampionAppointment.person_id == person_id, running)
    ).all():
        end_appointment(None, appointment.id, on, EndReason.LEFT)
    db.session.execute(
        sa.update(ChampionAppointment).where(ChampionAppointment.deputy_id == person_id, running).values(deputy_id=None)
    )
    end_role(None, person_id, Role.CHAMPION, now(), on=on)


def _appoint(
    actor: Actor,
    cohort_id: str,
    person_id: uuid.UUID,
    on: date,
    deputy_id: uuid.UUID | None,
    succession: _Succession | None,
) -> uuid.UUID:
    cohort_by_id(cohort_id)
    _require_at_work(person_id, on)
    _check_deputy(person_id, deputy_id, on)
    if person_id in _champions(cohort_id, on):
        raise Conflict(_("This person is champion of the cohort already."))
    appointment = ChampionAppointment(
        id=new_id(),
        cohort_id=cohort_id,
        person_id=person_id,
        deputy_id=deputy_id,
        status=AppointmentStatus.ACTING,
        valid_from=on,
        appointed_by=actor.id,
        follows=succession.follows if succession else None,
        handover_note=succession.note if succession else "",
    )
    db.session.add(appointment)
    audit.record("champion.appointed", actor=actor.id, subject=person_id, cohort=cohort_id)
    db.session.flush()
    for holder in filter(None, (person_id, deputy_id)):
        grant_role(actor, holder, Role.CHAMPION, now(), on=on)
    publish(ChampionAppointed(person_id, cohort_id, acting=True, on=on))
    return appointment.id


def _check_deputy(person_id: uuid.UUID, deputy_id: uuid.UUID | None, on: date) -> None:
    if deputy_id is None:
        return
    if deputy_id == person_id:
        raise Invalid(fields={"deputy": _("Champion and deputy are the same person. Choose two people.")})
    _require_at_work(deputy_id, on)


def _require_at_work(person_id: uuid.UUID, on: date) -> None:
    at_work = staying(on)
    query = sa.select(Profile.person_id).where(Profile.person_id == person_id, at_work)
    if db.session.scalar(query.with_for_update()) is None:
        raise NotFound


def _running(appointment_id: uuid.UUID, on: date) -> ChampionAppointment:
    appointment = db.session.get(ChampionAppointment, appointment_id, with_for_update=True)
    if appointment is None or not _is_running(appointment, on):
        raise NotFound
    return appointment


def _is_running(appointment: ChampionAppointment, on: date) -> bool:
    return appointment.valid_to is None or appointment.valid_to > on


def _champions(cohort_id: str, on: date) -> frozenset[uuid.UUID]:
    return frozenset(
        db.session.scalars(
            sa.select(ChampionAppointment.person_id).where(
                ChampionAppointment.cohort_id == cohort_id, valid_on(ChampionAppointment, on)
            )
        )
    )


def _end_role_if_free(actor: Actor | None, person_id: uuid.UUID, on: date) -> None:
    other = sa.select(ChampionAppointment.id).where(
        sa.or_(ChampionAppointment.person_id == person_id, ChampionAppointment.deputy_id == person_id),
        not_over(ChampionAppointment, on),
    )
    if db.session.scalars(other).first() is None:
        end_role(actor, person_id, Role.CHAMPION, now(), on=on)

"""Cohorts, their members and who of them is on the go-live roster."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from lms.accounts.models.people import Person
from lms.accounts.queries.periods import not_over
from lms.accounts.rules.actor import Actor
from lms.cohorts.events import CohortJoined, CohortLeft, DueDateChanged
from lms.cohorts.models import Cohort, CohortMember, RosterEntry
from lms.cohorts.queries.cohorts import cohort_by_id
from lms.cohorts.queries.plan import wave_by_id
from lms.cohorts.rules.due import rostered_by_default
from lms.cohorts.rules.slugs import slug_for
from lms.cohorts.service.plan import announce_due_dates
from lms.infra import audit
from lms.infra.clock import now
from lms.infra.db import db
from lms.infra.events import publish
from lms.infra.i18n import _
from lms.shared.errors import Conflict, Invalid, NotFound
from lms.shared.ids import new_id


@dataclass(frozen=True, slots=True)
class CohortDraft:
    """A cohort as a coordinator describes it."""

    wave_id: str
    title: str
    function: str
    site: str
    programme: str
    seats: int


def create_cohort(actor: Actor, draft: CohortDraft) -> str:
    """Form a cohort and return its id.

    Raises:
        NotFound: there is no such wave.
        Invalid: there are no places.
    """
    wave_by_id(draft.wave_id)
    _check(draft)
    cohort_id = slug_for(draft.title, frozenset(db.session.scalars(sa.select(Cohort.id))), "cohort")
    cohort = Cohort(id=cohort_id, created_at=now())
    _describe(cohort, draft)
    db.session.add(cohort)
    audit.record("cohort.created", actor=actor.id, cohort=cohort_id)
    db.session.flush()
    return cohort_id


def change_cohort(actor: Actor, cohort_id: str, draft: CohortDraft) -> None:
    """Change a cohort; another wave means other due dates.

    Raises:
        NotFound: there is no such cohort or wave.
        Invalid: there are no places.
    """
    cohort = cohort_by_id(cohort_id)
    wave_by_id(draft.wave_id)
    _check(draft)
    moved = cohort.wave_id != draft.wave_id
    _describe(cohort, draft)
    audit.record("cohort.changed", actor=actor.id, cohort=cohort_id)
    db.session.flush()
    if moved:
        announce_due_dates(draft.wave_id, cohort_id)


def add_member(
    actor: Actor | None,
    cohort_id: str,
    person_id: uuid.UUID,
    on: date,
    *,
    programme: str | None = None,
    by_rule: bool = False,
) -> uuid.UUID:
    """Make a person a member from `on` and return the membership; on the roster where there is time to become ready.

    `actor` None means a placing rule did it. A person who is a member already stays one.

    Raises:
        NotFound: there is no such cohort or person.
    """
    cohort = cohort_by_id(cohort_id)
    lock_person(person_id)
    existing = _membership(cohort_id, person_id, on)
    if existing is not None:
        return existing.id
    member = CohortMember(
        id=new_id(),
        cohort_id=cohort_id,
        person_id=person_id,
        programme=programme or cohort.programme,
        by_rule=by_rule,
        valid_from=on,
    )
    db.session.add(member)
    if rostered_by_default(on, wave_by_id(cohort.wave_id).go_live):
        _roster(cohort.wave_id, person_id, on)
    audit.record("cohort.joined", actor=actor.id if actor else None, subject=person_id, cohort=cohort_id)
    db.session.flush()
    publish(CohortJoined(person_id, cohort_id, cohort.wave_id, member.programme, on))
    return member.id


def remove_member(actor: Actor | None, cohort_id: str, person_id: uuid.UUID, on: date) -> None:
    """End a membership on `on` (that day is no longer part of it), and the person's place on the roster with it.

    Raises:
        NotFound: the person is not a member.
    """
    cohort = cohort_by_id(cohort_id)
    lock_person(person_id)
    member = _membership(cohort_id, person_id, on)
    if member is None:
        raise NotFound
    member.valid_to = max(on, member.valid_from)
    if not _in_wave_otherwise(cohort, person_id, on):
        _unroster(cohort.wave_id, person_id, on)
    audit.record("cohort.left", actor=actor.id if actor else None, subject=person_id, cohort=cohort_id)
    db.session.flush()
    publish(CohortLeft(person_id, cohort_id, cohort.wave_id, member.programme, on))


def move_member(actor: Actor, person_id: uuid.UUID, from_cohort: str, to_cohort: str, on: date) -> None:
    """Move a person to another cohort on `on`; what they have done moves with them.

    Raises:
        NotFound: there is no such cohort, or the person is not in the first.
        Conflict: both are the same, or the person is in the second already.
    """
    if from_cohort == to_cohort:
        raise Conflict(_("That is the cohort they are in. Choose another one."))
    cohort_by_id(to_cohort)
    if _membership(to_cohort, person_id, on) is not None:
        raise Conflict(_("This person is in that cohort already. Take them out of this one instead."))
    remove_member(actor, from_cohort, person_id, on)
    add_member(actor, to_cohort, person_id, on)


def set_rostered(actor: Actor, cohort_id: str, person_id: uuid.UUID, on: date, *, rostered: bool) -> None:
    """Put a member on their wave's go-live roster, or take them off it from `on`; their due date follows.

    Raises:
        NotFound: the person is not a member.
    """
    cohort = cohort_by_id(cohort_id)
    lock_person(person_id)
    member = _membership(cohort_id, person_id, on)
    if member is None:
        raise NotFound
    if rostered:
        _roster(cohort.wave_id, person_id, on)
    else:
        _unroster(cohort.wave_id, person_id, on)
    action = "roster.added" if rostered else "roster.removed"
    audit.record(action, actor=actor.id, subject=person_id, wave=cohort.wave_id)
    db.session.flush()
    publish(DueDateChanged(person_id, cohort_id, member.programme))


def lock_person(person_id: uuid.UUID) -> None:
    """Hold a person's row until the transaction ends, so that two changes to their cohorts happen one after the other.

    Raises:
        NotFound: there is no such person.
    """
    if db.session.scalar(sa.select(Person.id).where(Person.id == person_id).with_for_update()) is None:
        raise NotFound


def _membership(cohort_id: str, person_id: uuid.UUID, on: date) -> CohortMember | None:
    return db.session.scalars(
        sa.select(CohortMember).where(
            CohortMember.cohort_id == cohort_id,
            CohortMember.person_id == person_id,
            not_over(CohortMember, on),
        )
    ).first()


def _in_wave_otherwise(cohort: Cohort, person_id: uuid.UUID, on: date) -> bool:
    query = (
        sa.select(CohortMember.id)
        .join(Cohort, Cohort.id == CohortMember.cohort_id)
        .where(
            Cohort.wave_id == cohort.wave_id,
            Cohort.id != cohort.id,
            CohortMember.person_id == person_id,
            not_over(CohortMember, on),
        )
    )
    return db.session.scalars(query).first() is not None


def _running(wave_id: str, person_id: uuid.UUID, on: date) -> RosterEntry | None:
    return db.session.scalars(
        sa.select(RosterEntry).where(
            RosterEntry.wave_id == wave_id,
            RosterEntry.person_id == person_id,
            not_over(RosterEntry, on),
        )
    ).first()


def _roster(wave_id: str, person_id: uuid.UUID, on: date) -> None:
    if _running(wave_id, person_id, on) is None:
        db.session.add(RosterEntry(id=new_id(), wave_id=wave_id, person_id=person_id, valid_from=on))


def _unroster(wave_id: str, person_id: uuid.UUID, on: date) -> None:
    entry = _running(wave_id, person_id, on)
    if entry is not None:
        entry.valid_to = max(on, entry.valid_from)


def _check(draft: CohortDraft) -> None:
    if draft.seats < 1:
        raise Invalid(fields={"seats": _("A cohort needs at least one place. Give a number from 1.")})


def _describe(cohort: Cohort, draft: CohortDraft) -> None:
    cohort.wave_id, cohort.title, cohort.seats = draft.wave_id, draft.title, draft.seats
    cohort.function, cohort.site, cohort.programme = draft.function, draft.site, draft.programme

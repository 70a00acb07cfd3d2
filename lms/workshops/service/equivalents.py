"""Equivalents: something learned or attended elsewhere that stands for a step, with its reason and document."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from lms.accounts.rules.actor import Actor
from lms.cohorts.queries.people import people_by_number
from lms.infra import audit
from lms.infra.clock import now
from lms.infra.i18n import _
from lms.learning.queries.catalogue import locate_step
from lms.learning.rules.evidence import Result, Source
from lms.learning.service.evidence import Claim, record_evidence
from lms.shared.days import start_of_day
from lms.shared.errors import Conflict, Invalid, NotFound, Refused
from lms.workshops.queries.steps import cycle_with

# Never an exam, and never practice: a quiz or a console is the only proof of what it asks (curriculum.md, section 2).
TAKES_EQUIVALENT = frozenset({"lesson", "video", "workshop", "observation"})


@dataclass(frozen=True, slots=True)
class Equivalent:
    """What a coordinator accepts instead of a step. `until` None means that it does not run out."""

    employee_number: str
    step: str
    on: date
    reason: str
    document: str
    until: date | None = None


def record_equivalent(actor: Actor, equivalent: Equivalent) -> uuid.UUID:
    """Record an equivalent and return the evidence. It earns no minutes: what was not studied here is counted apart.

    Raises:
        NotFound: there is no such step.
        Refused: the step is a quiz, an exam or practice.
        Invalid: nobody has the number, it lies ahead, or it runs out before it begins.
        Conflict: the person has no programme with this step, or is the actor.
    """
    place = locate_step(equivalent.step)
    if place is None:
        raise NotFound
    if place.step.kind not in TAKES_EQUIVALENT:
        raise Refused(_("A quiz, practice or an exam has no equivalent. The person takes it."))
    person_id = _person(equivalent)
    if person_id == actor.id:
        raise Conflict(_("Nobody records an equivalent for themselves. Ask another coordinator."))
    cycle = cycle_with(person_id, place.course.id, equivalent.step)
    if cycle is None:
        raise Conflict(_("This person has no programme with this step."))
    row = record_evidence(
        Claim(
            cycle_id=cycle.id,
            step=equivalent.step,
            result=Result.COMPLETED,
            source=Source.EQUIVALENT,
            occurred_at=start_of_day(equivalent.on, actor.zone),
            actor_id=actor.id,
            minutes=0,
            reason=equivalent.reason,
            valid_until=equivalent.until,
            details={"document": equivalent.document},
        )
    )
    audit.record("equivalent.recorded", actor=actor.id, subject=person_id, step=equivalent.step)
    return row.id


def _person(equivalent: Equivalent) -> uuid.UUID:
    fields = {}
    person_id = people_by_number([equivalent.employee_number]).get(equivalent.employee_number)
    if person_id is None:
        fields["number"] = _(
            "Nobody has the number “%(number)s”. Check it, then try again.", number=equivalent.employee_number
        )
    if equivalent.on > now().date():
        fields["on"] = _("That day is still to come. Choose the day it happened.")
    if equivalent.until is not None and equivalent.until <= equivalent.on:
        fields["until"] = _("It would run out before it counts. Choose a later day, or none.")
    if person_id is None or fields:
        raise Invalid(fields=fields)
    return person_id

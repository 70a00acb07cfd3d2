"""Observing: a champion sits with a few people, fills a sheet for each, and signs; later changes are amendments."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping

import sqlalchemy as sa

from lms.accounts.queries.scope import require_in_scope
from lms.accounts.rules.actor import Actor
from lms.accounts.rules.permissions import Permission
from lms.infra import audit
from lms.infra.clock import now
from lms.infra.db import db
from lms.infra.events import publish
from lms.infra.i18n import _
from lms.shared.errors import Conflict, Invalid, NotFound, Refused
from lms.shared.ids import new_id
from lms.workshops.events import SheetSigned
from lms.workshops.models.observations import Observation, ObservedPerson, SignedSheet
from lms.workshops.queries.steps import LiveStep, cycle_with, live_step, released_step
from lms.workshops.rules.observation import Observed, Sheet, from_json, gaps, is_enough, sheet_of, to_json
from lms.workshops.service.second_looks import ask_second_observers, give_back
from lms.workshops.service.settling import settle


def start_observation(actor: Actor, step_id: str, person_ids: Collection[uuid.UUID]) -> uuid.UUID:
    """Begin a sitting and return its id.

    Raises:
        NotFound: no such step, or somebody is not among the actor's colleagues.
        Refused: the actor is among the people.
        Invalid: nobody or too many were chosen, or somebody has no programme with this step.
    """
    place = live_step(step_id, "observation")
    people = tuple(dict.fromkeys(person_ids))
    _check_people(actor, people, int(place.step.settings["people"]))
    cycles = _cycles(people, place)
    moment = now()
    observation = Observation(
        id=new_id(),
        step=step_id,
        course=place.course,
        release=place.release,
        observer_id=actor.id,
        started_at=moment,
        saved_at=moment,
    )
    db.session.add(observation)
    db.session.flush()
    for person_id in people:
        db.session.add(
            ObservedPerson(observation_id=observation.id, person_id=person_id, cycle_id=cycles[person_id], draft={})
        )
        audit.record("observation.started", actor=actor.id, subject=person_id, step=step_id)
    db.session.flush()
    ask_second_observers(observation, _people(observation.id))
    return observation.id


def save_draft(
    actor: Actor, observation_id: uuid.UUID, sheets: Mapping[uuid.UUID, Observed], sequence: int | None = None
) -> Observation:
    """Keep what was ticked so far. A save whose `sequence` is not higher than the last one changes nothing.

    Raises:
        NotFound: no such sitting of the actor's.
        Conflict: it is signed.
    """
    observation = _own(actor, observation_id)
    if observation.signed_at is not None:
        raise Conflict(_("This is signed. Amend it instead, with a reason."))
    if sequence is not None and sequence <= observation.draft_sequence:
        return observation
    observation.draft_sequence = observation.draft_sequence + 1 if sequence is None else sequence
    observation.saved_at = now()
    for person in _people(observation_id):
        if person.person_id in sheets:
            person.draft = to_json(sheets[person.person_id])
    db.session.flush()
    return observation


def leave_out(actor: Actor, observation_id: uuid.UUID, person_id: uuid.UUID) -> None:
    """Take a person out of a sitting that is not signed.

    Raises:
        NotFound: no such sitting of the actor's, or no such person in it.
        Conflict: it is signed, or they are the only one in it.
    """
    observation = _own(actor, observation_id)
    people = {person.person_id: person for person in _people(observation_id)}
    if person_id not in people:
        raise NotFound
    if observation.signed_at is not None or len(people) == 1:
        raise Conflict(_("A sitting keeps its last person, and a signed one keeps everybody."))
    give_back(observation_id, person_id)
    db.session.delete(people[person_id])
    db.session.flush()


def sign_off(actor: Actor, observation_id: uuid.UUID) -> tuple[uuid.UUID, ...]:
    """Sign every sheet of a sitting and return whose show enough. Evidence follows where the log is complete too.

    Raises:
        NotFound: no such sitting of the actor's, or somebody is not among their colleagues any more.
        Refused: the actor is in it.
        Conflict: it is signed already.
        Invalid: a sheet is not whole; `fields` names each place as ``<person hex>.<line or row>``.
    """
    observation = _own(actor, observation_id)
    if observation.signed_at is not None:
        raise Conflict(_("This is signed already."))
    sheet = _sheet(observation)
    people = _people(observation_id)
    for person in people:
        _require_colleague(actor, person.person_id)
    observed = {person.person_id: from_json(person.draft) for person in people}
    _refuse_gaps(sheet, observed)
    observation.signed_at = now()
    signed = [_sign(actor, observation, sheet, person, observed[person.person_id], "") for person in people]
    return tuple(row.person_id for row in signed if row.enough)


def amend(actor: Actor, observation_id: uuid.UUID, person_id: uuid.UUID, observed: Observed, reason: str) -> None:
    """Sign a changed sheet beside the original, with the reason for it; the ledger follows.

    Raises:
        NotFound: no such signed sheet of the actor's, or the person is not among their colleagues any more.
        Refused: the sheet is about the actor.
        Invalid: there is no reason, or the sheet is not whole.
    """
    observation = _own(actor, observation_id)
    person = next((one for one in _people(observation_id) if one.person_id == person_id), None)
    if person is None or observation.signed_at is None:
        raise NotFound
    _require_colleague(actor, person_id)
    if not reason:
        raise Invalid(fields={"reason": _("Say why this changes. The original stays beside it.")})
    sheet = _sheet(observation)
    _refuse_gaps(sheet, {person_id: observed})
    _sign(actor, observation, sheet, person, observed, reason)


def _sign(
    actor: Actor, observation: Observation, sheet: Sheet, person: ObservedPerson, observed: Observed, reason: str
) -> SignedSheet:
    signed = SignedSheet(
        id=new_id(),
        observation_id=observation.id,
        person_id=person.person_id,
        cycle_id=person.cycle_id,
        version=_next_version(observation.id, person.person_id),
        sheet=to_json(observed),
        enough=is_enough(sheet, observed),
        signed_by=actor.id,
        signed_at=now(),
        reason=reason,
    )
    db.session.add(signed)
    action = "observation.amended" if reason else "observation.signed"
    audit.record(
        action, actor=actor.id, subject=person.person_id, observation=observation.id.hex, version=signed.version
    )
    db.session.flush()
    settle(signed, observation.step)
    publish(SheetSigned(person.person_id, actor.id, observation.step, signed.enough, amended=bool(reason)))
    return signed


def _check_people(actor: Actor, people: Collection[uuid.UUID], most: int) -> None:
    if not people:
        raise Invalid(fields={"people": _("Nobody is chosen. Choose who sits with you.")})
    if len(people) > most:
        message = _("%(n)s people are chosen; at most %(most)s can be observed together.", n=len(people), most=most)
        raise Invalid(fields={"people": message})
    for person_id in people:
        _require_colleague(actor, person_id)


def _require_colleague(actor: Actor, person_id: uuid.UUID) -> None:
    if person_id == actor.id:
        raise Refused(_("Nobody signs off their own work. Ask another champion."))
    require_in_scope(actor, Permission.OBSERVE, person_id, now().date())


def _cycles(people: Collection[uuid.UUID], place: LiveStep) -> dict[uuid.UUID, uuid.UUID]:
    cycles = {person_id: cycle_with(person_id, place.course, place.step.id) for person_id in people}
    if any(cycle is None for cycle in cycles.values()):
        raise Invalid(fields={"people": _("Somebody you chose has no programme with this step. Choose others.")})
    return {person_id: cycle.id for person_id, cycle in cycles.items() if cycle is not None}


def _refuse_gaps(sheet: Sheet, observed: Mapping[uuid.UUID, Observed]) -> None:
    fields = {
        f"{person_id.hex}.{place}": gap.value
        for person_id, one in observed.items()
        for place, gap in gaps(sheet, one).items()
    }
    if fields:
        raise Invalid(fields=fields)


def _own(actor: Actor, observation_id: uuid.UUID) -> Observation:
    observation = db.session.get(Observation, observation_id, with_for_update=True, populate_existing=True)
    if observation is None or observation.observer_id != actor.id:
        raise NotFound
    return observation


def _people(observation_id: uuid.UUID) -> list[ObservedPerson]:
    return list(
        db.session.scalars(
            sa.select(ObservedPerson)
            .where(ObservedPerson.observation_id == observation_id)
            .order_by(ObservedPerson.person_id)
        )
    )


def _sheet(observation: Observation) -> Sheet:
    return sheet_of(released_step(observation.release, observation.step).step.settings)


def _next_version(observation_id: uuid.UUID, person_id: uuid.UUID) -> int:
    latest = db.session.scalar(
        sa.select(sa.func.max(SignedSheet.version)).where(
            SignedSheet.observation_id == observation_id, SignedSheet.person_id == person_id
        )
    )
    return (latest or 0) + 1

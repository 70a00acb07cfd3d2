"""Asking a second champion for one observation in ten, and their sheet. The first signature never waits for it."""

from __future__ import annotations

import uuid
from collections.abc import Collection

import sqlalchemy as sa

from lms.accounts.rules.actor import Actor
from lms.infra import audit
from lms.infra.clock import now
from lms.infra.db import db
from lms.infra.deployment import settings
from lms.infra.i18n import _
from lms.messaging.service import tell
from lms.shared.errors import Conflict, Invalid, NotFound
from lms.shared.ids import new_id
from lms.workshops.models.observations import Observation, ObservedPerson, SecondLook
from lms.workshops.queries.second_looks import second_observers
from lms.workshops.queries.steps import released_step
from lms.workshops.rules.observation import Observed, from_json, gaps, sheet_of, to_json
from lms.workshops.rules.second import LookState, choose, is_drawn, state_of


def ask_second_observers(observation: Observation, people: Collection[ObservedPerson]) -> None:
    """Ask another champion for each person of a sitting on whom the draw falls, at its beginning: both can watch.

    Whoever sits in the sitting is never asked. A sitting that was begun before and never signed gives its look back.
    """
    secret = settings().resolved_secret_key()
    sheet = sheet_of(released_step(observation.release, observation.step).step.settings)
    never = {observation.observer_id, *(person.person_id for person in people)}
    for person in people:
        drawn = (sheet.lines or sheet.rows) and is_drawn(secret, person.cycle_id, observation.step)
        if drawn and _is_free(person.cycle_id, observation.step):
            _ask(secret, observation, person, never)


def give_back(observation_id: uuid.UUID, person_id: uuid.UUID) -> None:
    """Take the request about somebody back who is left out of a sitting."""
    db.session.execute(
        sa.delete(SecondLook).where(
            SecondLook.observation_id == observation_id,
            SecondLook.person_id == person_id,
            SecondLook.signed_at.is_(None),
        )
    )


def save_look(actor: Actor, look_id: uuid.UUID, observed: Observed) -> None:
    """Keep what the second observer ticked so far.

    Raises:
        NotFound: the actor is not asked for such a look, or its thirty days are over.
        Conflict: it is signed.
    """
    _own(actor, look_id).sheet = to_json(observed)
    db.session.flush()


def sign_look(actor: Actor, look_id: uuid.UUID) -> None:
    """Sign the second sheet. It is compared, and changes nothing for the person.

    Raises:
        NotFound: the actor is not asked for such a look, or its thirty days are over.
        Conflict: it is signed already.
        Invalid: the sheet is not whole; `fields` names each line or row.
    """
    look = _own(actor, look_id)
    observation = db.session.get_one(Observation, look.observation_id)
    sheet = sheet_of(released_step(observation.release, look.step).step.settings)
    missing = gaps(sheet, from_json(look.sheet))
    if missing:
        raise Invalid(fields={place: gap.value for place, gap in missing.items()})
    look.signed_at = now()
    audit.record("second-look.signed", actor=actor.id, subject=look.person_id, look=look.id.hex)
    db.session.flush()


def _is_free(cycle_id: uuid.UUID, step: str) -> bool:
    """Return whether nobody has looked yet; a request about a sitting that was never signed is taken back."""
    known = db.session.scalar(sa.select(SecondLook).where(SecondLook.cycle_id == cycle_id, SecondLook.step == step))
    if known is None:
        return True
    if known.signed_at is not None or db.session.get_one(Observation, known.observation_id).signed_at is not None:
        return False
    db.session.delete(known)
    db.session.flush()
    return True


def _ask(secret: str, observation: Observation, person: ObservedPerson, never: Collection[uuid.UUID]) -> None:
    moment, look_id = now(), new_id()
    candidates = second_observers(person.person_id, moment.date(), moment)
    observer = choose(secret, candidates, never, look_id)
    look = SecondLook(
        id=look_id,
        observation_id=observation.id,
        person_id=person.person_id,
        cycle_id=person.cycle_id,
        step=observation.step,
        observer_id=observer,
        asked_at=moment,
        sheet={},
    )
    db.session.add(look)
    audit.record("second-look.asked", actor=None, subject=person.person_id, look=look.id.hex)
    db.session.flush()
    if observer is not None:
        tell(observer, "second-look-asked", moment, path=f"/team/second-looks/{look.id}")


def _own(actor: Actor, look_id: uuid.UUID) -> SecondLook:
    look = db.session.get(SecondLook, look_id, with_for_update=True, populate_existing=True)
    if look is None or look.observer_id != actor.id:
        raise NotFound
    state = state_of(look.observer_id, look.asked_at, look.signed_at, now())
    if state is LookState.SIGNED:
        raise Conflict(_("This is signed already."))
    if state is not LookState.WAITING:
        raise NotFound
    return look

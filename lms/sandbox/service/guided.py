"""Guided practice: the next case is one that the person has not mastered, and what they show is remembered."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import datetime

from lms.infra.db import db
from lms.sandbox.models import Mastery
from lms.sandbox.queries.tries import mastery_of, record_of
from lms.sandbox.rules import blueprint, engine
from lms.sandbox.rules.company import CompanyFacts
from lms.sandbox.rules.console import Console
from lms.sandbox.rules.exercise import Case, CaseKey, Exercise, Slot, Stratum
from lms.sandbox.rules.mastery import next_kind
from lms.sandbox.rules.streams import Streams
from lms.sandbox.rules.tries import GUIDED_SETS


@dataclass(frozen=True, slots=True)
class Draw:
    """Everything that a form is drawn from."""

    console: Console
    exercise: Exercise
    version: int
    seed: int
    facts: CompanyFacts


def next_case(person_id: uuid.UUID, draw: Draw, place: int) -> tuple[Case, CaseKey]:
    """Return the case at a place of a guided set, its error type chosen by what the person has not mastered.

    The blueprint says where a wrong piece of advice comes, never which; right advice and cases reserved for a person
    stay as planned.
    """
    streams = Streams(draw.exercise.id, draw.version, draw.seed, 0)
    slots = blueprint.plan(draw.console, draw.exercise, streams)
    slot = slots[place]
    if slot.stratum is Stratum.WRONG:
        slot = replace(slot, kind=_least_mastered(person_id, draw, slots, place))
    return engine.draw_case(draw.console, draw.exercise, draw.version, draw.seed, draw.facts, place, slot)


def remember(person_id: uuid.UUID, console: str, key: CaseKey, *, right: bool, hinted: bool, now: datetime) -> None:
    """Note how a person did on an error type: right and without a hint, or not."""
    if key.stratum is not Stratum.WRONG:
        return
    row = db.session.get(Mastery, (person_id, console, key.kind))
    if row is None:
        row = Mastery(person_id=person_id, console=console, error_type=key.kind, outcomes=[], updated_at=now)
        db.session.add(row)
    row.outcomes = [*row.outcomes, right and not hinted]
    row.updated_at = now
    db.session.flush()


def _least_mastered(person_id: uuid.UUID, draw: Draw, slots: tuple[Slot, ...], place: int) -> str:
    known = blueprint.unlocked(draw.console.errors, slots[place].level)
    kinds = [kind for kind in known if not draw.exercise.errors or kind in draw.exercise.errors]
    history = [(kind, right) for kind, shown in mastery_of(person_id, draw.console.id).items() for right in shown]
    left = sum(1 for slot in slots[place:] if slot.stratum is Stratum.WRONG)
    if record_of(person_id, draw.console.id).guided + 1 < GUIDED_SETS:
        left += sum(1 for slot in slots if slot.stratum is Stratum.WRONG)
    return next_kind(kinds or [slots[place].kind], history, left)

"""Check questions at the end of a lesson or recorded module: answered, explained at once, tried again."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sqlalchemy as sa

from lms.assessment.models import CheckTry
from lms.assessment.rules.grading import Graded, grade
from lms.catalog.rules.items import Item, Wording
from lms.infra.db import db
from lms.learning.kinds import StepContext
from lms.shared.ids import new_id

TRIES = 3
FULL = 10_000


@dataclass(frozen=True, slots=True)
class CheckState:
    """One check question: the last response, how it was graded, and how many tries it took."""

    item: Item
    wording: Wording
    response: dict[str, Any]
    graded: Graded | None
    tries: int

    @property
    def settled(self) -> bool:
        """Return whether it need not be tried again: it was right, or all tries are used and the key is shown."""
        return self.graded is not None and (self.graded.is_right or self.tries >= TRIES)

    @property
    def verdict(self) -> str:
        """Return "right", "partly" or "wrong"; "" before the first try."""
        if self.graded is None:
            return ""
        return "right" if self.graded.is_right else "partly" if self.graded.share else "wrong"


def check_states(context: StepContext) -> tuple[CheckState, ...]:
    """Return the state of each check question of a step, in order."""
    rows = db.session.execute(
        sa.select(CheckTry.item, CheckTry.response, CheckTry.number)
        .where(
            CheckTry.person_id == context.actor.id,
            CheckTry.cycle_id == context.cycle_id,
            CheckTry.step == context.step.id,
        )
        .order_by(CheckTry.number)
    )
    last = {item: (response, number) for item, response, number in rows}
    states = []
    for item_id in context.step.settings.get("check") or ():
        item = context.course.items.get(item_id)
        wording = item.wording(context.language) if item else None
        if item is None or wording is None:
            continue
        response, tries = last.get(item_id, ({}, 0))
        graded = grade(item, response, context.language) if tries else None
        states.append(CheckState(item, wording, dict(response), graded, tries))
    return tuple(states)


def try_checks(context: StepContext, responses: dict[str, dict[str, Any]]) -> tuple[CheckState, ...]:
    """Store a try at each check question that is answered and not settled; return the states afterwards."""
    for state in check_states(context):
        response = responses.get(state.item.id)
        if state.settled or not response:
            continue
        share = grade(state.item, response, context.language).share
        db.session.add(
            CheckTry(
                id=new_id(),
                person_id=context.actor.id,
                cycle_id=context.cycle_id,
                step=context.step.id,
                item=state.item.id,
                number=state.tries + 1,
                response=response,
                share=int(share * FULL + Fraction(1, 2)),
                at=context.now,
            )
        )
    db.session.flush()
    return check_states(context)

"""Check questions at the end of a lesson or recorded module: answered, explained at once, tried again."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import sqlalchemy as sa

from lms.assessment.models import CheckTry
from lms.assessment.rules.grading import Graded, grade
from lms.assessment.rules.parametric import draw_values, with_values
from lms.catalog.rules.items import Item, Wording
from lms.infra.db import db
from lms.learning.kinds import StepContext
from lms.shared.ids import new_id

TRIES = 3
FULL = 10_000
_TRIES = (
    sa.select(CheckTry.item, CheckTry.response, CheckTry.number, CheckTry.values)
    .where(
        CheckTry.person_id == sa.bindparam("person", type_=sa.Uuid),
        CheckTry.cycle_id == sa.bindparam("cycle", type_=sa.Uuid),
        CheckTry.step == sa.bindparam("step"),
    )
    .order_by(CheckTry.number)
)


@dataclass(frozen=True, slots=True)
class CheckState:
    """One check question: the last response, how it was graded, and how many tries it took.

    `values` are those drawn for a parametric one, which `item` and `wording` have filled in. `language` is the course's
    own where the question is not translated: what is asked at the end of a page is never left out.
    """

    item: Item
    wording: Wording
    response: dict[str, Any]
    graded: Graded | None
    tries: int
    values: Mapping[str, str] = field(default_factory=dict)
    language: str = "en"

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
    rows = db.session.execute(_TRIES, {"person": context.actor.id, "cycle": context.cycle_id, "step": context.step.id})
    last = {item: (response, number, values) for item, response, number, values in rows}
    states = []
    for item_id in context.step.settings.get("check") or ():
        written = context.course.items.get(item_id)
        if written is None:
            continue
        language = context.language if context.language in written.wordings else context.course.language
        response, tries, stored = last.get(item_id, ({}, 0, {}))
        values = _values(context, written, stored)
        item = with_values(written, values)
        graded = grade(item, response, language) if tries else None
        wording = item.wordings[language]
        states.append(CheckState(item, wording, dict(response), graded, tries, values, language))
    return tuple(states)


def _values(context: StepContext, item: Item, stored: Mapping[str, str]) -> Mapping[str, str]:
    """Return the figures a parametric question has for this person: those of the last try, else the same each visit."""
    if set(stored) == {variable.name for variable in item.variables}:
        return stored
    seed = f"{context.actor.id}/{context.cycle_id}/{context.step.id}/{item.id}/{item.grading_hash}"
    return draw_values(item, random.Random(seed))  # noqa: S311 - a variety of figures, no secret


def try_checks(context: StepContext, responses: dict[str, dict[str, Any]]) -> tuple[CheckState, ...]:
    """Store a try at each check question that is answered and not settled; return the states afterwards."""
    for state in check_states(context):
        response = responses.get(state.item.id)
        if state.settled or not response:
            continue
        share = grade(state.item, response, state.language).share
        db.session.add(
            CheckTry(
                id=new_id(),
                person_id=context.actor.id,
                cycle_id=context.cycle_id,
                step=context.step.id,
                item=state.item.id,
                number=state.tries + 1,
                response=response,
                values=dict(state.values),
                share=int(share * FULL + Fraction(1, 2)),
                at=context.now,
            )
        )
    db.session.flush()
    return check_states(context)

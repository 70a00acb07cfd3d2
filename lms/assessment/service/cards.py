"""Answering a card: graded at once, scheduled by what it showed, and evidence when the month's cards are done."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from lms.assessment.models import CardReview
from lms.assessment.queries.cards import Asked, Deck, cards_done
from lms.assessment.rules.cards import recall_of, review
from lms.assessment.rules.grading import grade
from lms.infra.db import db
from lms.learning.service.evidence import lock_cycle
from lms.learning.service.player import complete_step
from lms.shared.ids import new_id


def answer_card(deck: Deck, asked: Asked, response: Mapping[str, Any], *, hinted: bool) -> uuid.UUID:
    """Store an answer to a card and when it comes back; return the review's id.

    The step is complete with the last of the month's cards. An empty response means not known.
    """
    context = deck.context
    lock_cycle(context.cycle_id)
    graded = grade(asked.item, response, context.language)
    recall = recall_of(right=graded.is_right, hinted=hinted)
    memory = review(asked.item.id, deck.memories.get(asked.item.id), recall, context.now)
    row = CardReview(
        id=new_id(),
        person_id=context.actor.id,
        cycle_id=context.cycle_id,
        step=context.step.id,
        release=context.release,
        language=context.language,
        item=asked.item.id,
        number=asked.number,
        served=asdict(asked.served),
        response=dict(response),
        hinted=hinted,
        recall=recall,
        reviewed_at=context.now,
        phase=memory.phase,
        stage=memory.stage,
        stability=memory.stability,
        difficulty=memory.difficulty,
        due_at=memory.due_at,
    )
    db.session.add(row)
    db.session.flush()
    if cards_done(context.cycle_id, context.step.id) >= deck.wanted:
        complete_step(context)
    return row.id

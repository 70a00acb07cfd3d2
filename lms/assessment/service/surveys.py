"""Surveys: the answers are stored without a person; that somebody has answered is stored without the answers."""

from __future__ import annotations

import uuid
from typing import Any

from lms.assessment.models import SurveyAnswer, SurveyTaken
from lms.infra.db import db
from lms.infra.i18n import _
from lms.learning.kinds import StepContext
from lms.shared.days import monday_of
from lms.shared.errors import Conflict


def has_answered(context: StepContext) -> bool:
    """Return whether the person has answered this survey in this cycle."""
    key = (context.actor.id, context.cycle_id, context.step.id)
    return db.session.get(SurveyTaken, key) is not None


def answer_survey(context: StepContext, answers: list[dict[str, Any]], wave_id: str, group_id: str) -> None:
    """Store the answers to a survey, each ``{"item", "element", "rating", "text"}``, and that this person has answered.

    Raises:
        Conflict: the person has answered already; an anonymous answer cannot be found again to be changed.
    """
    if has_answered(context):
        raise Conflict(
            _("You have answered this survey already. Answers are stored without names, so they cannot be changed.")
        )
    week = monday_of(context.now.date()).isoformat()
    for answer in answers:
        db.session.add(
            SurveyAnswer(
                # A random key, not a time-ordered one: it must not tell who answered when.
                id=uuid.uuid4(),
                survey=context.step.id,
                release=context.release,
                wave_id=wave_id,
                group_id=group_id,
                item=answer["item"],
                element=answer.get("element") or "",
                rating=answer.get("rating"),
                text=answer.get("text") or "",
                week=week,
            )
        )
    db.session.add(SurveyTaken(person_id=context.actor.id, cycle_id=context.cycle_id, step=context.step.id))
    db.session.flush()

"""Surveys: the answers are stored without a person; that somebody has answered is stored without the answers."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lms.assessment.models import SurveyAnswer, SurveyTaken
from lms.infra.db import db
from lms.infra.i18n import _
from lms.shared.days import monday_of
from lms.shared.errors import Conflict


@dataclass(frozen=True, slots=True)
class Sheet:
    """A survey as one person meets it in a cycle; `survey` is its step's id, with a moment where it has no step."""

    person_id: uuid.UUID
    cycle_id: uuid.UUID
    survey: str
    release: str


def has_answered(sheet: Sheet) -> bool:
    """Return whether the person has answered this survey in this cycle."""
    return db.session.get(SurveyTaken, (sheet.person_id, sheet.cycle_id, sheet.survey)) is not None


def answer_survey(sheet: Sheet, answers: list[dict[str, Any]], wave_id: str, group_id: str, at: datetime) -> None:
    """Store the answers to a survey, each ``{"item", "element", "rating", "text"}``, and that this person has answered.

    Raises:
        Conflict: the person has answered already; an anonymous answer cannot be found again to be changed.
    """
    if has_answered(sheet):
        raise Conflict(
            _("You have answered this survey already. Answers are stored without names, so they cannot be changed.")
        )
    week = monday_of(at.date()).isoformat()
    for answer in answers:
        db.session.add(
            SurveyAnswer(
                # A random key, not a time-ordered one: it must not tell who answered when.
                id=uuid.uuid4(),
                survey=sheet.survey,
                release=sheet.release,
                wave_id=wave_id,
                group_id=group_id,
                item=answer["item"],
                element=answer.get("element") or "",
                rating=answer.get("rating"),
                text=answer.get("text") or "",
                week=week,
            )
        )
    db.session.add(SurveyTaken(person_id=sheet.person_id, cycle_id=sheet.cycle_id, step=sheet.survey))
    db.session.flush()

"""NN-name.survey.yml: ratings and free answers, never graded."""

from __future__ import annotations

from typing import Annotated, Literal, cast

from pydantic import Field

from lms.catalog.adapters.desk import Desk
from lms.catalog.adapters.formats import Draft, StepFile
from lms.catalog.adapters.shapes import Id, Shape, StepShape, Text
from lms.catalog.rules.content import Adkar, Part
from lms.catalog.rules.labels import agreement_scale
from lms.catalog.rules.minutes import MINUTES_PER_FREE_ANSWER, MINUTES_PER_RATING, reading_minutes

POINTS = 5


class SurveyItemShape(Shape):
    """One question of a survey."""

    id: Id
    type: Literal["likert", "text"] = "likert"
    adkar: Adkar | None = None
    text: Text
    optional: bool = False


class SurveyShape(StepShape):
    """NN-name.survey.yml."""

    intro: str = ""
    anonymous: bool = True
    scale: tuple[Text, ...] | None = Field(None, min_length=POINTS, max_length=POINTS)
    items: Annotated[tuple[SurveyItemShape, ...], Field(min_length=1)]


class SurveyFormat:
    """A survey.

    Settings: ``anonymous``. Content: ``intro`` (HTML), ``scale`` (five plain texts, from 1), ``items`` (``id``,
    ``type``, ``adkar`` or None, ``text`` plain, ``optional``).
    """

    kind, suffix, part = "survey", ".survey.yml", Part.SELF_PACED
    shape: type[StepShape] = SurveyShape
    has_questions = False

    def compile(self, step: StepFile, desk: Desk) -> Draft:
        """Compile a survey; ids of its questions are unique within it."""
        shape = cast("SurveyShape", step.shape)
        intro = desk.page(shape.intro, desk.at("intro").line)
        seen: set[str] = set()
        for index, item in enumerate(shape.items):
            if item.id in seen:
                place = desk.at("items", index, "id")
                desk.report("id-duplicate", place, f"{item.id!r} stands twice in this survey.", "Give each its own id.")
            seen.add(item.id)
            if item.type == "text" and item.adkar:
                place = desk.at("items", index, "adkar")
                desk.report("wrong-value", place, "A free answer measures no stage.", "Take `adkar` out.")
        items = [
            {**item.model_dump(mode="json"), "text": desk.plain(item.text, desk.at("items", index, "text"))}
            for index, item in enumerate(shape.items)
        ]
        ratings = sum(item.type == "likert" for item in shape.items)
        minutes = ratings * MINUTES_PER_RATING + (len(items) - ratings) * MINUTES_PER_FREE_ANSWER
        scale = list(shape.scale or agreement_scale(desk.language))
        content = {"intro": intro.html, "scale": scale, "items": items}
        return Draft({"anonymous": shape.anonymous}, content, minutes + reading_minutes(intro.words))

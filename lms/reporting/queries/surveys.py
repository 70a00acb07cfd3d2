"""Survey answers, already gathered by group and week: no row here is one person's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from lms.assessment.models import SurveyAnswer
from lms.assessment.rules.moments import QUARTERLY, TRAINED, WEEK_SIX, moment_of
from lms.catalog.queries import current_releases
from lms.catalog.rules.content import text_in
from lms.infra.db import db
from lms.infra.i18n import _
from lms.reporting.rules.surveys import Batch, Element, WeekOfAnswers, batches
from lms.shared.days import monday_of

_ELEMENTS = {element.value: element for element in Element}


@dataclass(frozen=True, slots=True)
class SurveyData:
    """What may be shown of a survey, and how many groups' answers still wait for being five."""

    batches: tuple[Batch, ...]
    waiting: int


def survey_titles(language: str) -> Mapping[str, str]:
    """Return the title of every survey by name: those of the current releases, and each moment one was asked again."""
    titles = {
        step.id: text_in(step.title, language)
        for release in current_releases()
        for module in release.course.modules
        for step in module.steps
        if step.kind == "survey"
    }
    asked = db.session.scalars(sa.select(SurveyAnswer.survey).distinct().order_by(SurveyAnswer.survey))
    for survey in asked:
        step, moment = moment_of(survey)
        if moment and step in titles:
            titles[survey] = f"{titles[step]} · {_moment(moment)}"
    return titles


def survey_data(survey: str, today: date) -> SurveyData:
    """Return what may be shown of a survey on a day. One statement, which adds up in the database."""
    rows = db.session.execute(
        sa.select(
            SurveyAnswer.wave_id,
            SurveyAnswer.group_id,
            SurveyAnswer.element,
            SurveyAnswer.week,
            SurveyAnswer.item,
            sa.func.count(SurveyAnswer.rating),
            sa.func.sum(SurveyAnswer.rating),
        )
        .where(
            SurveyAnswer.survey == survey,
            SurveyAnswer.rating.is_not(None),
            SurveyAnswer.element.in_(tuple(_ELEMENTS)),
        )
        .group_by(
            SurveyAnswer.wave_id,
            SurveyAnswer.group_id,
            SurveyAnswer.element,
            SurveyAnswer.week,
            SurveyAnswer.item,
        )
    )
    weeks: dict[tuple[str, str, str, str], dict[str, tuple[int, int]]] = {}
    items: dict[Element, dict[str, None]] = {}
    for wave, group, element, week, item, count, total in rows:
        weeks.setdefault((wave, group, element, week), {})[item] = (count, int(total or 0))
        items.setdefault(_ELEMENTS[element], {})[item] = None
    gathered = [
        WeekOfAnswers(wave, group, _ELEMENTS[element], week, found)
        for (wave, group, element, week), found in weeks.items()
    ]
    asked = {element: tuple(found) for element, found in items.items()}
    released = batches(gathered, asked, monday_of(today).isoformat())
    shown = {(batch.wave, batch.group) for batch in released}
    return SurveyData(released, len({(week.wave, week.group) for week in gathered} - shown))


def _moment(moment: str) -> str:
    if moment == TRAINED:
        return _("end of training")
    if moment == WEEK_SIX:
        return _("week 6")
    return _("quarter %(n)s after week 6", n=moment.removeprefix(QUARTERLY))

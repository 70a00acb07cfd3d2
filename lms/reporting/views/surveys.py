"""How ready people feel, for groups of five or more, and what helps first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request

from lms.accounts.login import current_actor, requires
from lms.accounts.rules.permissions import Permission
from lms.infra.clock import now
from lms.infra.i18n import _, language
from lms.reporting.queries.labels import labels_of, wave_titles
from lms.reporting.queries.surveys import SurveyData, survey_data, survey_titles
from lms.reporting.rules.completion import Cut
from lms.reporting.rules.surveys import HELP, Element, Profile, profile
from lms.reporting.views import words
from lms.reporting.views.files import table_file
from lms.shared.days import local_date
from lms.shared.tables import Cell

blueprint = Blueprint("survey_results", __name__, url_prefix="/reports")


@dataclass(frozen=True, slots=True)
class Group:
    """A group of a survey and its means."""

    label: str
    profile: Profile


@blueprint.get("/surveys")
@requires(Permission.SEE_AGGREGATES)
def show() -> str:
    """Show the mean of each element per group, the barrier, and what helps."""
    surveys, waves = survey_titles(language()), wave_titles()
    survey, wave = _chosen(surveys), request.args.get("wave", "")
    data = _data(survey)
    whole = profile(batch for batch in data.batches if wave in {"", batch.wave})
    return render_template(
        "reporting/surveys.html",
        surveys=list(surveys.items()),
        survey=survey,
        waves=[("", _("All waves")), *waves.items()],
        wave=wave if wave in waves else "",
        data=data,
        groups=_groups(data, wave),
        whole=whole,
        Element=Element,
        help_for=HELP,
        words=words,
        as_of=now(),
    )


@blueprint.get("/surveys.<kind>")
@requires(Permission.SEE_AGGREGATES)
def as_file(kind: str) -> Response:
    """Send the results as they are shown; what waits for five answers is empty."""
    survey, wave = _chosen(survey_titles(language())), request.args.get("wave", "")
    headers = [_("Group")]
    for element in Element:
        headers += [str(words.ELEMENTS[element]), _("Answered: %(element)s", element=words.ELEMENTS[element])]
    headers.append(_("Barrier"))
    rows = [_file_row(group) for group in _groups(_data(survey), wave)]
    return table_file(kind, "survey", headers, rows)


def _chosen(surveys: Mapping[str, str]) -> str:
    asked = request.args.get("survey", "")
    return asked if asked in surveys else next(iter(surveys), "")


def _data(survey: str) -> SurveyData:
    return survey_data(survey, local_date(now(), current_actor().zone))


def _groups(data: SurveyData, wave: str) -> list[Group]:
    labels = labels_of(Cut.COHORT, language(), local_date(now(), current_actor().zone))
    chosen = [batch for batch in data.batches if wave in {"", batch.wave}]
    keys = sorted({batch.group for batch in chosen}, key=lambda key: labels.get(key, key))
    return [
        Group(labels.get(key, key) or _("No cohort"), profile(batch for batch in chosen if batch.group == key))
        for key in keys
    ]


def _file_row(group: Group) -> list[Cell]:
    row: list[Cell] = [group.label]
    for element in Element:
        mean = group.profile.means.get(element)
        row += [None, None] if mean is None else [round(float(mean.value), 2), mean.respondents]
    barrier = group.profile.barrier
    return [*row, str(words.ELEMENTS[barrier]) if barrier else ""]

"""How the change feels: the anonymous survey of each moment, and a self-check that nobody else ever sees."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from lms.accounts.login import current_actor, requires
from lms.accounts.rules.permissions import Permission
from lms.assessment.rules.answers import read_survey
from lms.assessment.service.surveys import answer_survey
from lms.home.queries.pulse import Pulse, change_questions, open_pulse
from lms.infra.clock import now
from lms.infra.i18n import _
from lms.infra.transactions import own_transaction
from lms.learning.queries.cycles import paths_of
from lms.reporting.rules.surveys import Element, Mean, Profile
from lms.shared.days import local_date
from lms.shared.errors import NotFound

blueprint = Blueprint("pulse", __name__)


@blueprint.get("/pulse")
@requires(Permission.LEARN)
def show() -> str:
    """Show the survey of this moment, or that none is open."""
    pulse = _open()
    return render_template("home/pulse.html", data=_data(pulse.questions.content, {}) if pulse else None)


@blueprint.post("/pulse")
@requires(Permission.LEARN)
def answer() -> AnyResponse | tuple[str, int]:
    """Store the answers without the person, and that the person has answered without the answers."""
    pulse = _open()
    if pulse is None:
        raise NotFound
    answers, missing = read_survey(pulse.questions.content, request.form)
    if missing:
        return render_template("home/pulse.html", data=_data(pulse.questions.content, request.form, missing)), 422
    answer_survey(pulse.sheet, answers, pulse.wave_id, pulse.cohort_id, now())
    flash(_("Thank you. Your answers are stored without your name."), "success")
    return redirect(url_for("home.home"))


@blueprint.get("/self-check")
@requires(Permission.LEARN)
def self_check() -> str:
    """Show the same questions for oneself."""
    questions = change_questions(current_actor().language)
    if questions is None:
        raise NotFound
    return render_template("home/self_check.html", data=_data(questions.content, {}), profile=None)


@blueprint.post("/self-check")
@requires(Permission.LEARN)
@own_transaction
def advise() -> Response | tuple[str, int]:
    """Show what the answers point to. Nothing is stored, here or in the browser."""
    questions = change_questions(current_actor().language)
    if questions is None:
        raise NotFound
    answers, missing = read_survey(questions.content, request.form)
    if missing:
        data = _data(questions.content, request.form, missing)
        return render_template("home/self_check.html", data=data, profile=None), 422
    page = render_template(
        "home/self_check.html",
        data=_data(questions.content, request.form),
        profile=_profile(answers),
        Element=Element,
    )
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    return response


def _open() -> Pulse | None:
    actor = current_actor()
    return open_pulse(actor, paths_of(actor.id), local_date(now(), actor.zone))


def _data(content: Mapping[str, Any], given: Mapping[str, str], missing: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"content": content, "answered": False, "given": given, "missing": missing}


def _profile(answers: list[dict[str, Any]]) -> Profile:
    rated = {
        element: [answer["rating"] for answer in answers if answer["element"] == element.value and answer["rating"]]
        for element in Element
    }
    return Profile({element: Mean(Fraction(sum(given), len(given)), 1) for element, given in rated.items() if given})

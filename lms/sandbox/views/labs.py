"""The labs: one sheet, saved as it is filled in, handed in once, then explained line by line."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms.accounts.login import current_actor, requires
from lms.accounts.rules.permissions import Permission
from lms.infra.clock import now
from lms.infra.i18n import _, format_time
from lms.learning.rules.path import State
from lms.sandbox.queries.labs import LabView, own_lab_run
from lms.sandbox.queries.steps import released_step, visit_sandbox
from lms.sandbox.queries.words import Wording, wording_for
from lms.sandbox.rules.lab import CUTS, Problem, grade_of
from lms.sandbox.rules.runs import RunState
from lms.sandbox.service.labs import hand_in_sheet, save_sheet, start_lab
from lms.shared.errors import NotFound, Refused

blueprint = Blueprint("labs", __name__)
# What the button says that hands in; every other value of `do` is the lab's own.
HAND_IN, SAVE = "hand-in", "save"


@blueprint.post("/lab/<step>/start")
@requires(Permission.LEARN)
def start(step: str) -> Response:
    """Begin a run of a lab, or go on with the open one."""
    visit = visit_sandbox(current_actor(), step, now())
    if visit.context is None or visit.view.state in {State.BLOCKED, State.UNAVAILABLE}:
        raise Refused(_("This exercise is not open to you yet. Finish what it waits for first."))
    return redirect(url_for(".show", run=start_lab(current_actor(), visit.context)))


@blueprint.get("/lab/<uuid:run>")
@requires(Permission.LEARN)
def show(run: uuid.UUID) -> str:
    """Show the sheet, or once it is handed in what became of it."""
    view = own_lab_run(current_actor().id, run)
    if view.is_over(now()):
        return render_template("sandbox/lab_expired.html", run=view, place=released_step(view.release, view.step))
    return _sheet(view) if view.state is RunState.OPEN else _result(view)


@blueprint.post("/lab/<uuid:run>")
@requires(Permission.LEARN)
def save(run: uuid.UUID) -> Response | tuple[str, int]:
    """Keep the sheet, try something out on it, or hand it in."""
    person, wanted = current_actor().id, request.form.get("do", SAVE)
    view = own_lab_run(person, run)
    if view.state is RunState.CLOSED:
        return redirect(url_for(".show", run=run))
    view = save_sheet(person, run, _sent(), now())
    if wanted != HAND_IN:
        if wanted == SAVE:
            flash(_("Saved. You can go on later, on any device."), "success")
            return redirect(url_for(".show", run=run))
        return redirect(url_for(".show", run=run, _anchor=wanted.partition(":")[0]))
    if problems := view.lab.lacks(view.public, view.work):
        return _sheet(view, problems), 422
    hand_in_sheet(person, run, now())
    return redirect(url_for(".show", run=run))


@blueprint.post("/lab/<uuid:run>/save")
@requires(Permission.LEARN)
def autosave(run: uuid.UUID) -> Response:
    """Keep the sheet as it is filled in; the reply follows the commit."""
    view = save_sheet(current_actor().id, run, _sent(), now(), sequence=_sequence())
    return jsonify(saved_at=format_time(view.saved_at or now()), seq=view.sequence)


def _sheet(view: LabView, problems: tuple[Problem, ...] = ()) -> str:
    words = wording_for(view.lab.package, view.language)
    return render_template(
        "sandbox/lab.html",
        run=view,
        place=released_step(view.release, view.step),
        words=words,
        errors=_worded(problems, words),
        cuts=CUTS,
        answers=view.lab.answers(view.public, view.work),
    )


def _result(view: LabView) -> str:
    return render_template(
        "sandbox/lab_result.html",
        run=view,
        place=released_step(view.release, view.step),
        words=wording_for(view.lab.package, view.language),
        grade=grade_of(view.score or 0),
        cuts=CUTS,
    )


def _worded(problems: tuple[Problem, ...], words: Wording) -> Mapping[str, str]:
    return {problem.field: words.text(problem.message) for problem in problems}


def _sent() -> Mapping[str, list[str]]:
    return request.form.to_dict(flat=False)


def _sequence() -> int:
    text = request.form.get("seq", "")
    if not text.isdecimal() or len(text) > len("999999"):
        raise NotFound
    return int(text)

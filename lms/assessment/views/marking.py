"""Marking open answers: what waits, one answer with its rubric, and on to the next."""

from __future__ import annotations

import uuid

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms.accounts.login import current_actor, requires
from lms.accounts.rules.permissions import Permission
from lms.assessment.queries.marking import answer_to_mark, waiting_answers
from lms.assessment.service.marking import mark_answer
from lms.infra.i18n import _
from lms.shared.errors import Invalid

blueprint = Blueprint("marking", __name__)


@blueprint.get("/admin/marking")
@requires(Permission.MARK_ANSWERS)
def index() -> str:
    """List the answers that wait to be marked, without names."""
    return render_template("assessment/marking.html", waiting=waiting_answers(current_actor().id))


@blueprint.get("/admin/marking/<uuid:attempt>/<int:number>")
@requires(Permission.MARK_ANSWERS)
def show(attempt: uuid.UUID, number: int) -> str:
    """Show an answer with its rubric."""
    return _page(attempt, number)


@blueprint.post("/admin/marking/<uuid:attempt>/<int:number>")
@requires(Permission.MARK_ANSWERS)
def mark(attempt: uuid.UUID, number: int) -> Response | tuple[str, int]:
    """Mark the answer and go on to the next one that waits."""
    levels = {
        name.removeprefix("level."): int(value)
        for name, value in request.form.items()
        if name.startswith("level.") and value in {str(level) for level in range(1, 10)}
    }
    try:
        settled = mark_answer(current_actor(), attempt, number, levels, request.form.get("comment", ""))
    except Invalid as error:
        return _page(attempt, number, error.message), 422
    if settled:
        flash(_("Marked. The result stands now, and the person is told."), "success")
    else:
        flash(_("Marked. The result follows once the other written answers are marked."), "success")
    following = next(iter(waiting_answers(current_actor().id)), None)
    if following is None:
        return redirect(url_for(".index"))
    return redirect(url_for(".show", attempt=following.attempt_id, number=following.question))


def _page(attempt: uuid.UUID, number: int, error: str = "") -> str:
    view, quiz, answer = answer_to_mark(attempt, number, current_actor().id)
    return render_template(
        "assessment/mark.html", attempt=view, quiz=quiz, answer=answer, typed=request.form, error=error
    )

"""What follows two failures: the learner asks, the champion coaches, a coordinator decides."""

from __future__ import annotations

import uuid
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms.accounts.login import current_actor, requires
from lms.accounts.queries.scope import people_in_scope
from lms.accounts.rules.permissions import Permission
from lms.infra.clock import now
from lms.infra.i18n import _, language
from lms.sandbox.queries.exam_help import waiting_for_coaching, waiting_for_decision
from lms.sandbox.queries.steps import visit_sandbox
from lms.sandbox.rules.tries import Outcome
from lms.sandbox.service.exam_help import ask_for_coaching, decide_how_to_go_on, note_coaching
from lms.shared.days import local_date
from lms.shared.errors import Invalid, NotFound

blueprint = Blueprint("tries", __name__)


@blueprint.post("/sandbox/<step>/coaching")
@requires(Permission.LEARN)
def ask(step: str) -> Response:
    """Ask the champion for coaching."""
    visit = visit_sandbox(current_actor(), step, now())
    if visit.context is None:
        raise NotFound
    ask_for_coaching(current_actor(), visit.context)
    flash(_("Your champion sees that you ask for coaching, and no result."), "success")
    return redirect(url_for("sandbox.brief", step=step))


@blueprint.get("/team/coaching")
@requires(Permission.SEE_TEAM)
def coaching() -> str:
    """List the colleagues who ask for coaching."""
    actor = current_actor()
    people = people_in_scope(actor, Permission.SEE_TEAM, _today())
    return render_template("sandbox/coaching.html", waiting=waiting_for_coaching(people, language()))


@blueprint.post("/team/coaching/<uuid:request_id>")
@requires(Permission.SEE_TEAM)
def coached(request_id: uuid.UUID) -> Response:
    """Note that a colleague was coached."""
    note_coaching(current_actor(), request_id, now(), _today())
    flash(_("Noted. Next comes one more supervised set."), "success")
    return redirect(url_for(".coaching"))


@blueprint.get("/admin/exam-tries")
@requires(Permission.DECIDE_REVIEW)
def decisions() -> str:
    """List who waits for a decision about how to go on."""
    return _decisions()


@blueprint.post("/admin/exam-tries/<uuid:request_id>")
@requires(Permission.DECIDE_REVIEW)
def decided(request_id: uuid.UUID) -> Response | tuple[str, int]:
    """Decide how a person goes on."""
    outcome = request.form.get("outcome", "")
    if outcome not in {one.value for one in Outcome}:
        return _decisions(_("Choose how the person goes on."), request_id), 422
    try:
        decide_how_to_go_on(
            current_actor(), request_id, Outcome(outcome), request.form.get("reason", ""), now(), _today()
        )
    except Invalid as error:
        return _decisions(error.message, request_id), 422
    flash(_("Decided. The person sees it with your reason."), "success")
    return redirect(url_for(".decisions"))


def _decisions(error: str = "", at: uuid.UUID | None = None) -> str:
    people = people_in_scope(current_actor(), Permission.DECIDE_REVIEW, _today())
    return render_template(
        "sandbox/decisions.html",
        waiting=waiting_for_decision(people, language()),
        error=error,
        at=at,
        typed=request.form,
        Outcome=Outcome,
    )


def _today() -> date:
    return local_date(now(), current_actor().zone)

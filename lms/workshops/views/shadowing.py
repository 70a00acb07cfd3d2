"""Saving the learner's own shadowing log; its page is the step's."""

from __future__ import annotations

from flask import Blueprint, Response, flash, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from lms.accounts.login import current_actor, requires
from lms.accounts.rules.permissions import Permission
from lms.infra.clock import now
from lms.infra.i18n import _, format_time
from lms.workshops.queries.steps import live_step
from lms.workshops.service.logs import save_log

blueprint = Blueprint("shadowing", __name__, url_prefix="/shadowing")


@blueprint.post("/<step>/log")
@requires(Permission.LEARN)
def save(step: str) -> BaseResponse:
    """Save the log and show it again."""
    written, log = save_log(current_actor().id, step, request.form)
    text = _("Saved. %(n)s of %(all)s decisions are complete.", n=written, all=log.entries)
    flash(text, "success")
    place = live_step(step, "observation")
    return redirect(url_for("learning.show_step", course=place.course, module=place.module, step=step), 303)


@blueprint.post("/<step>/log/draft")
@requires(Permission.LEARN)
def autosave(step: str) -> Response:
    """Save the log as it is typed; the reply follows the commit."""
    save_log(current_actor().id, step, request.form)
    return jsonify(saved_at=format_time(now()))

"""A person's own page: what is held about them, who can see it, who has looked."""

from __future__ import annotations

import json

from flask import Blueprint, Response, render_template

from lms.accounts.login import current_actor, requires
from lms.accounts.rules.permissions import Permission
from lms.home.queries.own_record import everything_about, views_of
from lms.home.views.record_words import RECORD_WORDS

blueprint = Blueprint("own_record", __name__)


@blueprint.get("/me")
@requires(Permission.SEE_OWN_RECORD)
def show() -> str:
    """Show what is held, in counts, with the views of the record."""
    actor = current_actor()
    held = everything_about(actor.id)
    return render_template(
        "home/own_record.html",
        held=[(name, len(rows)) for name, rows in held.items()],
        profile=held["profile"][0],
        views=views_of(actor.id),
        words=RECORD_WORDS,
    )


@blueprint.get("/me/export.json")
@requires(Permission.SEE_OWN_RECORD)
def export() -> Response:
    """Send everything held about the person as JSON."""
    body = json.dumps(everything_about(current_actor().id), ensure_ascii=False, indent=1)
    response = Response(body, mimetype="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="my-record.json"'
    return response

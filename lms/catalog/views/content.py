"""What is served of the courses, what each publication changed, and what the next one would change."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response

from lms.accounts.login import current_actor, requires
from lms.accounts.rules.permissions import Permission
from lms.catalog.adapters.sources import read_tree
from lms.catalog.queries import checked, course_folders, course_titles, release_differences, release_history
from lms.catalog.service import ask_to_check, ask_to_publish, state_of
from lms.infra.clock import now
from lms.infra.i18n import _
from lms.infra.transactions import run_in_write_transaction

blueprint = Blueprint("content", __name__)
LOOK_AGAIN_SECONDS = 2


@blueprint.get("/admin/content")
@requires(Permission.MANAGE_CONTENT)
def index() -> str:
    """List every release, the latest first."""
    return render_template("catalog/releases.html", lines=release_history(), titles=course_titles())


@blueprint.get("/admin/content/<release>")
@requires(Permission.MANAGE_CONTENT)
def show(release: str) -> str:
    """Show what a release changed."""
    line, before, differences = release_differences(release)
    return render_template(
        "catalog/release.html", line=line, before=before, differences=differences, titles=course_titles()
    )


@blueprint.get("/admin/content/next")
@requires(Permission.MANAGE_CONTENT)
def upcoming() -> str | Response:
    """Show what is wrong with the course files as they stand, and what publishing them would change."""
    state = state_of(read_tree(*course_folders()))
    found = checked(state)
    if found is not None:
        return render_template("catalog/next_release.html", upcoming=found, titles=course_titles())
    response = make_response(render_template("catalog/being_checked.html"))
    response.headers["Refresh"] = str(LOOK_AGAIN_SECONDS)
    run_in_write_transaction(lambda: ask_to_check(state, now()))
    return response


@blueprint.post("/admin/content/next")
@requires(Permission.MANAGE_CONTENT)
def publish() -> Response:
    """Ask the worker to publish the courses as they stand."""
    ask_to_publish(current_actor())
    flash(_("The courses are being published. They stand here within a minute."), "success")
    return redirect(url_for(".index"))

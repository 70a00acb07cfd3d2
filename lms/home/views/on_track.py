"""A cohort on track by date, for coordinators."""

from __future__ import annotations

from flask import Blueprint, render_template

from lms.accounts.login import current_actor, requires
from lms.accounts.models.people import PlaceKind
from lms.accounts.queries.places import place_label, place_labels
from lms.accounts.rules.permissions import Permission
from lms.home.queries.on_track import cohort_on_track, members_who_completed
from lms.home.rules.board import Group, lay_board
from lms.infra.clock import now
from lms.shared.days import local_date

blueprint = Blueprint("on_track", __name__)


@blueprint.get("/cohorts/<cohort>")
@requires(Permission.MANAGE_COHORTS)
def cohort(cohort: str) -> str:
    """Show whether a cohort is on track, who needs somebody, and each module's count with its people."""
    today = local_date(now(), current_actor().zone)
    view = cohort_on_track(cohort, today)
    return render_template(
        "home/cohort.html",
        view=view,
        board=lay_board(view.members, today, now()),
        Group=Group,
        function=place_label(PlaceKind.FUNCTION, view.cohort.function),
        site=place_label(PlaceKind.SITE, view.cohort.site),
        shifts=place_labels(PlaceKind.SHIFT),
    )


@blueprint.get("/cohorts/<cohort>/modules/<module>")
@requires(Permission.MANAGE_COHORTS)
def module_people(cohort: str, module: str) -> str:
    """Show who completed a module and who did not."""
    today = local_date(now(), current_actor().zone)
    done, view = members_who_completed(cohort, module, today)
    line = next(line for line in view.modules if line.id == module)
    return render_template("home/module_people.html", view=view, module=line, done=done)

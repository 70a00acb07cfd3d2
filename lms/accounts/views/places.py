"""Functions, sites and shifts: how people read them, and the zone of each site."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms.accounts.login import current_actor, requires
from lms.accounts.models.people import PlaceKind
from lms.accounts.queries.places import all_places
from lms.accounts.rules.permissions import Permission
from lms.accounts.service.places import change_place
from lms.infra.clock import now
from lms.infra.deployment import settings
from lms.infra.i18n import _
from lms.shared.errors import Invalid, NotFound

blueprint = Blueprint("places", __name__, url_prefix="/people/places")


@blueprint.get("")
@requires(Permission.MANAGE_PEOPLE)
def index() -> str:
    """Show every place with what may be changed."""
    return _page({})


@blueprint.post("/<kind>/<place>")
@requires(Permission.MANAGE_PEOPLE)
def change(kind: str, place: str) -> Response | tuple[str, int]:
    """Write one place differently."""
    if kind not in set(PlaceKind):
        raise NotFound
    label, zone = request.form.get("label", "").strip(), request.form.get("zone", "").strip()
    try:
        change_place(
            current_actor(),
            PlaceKind(kind),
            place,
            label,
            zone,
            now().date(),
            default_zone=settings().timezone,
        )
    except Invalid as error:
        return _page({(kind, place): (label, zone, error.message)}), 422
    flash(_("Saved."), "success")
    return redirect(url_for(".index"))


def _page(refused: dict[tuple[str, str], tuple[str, str, str]]) -> str:
    titles = {PlaceKind.FUNCTION: _("Functions"), PlaceKind.SITE: _("Sites"), PlaceKind.SHIFT: _("Shifts")}
    return render_template(
        "accounts/places.html", groups=[(kind, titles[kind], all_places(kind)) for kind in PlaceKind], refused=refused
    )

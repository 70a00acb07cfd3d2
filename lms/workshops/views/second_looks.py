"""A second champion's sheet, filled in without the first one's; afterwards both stand side by side."""

from __future__ import annotations

import uuid

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms.accounts.login import current_actor, requires
from lms.accounts.rules.permissions import Permission
from lms.infra.clock import now
from lms.infra.i18n import _, language
from lms.workshops.queries.second_looks import Look, look_for
from lms.workshops.queries.steps import LiveStep, released_step
from lms.workshops.rules.observation import HIGHEST, LOWEST, Gap, Mark, gaps, read_sheet, sheet_of
from lms.workshops.rules.second import OPEN_FOR, LookState
from lms.workshops.service.second_looks import save_look, sign_look

blueprint = Blueprint("second_looks", __name__, url_prefix="/team/second-looks")
Page = tuple[str, int]


@blueprint.get("/<uuid:look>")
@requires(Permission.OBSERVE)
def show(look: uuid.UUID) -> Page:
    """Show the sheet to fill in, or both sheets once both are signed."""
    return _page(*_open(look), {})


@blueprint.post("/<uuid:look>")
@requires(Permission.OBSERVE)
def save(look: uuid.UUID) -> Response | Page:
    """Save the draft, or save and sign."""
    found, step = _open(look)
    wanted = sheet_of(step.step.settings)
    observed = read_sheet(wanted, found.person_id.hex, request.form)
    save_look(current_actor(), look, observed)
    if request.form.get("do") == "sign":
        missing = gaps(wanted, observed)
        if missing:
            return _page(*_open(look), missing)
        sign_look(current_actor(), look)
        flash(_("Signed. Thank you: this is how we know that our signatures mean the same."), "success")
    else:
        flash(_("Draft saved. Nobody else sees it until you sign."), "success")
    return redirect(url_for(".show", look=look), 303)


def _open(look: uuid.UUID) -> tuple[Look, LiveStep]:
    found = look_for(current_actor(), look, now())
    return found, released_step(found.release, found.step)


def _page(look: Look, step: LiveStep, missing: dict[str, Gap]) -> Page:
    page = render_template(
        "workshops/second_look.html" if look.state is LookState.WAITING else "workshops/second_look_signed.html",
        look=look,
        step=step,
        content=step.content(language()),
        missing=missing,
        until=look.asked_at + OPEN_FOR,
        Mark=Mark,
        Gap=Gap,
        levels=range(LOWEST, HIGHEST + 1),
        title_language=language(),
    )
    return page, 422 if missing else 200

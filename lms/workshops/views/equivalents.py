"""Recording what was learned or attended elsewhere."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms.accounts.login import current_actor, requires
from lms.accounts.rules.permissions import Permission
from lms.infra.i18n import _, language
from lms.shared.errors import Conflict, Invalid
from lms.workshops.forms import EquivalentForm
from lms.workshops.queries.steps import live_steps
from lms.workshops.service.equivalents import TAKES_EQUIVALENT, Equivalent, record_equivalent

blueprint = Blueprint("equivalents", __name__)


@blueprint.route("/equivalents/new", methods=["GET", "POST"])
@requires(Permission.RECORD_EQUIVALENT)
def record() -> Response | tuple[str, int]:
    """Record an equivalent with its reason and document."""
    form = EquivalentForm()
    steps = [step for kind in sorted(TAKES_EQUIVALENT) for step in live_steps(kind)]
    form.step.choices = [(step.step.id, step.title_in_course(language())) for step in steps]
    if request.method == "GET":
        form.number.data, form.step.data = request.args.get("number", ""), request.args.get("step", "")
    if form.validate_on_submit() and form.on.data:
        equivalent = Equivalent(
            employee_number=form.number.data or "",
            step=form.step.data,
            on=form.on.data,
            reason=form.reason.data or "",
            document=form.document.data or "",
            until=form.until.data,
        )
        try:
            record_equivalent(current_actor(), equivalent)
        except Invalid as error:
            form.refuse(error)
        except Conflict as error:
            form.refuse(Invalid(error.message))
        else:
            flash(_("Recorded. It is shown as an equivalent wherever it counts."), "success")
            return redirect(url_for("equivalents.record"), 303)
    return render_template("workshops/equivalent.html", form=form), 422 if request.method == "POST" else 200

"""What is kept how long, and erasing a person who has left."""

from __future__ import annotations

import uuid

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from lms.accounts.login import current_actor, requires
from lms.accounts.queries.people import names_of
from lms.accounts.queries.person import profile_of
from lms.accounts.rules.permissions import Permission
from lms.home.rules.retention import STAYS, RecordClass
from lms.home.service.erasure import erase_person, held_rows
from lms.home.service.retention import leavers_before, overdue
from lms.infra.clock import now
from lms.infra.forms import Form, stripped
from lms.infra.i18n import _, lazy
from lms.shared.days import local_date
from lms.shared.errors import Conflict, Invalid

blueprint = Blueprint("keeping", __name__)
Page = tuple[str, int]


class ErasureForm(Form):
    """Why somebody is erased."""

    reason = StringField(lazy("Reason"), [InputRequired(), Length(max=400)], filters=[stripped])


@blueprint.get("/admin/retention")
@requires(Permission.ADMINISTER)
def show() -> str:
    """Show every period, what it counts from and what the next night deletes."""
    found = overdue(now())
    leavers = next(line for line in found if line.kind is RecordClass.LEAVERS)
    names = names_of(set(leavers_before(leavers.before)))
    return render_template("home/retention.html", lines=found, names=names, RecordClass=RecordClass)


@blueprint.get("/people/<uuid:person_id>/erase")
@requires(Permission.ADMINISTER)
def ask(person_id: uuid.UUID) -> str:
    """Show what would go and what would stay."""
    return _page(person_id, ErasureForm())


@blueprint.post("/people/<uuid:person_id>/erase")
@requires(Permission.ADMINISTER)
def erase(person_id: uuid.UUID) -> Response | Page:
    """Erase the person for good."""
    name = profile_of(person_id).name
    form = ErasureForm()
    if form.validate():
        try:
            erase_person(current_actor(), person_id, form.reason.data or "", now())
        except Invalid as error:
            form.refuse(error)
        except Conflict as error:
            form.form_errors.append(error.message)
        else:
            flash(_("%(name)s is erased. Counts and certificates stay, and name nobody.", name=name), "success")
            return redirect(url_for("people.index"), 303)
    return _page(person_id, form), 422


def _page(person_id: uuid.UUID, form: ErasureForm) -> str:
    profile = profile_of(person_id)
    return render_template(
        "home/erase.html",
        profile=profile,
        has_left=profile.left_on is not None and profile.left_on < local_date(now(), profile.zone),
        rows=sum(held_rows(person_id).values()),
        stays=sorted(STAYS),
        form=form,
    )

"""Giving a role. It stands here because the gates that an approver can have are the company's facts."""

from __future__ import annotations

import uuid

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms.accounts.forms.people import RoleForm
from lms.accounts.login import current_actor, requires
from lms.accounts.queries.people import person_by_number
from lms.accounts.queries.person import profile_of
from lms.accounts.queries.scope import require_in_scope
from lms.accounts.rules.actor import GRANTABLE, Role
from lms.accounts.rules.permissions import Permission
from lms.accounts.service.roles import grant_role, name_deputy
from lms.accounts.service.words import role_name
from lms.home.queries.gates import gates_to_approve
from lms.infra.clock import now
from lms.infra.forms import choice
from lms.infra.i18n import _, language
from lms.shared.errors import Conflict, Invalid

blueprint = Blueprint("roles", __name__, url_prefix="/people/<uuid:person_id>/roles")
# A champion is appointed to a cohort, on the cohort's page: the role alone would give them nobody to look after.
OFFERED = tuple(role for role in GRANTABLE if role is not Role.CHAMPION)


@blueprint.route("", methods=["GET", "POST"])
@requires(Permission.GRANT_ROLES)
def give(person_id: uuid.UUID) -> Response | tuple[str, int]:
    """Give a role; the person's sessions end."""
    require_in_scope(current_actor(), Permission.MANAGE_PEOPLE, person_id, now().date())
    form = RoleForm(formdata=None) if request.method == "GET" else RoleForm()
    form.role.choices = [choice("", _("Choose")), *(choice(role.value, role_name(role)) for role in OFFERED)]
    form.scope.choices = [choice("", _("Nothing")), *(choice(*gate) for gate in gates_to_approve(language()).items())]
    if request.method == "POST" and form.validate():
        try:
            _grant(person_id, form)
        except Invalid as error:
            form.refuse(error)
        except Conflict as error:
            form.form_errors.append(error.message)
        else:
            flash(_("The role is given. It works from their next sign-in."), "success")
            return redirect(url_for("person.show", person_id=person_id))
    page = render_template("home/give_role.html", form=form, profile=profile_of(person_id))
    return page, 422 if request.method == "POST" else 200


def _grant(person_id: uuid.UUID, form: RoleForm) -> None:
    number, role, gate = form.deputy.data or "", Role(form.role.data), form.scope.data or ""
    if role is not Role.APPROVER:
        grant_role(current_actor(), person_id, role, now())
        return
    if not gate:
        raise Invalid(fields={"scope": _("Choose what this person approves.")})
    deputy = person_by_number(number) if number else None
    if number and deputy is None:
        raise Invalid(fields={"deputy": _("Nobody has this employee number.")})
    grant = grant_role(current_actor(), person_id, role, now(), scope=gate)
    name_deputy(current_actor(), grant, deputy)

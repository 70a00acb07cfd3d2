"""People: finding them, adding one, and printing badges."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms.accounts.forms.people import NewPersonForm, day_in
from lms.accounts.login import current_actor, requires
from lms.accounts.models.people import PlaceKind
from lms.accounts.queries.people import Found, Sought, Standing, find_people
from lms.accounts.queries.places import place_labels
from lms.accounts.rules.actor import Role
from lms.accounts.rules.permissions import Permission, allowed
from lms.accounts.service.badges import MOST_AT_ONCE, Badge, make_badges
from lms.accounts.service.people import Contact, Post, add_person
from lms.accounts.service.words import role_name
from lms.accounts.views.enrolment import qr_markup
from lms.infra.clock import now
from lms.infra.deployment import settings
from lms.infra.i18n import _, language
from lms.shared.days import local_date
from lms.shared.errors import Invalid
from lms.shared.ids import spell_code

blueprint = Blueprint("people", __name__)


@blueprint.get("/people")
@requires(Permission.SEE_PEOPLE)
def index() -> str:
    """Show everybody the actor may see, narrowed by the address of the page."""
    actor = current_actor()
    sought = _sought()
    page = request.args.get("page", 1, type=int)
    found = find_people(actor, sought, page, local_date(now(), actor.zone))
    return render_template(
        "accounts/people.html",
        found=found,
        sought=sought,
        narrowed=sought != Sought(),
        labels=_labels(),
        standings=_standing_words(),
        roles=[(role.value, role_name(role)) for role in Role if role is not Role.EMPLOYEE],
        may_manage=allowed(actor, Permission.MANAGE_PEOPLE),
        pager=_pager(found, sought),
    )


@blueprint.get("/people/add")
@requires(Permission.MANAGE_PEOPLE)
def ask_person() -> str:
    """Ask for a new person."""
    form = NewPersonForm(formdata=None, on=local_date(now(), current_actor().zone))
    return render_template("accounts/person_add.html", form=form, labels=_labels())


@blueprint.post("/people/add")
@requires(Permission.MANAGE_PEOPLE)
def add() -> Response | tuple[str, int]:
    """Store a new person and go to their page."""
    form = NewPersonForm()
    if form.validate():
        try:
            person_id = add_person(
                current_actor(),
                Contact(str(form.employee_number.data), str(form.name.data), form.email.data or ""),
                Post(
                    str(form.function.data),
                    str(form.site.data),
                    form.shift.data or "",
                    form.manager_number.data or "",
                ),
                day_in(form.on),
                now(),
                language=language(),
                zone=settings().timezone,
            )
        except Invalid as error:
            form.refuse(error)
        else:
            flash(_("%(name)s is added. Next: let them sign in.", name=form.name.data), "success")
            return redirect(url_for("person.show", person_id=person_id))
    return render_template("accounts/person_add.html", form=form, labels=_labels()), 422


@blueprint.get("/people/badges")
@requires(Permission.MANAGE_PEOPLE)
def choose_badges() -> str:
    """Choose for whom badges are printed."""
    sought = _sought()
    found = find_people(current_actor(), sought, request.args.get("page", 1, type=int), now().date())
    return render_template(
        "accounts/badges.html",
        found=found,
        sought=sought,
        labels=_labels(),
        most=MOST_AT_ONCE,
        pager=_pager(found, sought, endpoint=".choose_badges"),
    )


@blueprint.post("/people/badges")
@requires(Permission.MANAGE_PEOPLE)
def print_badges() -> str:
    """Make badges and show them once, ready to print: the codes are not kept in readable form."""
    chosen = [uuid.UUID(text) for text in request.form.getlist("person") if _is_id(text)]
    badges = make_badges(current_actor(), chosen, now())
    return render_template("accounts/badge_sheet.html", badges=[_drawn(badge) for badge in badges])


def _sought() -> Sought:
    given = request.args
    return Sought(
        text=given.get("q", "")[:100],
        function=given.get("function", ""),
        site=given.get("site", ""),
        shift=given.get("shift", ""),
        role=Role(given["role"]) if given.get("role") in set(Role) else None,
        standing=Standing(given["standing"]) if given.get("standing") in set(Standing) else None,
    )


def _pager(found: Found, sought: Sought, endpoint: str = ".index") -> dict[str, Any]:
    named = {
        "q": sought.text,
        "function": sought.function,
        "site": sought.site,
        "shift": sought.shift,
        "role": sought.role,
        "standing": sought.standing,
    }
    kept: dict[str, Any] = {name: str(value) for name, value in named.items() if value}
    page, pages = found.page, found.pages
    return {
        "page": page,
        "pages": pages,
        "previous": url_for(endpoint, page=page - 1, **kept) if page > 1 else None,
        "following": url_for(endpoint, page=page + 1, **kept) if page < pages else None,
    }


def _labels() -> dict[str, dict[str, str]]:
    return {str(kind): place_labels(kind) for kind in PlaceKind}


def _standing_words() -> dict[str, tuple[str, str]]:
    return {
        Standing.ACTIVE: (_("At work"), "ok"),
        Standing.AWAY: (_("Away"), "info"),
        Standing.COMING: (_("Starts later"), "plain"),
        Standing.LEFT: (_("Left"), "plain"),
    }


def _is_id(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def _drawn(badge: Badge) -> dict[str, Any]:
    return {
        "name": badge.name,
        "number": badge.employee_number,
        "code": spell_code(badge.code),
        "qr": qr_markup(badge.code),
    }

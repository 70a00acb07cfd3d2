"""One person's page for coordinators: dated facts, sign-in, roles. Looking at it is written down."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms.accounts.forms.people import (
    UNTIMED,
    AbsenceForm,
    DetailsForm,
    LeavingForm,
    PostForm,
    ReturnForm,
    SlipKindForm,
    day_in,
)
from lms.accounts.login import current_actor, record_view, requires
from lms.accounts.models.people import PlaceKind
from lms.accounts.queries.people import names_of
from lms.accounts.queries.person import profile_of, running_roles, timeline
from lms.accounts.queries.places import place_labels
from lms.accounts.queries.scope import in_scope, require_in_scope
from lms.accounts.queries.signin import roles_of, sign_in_state
from lms.accounts.rules.actor import Role, may_reset
from lms.accounts.rules.links import Secret, start_path
from lms.accounts.rules.people_file import Interval
from lms.accounts.rules.permissions import Permission, allowed
from lms.accounts.service.employment import open_placement
from lms.accounts.service.links import invite, print_slip
from lms.accounts.service.people import (
    Contact,
    Post,
    change_contact,
    move_person,
    record_absence,
    record_leaving,
    record_return,
    remove_absence,
)
from lms.accounts.service.roles import end_role
from lms.accounts.service.second_factor import remove_second_factor
from lms.accounts.service.words import role_name
from lms.accounts.views.enrolment import qr_markup
from lms.infra.clock import now
from lms.infra.deployment import public_address
from lms.infra.forms import Form
from lms.infra.i18n import _
from lms.shared.days import local_date
from lms.shared.errors import Conflict, Invalid
from lms.shared.ids import spell_code

blueprint = Blueprint("person", __name__, url_prefix="/people/<uuid:person_id>")


@blueprint.get("")
@requires(Permission.SEE_PEOPLE)
def show(person_id: uuid.UUID) -> str:
    """Show everything HR tells us about a person, and how they sign in. No learning results."""
    actor = current_actor()
    require_in_scope(actor, Permission.SEE_PEOPLE, person_id, now().date())
    record_view(actor, person_id, "person")
    today = local_date(now(), actor.zone)
    roles = running_roles(person_id, today)
    return render_template(
        "accounts/person.html",
        profile=profile_of(person_id),
        facts=timeline(person_id),
        today=today,
        gone=(left_on := profile_of(person_id).left_on) is not None and left_on < today,
        state=sign_in_state(person_id),
        roles=[(role, role_name(role)) for role in roles],
        role_name=role_name,
        may_grant=allowed(actor, Permission.GRANT_ROLES),
        may_erase=allowed(actor, Permission.ADMINISTER),
        may_manage=allowed(actor, Permission.MANAGE_PEOPLE),
        may_see_readiness=in_scope(actor, Permission.SEE_READINESS, person_id, today),
        may_reset=may_reset(actor.roles, roles_of(person_id, today)),
        slip_form=SlipKindForm(formdata=None),
    )


@blueprint.route("/details", methods=["GET", "POST"])
@requires(Permission.MANAGE_PEOPLE)
def details(person_id: uuid.UUID) -> Response | str | tuple[str, int]:
    """Change name, number, e-mail, zone and extra time."""
    _in_scope(person_id)
    profile = profile_of(person_id)
    form = (
        DetailsForm(obj=profile, extra_time=UNTIMED if profile.extra_time is None else str(profile.extra_time))
        if request.method == "GET"
        else DetailsForm()
    )

    def act() -> None:
        extra = form.extra_time.data
        contact = Contact(
            str(form.employee_number.data), str(form.name.data), form.email.data or "", form.zone.data or ""
        )
        change_contact(current_actor(), person_id, contact, None if extra == UNTIMED else int(extra), now())

    return _handle(person_id, form, act, _("Details"), _("Saved."))


@blueprint.route("/move", methods=["GET", "POST"])
@requires(Permission.MANAGE_PEOPLE)
def move(person_id: uuid.UUID) -> Response | str | tuple[str, int]:
    """Let somebody work elsewhere from a day on."""
    _in_scope(person_id)
    form = _post_form(person_id) if request.method == "GET" else PostForm()

    def act() -> None:
        post = Post(str(form.function.data), str(form.site.data), form.shift.data or "", form.manager_number.data or "")
        move_person(current_actor(), person_id, post, day_in(form.on), now())

    return _handle(person_id, form, act, _("Function, site, shift or manager"), _("The change is recorded."))


@blueprint.route("/absence", methods=["GET", "POST"])
@requires(Permission.MANAGE_PEOPLE)
def absence(person_id: uuid.UUID) -> Response | str | tuple[str, int]:
    """Record days away: every due date and validity waits meanwhile."""
    _in_scope(person_id)
    form = AbsenceForm(formdata=None, first_day=_today()) if request.method == "GET" else AbsenceForm()

    def act() -> None:
        last_day = form.last_day.data
        away = Interval(day_in(form.first_day), None if last_day is None else last_day + timedelta(days=1))
        record_absence(current_actor(), person_id, away, now())

    return _handle(person_id, form, act, _("Absence"), _("The absence is recorded. Due dates wait meanwhile."))


@blueprint.post("/absence/<uuid:absence_id>/remove")
@requires(Permission.MANAGE_PEOPLE)
def drop_absence(person_id: uuid.UUID, absence_id: uuid.UUID) -> Response:
    """Remove an absence recorded by mistake."""
    remove_absence(current_actor(), person_id, absence_id, now())
    flash(_("The absence is removed."), "success")
    return redirect(url_for(".show", person_id=person_id))


@blueprint.route("/leaving", methods=["GET", "POST"])
@requires(Permission.MANAGE_PEOPLE)
def leaving(person_id: uuid.UUID) -> Response | str | tuple[str, int]:
    """Record somebody's last day."""
    _in_scope(person_id)
    form = LeavingForm(formdata=None, last_day=_today()) if request.method == "GET" else LeavingForm()

    def act() -> None:
        record_leaving(current_actor(), person_id, day_in(form.last_day), now())

    return _handle(person_id, form, act, _("Last day"), _("The last day is recorded. Sign-in ends with it."))


@blueprint.route("/return", methods=["GET", "POST"])
@requires(Permission.MANAGE_PEOPLE)
def coming_back(person_id: uuid.UUID) -> Response | str | tuple[str, int]:
    """Let a leaver come back."""
    _in_scope(person_id)
    form = ReturnForm(formdata=None, on=_today()) if request.method == "GET" else ReturnForm()

    def act() -> None:
        record_return(current_actor(), person_id, day_in(form.on), now())

    return _handle(person_id, form, act, _("Return"), _("The return is recorded."))


@blueprint.post("/roles/<role>/end")
@requires(Permission.GRANT_ROLES)
def take_role(person_id: uuid.UUID, role: str) -> Response:
    """End a role; the person's sessions end."""
    _in_scope(person_id)
    if role in set(Role) and end_role(current_actor(), person_id, Role(role), now()):
        flash(_("The role is ended, and the person is signed out."), "success")
    return redirect(url_for(".show", person_id=person_id))


@blueprint.post("/invite")
@requires(Permission.MANAGE_PEOPLE)
def send_invitation(person_id: uuid.UUID) -> Response:
    """Mail a link by which the person chooses a password."""
    try:
        invite(current_actor(), person_id, now())
    except Invalid as error:
        flash(error.message, "error")
    else:
        flash(_("The invitation is on its way. Its link works for 7 days."), "success")
    return redirect(url_for(".show", person_id=person_id))


@blueprint.post("/slip")
@requires(Permission.MANAGE_PEOPLE)
def slip(person_id: uuid.UUID) -> str:
    """Show a slip once, ready to print: with it the person chooses their own secret."""
    sets = Secret.PIN if request.form.get("sets") == Secret.PIN else Secret.PASSWORD
    printed = print_slip(current_actor(), person_id, sets, now())
    address = public_address(start_path(printed.code))
    return render_template(
        "accounts/slip.html",
        slip=printed,
        is_pin=sets is Secret.PIN,
        code=spell_code(printed.code),
        typed_at=public_address("/start"),
        qr_code=qr_markup(address),
        person_id=person_id,
    )


@blueprint.post("/second-factor/remove")
@requires(Permission.GRANT_ROLES)
def drop_second_factor(person_id: uuid.UUID) -> Response:
    """Take a lost authenticator away."""
    _in_scope(person_id)
    try:
        remove_second_factor(current_actor(), person_id, now())
    except Conflict as error:
        flash(error.message, "error")
    else:
        flash(_("The second factor is removed. The person sets up a new one at their next sign-in."), "success")
    return redirect(url_for(".show", person_id=person_id))


def _handle(
    person_id: uuid.UUID, form: Form, act: Callable[[], None], title: str, done: str
) -> Response | str | tuple[str, int]:
    """Show a form about a person, or do what it asks and go back to their page; nothing typed is lost."""
    status = 200
    if request.method == "POST":
        if form.validate():
            try:
                act()
            except Invalid as error:
                form.refuse(error)
            except Conflict as error:
                form.form_errors.append(error.message)
            else:
                flash(done, "success")
                return redirect(url_for(".show", person_id=person_id))
        status = 422
    page = render_template(
        "accounts/person_form.html",
        form=form,
        title=title,
        profile=profile_of(person_id),
        labels={str(kind): place_labels(kind) for kind in PlaceKind},
    )
    return page, status


def _post_form(person_id: uuid.UUID) -> PostForm:
    present = open_placement(person_id)
    if present is None:
        return PostForm(formdata=None, on=_today())
    manager = present.manager_id
    return PostForm(
        formdata=None,
        function=place_labels(PlaceKind.FUNCTION).get(present.function, present.function),
        site=place_labels(PlaceKind.SITE).get(present.site, present.site),
        shift=place_labels(PlaceKind.SHIFT).get(present.shift, present.shift),
        manager_number=profile_of(manager).employee_number if manager and names_of({manager}) else "",
        on=_today(),
    )


def _in_scope(person_id: uuid.UUID) -> None:
    require_in_scope(current_actor(), Permission.MANAGE_PEOPLE, person_id, now().date())


def _today() -> date:
    return local_date(now(), current_actor().zone)

"""Champions of a cohort: how many it needs, who they are, deputies and handover."""

from __future__ import annotations

import uuid

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms.accounts.login import current_actor, requires
from lms.accounts.rules.permissions import Permission
from lms.cohorts.forms import AppointForm, DeputyForm, EndForm, HandOverForm
from lms.cohorts.queries.cohorts import AppointmentLine, appointment_by_id, appointments_of, cohort_line
from lms.cohorts.queries.due import absences_of
from lms.cohorts.queries.people import possible_champions
from lms.cohorts.rules.champions import AppointmentStatus, EndReason, Standing, acting_until
from lms.cohorts.service.champions import appoint_champion, confirm_champion, end_appointment, hand_over, name_deputy
from lms.infra.clock import now
from lms.infra.i18n import _
from lms.shared.errors import Conflict, Invalid

blueprint = Blueprint("champions", __name__, url_prefix="/plan")
Page = tuple[str, int]


@blueprint.route("/cohorts/<cohort>/champions", methods=["GET", "POST"])
@requires(Permission.MANAGE_COHORTS)
def champions(cohort: str) -> Response | Page:
    """Show a cohort's champions and appoint one."""
    today = now().date()
    line = cohort_line(cohort, today)
    form = AppointForm()
    people = list(possible_champions(cohort, line.function, today))
    form.person.choices = [("", _("Choose")), *((str(key), name) for key, name in people)]
    form.deputy.choices = [("", _("Nobody yet")), *((str(key), name) for key, name in people)]
    form.on.data = form.on.data or today
    if form.validate_on_submit() and form.person.data:
        try:
            appoint_champion(current_actor(), cohort, form.person.data, form.on.data, form.deputy.data)
        except Invalid as error:
            form.refuse(error)
        except Conflict as error:
            form.refuse(Invalid(fields={"person": error.message}))
        else:
            flash(_("Appointed. They sign in anew and find their team on their home page."), "success")
            return redirect(url_for("champions.champions", cohort=cohort), 303)
    appointments = appointments_of(cohort)
    absences = absences_of({each.person_id for each in appointments})
    page = render_template(
        "cohorts/champions.html",
        cohort=line,
        appointments=appointments,
        full_by={each.id: acting_until(each.valid_from, absences.get(each.person_id, ())) for each in appointments},
        form=form,
        people=people,
        today=today,
        Standing=Standing,
        AppointmentStatus=AppointmentStatus,
        EndReason=EndReason,
    )
    return page, _status()


@blueprint.get("/appointments/<uuid:appointment>")
@requires(Permission.MANAGE_COHORTS)
def appointment(appointment: uuid.UUID) -> Page:
    """Show one appointment: deputy, handover, end."""
    return _appointment_page(appointment_by_id(appointment))


@blueprint.post("/appointments/<uuid:appointment>/deputy")
@requires(Permission.MANAGE_COHORTS)
def deputy(appointment: uuid.UUID) -> Response | Page:
    """Name the deputy, or nobody."""
    line = appointment_by_id(appointment)
    form = _with_people(DeputyForm(), line)
    if form.validate_on_submit():
        try:
            name_deputy(current_actor(), appointment, form.deputy.data, now().date())
        except Invalid as error:
            form.refuse(error)
        else:
            flash(_("Saved."), "success")
            return redirect(url_for("champions.appointment", appointment=appointment), 303)
    return _appointment_page(line, deputy_form=form)


@blueprint.post("/appointments/<uuid:appointment>/confirm")
@requires(Permission.MANAGE_COHORTS)
def confirm(appointment: uuid.UUID) -> Response:
    """Make an acting champion a full one."""
    confirm_champion(current_actor(), appointment, now().date())
    flash(_("The champion is no longer acting."), "success")
    return redirect(url_for("champions.appointment", appointment=appointment), 303)


@blueprint.post("/appointments/<uuid:appointment>/hand-over")
@requires(Permission.MANAGE_COHORTS)
def give_over(appointment: uuid.UUID) -> Response | Page:
    """Let the deputy take over."""
    line = appointment_by_id(appointment)
    form = HandOverForm(prefix="handover-")
    if form.validate_on_submit() and form.on.data:
        try:
            hand_over(current_actor(), appointment, form.on.data, form.note.data or "")
        except Conflict as error:
            form.refuse(Invalid(error.message))
        else:
            flash(_("Handed over. The deputy is champion now, acting until their course is done."), "success")
            return redirect(url_for("champions.champions", cohort=line.cohort_id), 303)
    return _appointment_page(line, handover_form=form)


@blueprint.post("/appointments/<uuid:appointment>/end")
@requires(Permission.MANAGE_COHORTS)
def end(appointment: uuid.UUID) -> Response | Page:
    """End an appointment."""
    line = appointment_by_id(appointment)
    form = EndForm(prefix="end-")
    if form.validate_on_submit() and form.on.data:
        end_appointment(current_actor(), appointment, form.on.data)
        flash(_("The appointment is over."), "success")
        return redirect(url_for("champions.champions", cohort=line.cohort_id), 303)
    return _appointment_page(line, end_form=form)


def _appointment_page(
    line: AppointmentLine,
    *,
    deputy_form: DeputyForm | None = None,
    handover_form: HandOverForm | None = None,
    end_form: EndForm | None = None,
) -> Page:
    today = now().date()
    shown_deputy = deputy_form or _with_people(
        DeputyForm(formdata=None, data={"deputy": str(line.deputy_id or "")}), line
    )
    page = render_template(
        "cohorts/appointment.html",
        appointment=line,
        cohort=cohort_line(line.cohort_id, today),
        running=line.valid_to is None or line.valid_to > today,
        deputy_form=shown_deputy,
        handover_form=handover_form or HandOverForm(formdata=None, data={"on": today}, prefix="handover-"),
        end_form=end_form or EndForm(formdata=None, data={"on": today}, prefix="end-"),
        wrong=next((form for form in (deputy_form, handover_form, end_form) if form is not None), None),
        AppointmentStatus=AppointmentStatus,
        EndReason=EndReason,
    )
    return page, _status()


def _with_people(form: DeputyForm, line: AppointmentLine) -> DeputyForm:
    today = now().date()
    function = cohort_line(line.cohort_id, today).function
    people = possible_champions(line.cohort_id, function, today)
    others = ((str(key), name) for key, name in people if key != line.person_id)
    form.deputy.choices = [("", _("Nobody")), *others]
    return form


def _status() -> int:
    return 422 if request.method == "POST" else 200

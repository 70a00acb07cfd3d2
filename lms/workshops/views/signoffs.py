"""Sign-offs: a champion's sheet for the people beside them, built for standing use."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from lms.accounts.login import current_actor, requires
from lms.accounts.queries.scope import people_in_scope
from lms.accounts.rules.permissions import Permission
from lms.infra.clock import now
from lms.infra.i18n import _, format_time, language, ngettext
from lms.shared.errors import Invalid, NotFound
from lms.workshops.forms import AmendForm, ObserveForm
from lms.workshops.queries.observations import ObservedLine, Sitting, observable_people, sitting_of, sittings_of
from lms.workshops.queries.second_looks import finished_looks
from lms.workshops.queries.steps import LiveStep, live_steps, released_step, steps_of
from lms.workshops.rules.log import log_of
from lms.workshops.rules.observation import HIGHEST, LOWEST, Gap, Mark, Observed, Sheet, gaps, read_sheet, sheet_of
from lms.workshops.service.observations import amend, leave_out, save_draft, sign_off, start_observation

blueprint = Blueprint("signoffs", __name__, url_prefix="/team/signoffs")
Page = tuple[str, int]


@blueprint.get("")
@requires(Permission.OBSERVE)
def sittings() -> str:
    """List my sittings, drafts first."""
    titles = {step.step.id: step.title(language()) for step in live_steps("observation")}
    return render_template("workshops/signoffs.html", sittings=sittings_of(current_actor().id), titles=titles)


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.OBSERVE)
def start() -> BaseResponse | Page:
    """Choose what to observe and who sits with me."""
    form = ObserveForm()
    day = now().date()
    people = observable_people(current_actor(), day)
    # What the people beside me have to be observed in; everything there is where they have nothing of the kind.
    steps = steps_of(people_in_scope(current_actor(), Permission.OBSERVE, day), "observation")
    steps = steps or live_steps("observation")
    form.step.choices = [(step.step.id, step.title_in_course(language())) for step in steps]
    form.people.choices = [(str(key), name) for key, name in people]
    if request.method == "GET":
        form.step.data = request.args.get("step") or form.step.data
        wanted = request.args.getlist("person")
        form.people.data = [key for key, _name in people if str(key) in wanted]
    if form.validate_on_submit():
        try:
            sitting = start_observation(current_actor(), form.step.data, form.people.data or [])
        except Invalid as error:
            form.refuse(error)
        else:
            return redirect(url_for("signoffs.sheet", sitting=sitting), 303)
    page = render_template("workshops/signoff_new.html", form=form, people=people, steps=steps)
    return page, 422 if request.method == "POST" else 200


@blueprint.get("/<uuid:sitting>")
@requires(Permission.OBSERVE)
def sheet(sitting: uuid.UUID) -> Page:
    """Show the sheets of a sitting: to fill in, or as signed."""
    found, step = _open(sitting)
    template = "workshops/signed.html" if found.signed_at else "workshops/signoff.html"
    return _sheet_page(template, found, step, {})


@blueprint.post("/<uuid:sitting>")
@requires(Permission.OBSERVE)
def save(sitting: uuid.UUID) -> BaseResponse | Page:
    """Save the draft, or save and sign."""
    found, step = _open(sitting)
    observed = _read(found, step)
    save_draft(current_actor(), sitting, observed)
    if request.form.get("do") != "sign":
        flash(_("Draft saved. Nobody else sees it until you sign."), "success")
        return redirect(url_for("signoffs.sheet", sitting=sitting), 303)
    wanted = sheet_of(step.step.settings)
    missing = {one.person_id: gaps(wanted, observed[one.person_id]) for one in found.people}
    if any(missing.values()):
        # The draft is kept: what is missing is named beside it.
        return _sheet_page("workshops/signoff.html", _open(sitting)[0], step, missing)
    enough = sign_off(current_actor(), sitting)
    text = ngettext(
        "Signed. %(num)s person shows what is asked.", "Signed. %(num)s people show what is asked.", len(enough)
    )
    flash(text, "success")
    return redirect(url_for("signoffs.sheet", sitting=sitting), 303)


@blueprint.post("/<uuid:sitting>/draft")
@requires(Permission.OBSERVE)
def autosave(sitting: uuid.UUID) -> Response:
    """Save the draft as it is ticked; the reply follows the commit."""
    found, step = _open(sitting)
    sequence = request.form.get("seq", "")
    saved = save_draft(current_actor(), sitting, _read(found, step), int(sequence) if sequence.isdecimal() else None)
    return jsonify(saved_at=format_time(saved.saved_at), seq=saved.draft_sequence)


@blueprint.post("/<uuid:sitting>/leave-out/<uuid:person>")
@requires(Permission.OBSERVE)
def drop(sitting: uuid.UUID, person: uuid.UUID) -> BaseResponse:
    """Take a person out of the sitting."""
    leave_out(current_actor(), sitting, person)
    flash(_("Left out. The others stay."), "success")
    return redirect(url_for("signoffs.sheet", sitting=sitting), 303)


@blueprint.route("/<uuid:sitting>/amend/<uuid:person>", methods=["GET", "POST"])
@requires(Permission.OBSERVE)
def change(sitting: uuid.UUID, person: uuid.UUID) -> BaseResponse | Page:
    """Amend one person's signed sheet, with the reason; the original stays."""
    found, step = _open(sitting)
    one = next((line for line in found.people if line.person_id == person), None)
    if one is None or one.signed is None:
        raise NotFound
    form = AmendForm()
    wanted = sheet_of(step.step.settings)
    observed, missing = one.signed.observed, {}
    if request.method == "POST":
        observed = read_sheet(wanted, person.hex, request.form)
        missing = gaps(wanted, observed)
        if form.validate_on_submit() and not missing:
            amend(current_actor(), sitting, person, observed, form.reason.data or "")
            flash(_("Amended. The original stays beside it."), "success")
            return redirect(url_for("signoffs.sheet", sitting=sitting), 303)
    page = render_template(
        "workshops/amend.html",
        sitting=found,
        step=step,
        content=step.content(language()),
        person=one,
        observed=observed,
        missing=missing,
        form=form,
        **_words(),
    )
    return page, 422 if request.method == "POST" else 200


def _open(sitting: uuid.UUID) -> tuple[Sitting, LiveStep]:
    found = sitting_of(current_actor().id, sitting)
    step = released_step(found.release, found.step)
    log = log_of(step.step.settings)
    return (sitting_of(current_actor().id, sitting, log) if log else found), step


def _read(sitting: Sitting, step: LiveStep) -> dict[uuid.UUID, Observed]:
    wanted: Sheet = sheet_of(step.step.settings)
    return {one.person_id: read_sheet(wanted, one.person_id.hex, request.form) for one in sitting.people}


def _sheet_page(
    template: str, sitting: Sitting, step: LiveStep, missing: Mapping[uuid.UUID, Mapping[str, Gap]]
) -> Page:
    people: tuple[ObservedLine, ...] = sitting.people
    page = render_template(
        template,
        sitting=sitting,
        people=people,
        step=step,
        content=step.content(language()),
        log=log_of(step.step.settings),
        missing=missing,
        second_looks=finished_looks(sitting.id) if sitting.signed_at else {},
        **_words(),
    )
    return page, 422 if missing else 200


def _words() -> dict[str, object]:
    return {"Mark": Mark, "Gap": Gap, "levels": range(LOWEST, HIGHEST + 1), "title_language": language()}

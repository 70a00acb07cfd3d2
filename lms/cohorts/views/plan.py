"""The plan: weeks by functions, and the forms for rollouts, waves and peak periods."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms.accounts.login import current_actor, requires
from lms.accounts.models.people import PlaceKind
from lms.accounts.queries.places import place_labels
from lms.accounts.rules.permissions import Permission
from lms.cohorts.forms import PeakForm, RolloutForm, WaveForm
from lms.cohorts.queries import places, plan
from lms.cohorts.queries.cohorts import cohort_lines
from lms.cohorts.rules.calendar import CollisionKind, Phase, collisions, lay_calendar, weeks
from lms.cohorts.rules.champions import Standing
from lms.cohorts.service import plan as planning
from lms.infra.clock import now
from lms.infra.i18n import _, language
from lms.shared.days import monday_of
from lms.shared.errors import Invalid

blueprint = Blueprint("plan", __name__, url_prefix="/plan")
WEEKS_SHOWN = 26
Page = tuple[str, int]


@blueprint.get("")
@requires(Permission.MANAGE_COHORTS)
def show() -> str:
    """Show what each wave does in each week, and where it collides with a peak."""
    today = now().date()
    first = monday_of(_asked_day() or plan.earliest_day_of_interest(today))
    waves, peaks = plan.waves(), plan.peaks()
    cohorts = cohort_lines(today)
    titles = places.function_titles(language())
    named = {cohort.function for cohort in cohorts}.union(*(wave.functions for wave in waves))
    # Functions that no wave concerns would be empty columns.
    functions = {key: title for key, title in titles.items() if key in named} or titles
    return render_template(
        "cohorts/plan.html",
        rollouts=plan.rollouts(),
        peaks=peaks,
        functions=functions,
        site_labels=place_labels(PlaceKind.SITE),
        rows=lay_calendar(weeks(first, WEEKS_SHOWN), functions, waves, peaks),
        collisions=[
            hit for hit in collisions(waves, peaks) if hit.wave.go_live >= today or hit.peak.period.holds(today)
        ],
        cohorts=cohorts,
        first=first,
        earlier=first - timedelta(weeks=WEEKS_SHOWN),
        later=first + timedelta(weeks=WEEKS_SHOWN),
        today=today,
        one_day=timedelta(days=1),
        Phase=Phase,
        CollisionKind=CollisionKind,
        Standing=Standing,
    )


@blueprint.route("/rollouts/new", methods=["GET", "POST"])
@requires(Permission.MANAGE_COHORTS)
def new_rollout() -> Response | Page:
    """Start a rollout."""
    form = RolloutForm()
    if form.validate_on_submit():
        planning.create_rollout(current_actor(), form.title.data or "")
        flash(_("The rollout is there. Plan its first wave, the pilot."), "success")
        return redirect(url_for("plan.new_wave"), 303)
    return _form_page(form, _("New rollout"), url_for("plan.new_rollout"))


@blueprint.route("/waves/new", methods=["GET", "POST"])
@requires(Permission.MANAGE_COHORTS)
def new_wave() -> Response | Page | str:
    """Plan a wave."""
    rollouts = plan.rollouts()
    if not rollouts:
        return render_template("cohorts/nothing_yet.html", title=_("New wave"), missing="rollout")
    form = _offered(WaveForm())
    if request.method == "GET":
        form.number.data = max((wave.number for rollout in rollouts[-1:] for wave in rollout.waves), default=-1) + 1
        form.rollout_id.data = rollouts[-1].id
    if form.validate_on_submit():
        try:
            planning.create_wave(current_actor(), form.draft())
        except Invalid as error:
            form.refuse(error)
        else:
            flash(_("The wave is planned. Form its cohorts next."), "success")
            return redirect(url_for("plan.show"), 303)
    return _form_page(form, _("New wave"), url_for("plan.new_wave"))


@blueprint.route("/waves/<wave>", methods=["GET", "POST"])
@requires(Permission.MANAGE_COHORTS)
def edit_wave(wave: str) -> Response | Page:
    """Change a wave; due dates follow its dates."""
    form = _offered(WaveForm(obj=plan.wave_by_id(wave)))
    if form.validate_on_submit():
        try:
            planning.change_wave(current_actor(), wave, form.draft())
        except Invalid as error:
            form.refuse(error)
        else:
            flash(_("Saved. Due dates of its people follow the new dates."), "success")
            return redirect(url_for("plan.show"), 303)
    return _form_page(form, _("Change the wave"), url_for("plan.edit_wave", wave=wave))


@blueprint.route("/peaks/new", methods=["GET", "POST"])
@requires(Permission.MANAGE_COHORTS)
def new_peak() -> Response | Page:
    """Declare a peak period."""
    form = PeakForm()
    form.sites.choices = places.site_choices()
    if form.validate_on_submit():
        try:
            planning.create_peak(current_actor(), form.draft())
        except Invalid as error:
            form.refuse(error)
        else:
            flash(_("The peak is on the calendar. Nothing is planned or expires in it."), "success")
            return redirect(url_for("plan.show"), 303)
    return _form_page(form, _("New peak period"), url_for("plan.new_peak"))


@blueprint.route("/peaks/<uuid:peak>", methods=["GET", "POST"])
@requires(Permission.MANAGE_COHORTS)
def edit_peak(peak: uuid.UUID) -> Response | Page:
    """Change a peak period."""
    row = plan.peak_by_id(peak)
    form = PeakForm(
        data={
            "label": row.label,
            "first_day": row.starts_on,
            "last_day": row.ends_on - timedelta(days=1),
            "sites": row.sites,
        }
    )
    form.sites.choices = places.site_choices(*row.sites)
    if form.validate_on_submit():
        try:
            planning.change_peak(current_actor(), peak, form.draft())
        except Invalid as error:
            form.refuse(error)
        else:
            flash(_("Saved."), "success")
            return redirect(url_for("plan.show"), 303)
    removal = url_for("plan.remove_peak", peak=peak)
    return _form_page(form, _("Change the peak period"), url_for("plan.edit_peak", peak=peak), removal)


@blueprint.post("/peaks/<uuid:peak>/remove")
@requires(Permission.MANAGE_COHORTS)
def remove_peak(peak: uuid.UUID) -> Response:
    """Take a peak period off the calendar."""
    planning.remove_peak(current_actor(), peak)
    flash(_("The peak period is off the calendar."), "success")
    return redirect(url_for("plan.show"), 303)


def _offered(form: WaveForm) -> WaveForm:
    form.rollout_id.choices = [(rollout.id, rollout.title) for rollout in plan.rollouts()]
    chosen_functions, chosen_sites = form.functions.data or [], form.sites.data or []
    titles = places.function_titles(language())
    titles |= {function: function for function in chosen_functions if function not in titles}
    form.functions.choices = list(titles.items())
    form.sites.choices = places.site_choices(*chosen_sites)
    return form


def _asked_day() -> date | None:
    try:
        return date.fromisoformat(request.args.get("from", ""))
    except ValueError:
        return None


def _form_page(form: object, title: str, action: str, removal: str | None = None) -> Page:
    page = render_template("cohorts/plan_form.html", form=form, title=title, action=action, removal=removal)
    return page, 422 if request.method == "POST" else 200

"""One cohort: its members, its champions, who joins it, and what it is."""

from __future__ import annotations

import uuid

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms.accounts.login import current_actor, requires
from lms.accounts.models.people import PlaceKind
from lms.accounts.queries.places import place_labels
from lms.accounts.rules.permissions import Permission
from lms.cohorts.forms import AddMembersForm, ChangeMembersForm, CohortForm, RuleForm
from lms.cohorts.queries import places, plan
from lms.cohorts.queries.cohorts import (
    cohort_by_id,
    cohort_line,
    cohort_lines,
    members_of,
    people_without_cohort,
    placing_rules,
)
from lms.cohorts.queries.people import people_by_number
from lms.cohorts.rules.champions import Standing
from lms.cohorts.rules.placing import PlacingRule
from lms.cohorts.service.cohorts import (
    add_member,
    change_cohort,
    create_cohort,
    move_member,
    remove_member,
    set_rostered,
)
from lms.cohorts.service.placing import add_rule, apply_rules, remove_rule
from lms.infra.clock import now
from lms.infra.i18n import _, language, ngettext
from lms.shared.errors import Conflict, Invalid, NotFound

blueprint = Blueprint("cohorts", __name__, url_prefix="/plan")
Page = tuple[str, int]


@blueprint.route("/cohorts/new", methods=["GET", "POST"])
@requires(Permission.MANAGE_COHORTS)
def new() -> Response | Page | str:
    """Form a cohort."""
    if not plan.waves():
        return render_template("cohorts/nothing_yet.html", title=_("New cohort"), missing="wave")
    if not places.sites():
        return render_template("cohorts/nothing_yet.html", title=_("New cohort"), missing="people")
    form = _offered(CohortForm())
    if form.validate_on_submit():
        try:
            cohort = create_cohort(current_actor(), form.draft())
        except Invalid as error:
            form.refuse(error)
        else:
            flash(_("The cohort is formed. Add its members, or say who joins by themselves."), "success")
            return redirect(url_for("cohorts.members", cohort=cohort), 303)
    page = render_template("cohorts/cohort_form.html", form=form, cohort=None, action=url_for("cohorts.new"))
    return page, _status()


@blueprint.route("/cohorts/<cohort>/edit", methods=["GET", "POST"])
@requires(Permission.MANAGE_COHORTS)
def edit(cohort: str) -> Response | Page:
    """Change what a cohort is."""
    form = _offered(CohortForm(obj=cohort_by_id(cohort)))
    if form.validate_on_submit():
        try:
            change_cohort(current_actor(), cohort, form.draft())
        except Invalid as error:
            form.refuse(error)
        else:
            flash(_("Saved."), "success")
            return redirect(url_for("cohorts.members", cohort=cohort), 303)
    line = cohort_line(cohort, now().date())
    action = url_for("cohorts.edit", cohort=cohort)
    return render_template("cohorts/cohort_form.html", form=form, cohort=line, action=action), _status()


@blueprint.get("/cohorts/<cohort>")
@requires(Permission.MANAGE_COHORTS)
def members(cohort: str) -> Page:
    """Show who is in the cohort, and what can be done about it."""
    return _members_page(cohort, AddMembersForm(prefix="add-"), ChangeMembersForm(prefix="change-"))


@blueprint.post("/cohorts/<cohort>/members")
@requires(Permission.MANAGE_COHORTS)
def add_members(cohort: str) -> Response | Page:
    """Add the people who are ticked or whose numbers were typed; all of them or none."""
    form = _with_candidates(AddMembersForm(prefix="add-"), cohort)
    if form.validate_on_submit() and form.on.data:
        numbers = form.given_numbers()
        known = people_by_number(numbers)
        unknown = [number for number in numbers if number not in known]
        people = [*(form.people.data or ()), *known.values()]
        if unknown:
            message = _(
                "Nobody has these numbers: %(numbers)s. Check them, then try again.", numbers=", ".join(unknown)
            )
            form.refuse(Invalid(fields={"numbers": message}))
        elif not people:
            form.refuse(Invalid(_("Nobody was chosen. Tick people or type their employee numbers.")))
        else:
            for person_id in people:
                add_member(current_actor(), cohort, person_id, form.on.data)
            added = ngettext("%(num)s person is a member now.", "%(num)s people are members now.", len(people))
            flash(added, "success")
            return redirect(url_for("cohorts.members", cohort=cohort), 303)
    return _members_page(cohort, form, ChangeMembersForm(formdata=None, prefix="change-"))


@blueprint.post("/cohorts/<cohort>/members/change")
@requires(Permission.MANAGE_COHORTS)
def change_members(cohort: str) -> Response | Page:
    """Move the ticked members, take them out, or change who of them is on the go-live roster."""
    form = _with_cohorts(ChangeMembersForm(prefix="change-"), cohort)
    if form.validate_on_submit() and form.on.data:
        people = form.people.data or []
        if not people:
            form.refuse(Invalid(_("Nobody is ticked. Tick the members this is about.")))
        elif request.form.get("do") == "move" and not form.to_cohort.data:
            form.refuse(Invalid(fields={"to_cohort": _("Choose the cohort they move to.")}))
        else:
            for person_id in people:
                _change(cohort, person_id, form)
            changed = ngettext("Changed for %(num)s person.", "Changed for %(num)s people.", len(people))
            flash(changed, "success")
            return redirect(url_for("cohorts.members", cohort=cohort), 303)
    return _members_page(cohort, AddMembersForm(formdata=None, prefix="add-"), form)


@blueprint.route("/cohorts/<cohort>/rules", methods=["GET", "POST"])
@requires(Permission.MANAGE_COHORTS)
def rules(cohort: str) -> Response | Page:
    """Say who joins the cohort by themselves."""
    line = cohort_line(cohort, now().date())
    form = RuleForm(data={"function": line.function, "site": line.site, "programme": line.programme})
    form.function.choices = list(places.function_titles(language()).items())
    form.site.choices = places.site_choices()
    form.shift.choices = [("", _("Every shift")), *places.shift_choices(line.site)]
    form.programme.choices = _programmes(line.programme)
    if form.validate_on_submit():
        rule = PlacingRule(form.function.data, form.site.data, form.shift.data, cohort, form.programme.data)
        try:
            add_rule(current_actor(), rule)
        except Conflict as error:
            form.refuse(Invalid(error.message))
        else:
            return _applied(cohort)
    page = render_template(
        "cohorts/rules.html",
        form=form,
        cohort=line,
        rules=placing_rules(cohort),
        functions=places.function_titles(language()),
        site_labels=place_labels(PlaceKind.SITE),
        shift_labels=place_labels(PlaceKind.SHIFT),
        programmes=places.programme_titles(language()),
    )
    return page, _status()


@blueprint.post("/cohorts/<cohort>/rules/apply")
@requires(Permission.MANAGE_COHORTS)
def apply(cohort: str) -> Response:
    """Apply every placing rule to everybody now."""
    cohort_by_id(cohort)
    return _applied(cohort)


@blueprint.post("/rules/<uuid:rule>/remove")
@requires(Permission.MANAGE_COHORTS)
def delete_rule(rule: uuid.UUID) -> Response:
    """Remove a rule; who joined by it stays."""
    cohort = remove_rule(current_actor(), rule)
    flash(_("The rule is gone. Who joined by it stays in the cohort."), "success")
    return redirect(url_for("cohorts.rules", cohort=cohort), 303)


def _applied(cohort: str) -> Response:
    placed = apply_rules(current_actor(), now().date())
    text = _(
        "Applied to everybody: %(joined)s joined a cohort, %(left)s left one.", joined=placed.joined, left=placed.left
    )
    flash(text, "success")
    return redirect(url_for("cohorts.rules", cohort=cohort), 303)


def _change(cohort: str, person_id: uuid.UUID, form: ChangeMembersForm) -> None:
    actor, day, action = current_actor(), form.on.data or now().date(), request.form.get("do")
    if action == "move":
        move_member(actor, person_id, cohort, form.to_cohort.data, day)
    elif action == "remove":
        remove_member(actor, cohort, person_id, day)
    elif action in {"roster", "unroster"}:
        set_rostered(actor, cohort, person_id, day, rostered=action == "roster")
    else:
        raise NotFound


def _members_page(cohort: str, add: AddMembersForm, change: ChangeMembersForm) -> Page:
    today = now().date()
    line = cohort_line(cohort, today)
    _with_candidates(add, cohort)
    _with_cohorts(change, cohort)
    add.on.data = add.on.data or today
    change.on.data = change.on.data or today
    page = render_template(
        "cohorts/members.html",
        cohort=line,
        wave=plan.as_planned(plan.wave_by_id(line.wave_id)),
        members=members_of(cohort, today),
        add=add,
        change=change,
        today=today,
        Standing=Standing,
        functions=places.function_titles(language()),
        site_labels=place_labels(PlaceKind.SITE),
        shift_labels=place_labels(PlaceKind.SHIFT),
        programmes=places.programme_titles(language()),
    )
    return page, _status()


def _with_candidates(form: AddMembersForm, cohort_id: str) -> AddMembersForm:
    cohort = cohort_by_id(cohort_id)
    found = people_without_cohort(cohort.function, cohort.site, now().date())
    labels = place_labels(PlaceKind.SHIFT)
    form.people.choices = [
        (str(person_id), f"{name} · {labels.get(shift, shift)}" if shift else name) for person_id, name, shift in found
    ]
    return form


def _with_cohorts(form: ChangeMembersForm, cohort_id: str) -> ChangeMembersForm:
    others = [(line.id, line.title) for line in cohort_lines(now().date()) if line.id != cohort_id]
    form.to_cohort.choices = [("", _("Choose one")), *others]
    return form


def _offered(form: CohortForm) -> CohortForm:
    form.wave_id.choices = [(wave.id, wave.title) for wave in plan.waves()]
    form.function.choices = list(places.function_titles(language()).items())
    form.site.choices = places.site_choices()
    form.programme.choices = _programmes(form.programme.data)
    return form


def _programmes(chosen: str | None) -> list[tuple[str, str]]:
    titles = places.programme_titles(language())
    # A cohort may study what was withdrawn since: its form must not change that silently.
    return list((titles | ({chosen: chosen} if chosen and chosen not in titles else {})).items())


def _status() -> int:
    return 422 if request.method == "POST" else 200

"""The champion's board, a colleague's page, nudges and answers."""

from __future__ import annotations

import uuid
from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms.accounts.login import current_actor, record_view, requires
from lms.accounts.models.people import PlaceKind
from lms.accounts.queries.places import place_label, place_labels
from lms.accounts.queries.scope import people_in_scope, require_in_scope
from lms.accounts.rules.actor import Actor
from lms.accounts.rules.permissions import Permission, allowed
from lms.home.queries.board import colleagues_in
from lms.home.queries.colleague import colleague_page
from lms.home.rules.board import MINUTES, Colleague, Group, Row, lay_board, weekly_actions
from lms.home.service.care import answer_help, ask_for_help, nudge
from lms.infra.clock import now
from lms.infra.i18n import _, language, ngettext
from lms.learning.rules.path import StepView
from lms.sandbox.queries.exam_help import waiting_for_coaching
from lms.sandbox.queries.patterns import shared_patterns
from lms.shared.days import local_date, monday_of, start_of_day
from lms.shared.errors import Conflict, NotFound
from lms.workshops.queries.second_looks import looks_waiting
from lms.workshops.queries.sessions import hosted_minutes
from lms.workshops.rules.second import OPEN_FOR

blueprint = Blueprint("team", __name__)


@blueprint.get("/team")
@requires(Permission.SEE_TEAM)
def team() -> str:
    """Show who needs the champion now, and what their two hours this week are for."""
    actor = current_actor()
    everybody = _team(actor)
    shift, site = request.args.get("shift", ""), request.args.get("site", "")
    shown = [
        person for person in everybody if (not shift or person.shift == shift) and (not site or person.site == site)
    ]
    today = local_date(now(), actor.zone)
    board = lay_board(shown, today, now())
    monday = start_of_day(monday_of(today), actor.zone)
    hosted = hosted_minutes(actor.id, monday, monday + timedelta(days=7))
    return render_template(
        "home/team.html",
        board=board,
        people=shown,
        everybody=everybody,
        actions=weekly_actions(lay_board(everybody, today, now()), hosted),
        hosted=hosted,
        minutes=MINUTES,
        Group=Group,
        observes=allowed(actor, Permission.OBSERVE),
        shifts=_choices(PlaceKind.SHIFT, _("All shifts"), {person.shift for person in everybody}),
        sites=_choices(PlaceKind.SITE, _("All sites"), {person.site for person in everybody}),
        labels=place_labels(PlaceKind.SHIFT),
        shift=shift,
        site=site,
        now=now(),
        coaching=waiting_for_coaching(people_in_scope(actor, Permission.SEE_TEAM, today), language()),
        second_looks=looks_waiting(actor.id, now()),
        until=lambda asked_at: asked_at + OPEN_FOR,
    )


@blueprint.get("/team/<uuid:person>")
@requires(Permission.SEE_TEAM)
def colleague(person: uuid.UUID) -> str:
    """Show one colleague: progress and next steps, never answers, scores or timing."""
    actor = current_actor()
    require_in_scope(actor, Permission.SEE_TEAM, person, local_date(now(), actor.zone))
    record_view(actor, person, "team")
    page = colleague_page(person, local_date(now(), actor.zone))
    if page is None:
        raise NotFound
    row = next((one for one in _rows(actor) if one.colleague.person_id == person), None)
    where = (
        place_label(PlaceKind.FUNCTION, page.function),
        place_label(PlaceKind.SITE, page.site),
        place_label(PlaceKind.SHIFT, page.shift),
    )
    patterns = shared_patterns(person)
    observed = _observed(actor, page.observation, row)
    return render_template(
        "home/colleague.html", page=page, row=row, where=where, patterns=patterns, observed=observed, now=now()
    )


@blueprint.get("/team/nudge")
@requires(Permission.NUDGE)
def compose() -> str:
    """Write a reminder to the chosen colleagues, with a preview of what they get."""
    chosen = _chosen(request.args.getlist("person"))
    return render_template(
        "home/nudge.html", chosen=chosen, text=_("A few minutes are enough: your next step is waiting."), now=now()
    )


@blueprint.post("/team/nudge")
@requires(Permission.NUDGE)
def send() -> Response | tuple[str, int]:
    """Send the reminder; whoever had one within two days is left out, and said so."""
    actor, chosen = current_actor(), _chosen(request.form.getlist("person"))
    text = request.form.get("text", "")
    if not chosen or not text.strip():
        return render_template("home/nudge.html", chosen=chosen, text=text, now=now(), missing=True), 422
    sent = 0
    for person in chosen:
        try:
            nudge(actor, person.person_id, text)
            sent += 1
        except Conflict:
            flash(_("%(name)s was reminded less than two days ago and is left out.", name=person.name), "info")
    if sent:
        flash(ngettext("%(num)s person is reminded.", "%(num)s people are reminded.", sent), "success")
    return redirect(url_for(".team"))


@blueprint.post("/team/<uuid:person>/answered")
@requires(Permission.SEE_TEAM)
def answered(person: uuid.UUID) -> Response:
    """Mark a request for help as answered."""
    actor = current_actor()
    require_in_scope(actor, Permission.SEE_TEAM, person, local_date(now(), actor.zone))
    answer_help(actor, person)
    flash(_("Marked as answered."), "success")
    return redirect(url_for(".team"))


@blueprint.get("/ask")
@requires(Permission.LEARN)
def ask() -> str:
    """Ask what the champion should know."""
    return render_template("home/ask.html", step=request.args.get("step", ""))


@blueprint.post("/ask")
@requires(Permission.LEARN)
def asked() -> Response:
    """Send the request for help."""
    ask_for_help(current_actor(), request.form.get("step", ""), request.form.get("text", ""))
    flash(_("Your champion sees that you asked. You can go on meanwhile."), "success")
    return redirect(url_for("home.home"))


def _observed(actor: Actor, observation: StepView | None, row: Row | None) -> str:
    """Return the step for which a sheet can be filled in now, or nothing: a full log first, else one that is open."""
    if not allowed(actor, Permission.OBSERVE):
        return ""
    if row and row.colleague.sign_off_waiting:
        return row.colleague.sign_off_waiting
    return observation.step.id if observation else ""


def _choices(kind: PlaceKind, everything: str, used: set[str]) -> list[tuple[str, str]]:
    labels = place_labels(kind)
    return [("", everything), *((place, labels.get(place, place)) for place in sorted(used) if place)]


def _team(actor: Actor) -> tuple[Colleague, ...]:
    day = local_date(now(), actor.zone)
    return colleagues_in(people_in_scope(actor, Permission.SEE_TEAM, day), day)


def _rows(actor: Actor) -> tuple[Row, ...]:
    board = lay_board(_team(actor), local_date(now(), actor.zone), now())
    return tuple(row for rows in board.values() for row in rows)


def _chosen(ids: list[str]) -> list[Colleague]:
    return [person for person in _team(current_actor()) if str(person.person_id) in ids]

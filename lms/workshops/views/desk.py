"""Sessions for those who run them: schedule, roster, check-in code, wishes."""

from __future__ import annotations

import uuid
from zoneinfo import ZoneInfo

import segno
from flask import Blueprint, Response, current_app, flash, make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from lms.accounts.login import current_actor, requires
from lms.accounts.models.people import PlaceKind
from lms.accounts.queries.places import place_labels
from lms.accounts.rules.permissions import Permission, allowed
from lms.cohorts.queries.cohorts import cohort_lines, cohorts_championed_by
from lms.cohorts.queries.places import sites
from lms.infra.clock import now
from lms.infra.i18n import _, language, ngettext
from lms.infra.settings import Settings
from lms.shared.errors import Invalid, NotFound
from lms.workshops.forms import CancelForm, RosterForm, SessionForm, WalkInForm
from lms.workshops.queries.sessions import (
    SessionLine,
    checkin_secret,
    managed_session,
    managed_sessions,
    manages_all,
    open_requests,
    possible_facilitators,
    roster,
    zones,
)
from lms.workshops.queries.steps import live_step, live_steps
from lms.workshops.rules.booking import BookingState, SessionState
from lms.workshops.rules.checkin import make_code, make_token
from lms.workshops.service.attendance import RosterChange, add_to_roster, keep_roster, record_make_up
from lms.workshops.service.bookings import answer_request
from lms.workshops.service.sessions import cancel_session, change_session, schedule_session

blueprint = Blueprint("session_desk", __name__, url_prefix="/sessions")
Page = tuple[str, int]
# The page asks for itself again before its code is a minute old; it works without script.
REFRESH_SECONDS = 45


@blueprint.get("/manage")
@requires(Permission.MANAGE_SESSIONS)
def manage() -> str:
    """List the sessions I run or manage, and what people ask for."""
    moment = now()
    lines = managed_sessions(current_actor(), moment)
    return render_template(
        "workshops/manage.html",
        coming=[line for line in reversed(lines) if line.time.ends_at > moment],
        past=[line for line in lines if line.time.ends_at <= moment],
        requests=open_requests(current_actor(), moment.date()),
        titles={step.step.id: step.title(language()) for step in live_steps("workshop")},
        now=moment,
        takes_equivalents=allowed(current_actor(), Permission.RECORD_EQUIVALENT),
        SessionState=SessionState,
    )


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.MANAGE_SESSIONS)
def schedule() -> BaseResponse | Page | str:
    """Schedule a session."""
    if not live_steps("workshop"):
        return render_template("workshops/no_workshops.html")
    form = _offered(SessionForm())
    if request.method == "GET":
        _suggest(form)
    if form.validate_on_submit():
        try:
            session = schedule_session(current_actor(), form.draft())
        except Invalid as error:
            form.refuse(error)
        else:
            flash(_("Scheduled. People whose path has this workshop can book it now."), "success")
            return redirect(url_for("session_desk.show_roster", session=session), 303)
    page = render_template("workshops/session_form.html", form=form, session=None, cancel=None)
    return page, _status()


@blueprint.route("/<uuid:session>/edit", methods=["GET", "POST"])
@requires(Permission.MANAGE_SESSIONS)
def edit(session: uuid.UUID) -> BaseResponse | Page:
    """Change a session."""
    line = managed_session(current_actor(), session, now())
    form = _offered(SessionForm(data=_as_form(line)))
    if form.validate_on_submit():
        try:
            change_session(current_actor(), session, form.draft())
        except Invalid as error:
            form.refuse(error)
        else:
            flash(_("Saved. Everybody with a place is told."), "success")
            return redirect(url_for("session_desk.show_roster", session=session), 303)
    return _edit_page(line, form, CancelForm(formdata=None))


@blueprint.post("/<uuid:session>/cancel")
@requires(Permission.MANAGE_SESSIONS)
def cancel(session: uuid.UUID) -> BaseResponse | Page:
    """Cancel a session, with the reason that everybody reads."""
    line = managed_session(current_actor(), session, now())
    form = CancelForm()
    if form.validate_on_submit():
        cancel_session(current_actor(), session, form.reason.data or "")
        flash(_("Cancelled. Everybody with a place is told why."), "success")
        return redirect(url_for("session_desk.manage"), 303)
    return _edit_page(line, _offered(SessionForm(formdata=None, data=_as_form(line))), form)


@blueprint.get("/<uuid:session>/roster")
@requires(Permission.MANAGE_SESSIONS)
def show_roster(session: uuid.UUID) -> Page:
    """Show who is expected and who came."""
    return _roster_page(managed_session(current_actor(), session, now()), RosterForm(), WalkInForm())


@blueprint.post("/<uuid:session>/roster")
@requires(Permission.MANAGE_SESSIONS)
def save_roster(session: uuid.UUID) -> BaseResponse | Page:
    """Record who came."""
    line = managed_session(current_actor(), session, now())
    form = RosterForm()
    if form.validate_on_submit():
        change = RosterChange(_ticked(), close=request.form.get("do") == "close", reason=form.reason.data or "")
        try:
            changed = keep_roster(current_actor(), session, change)
        except Invalid as error:
            form.refuse(error)
        else:
            text = ngettext("Saved for %(num)s person.", "Saved for %(num)s people.", changed)
            unchanged = _("The roster is closed. Nobody was absent.") if change.close else _("Nothing changed.")
            flash(text if changed else unchanged, "success")
            return redirect(url_for("session_desk.show_roster", session=session), 303)
    return _roster_page(line, form, WalkInForm(formdata=None), _ticked())


@blueprint.post("/<uuid:session>/roster/add")
@requires(Permission.MANAGE_SESSIONS)
def add_walk_in(session: uuid.UUID) -> BaseResponse | Page:
    """Record somebody who came without a booking."""
    line = managed_session(current_actor(), session, now())
    form = WalkInForm()
    if form.validate_on_submit():
        try:
            add_to_roster(current_actor(), session, form.number.data or "")
        except Invalid as error:
            form.refuse(error)
        else:
            flash(_("Recorded as present."), "success")
            return redirect(url_for("session_desk.show_roster", session=session), 303)
    return _roster_page(line, RosterForm(formdata=None), form)


@blueprint.post("/<uuid:session>/make-up/<uuid:person>")
@requires(Permission.MANAGE_SESSIONS)
def make_up(session: uuid.UUID, person: uuid.UUID) -> BaseResponse:
    """Record that somebody did the make-up of a session they missed."""
    record_make_up(current_actor(), session, person, _("Make-up done"))
    flash(_("The make-up is recorded."), "success")
    return redirect(url_for("session_desk.show_roster", session=session), 303)


@blueprint.get("/<uuid:session>/checkin")
@requires(Permission.MANAGE_SESSIONS)
def show_code(session: uuid.UUID) -> Response:
    """Show the check-in code of this minute, to be projected or held up."""
    line = managed_session(current_actor(), session, now())
    secret = checkin_secret(session)
    settings: Settings = current_app.extensions["groundschool.settings"]
    address = settings.public_url + url_for("sessions.here", token=make_token(session, secret, now()))
    code = make_code(session, secret, now())
    response = make_response(
        render_template(
            "workshops/code.html",
            session=line,
            open=line.time.may_check_in(now()),
            code=f"{code[:3]} {code[3:]}",
            qr_code=Markup(segno.make(address, error="m").svg_inline(omitsize=True)),  # noqa: S704 - made of an address of ours
        )
    )
    response.headers["Refresh"] = str(REFRESH_SECONDS)
    return response


@blueprint.post("/requests/<uuid:wish>/answered")
@requires(Permission.MANAGE_SESSIONS)
def answered(wish: uuid.UUID) -> BaseResponse:
    """Take a wish off the list."""
    answer_request(current_actor(), wish)
    flash(_("Done."), "success")
    return redirect(url_for("session_desk.manage"), 303)


def _ticked() -> frozenset[uuid.UUID]:
    try:
        return frozenset(uuid.UUID(value) for value in request.form.getlist("present"))
    except ValueError as error:
        raise NotFound from error


def _offered(form: SessionForm) -> SessionForm:
    actor, day = current_actor(), now().date()
    form.step.choices = [(step.step.id, step.title_in_course(language())) for step in live_steps("workshop")]
    form.zone.choices = [(zone, zone) for zone in sorted({*zones(), actor.zone, form.zone.data or actor.zone})]
    form.facilitator.choices = [(str(key), name) for key, name in possible_facilitators(day)]
    everybody = [("", _("Everybody whose path has it"))] if manages_all(actor) else []
    own = None if manages_all(actor) else cohorts_championed_by(actor.id, day)
    form.cohort.choices = everybody + [(line.id, line.title) for line in cohort_lines(day, own)]
    labels = place_labels(PlaceKind.SITE)
    form.site.choices = [("", _("Every site")), *((site, labels.get(site, site)) for site in sites())]
    return form


def _suggest(form: SessionForm) -> None:
    wanted = request.args.get("step", "")
    steps = live_steps("workshop")
    chosen = next((step for step in steps if step.step.id == wanted), steps[0])
    form.step.data = chosen.step.id
    form.minutes.data = chosen.step.settings["minutes"]
    form.seats.data = chosen.step.settings["seats"]["max"]
    form.zone.data = current_actor().zone
    form.facilitator.data = current_actor().id


def _as_form(line: SessionLine) -> dict[str, object]:
    local = line.time.starts_at.astimezone(ZoneInfo(line.zone))
    return {
        "step": line.step,
        "title": line.title,
        "day": local.date(),
        "time": local.time(),
        "zone": line.zone,
        "minutes": line.time.minutes,
        "seats": line.seats,
        "facilitator": str(line.facilitator_id),
        "room": line.room,
        "join_link": line.join_link,
        "cohort": line.cohort_id or "",
        "site": line.site,
    }


def _edit_page(line: SessionLine, form: SessionForm, cancel_form: CancelForm) -> Page:
    page = render_template(
        "workshops/session_form.html",
        form=form,
        session=line,
        cancel=cancel_form if line.time.state(now()) in {SessionState.COMING, SessionState.RUNNING} else None,
    )
    return page, _status()


def _roster_page(
    line: SessionLine, form: RosterForm, walk_in: WalkInForm, ticked: frozenset[uuid.UUID] | None = None
) -> Page:
    page = render_template(
        "workshops/roster.html",
        session=line,
        people=roster(line.id),
        form=form,
        walk_in=walk_in,
        ticked=ticked,
        open=line.time.may_keep_roster(now()),
        makes_up=_has_make_up(line.step),
        state=line.time.state(now()),
        SessionState=SessionState,
        BookingState=BookingState,
    )
    return page, _status()


def _has_make_up(step: str) -> bool:
    try:
        return live_step(step, "workshop").step.settings.get("makeup_minutes") is not None
    except NotFound:
        return False


def _status() -> int:
    return 422 if request.method == "POST" else 200

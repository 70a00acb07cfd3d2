"""Sessions for learners: mine, those I may book, the calendar file, and saying that I am here."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from lms.accounts.login import current_actor, requires
from lms.accounts.rules.permissions import Permission, allowed
from lms.infra.clock import now
from lms.infra.i18n import _, language
from lms.shared.errors import Invalid
from lms.workshops.forms import AskForm, CodeForm
from lms.workshops.queries.sessions import bookable_sessions, booked_sessions, session_for
from lms.workshops.queries.steps import steps_to_do
from lms.workshops.rules.booking import BookingState, SessionState
from lms.workshops.rules.checkin import read_token
from lms.workshops.service.attendance import check_in_by_code, check_in_by_token
from lms.workshops.service.bookings import ask_for_session, book, cancel_booking
from lms.workshops.views.ics import calendar_file

blueprint = Blueprint("sessions", __name__)
Page = tuple[str, int]


@blueprint.get("/sessions")
@requires(Permission.BOOK_SESSION)
def mine() -> Page:
    """Show my sessions and those I may book."""
    return _sessions_page(AskForm())


@blueprint.post("/sessions/ask")
@requires(Permission.BOOK_SESSION)
def ask() -> BaseResponse | Page:
    """Ask for a session that suits."""
    form = _with_steps(AskForm())
    if form.validate_on_submit():
        ask_for_session(current_actor().id, form.step.data, form.note.data or "")
        flash(_("Asked. A coordinator answers, and new sessions show up here."), "success")
        return redirect(url_for("sessions.mine"), 303)
    return _sessions_page(form)


@blueprint.post("/sessions/<uuid:session>/book")
@requires(Permission.BOOK_SESSION)
def take(session: uuid.UUID) -> BaseResponse:
    """Book a place, or a place in the queue."""
    state = book(current_actor().id, session)
    if state is BookingState.BOOKED:
        flash(_("Booked. Put it into your calendar."), "success")
    else:
        flash(_("It is full. You are on the waiting list and move up when a place comes free."), "info")
    return redirect(url_for("sessions.mine"), 303)


@blueprint.post("/sessions/<uuid:session>/give-back")
@requires(Permission.BOOK_SESSION)
def give_back(session: uuid.UUID) -> BaseResponse:
    """Give a place back."""
    cancel_booking(current_actor().id, session)
    flash(_("Your place is free for somebody else. Book another session when it suits you."), "success")
    return redirect(url_for("sessions.mine"), 303)


@blueprint.get("/sessions/<uuid:session>.ics")
@requires(Permission.BOOK_SESSION)
def ics(session: uuid.UUID) -> Response:
    """Give a session as a calendar file; the link to join only to those with a place."""
    line = session_for(current_actor().id, session, now())
    joins = line.mine is BookingState.BOOKED or line.facilitator_id == current_actor().id
    body = calendar_file(line, url_for("sessions.mine", _external=True), now(), show_link=joins)
    headers = {"Content-Disposition": f'attachment; filename="session-{session.hex[:8]}.ics"'}
    return Response(body, mimetype="text/calendar", headers=headers)


@blueprint.route("/checkin", methods=["GET", "POST"])
@requires(Permission.BOOK_SESSION)
def type_code() -> BaseResponse | Page:
    """Check in with the code on the screen."""
    form = CodeForm()
    if form.validate_on_submit():
        try:
            session = check_in_by_code(current_actor().id, form.code.data or "")
        except Invalid as error:
            form.refuse(error)
        else:
            flash(_("You are checked in: %(title)s.", title=session.title), "success")
            return redirect(url_for("sessions.mine"), 303)
    page = render_template("workshops/type_code.html", form=form)
    return page, 422 if request.method == "POST" else 200


@blueprint.get("/checkin/<token>")
@requires(Permission.BOOK_SESSION)
def here(token: str) -> Page:
    """Ask for one press: opening an address must not record anything."""
    return _here_page(token, None)


@blueprint.post("/checkin/<token>")
@requires(Permission.BOOK_SESSION)
def check_in(token: str) -> BaseResponse | Page:
    """Record that I am here."""
    try:
        session = check_in_by_token(current_actor().id, token)
    except Invalid as error:
        return _here_page(token, error.message)
    flash(_("You are checked in: %(title)s.", title=session.title), "success")
    return redirect(url_for("sessions.mine"), 303)


def _here_page(token: str, problem: str | None) -> Page:
    readable = read_token(token) is not None
    problem = problem or (
        None if readable else _("This is not a check-in code. Scan or type the one that is shown now.")
    )
    status = 404 if not readable else 422 if problem else 200
    return render_template("workshops/here.html", token=token, problem=problem), status


def _sessions_page(form: AskForm) -> Page:
    actor, moment = current_actor(), now()
    own = booked_sessions(actor.id)
    coming = [line for line in own if line.time.ends_at > moment]
    taken = {line.step for line in coming if not line.time.cancelled}
    todo = steps_to_do(actor.id, "workshop")
    _with_steps(form)
    page = render_template(
        "workshops/sessions.html",
        coming=coming,
        past=[line for line in reversed(own) if line.time.ends_at <= moment][:20],
        bookable=[line for line in bookable_sessions(actor.id, moment) if line.step not in taken],
        todo=todo,
        form=form,
        manages=allowed(actor, Permission.MANAGE_SESSIONS),
        now=moment,
        BookingState=BookingState,
        SessionState=SessionState,
    )
    return page, 422 if request.method == "POST" else 200


def _with_steps(form: AskForm) -> AskForm:
    form.step.choices = [(todo.step.id, todo.title(language())) for todo in steps_to_do(current_actor().id, "workshop")]
    return form

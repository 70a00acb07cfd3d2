"""Running an exercise: one case a screen, the queue, and handing in."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms.accounts.login import current_actor, requires
from lms.accounts.queries.person import profile_of
from lms.accounts.rules.permissions import Permission
from lms.infra.clock import now
from lms.infra.i18n import _
from lms.infra.transactions import own_transaction, run_in_write_transaction
from lms.learning.rules.path import State
from lms.sandbox.forms import DecisionForm, filled, read_decision, read_own
from lms.sandbox.queries.case_page import (
    advice_of,
    evidence_of,
    feedback_on,
    hint_on,
    hints_shown,
    option_labels,
    own_labels,
    panels_of,
    queue_of,
    queue_words,
    reason_words,
)
from lms.sandbox.queries.contests import contests_of
from lms.sandbox.queries.debrief_page import mastery_shown
from lms.sandbox.queries.runs import RunView, case_at, log_of, logs_of, next_open, own_run, secret_of, undecided
from lms.sandbox.queries.steps import released_step, visit_sandbox
from lms.sandbox.queries.words import words_for
from lms.sandbox.rules.runs import CaseLog, CaseState, RunState
from lms.sandbox.service.decide import decide, open_hint, skip, take_back
from lms.sandbox.service.finish import hand_in
from lms.sandbox.service.start import start_run
from lms.shared.errors import NotFound, Refused

blueprint = Blueprint("sandbox", __name__)


@blueprint.get("/sandbox/<step>")
@requires(Permission.LEARN)
def brief(step: str) -> Response:
    """Go to the exercise's step, where its brief stands."""
    visit = visit_sandbox(current_actor(), step, now())
    return redirect(
        url_for("learning.show_step", course=visit.release.course.id, module=visit.module.module.id, step=step)
    )


@blueprint.post("/sandbox/<step>/start")
@requires(Permission.LEARN)
def start(step: str) -> Response:
    """Begin a run, or go on with the open one."""
    visit = visit_sandbox(current_actor(), step, now())
    if visit.context is None or visit.view.state in {State.BLOCKED, State.UNAVAILABLE}:
        raise Refused(_("This exercise is not open to you yet. Finish what it waits for first."))
    return redirect(url_for(".resume", run=start_run(current_actor(), visit.context)))


@blueprint.get("/run/<uuid:run>")
@requires(Permission.LEARN)
def resume(run: uuid.UUID) -> Response:
    """Go to the next case to decide, or to what comes after the last."""
    view = own_run(current_actor().id, run)
    if view.state is not RunState.OPEN:
        return redirect(url_for("debrief.show", run=run))
    number = next_open(view, logs_of(run))
    return redirect(url_for(".case", run=run, number=number) if number else url_for(".review", run=run))


@blueprint.get("/run/<uuid:run>/case/<int:number>")
@requires(Permission.LEARN)
def case(run: uuid.UUID, number: int) -> Response | str:
    """Show one case."""
    view = own_run(current_actor().id, run)
    if view.state is RunState.EXPIRED or (view.state is RunState.OPEN and now() >= view.expires_at):
        return _expired(view)
    if view.state is RunState.HANDED_IN and not view.is_revealed:
        return redirect(url_for("debrief.show", run=run))
    return _case_page(view, number)


@blueprint.post("/run/<uuid:run>/case/<int:number>")
@requires(Permission.LEARN)
@own_transaction
def confirm(run: uuid.UUID, number: int) -> Response | tuple[str, int]:
    """Store a decision and go on: to its feedback, to the AI's advice, or to the next case.

    What was sent is read before the write queue is joined: `decide` looks again at all that could have changed.
    """
    person = current_actor().id
    view = own_run(person, run)
    shown = case_at(view, number)
    own = shown.decide_first and log_of(run, shown.id).first is None
    if "own" in request.form and not own:
        # Sent a second time: the first answer stands, and the advice is shown already.
        return redirect(url_for(".case", run=run, number=number, _anchor="ai-title"))
    read = read_own if own else read_decision
    form = read(request.form, words_for(view.console, view.language), view.public, shown)
    given, sequence = form.given, _sequence()
    if given is None:
        return _case_page(view, number, form), 422
    view = run_in_write_transaction(
        lambda: decide(person, run, number, given, now(), sequence=sequence, before_advice=own)
    )
    if own:
        return redirect(url_for(".case", run=run, number=number, _anchor="ai-title"))
    if view.explains(shown):
        return redirect(url_for(".case", run=run, number=number, _anchor="feedback"))
    return _onward(view, number)


@blueprint.post("/run/<uuid:run>/case/<int:number>/skip")
@requires(Permission.LEARN)
def pass_over(run: uuid.UUID, number: int) -> Response:
    """Leave a case for later."""
    return _onward(skip(current_actor().id, run, number, now()), number)


@blueprint.post("/run/<uuid:run>/case/<int:number>/take-back")
@requires(Permission.LEARN)
def undo(run: uuid.UUID, number: int) -> Response:
    """Take a decision back."""
    take_back(current_actor().id, run, number, now())
    flash(_("Your decision is taken back. Decide again when you are ready."), "info")
    return redirect(url_for(".case", run=run, number=number))


@blueprint.post("/run/<uuid:run>/case/<int:number>/hint")
@requires(Permission.LEARN)
def hint(run: uuid.UUID, number: int) -> Response:
    """Open a tier of hint."""
    tier = request.form.get("tier", type=int) or 0
    open_hint(current_actor().id, run, number, tier, now())
    return redirect(url_for(".case", run=run, number=number, _anchor="hints"))


@blueprint.get("/run/<uuid:run>/review")
@requires(Permission.LEARN)
def review(run: uuid.UUID) -> Response | str:
    """Show how every case stands before handing in."""
    view = own_run(current_actor().id, run)
    if view.state is not RunState.OPEN:
        return redirect(url_for("debrief.show", run=run))
    if now() >= view.expires_at:
        return _expired(view)
    words, logs = words_for(view.console, view.language), logs_of(run)
    return render_template(
        "sandbox/review.html",
        run=view,
        place=released_step(view.release, view.step),
        queue=queue_of(view, words, logs),
        left=undecided(view, logs),
        CaseState=CaseState,
    )


@blueprint.post("/run/<uuid:run>/finish")
@requires(Permission.LEARN)
def finish(run: uuid.UUID) -> Response:
    """Hand the run in; where the result is borderline, go on with the extension."""
    view = hand_in(current_actor().id, run, now())
    if view.state is RunState.OPEN:
        more = len(view.public.cases) - view.fixed
        flash(
            _("Your result is close. %(n)s more cases decide it; those you decided stay as they are.", n=more), "info"
        )
        return redirect(url_for(".resume", run=run))
    return redirect(url_for("debrief.show", run=run))


def _onward(view: RunView, number: int) -> Response:
    following = next_open(view, logs_of(view.id), number - 1)
    if following is None or following == number:
        return redirect(url_for(".review", run=view.id))
    return redirect(url_for(".case", run=view.id, number=following))


def _case_page(view: RunView, number: int, form: DecisionForm | None = None) -> str:
    shown = case_at(view, number)
    words, logs = words_for(view.console, view.language), logs_of(view.id)
    log = logs.get(shown.id, CaseLog())
    settled, explained = view.is_settled(number - 1, log), view.may_show_key(number - 1, log)
    asks_own = shown.decide_first and log.first is None and not settled
    secret = secret_of(view.id) if explained else None
    hint_found = hint_on(view, shown, log) if not explained else None
    marked = evidence_of(secret, shown) if secret else hint_found.where if hint_found and 1 in log.hints else ()
    data: dict[str, Any] = {
        "panels": panels_of(words, shown, marked, with_ai=not asks_own, policy=view.public.policy),
        "advice": None if asks_own else advice_of(words, shown),
        "unseen": words.say(f"unseen.{shown.family}"),
        "family": words.family(shown),
        "policy": words.policy(view.public.policy),
        "options": own_labels(words, shown) if asks_own else option_labels(words, shown),
        "unit": words.symbol(shown.change.number.unit) if shown.change.number else "",
        "queues": queue_words(words, view.public.queues),
        "reasons": reason_words(words, view.public.reasons),
        "own": words.decision(shown, log.first) if log.first else "",
        "yours": words.decision(shown, log.final) if log.final else "",
        "feedback": feedback_on(view, words, shown, logs, secret) if secret else None,
        "hints": hints_shown(view, words, log, hint_found) if not explained and not asks_own else (),
        "mastery": mastery_shown(view, words) if explained and view.explains(shown) else (),
        "queue": queue_of(view, words, logs),
        "contest": contests_of(view.id).get(shown.id) if explained else None,
        "language": words.language,
    }
    following = next_open(view, logs, number - 1)
    return render_template(
        "sandbox/case.html",
        run=view,
        number=number,
        case=shown,
        log=log,
        decision=form or filled(log.final, words, shown),
        settled=settled,
        asks_own=asks_own,
        following=None if following == number else following,
        left=undecided(view, logs),
        place=released_step(view.release, view.step),
        shortcuts=profile_of(current_actor().id).shortcuts,
        CaseState=CaseState,
        **data,
    )


def _expired(view: RunView) -> str:
    return render_template("sandbox/expired.html", run=view, place=released_step(view.release, view.step))


def _sequence() -> int | None:
    text = request.form.get("seq", "")
    if not text:
        return None
    if not text.isdecimal() or len(text) > len("999999"):
        raise NotFound
    return int(text)

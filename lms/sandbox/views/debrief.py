"""After a run: what one was least sure of, then how it went, and the line to take along."""

from __future__ import annotations

import uuid

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms.accounts.login import current_actor, requires
from lms.accounts.rules.permissions import Permission
from lms.infra.clock import now
from lms.infra.i18n import _
from lms.sandbox.queries.contests import contests_of
from lms.sandbox.queries.debrief_page import debrief_of
from lms.sandbox.queries.patterns import shared_pattern
from lms.sandbox.queries.runs import RunView, own_run, secret_of
from lms.sandbox.queries.steps import released_step, to_read_again
from lms.sandbox.queries.words import words_for
from lms.sandbox.rules.runs import MOST_UNSURE, RunState
from lms.sandbox.service.contests import contest_key
from lms.sandbox.service.debriefing import say_unsure, share_pattern, write_line
from lms.sandbox.service.start import start_practice
from lms.shared.errors import Invalid

blueprint = Blueprint("debrief", __name__)


@blueprint.get("/run/<uuid:run>/debrief")
@requires(Permission.LEARN)
def show(run: uuid.UUID) -> Response | str:
    """Show the debrief, its first question before anything else."""
    view = own_run(current_actor().id, run)
    if view.state is RunState.OPEN:
        return redirect(url_for("sandbox.resume", run=run))
    if view.state is RunState.EXPIRED:
        return render_template("sandbox/expired.html", run=view, place=released_step(view.release, view.step))
    return _page(view) if view.is_revealed else _question(view)


@blueprint.post("/run/<uuid:run>/unsure")
@requires(Permission.LEARN)
def unsure(run: uuid.UUID) -> Response | tuple[str, int]:
    """Keep which cases the person is least sure of, and reveal the rest."""
    person = current_actor().id
    try:
        say_unsure(person, run, request.form.getlist("case"), request.form.get("why", ""))
    except Invalid as error:
        return _question(own_run(person, run), error.message), 422
    return redirect(url_for(".show", run=run))


@blueprint.post("/run/<uuid:run>/debrief")
@requires(Permission.LEARN)
def resolve(run: uuid.UUID) -> Response | tuple[str, int]:
    """Keep the "next time I will" line; the debrief is done."""
    person = current_actor().id
    try:
        view = write_line(person, run, request.form.get("next_time", ""), now())
    except Invalid as error:
        return _page(own_run(person, run), error.fields.get("next_time", "")), 422
    flash(_("Your line is kept. You see it before your next try."), "success")
    place = released_step(view.release, view.step)
    return redirect(url_for("learning.show_step", course=place.course.id, module=place.module.id, step=view.step))


@blueprint.post("/run/<uuid:run>/practice")
@requires(Permission.LEARN)
def practise(run: uuid.UUID) -> Response:
    """Practise what was missed, on new cases of the same kinds."""
    return redirect(url_for("sandbox.resume", run=start_practice(current_actor(), run, now())))


@blueprint.post("/run/<uuid:run>/pattern")
@requires(Permission.LEARN)
def share(run: uuid.UUID) -> Response:
    """Share the pattern with the champion, or stop sharing it."""
    person = current_actor().id
    view, shared = own_run(person, run), request.form.get("share") == "1"
    share_pattern(person, view.console_id, now(), shared=shared)
    flash(
        _("Your champion sees the pattern now, and nothing else.")
        if shared
        else _("Your champion does not see it any more."),
        "success",
    )
    return redirect(url_for(".show", run=run, _anchor="pattern"))


@blueprint.post("/run/<uuid:run>/case/<int:number>/contest")
@requires(Permission.LEARN)
def contest(run: uuid.UUID, number: int) -> Response | tuple[str, int]:
    """Say that the key of a case is wrong."""
    contest_key(current_actor().id, run, number, request.form.get("reason", ""), now())
    flash(_("Sent. Somebody else looks at it within two working days; you are told what comes of it."), "success")
    return redirect(url_for("sandbox.case", run=run, number=number, _anchor="contest"))


def _question(view: RunView, error: str = "") -> str:
    words = words_for(view.console, view.language)
    return render_template(
        "sandbox/unsure.html",
        run=view,
        place=released_step(view.release, view.step),
        cases=[(case.id, number, words.family(case)) for number, case in enumerate(view.public.cases, 1)],
        chosen=request.form.getlist("case"),
        why=request.form.get("why", ""),
        error=error,
        most=MOST_UNSURE,
    )


def _page(view: RunView, error: str = "") -> str:
    words = words_for(view.console, view.language)
    place = released_step(view.release, view.step)
    return render_template(
        "sandbox/debrief.html",
        run=view,
        place=place,
        debrief=debrief_of(view, words, secret_of(view.id)),
        unsure=set((view.unsure or {}).get("cases") or ()),
        shared=shared_pattern(view.person_id, view.console_id),
        contests=contests_of(view.id),
        lessons=to_read_again(place),
        line=request.form.get("next_time", view.next_time),
        error=error,
    )

"""How the simulators do: item statistics, withdrawal with rescoring, and contested keys."""

from __future__ import annotations

import uuid

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms.accounts.login import current_actor, requires
from lms.accounts.rules.permissions import Permission
from lms.infra.clock import now
from lms.infra.i18n import _, language, ngettext
from lms.sandbox.queries.case_page import advice_of, evidence_of, feedback_on, panels_of
from lms.sandbox.queries.contests import contest_by_id, waiting_contests
from lms.sandbox.queries.runs import any_run, logs_of, secret_of
from lms.sandbox.queries.scenarios import runs_by_console, scenario_lines, withdrawn
from lms.sandbox.queries.words import words_for
from lms.sandbox.rules.consoles.registry import CONSOLES
from lms.sandbox.service.contests import decide_contest, quarantine
from lms.shared.errors import Invalid, NotFound
from lms.shared.itemstats import LEAST, Advice

blueprint = Blueprint("scenarios", __name__)


@blueprint.get("/admin/scenarios")
@requires(Permission.MANAGE_CONTENT)
def index() -> str:
    """List the consoles with how often each was run, and what waits for a decision."""
    return render_template(
        "sandbox/scenarios.html", consoles=list(CONSOLES), runs=runs_by_console(), contests=len(_waiting())
    )


@blueprint.get("/admin/scenarios/<console>")
@requires(Permission.MANAGE_CONTENT)
def show(console: str) -> str:
    """Show the statistics of a console."""
    return _show(console)


@blueprint.post("/admin/scenarios/<console>/withdraw")
@requires(Permission.MANAGE_CONTENT)
def withdraw(console: str) -> Response | tuple[str, int]:
    """Withdraw a kind of case and score again, upwards only."""
    kind, level = request.form.get("kind", ""), request.form.get("level", type=int) or 0
    made = CONSOLES.get(console)
    if made is None or kind not in {error.id for error in made.errors} or level not in made.levels:
        raise NotFound
    try:
        rose = quarantine(current_actor(), console, kind, level, request.form.get("reason", ""), now())
    except Invalid as error:
        return _show(console, error.message), 422
    flash(ngettext("Withdrawn. %(num)s result rose.", "Withdrawn. %(num)s results rose.", rose), "success")
    return redirect(url_for(".show", console=console))


@blueprint.get("/admin/contests")
@requires(Permission.DECIDE_REVIEW)
def contests() -> str:
    """List contested keys, without names."""
    return render_template("sandbox/contests.html", waiting=_waiting())


@blueprint.get("/admin/contests/<uuid:contest>")
@requires(Permission.DECIDE_REVIEW)
def contest(contest: uuid.UUID) -> str:
    """Show a contested case with its key."""
    return _contest(contest)


@blueprint.post("/admin/contests/<uuid:contest>")
@requires(Permission.DECIDE_REVIEW)
def decide(contest: uuid.UUID) -> Response | tuple[str, int]:
    """Uphold a contest or decline it."""
    verdict = request.form.get("verdict", "")
    if verdict not in {"uphold", "decline"}:
        return _contest(contest, _("Choose whether the key holds.")), 422
    try:
        decide_contest(current_actor(), contest, request.form.get("answer", ""), now(), upheld=verdict == "uphold")
    except Invalid as error:
        return _contest(contest, error.message), 422
    flash(_("Decided. The person sees your answer."), "success")
    return redirect(url_for(".contests"))


def _waiting() -> tuple[object, ...]:
    return waiting_contests(current_actor().id)


def _show(console: str, error: str = "") -> str:
    made = CONSOLES.get(console)
    if made is None:
        raise NotFound
    return render_template(
        "sandbox/scenario.html",
        console=console,
        words=words_for(made, language()),
        lines=scenario_lines(console),
        withdrawn=withdrawn(console),
        Advice=Advice,
        least=LEAST,
        error=error,
    )


def _contest(contest: uuid.UUID, error: str = "") -> str:
    found = contest_by_id(contest)
    if found is None or found not in _waiting():
        raise NotFound
    run = any_run(found.run_id)
    words, secret, logs = words_for(run.console, language()), secret_of(run.id), logs_of(run.id)
    case = run.public.cases[run.place(found.case)]
    return render_template(
        "sandbox/contest.html",
        contest=found,
        family=words.family(case),
        panels=panels_of(words, case, evidence_of(secret, case), policy=run.public.policy),
        advice=advice_of(words, case),
        feedback=feedback_on(run, words, case, logs, secret),
        policy=words.policy(run.public.policy),
        typed=request.form,
        error=error,
    )

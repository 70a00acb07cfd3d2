"""Home: the one thing to do now, how long it takes, by when; everything else comes after."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms.accounts.login import actor_or_none, current_actor, public, requires
from lms.accounts.rules.permissions import Permission
from lms.infra.clock import now
from lms.learning.queries.cycles import Path, paths_of
from lms.learning.rules.path import State, StepView, fitting_steps, next_step
from lms.shared.days import local_date

blueprint = Blueprint("home", __name__)
BUDGETS = (5, 15, 30)


@blueprint.get("/")
@public
def start() -> Response:
    """Go home, or to sign-in."""
    return redirect(url_for(".home") if actor_or_none() else url_for("accounts.sign_in"))


@blueprint.get("/home")
@requires(Permission.LEARN)
def home() -> str:
    """Show the next step, what fits the time there is, and what is left."""
    actor = current_actor()
    paths = paths_of(actor.id)
    current = next((path for path in paths if next_step(path.modules)), paths[0] if paths else None)
    upcoming = next_step(current.modules) if current else None
    budget = request.args.get("minutes", type=int)
    today = local_date(now(), actor.zone)
    return render_template(
        "home/home.html",
        paths=paths,
        current=current,
        upcoming=upcoming,
        begun=upcoming is not None and upcoming.state is State.IN_PROGRESS,
        budget=budget if budget in BUDGETS else None,
        budgets=BUDGETS,
        fitting=_fitting(paths, budget) if budget in BUDGETS else (),
        today=today,
        overdue=_overdue(current, today),
    )


def _fitting(paths: tuple[Path, ...], budget: int) -> tuple[StepView, ...]:
    for path in paths:
        found = fitting_steps(path.modules, budget)
        if found:
            return found
    return ()


def _overdue(path: Path | None, today: date) -> bool:
    return bool(path and path.cycle.due_on and path.cycle.due_on < today and path.minutes_left)

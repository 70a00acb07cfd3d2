"""Home: the one thing to do now, how long it takes, by when; everything else comes after."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms.accounts.login import actor_or_none, current_actor, public, requires
from lms.accounts.rules.permissions import Permission
from lms.home.queries.levels import level_details, level_lines
from lms.infra.clock import now
from lms.learning.queries.cycles import Path, paths_of
from lms.learning.rules.path import State, StepView, fitting_steps, next_step
from lms.shared.days import local_date
from lms.shared.errors import NotFound

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
        levels=level_lines(current) if current else (),
    )


@blueprint.get("/levels/<level>")
@requires(Permission.LEARN)
def level(level: str) -> str:
    """Show what a level asks for: what is met, and for the rest the next thing to do."""
    actor = current_actor()
    today = local_date(now(), actor.zone)
    for path in paths_of(actor.id):
        for detail in level_details(actor.id, path, today):
            if detail.level.id == level:
                return render_template(
                    "home/level.html", detail=detail, path=path, titles=_titles(path), where=_addresses(path)
                )
    raise NotFound


def _addresses(path: Path) -> dict[str, str]:
    """Return where each module and step of the path is worked on."""
    found: dict[str, str] = {}
    for module in path.modules:
        found[module.module.id] = url_for("learning.course_path", course=module.course, _anchor=module.module.id)
        found.update({step.step.id: found[module.module.id] for step in module.steps})
    return found


def _titles(path: Path) -> dict[str, Mapping[str, str]]:
    found: dict[str, Mapping[str, str]] = {}
    for release in path.releases:
        found.update({plan.id: plan.title for plan in release.course.planned})
    for module in path.modules:
        found[module.module.id] = module.module.title
        found.update({step.step.id: step.step.title for step in module.steps})
    return found


def _fitting(paths: tuple[Path, ...], budget: int) -> tuple[StepView, ...]:
    for path in paths:
        found = fitting_steps(path.modules, budget)
        if found:
            return found
    return ()


def _overdue(path: Path | None, today: date) -> bool:
    return bool(path and path.cycle.due_on and path.cycle.due_on < today and path.minutes_left)

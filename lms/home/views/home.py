"""Home: the one thing to do now, how long it takes, by when; everything else comes after."""

from __future__ import annotations

import uuid
from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms.accounts.login import actor_or_none, current_actor, public, requires
from lms.accounts.rules.permissions import Permission
from lms.assessment.queries.cards import cards_done
from lms.certification.queries.rule_titles import rule_titles
from lms.home.queries.first_steps import first_steps
from lms.home.queries.levels import level_detail, level_lines, levels_ahead
from lms.home.queries.pulse import open_pulse
from lms.home.queries.role_work import role_work
from lms.infra.clock import now
from lms.infra.i18n import language
from lms.learning.queries.cycles import Path, paths_of
from lms.learning.rules.cycles import INITIAL
from lms.learning.rules.path import State, StepView, fitting_steps, live_steps, next_step
from lms.shared.days import local_date
from lms.shared.errors import NotFound
from lms.workshops.queries.outlook import Outlook, Standing, outlook

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
    current, upcoming = _next(paths)
    live, standings = _live(actor.id, paths)
    # What a later cycle asks for says nothing about how far the levels are.
    first = next((path for path in paths if path.cycle.name == INITIAL and path.programme.levels), None)
    budget = request.args.get("minutes", type=int)
    today = local_date(now(), actor.zone)
    ahead = levels_ahead(actor.id, paths, today)
    return render_template(
        "home/home.html",
        paths=paths,
        first_steps=first_steps(actor),
        work=role_work(actor, today, now()),
        current=current,
        upcoming=upcoming,
        begun=upcoming is not None and upcoming.state is State.IN_PROGRESS,
        live=live,
        outlook=standings,
        Standing=Standing,
        budget=budget if budget in BUDGETS else None,
        budgets=BUDGETS,
        fitting=_fitting(paths, budget) if budget in BUDGETS else (),
        today=today,
        overdue=_overdue(current, today),
        levels=level_lines(first) if first else (),
        levels_ahead=ahead,
        titles=rule_titles(language()) if ahead else {},
        cards=_cards(paths),
        pulse=open_pulse(actor, paths, today) is not None,
    )


@blueprint.get("/levels/<level>")
@requires(Permission.LEARN)
def level(level: str) -> str:
    """Show what a level asks for: what is met, and for the rest the next thing to do."""
    actor = current_actor()
    today = local_date(now(), actor.zone)
    paths = paths_of(actor.id)
    for path in paths:
        found = path.programme.level(level)
        if found is not None:
            detail = level_detail(actor.id, path.programme, found, paths, today)
            return render_template("home/level.html", detail=detail, titles=rule_titles(language()))
    raise NotFound


def _next(paths: tuple[Path, ...]) -> tuple[Path | None, StepView | None]:
    """Return the step to do next, with its path: of the path due first where something can be done now."""
    found = [(path, step) for path in paths if (step := next_step(path.modules)) is not None]
    alone = ((path, step) for path, step in found if not step.live)
    nothing = (paths[0] if paths else None, None)
    return next(alone, next(iter(found), nothing))


def _live(person_id: uuid.UUID, paths: tuple[Path, ...]) -> tuple[tuple[StepView, ...], dict[str, Outlook]]:
    """Return what is to be done with others, and how the person stands to its workshops.

    That is what is open, and what they have a place in already.
    """
    ahead = tuple(step for path in paths for step in live_steps(path.modules))
    found = outlook(person_id, [view.step.id for view in ahead if view.step.kind == "workshop"], now())
    held = {step for step, one in found.items() if one.standing in {Standing.BOOKED, Standing.WAITING}}
    shown = tuple(view for view in ahead if view.open or view.step.id in held)
    return shown, {view.step.id: found[view.step.id] for view in shown if view.step.id in found}


def _cards(paths: tuple[Path, ...]) -> tuple[Path, StepView, int] | None:
    """Return the cards of the month due first, with how many are answered; None where no month is open."""
    for path in paths:
        for module in path.modules:
            for view in module.steps:
                if view.step.kind == "cards" and view.required and view.open:
                    return path, view, cards_done(path.cycle.id, view.step.id)
    return None


def _fitting(paths: tuple[Path, ...], budget: int) -> tuple[StepView, ...]:
    for path in paths:
        found = fitting_steps(path.modules, budget)
        if found:
            return found
    return ()


def _overdue(path: Path | None, today: date) -> bool:
    return bool(path and path.cycle.due_on and path.cycle.due_on < today and path.minutes_left)

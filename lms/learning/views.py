"""The path and the player: one page per step, in order, with the next one always named."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms.accounts.login import current_actor, requires
from lms.accounts.rules.actor import Actor
from lms.accounts.rules.permissions import Permission
from lms.catalog.rules.content import text_in
from lms.catalog.rules.role_boxes import shown_to
from lms.infra.clock import now
from lms.infra.i18n import _, language
from lms.infra.transactions import run_in_write_transaction
from lms.learning.kinds import Presentation, step_kind
from lms.learning.queries.cycles import paths_of
from lms.learning.queries.player import Visit, path_through, retired_step, visit_step
from lms.learning.rules.path import State, StepView, following_step, next_step
from lms.learning.service.assign import note_visit
from lms.shared.errors import NotFound, Refused

blueprint = Blueprint("learning", __name__)


@blueprint.get("/path")
@requires(Permission.LEARN)
def own_path() -> Response | str:
    """Show the whole path of every open cycle."""
    paths = paths_of(current_actor().id)
    return render_template("learning/path.html", paths=paths, text_in=text_in, State=State, next_step=next_step)


@blueprint.get("/path/<course>")
@requires(Permission.LEARN)
def course_path(course: str) -> str:
    """Show one course: what is done, what is left, what blocks."""
    path = path_through(current_actor().id, course)
    if path is None:
        raise NotFound
    modules = [module for module in path.modules if module.course == course]
    release = next(release for release in path.releases if release.course.id == course)
    return render_template(
        "learning/course.html",
        path=path,
        course=release.course,
        modules=modules,
        upcoming=next_step(modules),
        # Where nothing of this course is open, the way to what it waits for.
        elsewhere=next_step(path.modules),
        titles={module.module.id: module.module.title for module in path.modules},
        text_in=text_in,
        State=State,
    )


@blueprint.get("/learn/<course>/<module>")
@requires(Permission.LEARN)
def show_module(course: str, module: str) -> Response:
    """Lead to a module's place in its course: what a lesson's link to a module names."""
    if path_through(current_actor().id, course, module) is None:
        raise NotFound
    return redirect(url_for(".course_path", course=course, _anchor=module))


@blueprint.get("/learn/<course>/<module>/<step>")
@requires(Permission.LEARN)
def show_step(course: str, module: str, step: str) -> Response | str:
    """Show one step."""
    actor = current_actor()
    visit = visit_step(actor, course, module, step, now())
    if visit is None:
        return _moved(step)
    if visit.context is None or visit.view.state is State.BLOCKED:
        return _page(visit, None)
    context = visit.context
    page = _page(visit, step_kind(visit.view.step.kind).present(context))
    if visit.view.state is State.NOT_STARTED:
        run_in_write_transaction(lambda: note_visit(actor.id, context.cycle, step))
    return page


@blueprint.post("/learn/<course>/<module>/<step>")
@requires(Permission.LEARN)
def complete_step(course: str, module: str, step: str) -> Response | tuple[str, int]:
    """Complete a step, or show what is still to do on it."""
    actor = current_actor()
    visit = visit_step(actor, course, module, step, now())
    if visit is None:
        raise NotFound
    if visit.context is None or visit.view.state is State.BLOCKED:
        raise Refused(_("This step is not open yet. Finish the modules it waits for first."))
    left = step_kind(visit.view.step.kind).complete(visit.context, request.form)
    if left is not None:
        return _page(visit, left, refused=True), 422
    return _go_on(actor, visit)


@blueprint.get("/learn/<course>/<module>/card")
@requires(Permission.LEARN)
def show_card(course: str, module: str) -> str:
    """Show a module's quick reference card, made to be printed."""
    path = path_through(current_actor().id, course, module)
    found = next((view for view in path.modules if view.module.id == module), None) if path else None
    if path is None or found is None or found.module.card is None:
        raise NotFound
    card = found.module.card
    body = shown_to(text_in(card.body, language()), {path.programme.role})
    return render_template("learning/card.html", card=card, body=body, course=course, module=found.module)


@blueprint.get("/cards")
@requires(Permission.LEARN)
def show_cards() -> str:
    """List every reference card on the person's paths."""
    cards = [
        (path, view) for path in paths_of(current_actor().id) for view in path.modules if view.module.card is not None
    ]
    return render_template("learning/cards.html", cards=cards, text_in=text_in)


def step_address(view: StepView) -> str:
    """Return where a step's page is."""
    return url_for("learning.show_step", course=view.course, module=view.module, step=view.step.id)


def _page(visit: Visit, presentation: Presentation | None, *, refused: bool = False) -> str:
    modules = visit.path.modules
    return render_template(
        "learning/step.html",
        visit=visit,
        course=visit.release.course,
        module=visit.module,
        step=visit.view.step,
        state=visit.view.state,
        presentation=presentation,
        refused=refused,
        following=following_step(modules, visit.view.step.id),
        titles={module.module.id: module.module.title for module in modules},
        text_in=text_in,
        State=State,
        content_language=visit.fallback,
    )


def _go_on(actor: Actor, visit: Visit) -> Response:
    path = next((path for path in paths_of(actor.id) if path.cycle.id == visit.path.cycle.id), None)
    following = following_step(path.modules, visit.view.step.id) if path else None
    modules = path.modules if path else ()
    module_now = next((view for view in modules if view.module.id == visit.module.module.id), None)
    if module_now and module_now.state is State.COMPLETED and visit.module.state is not State.COMPLETED:
        title = text_in(module_now.module.title, language())
        flash(_("Module finished: %(title)s.", title=title), "success")
    if following is None:
        return redirect(url_for("learning.course_path", course=visit.release.course.id))
    return redirect(step_address(following))


def _moved(step: str) -> Response:
    retired = retired_step(step)
    if retired is None:
        raise NotFound
    flash(text_in(retired.reason, language()), "info")
    paths = paths_of(current_actor().id)
    for path in paths:
        for module in path.modules:
            for view in module.steps:
                if retired.instead in {view.step.id, view.module}:
                    return redirect(step_address(view))
    return redirect(url_for("learning.own_path"))

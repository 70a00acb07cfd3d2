"""Quizzes: rules first, one question a page, review, result, history."""

from __future__ import annotations

import uuid

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms.accounts.login import current_actor, requires
from lms.accounts.rules.permissions import Permission
from lms.assessment.queries.attempts import (
    AttemptView,
    SavedAnswer,
    own_attempt,
    question_at,
    quiz_of,
    saved_answer,
    saved_answers,
)
from lms.assessment.queries.marking import open_answers, waiting_numbers
from lms.assessment.queries.quizzes import Quiz, attempts_of, current_quiz
from lms.assessment.queries.results import explained_questions, result_of, spared_modules
from lms.assessment.rules.attempts import AttemptState, Mode
from lms.assessment.rules.questions import public_question, shown_order
from lms.assessment.rules.responses import read_response
from lms.assessment.service.answer import Saved, save_answer
from lms.assessment.service.start import start_attempt
from lms.assessment.service.submit import submit_attempt
from lms.infra.clock import now
from lms.infra.i18n import _, format_time
from lms.infra.transactions import own_transaction, run_in_write_transaction
from lms.learning.queries.player import Visit, path_through, visit_step
from lms.learning.rules.path import State
from lms.shared.errors import NotFound, Refused

blueprint = Blueprint("assessment", __name__)


@blueprint.post("/quiz/<step>/start")
@requires(Permission.LEARN)
def start(step: str) -> Response:
    """Start an attempt, or go on with the open one."""
    visit, quiz = _open_quiz(step)
    if visit.view.state is State.BLOCKED or visit.context is None:
        raise Refused(_("This quiz is not open to you yet. Finish what it waits for first."))
    attempt = start_attempt(current_actor(), quiz, visit.context.cycle_id, visit.context.language)
    return redirect(url_for(".question", attempt=attempt, number=_first_open(attempt)))


@blueprint.get("/quiz/<step>")
@requires(Permission.LEARN)
def rules(step: str) -> Response:
    """Go to the quiz's step, where its rules stand."""
    visit, _quiz = _open_quiz(step)
    return redirect(
        url_for("learning.show_step", course=visit.release.course.id, module=visit.module.module.id, step=step)
    )


@blueprint.get("/quiz/<step>/attempts")
@requires(Permission.LEARN)
def history(step: str) -> str:
    """Show every attempt at a quiz."""
    visit, quiz = _open_quiz(step)
    lines = attempts_of(current_actor().id, visit.path.cycle.id, step)
    best = max((line for line in lines if line.score is not None), key=lambda line: line.score or 0, default=None)
    return render_template("assessment/history.html", visit=visit, quiz=quiz, lines=lines, best=best)


@blueprint.get("/attempt/<uuid:attempt>/q/<int:number>")
@requires(Permission.LEARN)
def question(attempt: uuid.UUID, number: int) -> Response | str:
    """Show one question."""
    view = own_attempt(current_actor().id, attempt)
    if view.state is not AttemptState.OPEN:
        return redirect(url_for(".result", attempt=attempt))
    return _question_page(view, number)


@blueprint.post("/attempt/<uuid:attempt>/q/<int:number>")
@requires(Permission.LEARN)
@own_transaction
def answer(attempt: uuid.UUID, number: int) -> Response:
    """Save a question's answer and go on."""
    view = own_attempt(current_actor().id, attempt)
    _save(view, number)
    if request.form.get("go") == "review" or number == len(view.served):
        return redirect(url_for(".review", attempt=attempt))
    return redirect(
        url_for(".question", attempt=attempt, number=number + (-1 if request.form.get("go") == "back" else 1))
    )


@blueprint.post("/attempt/<uuid:attempt>/q/<int:number>/answer")
@requires(Permission.LEARN)
@own_transaction
def autosave(attempt: uuid.UUID, number: int) -> Response:
    """Save an answer as it is given; the reply follows the commit."""
    saved = _save(own_attempt(current_actor().id, attempt), number, sequence=_sequence())
    return jsonify(saved_at=format_time(saved.saved_at), seq=saved.sequence) if saved else Response(status=204)


@blueprint.get("/attempt/<uuid:attempt>/review")
@requires(Permission.LEARN)
def review(attempt: uuid.UUID) -> Response | str:
    """Show every question's state before handing in, the missing ones first."""
    view = own_attempt(current_actor().id, attempt)
    if view.state is not AttemptState.OPEN:
        return redirect(url_for(".result", attempt=attempt))
    answers = saved_answers(view.id)
    rows = [(number, _state(answers, number)) for number in range(1, len(view.served) + 1)]
    rows.sort(key=lambda row: (row[1] != "unanswered", row[1] != "flagged", row[0]))
    missing = sum(1 for _number, state in rows if state == "unanswered")
    return render_template(
        "assessment/review.html", attempt=view, quiz=quiz_of(view), rows=rows, missing=missing, now=now()
    )


@blueprint.post("/attempt/<uuid:attempt>/review")
@requires(Permission.LEARN)
def submit(attempt: uuid.UUID) -> Response:
    """Hand the attempt in."""
    submit_attempt(current_actor().id, attempt)
    return redirect(url_for(".result", attempt=attempt))


@blueprint.get("/attempt/<uuid:attempt>/result")
@requires(Permission.LEARN)
def result(attempt: uuid.UUID) -> Response | str:
    """Show the result by objective, and what to revisit; the key only where the rules allow it."""
    view = own_attempt(current_actor().id, attempt)
    if view.state is AttemptState.OPEN:
        return redirect(url_for(".review", attempt=attempt))
    quiz = quiz_of(view)
    path = path_through(current_actor().id, quiz.course.id)
    return render_template(
        "assessment/result.html",
        attempt=view,
        quiz=quiz,
        path=path,
        result=result_of(view, quiz),
        explained=explained_questions(view, quiz),
        written=open_answers(view, quiz),
        spared=spared_modules(view, quiz) if quiz.rules.mode is Mode.DIAGNOSTIC else (),
        waiting=len(waiting_numbers(view, quiz)) if view.state is AttemptState.MARKING else 0,
    )


def _open_quiz(step: str) -> tuple[Visit, Quiz]:
    quiz = current_quiz(step)
    visit = visit_step(current_actor(), quiz.course.id, quiz.module.id, step, now()) if quiz else None
    if quiz is None or visit is None:
        raise NotFound
    return visit, quiz


def _question_page(view: AttemptView, number: int) -> str:
    quiz = quiz_of(view)
    served, item, wording = question_at(view, quiz, number)
    answers = saved_answers(view.id)
    saved = answers.get(number)
    shown = public_question(item, wording, served)
    navigation = [
        {"url": url_for(".question", attempt=view.id, number=at), "state": _state(answers, at), "current": at == number}
        for at in range(1, len(view.served) + 1)
    ]
    return render_template(
        "assessment/question.html",
        attempt=view,
        quiz=quiz,
        number=number,
        question=shown,
        response=saved.response if saved else {},
        saved=saved,
        ordered=shown_order(shown, saved.response) if saved else None,
        navigation=navigation,
        now=now(),
    )


def _save(view: AttemptView, number: int, sequence: int | None = None) -> Saved | SavedAnswer | None:
    # Read before the write queue is joined: `save_answer` looks again at all that could have changed.
    served, item, wording = question_at(view, quiz_of(view), number)
    response = read_response(item, wording, served, request.form.to_dict(flat=False))
    flagged = request.form.get("flagged") == "1"

    def store() -> Saved | SavedAnswer | None:
        if sequence is None:
            stored = saved_answer(view.id, number)
            if stored is not None and stored.response == response and stored.flagged == flagged:
                return stored
            if stored is None and not response and not flagged:
                return stored
        return save_answer(view.person_id, view.id, number, response, sequence=sequence, flagged=flagged)

    return run_in_write_transaction(store)


def _sequence() -> int | None:
    text = request.form.get("seq", "")
    return int(text) if text.isdigit() and len(text) <= 9 else None  # noqa: PLR2004 - fits a database integer


def _state(answers: dict[int, SavedAnswer], number: int) -> str:
    saved = answers.get(number)
    if saved is None or not saved.response:
        return "flagged" if saved is not None and saved.flagged else "unanswered"
    return "flagged" if saved.flagged else "answered"


def _first_open(attempt: uuid.UUID) -> int:
    answers = saved_answers(attempt)
    view = own_attempt(current_actor().id, attempt)
    numbers = range(1, len(view.served) + 1)
    return next((number for number in numbers if _state(answers, number) == "unanswered"), 1)

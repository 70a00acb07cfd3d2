"""Ask for a review: by the person it is about, and decided by somebody else."""

from __future__ import annotations

import uuid
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms.accounts.login import current_actor, record_view, requires
from lms.accounts.queries.scope import people_in_scope, require_in_scope
from lms.accounts.rules.permissions import Permission, allowed
from lms.certification.forms import AnswerForm, ReviewForm
from lms.certification.queries.reviews import (
    Matter,
    ReviewView,
    decided_reviews,
    matters_of,
    open_reviews,
    review_by_id,
    reviews_of,
)
from lms.certification.rules.reviews import Outcome, refusal
from lms.certification.service.reviews import answer_review, ask_for_review
from lms.infra.clock import now
from lms.infra.i18n import _
from lms.shared.days import local_date
from lms.shared.errors import Conflict, Invalid, NotFound

blueprint = Blueprint("reviews", __name__, url_prefix="/reviews")
Page = tuple[str, int]


@blueprint.get("")
@requires(Permission.ASK_REVIEW)
def index() -> str:
    """Show one's own requests; to who decides also those that wait."""
    actor = current_actor()
    decides = allowed(actor, Permission.DECIDE_REVIEW)
    scope = people_in_scope(actor, Permission.DECIDE_REVIEW, _today())
    return render_template(
        "certification/reviews.html",
        own=reviews_of(actor.id),
        decides=decides,
        waiting=open_reviews(scope) if decides else (),
        decided=decided_reviews(scope) if decides else (),
        moment=now(),
    )


@blueprint.get("/new")
@requires(Permission.ASK_REVIEW)
def choose() -> Response | str:
    """Choose what should be looked at again; with ``step`` what was recorded of that step, the latest first."""
    step = request.args.get("step", "")
    matters = matters_of(current_actor().id)
    of_step = tuple(matter for matter in matters if step and matter.step == step)
    if len(of_step) == 1:
        return redirect(url_for(".ask", reference=of_step[0].reference))
    return render_template("certification/review_choose.html", matters=of_step or matters)


@blueprint.route("/new/<uuid:reference>", methods=["GET", "POST"])
@requires(Permission.ASK_REVIEW)
def ask(reference: uuid.UUID) -> Response | Page | str:
    """Ask for a second look at one thing."""
    matter = _own_matter(reference)
    form = ReviewForm()
    if request.method == "POST" and form.validate():
        try:
            review = ask_for_review(current_actor(), reference, form.request.data or "")
        except (Invalid, Conflict) as error:
            form.form_errors.append(error.message) if isinstance(error, Conflict) else form.refuse(error)
        else:
            flash(
                _("Asked. Somebody else decides within 48 hours, and you read the outcome and the reason."), "success"
            )
            return redirect(url_for(".show", review=review), 303)
    page = render_template("certification/review_ask.html", matter=matter, form=form)
    return (page, 422) if request.method == "POST" else page


@blueprint.get("/<uuid:review>")
@requires(Permission.ASK_REVIEW)
def show(review: uuid.UUID) -> str:
    """Show a request and its outcome, to who asked and to who decides."""
    return _page(_visible(review, look=True), AnswerForm())


@blueprint.post("/<uuid:review>")
@requires(Permission.DECIDE_REVIEW)
def answer(review: uuid.UUID) -> Response | Page:
    """Decide a request."""
    view, form = _visible(review), AnswerForm()
    if form.validate():
        try:
            answer_review(current_actor(), review, Outcome(form.outcome.data), form.answer.data or "")
        except Invalid as error:
            form.refuse(error)
        else:
            flash(_("Decided. The person has been told."), "success")
            return redirect(url_for(".index"), 303)
    return _page(view, form), 422


def _page(view: ReviewView, form: AnswerForm) -> str:
    actor = current_actor()
    return render_template(
        "certification/review.html",
        review=view,
        form=form,
        own=view.person_id == actor.id,
        decides=allowed(actor, Permission.DECIDE_REVIEW),
        refusal=refusal(actor.id, view.person_id, view.decider_id),
        moment=now(),
    )


def _visible(review_id: uuid.UUID, *, look: bool = False) -> ReviewView:
    actor, view = current_actor(), review_by_id(review_id)
    if view.person_id != actor.id:
        require_in_scope(actor, Permission.DECIDE_REVIEW, view.person_id, _today())
        if look:
            record_view(actor, view.person_id, "review")
            view = review_by_id(review_id)
    return view


def _own_matter(reference: uuid.UUID) -> Matter:
    found = next((each for each in matters_of(current_actor().id, most=500) if each.reference == reference), None)
    if found is None:
        raise NotFound
    return found


def _today() -> date:
    return local_date(now(), current_actor().zone)

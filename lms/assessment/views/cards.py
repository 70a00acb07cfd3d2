"""Cards to repeat: one a page, answered, explained at once, then the next."""

from __future__ import annotations

import uuid

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms.accounts.login import current_actor, requires
from lms.accounts.rules.permissions import Permission
from lms.assessment.queries.cards import Deck, ask, deck_of, own_review, review_number, where_taught
from lms.assessment.rules.questions import shown_order
from lms.assessment.rules.responses import read_response
from lms.assessment.service.cards import answer_card
from lms.infra.clock import now
from lms.infra.i18n import _
from lms.learning.queries.catalogue import locate_step
from lms.learning.queries.player import Visit, visit_step
from lms.learning.rules.path import State
from lms.shared.errors import NotFound, Refused

blueprint = Blueprint("cards", __name__)


@blueprint.get("/repeat/<step>")
@requires(Permission.LEARN)
def card(step: str) -> str:
    """Show the card this person is about to forget, or that nothing is left for today."""
    visit, deck = _open_deck(step)
    asked = ask(deck, deck.upcoming) if deck.upcoming else None
    hinted = asked is not None and request.args.get("hint") == asked.item.id
    return render_template(
        "assessment/card.html",
        visit=visit,
        deck=deck,
        asked=asked,
        ordered=shown_order(asked.question, {}) if asked else None,
        hinted=hinted,
        taught=where_taught(asked.item) if asked and hinted else None,
    )


@blueprint.post("/repeat/<step>")
@requires(Permission.LEARN)
def answer(step: str) -> Response:
    """Grade an answer and go to what it teaches. An answer sent twice counts once."""
    _visit, deck = _open_deck(step)
    item_id, number = request.form.get("item", ""), request.form.get("number", type=int) or 0
    given = review_number(deck, item_id, number)
    if given is None:
        asked = ask(deck, item_id)
        if asked.number != number:
            raise NotFound
        known = request.form.get("go") != "unknown"
        fields = request.form.to_dict(flat=False) if known else {}
        response = read_response(asked.item, asked.wording, asked.served, fields)
        given = answer_card(deck, asked, response, hinted=request.form.get("hinted") == "1")
    return redirect(url_for(".answered", step=step, review=given))


@blueprint.get("/repeat/<step>/<uuid:review>")
@requires(Permission.LEARN)
def answered(step: str, review: uuid.UUID) -> str:
    """Show how a card went and why, and when it comes back."""
    visit, deck = _open_deck(step)
    reviewed = own_review(current_actor().id, step, review)
    return render_template(
        "assessment/card_answered.html",
        visit=visit,
        deck=deck,
        reviewed=reviewed,
        taught=where_taught(reviewed.item),
    )


def _open_deck(step: str) -> tuple[Visit, Deck]:
    place = locate_step(step)
    if place is None or place.step.kind != "cards":
        raise NotFound
    visit = visit_step(current_actor(), place.course.id, place.module.id, step, now())
    if visit is None:
        raise NotFound
    if visit.context is None or visit.view.state is State.BLOCKED:
        raise Refused(_("These cards are not open to you yet. Finish what they wait for first."))
    return visit, deck_of(visit.context)

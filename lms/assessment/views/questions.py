"""How the questions do: facility, discrimination and what the figures call for, with the question and its key."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from lms.accounts.login import current_actor, requires
from lms.accounts.rules.permissions import Permission, allowed
from lms.assessment.queries.items import item_page, item_rows
from lms.assessment.queries.marking import waiting_answers
from lms.catalog.queries import current_releases
from lms.infra.i18n import language
from lms.shared.errors import NotFound
from lms.shared.itemstats import LEAST

blueprint = Blueprint("questions", __name__)
PAGE = 50


@blueprint.get("/admin/questions")
@requires(Permission.MANAGE_CONTENT)
def index() -> str:
    """List the questions served now, those that need attention first."""
    actor = current_actor()
    course, page = request.args.get("course", ""), max(1, request.args.get("page", 1, type=int))
    rows = item_rows(course)
    marks = allowed(actor, Permission.MARK_ANSWERS)
    return render_template(
        "assessment/questions.html",
        rows=rows[(page - 1) * PAGE : page * PAGE],
        total=len(rows),
        page=page,
        pages=max(1, -(-len(rows) // PAGE)),
        course=course,
        courses=[release.course for release in current_releases()],
        marks=marks,
        waiting=len(waiting_answers(actor.id)) if marks else 0,
        least=LEAST,
    )


@blueprint.get("/admin/questions/<item>")
@requires(Permission.MANAGE_CONTENT)
def show(item: str) -> str:
    """Show a question with its key and how each version did in each language."""
    found = item_page(item)
    if found is None:
        raise NotFound
    shown_in = language() if language() in found.item.wordings else found.course.language
    return render_template(
        "assessment/item.html", found=found, wording=found.item.wordings[shown_in], shown_in=shown_in, least=LEAST
    )

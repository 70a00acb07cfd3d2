"""How far two champions agree who rate the same work, and the sheets behind the figures."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request

from lms.accounts.login import current_actor, record_view, requires
from lms.accounts.rules.permissions import Permission
from lms.infra.clock import now
from lms.infra.i18n import _, language
from lms.reporting.queries.agreement import looks_and_states, rated, ratings_of, step_titles, titles
from lms.reporting.rules.agreement import Report, report
from lms.reporting.views import words
from lms.reporting.views.files import table_file
from lms.shared.agreement import LEAST, Agreement
from lms.shared.errors import NotFound
from lms.shared.tables import Cell
from lms.workshops.queries.second_looks import Look, all_looks
from lms.workshops.queries.steps import released_step
from lms.workshops.rules.observation import Mark
from lms.workshops.rules.second import ONE_IN, LookState

blueprint = Blueprint("agreement", __name__, url_prefix="/reports")


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the report; `name` is empty for the whole."""

    name: str
    title: str
    agreement: Agreement


@blueprint.get("/agreement")
@requires(Permission.DECIDE_REVIEW)
def show() -> str:
    """Show κ by row and over all, and the pairs of sheets behind it."""
    looks, states = looks_and_states(now())
    found = report(ratings_of(look) for look in looks)
    names = titles(language())
    row = request.args.get("row", "")
    return render_template(
        "reporting/agreement.html",
        rows=_rows(found, names),
        lines=_lines(found, names),
        whole=found.all_rows or found.all_lines,
        states=states,
        State=LookState,
        looks=rated(looks, row),
        row=names.get(row, row),
        steps=step_titles(language()),
        words=words,
        least=LEAST,
        one_in=ONE_IN,
        as_of=now(),
    )


@blueprint.get("/agreement.<kind>")
@requires(Permission.DECIDE_REVIEW)
def as_file(kind: str) -> Response:
    """Send the figures as they are shown; κ is empty where it is not defined."""
    looks, _states = looks_and_states(now())
    found, names = report(ratings_of(look) for look in looks), titles(language())
    headers = [_("What is rated"), _("Pairs of sheets"), _("Ratings"), _("The same"), _("κ"), _("What it says")]
    return table_file(kind, "agreement", headers, [_cells(line) for line in _rows(found, names) + _lines(found, names)])


@blueprint.get("/agreement/<uuid:look>")
@requires(Permission.DECIDE_REVIEW)
def pair(look: uuid.UUID) -> str:
    """Show the two sheets of one person, levels and marks only; that they were looked at is written down."""
    found: Look | None = next(iter(all_looks(now(), look)), None)
    if found is None or not found.is_pair:
        raise NotFound
    record_view(current_actor(), found.person_id, "agreement")
    step = released_step(found.release, found.step)
    return render_template(
        "reporting/agreement_pair.html",
        look=found,
        title=step.title(language()),
        content=step.content(language()),
        Mark=Mark,
    )


def _rows(found: Report, names: Mapping[str, str]) -> list[Line]:
    lines = [Line(row, names.get(row, row), one) for row, one in found.rows.items()]
    return [*lines, Line("", _("All levels together"), found.all_rows)] if found.all_rows else []


def _lines(found: Report, names: Mapping[str, str]) -> list[Line]:
    lines = [Line(line, names.get(line, line), one) for line, one in found.lines.items()]
    return [*lines, Line("", _("All marks together"), found.all_lines)] if found.all_lines else []


def _cells(line: Line) -> list[Cell]:
    one = line.agreement
    kappa = None if one.kappa is None else round(float(one.kappa), 2)
    return [line.title, one.sheets, one.n, one.same, kappa, str(words.VERDICTS[one.verdict])]

"""Cohorts by modules, from the counters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from lms.accounts.login import current_actor, requires
from lms.accounts.rules.permissions import Permission, Relation, allowed, relations
from lms.cohorts.queries.cohorts import cohorts_championed_by
from lms.infra.clock import now
from lms.infra.i18n import _, language
from lms.reporting.frames.matrix import Matrix, MatrixRow, lay_matrix
from lms.reporting.queries.labels import matrix_programmes, module_titles
from lms.reporting.queries.matrix import matrix_data
from lms.reporting.views.files import table_file
from lms.shared.days import local_date
from lms.shared.tables import Cell

blueprint = Blueprint("matrix", __name__, url_prefix="/reports")


@blueprint.get("/matrix")
@requires(Permission.SEE_COUNTS)
def show() -> str:
    """Show how many members of each cohort have done each module of a programme."""
    programmes = matrix_programmes(language())
    chosen = _chosen(programmes)
    found = _matrix(chosen)
    named = allowed(current_actor(), Permission.SEE_COMPLETION)
    titles = module_titles(language())
    return render_template(
        "reporting/matrix.html",
        programmes=list(programmes.items()),
        chosen=chosen,
        matrix=found,
        columns=[titles.get(module, module) for module in found.modules],
        rows=[_row(row, found, named=named) for row in found.rows],
        everybody=_row(found.everybody, found, named=False) if len(found.rows) > 1 else None,
        as_of=now(),
    )


@blueprint.get("/matrix.<kind>")
@requires(Permission.SEE_COUNTS)
def as_file(kind: str) -> Response:
    """Send the matrix as it is shown: a row a cohort, a column a module."""
    found = _matrix(_chosen(matrix_programmes(language())))
    titles = module_titles(language())
    headers = [_("Cohort"), _("People"), *(titles.get(module, module) for module in found.modules)]
    rows: list[list[Cell]] = [
        [row.cohort.title or _("All cohorts"), row.cohort.people, *row.completed]
        for row in (*found.rows, found.everybody)
    ]
    return table_file(kind, "matrix", headers, rows)


def _chosen(programmes: Mapping[str, str]) -> str:
    asked = request.args.get("programme", "")
    return asked if asked in programmes else next(iter(programmes), "")


def _matrix(programme: str) -> Matrix:
    """Return the matrix of whole cohorts: all, or those the reader is champion of. A counter cannot be divided."""
    actor = current_actor()
    everybody = Relation.ANYONE in relations(actor, Permission.SEE_COUNTS)
    own = None if everybody else cohorts_championed_by(actor.id, local_date(now(), actor.zone))
    return lay_matrix(matrix_data(programme, own))


def _row(row: MatrixRow, matrix: Matrix, *, named: bool) -> dict[str, Any]:
    cells = []
    for module, completed in zip(matrix.modules, row.completed, strict=True):
        finished = completed >= row.cohort.people
        url = url_for("reports.people", cohort=row.cohort.id, module=module, state="open") if named else None
        cells.append(
            {
                "text": _("%(done)s of %(of)s", done=completed, of=row.cohort.people),
                "kind": "ok" if finished else "plain",
                "url": url,
            }
        )
    return {"label": row.cohort.title or _("All cohorts"), "cells": cells}

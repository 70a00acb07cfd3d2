"""Importing people: upload, say what the columns mean, look, apply, and take back within a day."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Sequence

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from lms.accounts.login import current_actor, requires
from lms.accounts.models.imports import ImportState
from lms.accounts.queries.people_import import past_imports
from lms.accounts.rules.people_file import Column, DateFormat, FileMapping
from lms.accounts.rules.people_lines import Reading
from lms.accounts.rules.permissions import Permission
from lms.accounts.service.import_words import (
    change_name,
    column_name,
    date_format_name,
    fault_words,
    faults_table,
    tally,
)
from lms.accounts.service.people_import import (
    UNDO,
    Check,
    Defaults,
    apply_import,
    check,
    discard,
    import_of,
    mapping_of,
    read_people,
    say_mapping,
    table_of,
    undo_import,
    upload,
)
from lms.infra.clock import now
from lms.infra.deployment import settings
from lms.infra.i18n import _
from lms.infra.transactions import own_transaction, run_in_write_transaction
from lms.shared.errors import Conflict, Invalid

blueprint = Blueprint("people_import", __name__, url_prefix="/people/import")
SHOWN = 100
SAMPLES = 3


@blueprint.get("")
@requires(Permission.MANAGE_PEOPLE)
def ask_file() -> str:
    """Ask for a file, and show the imports there have been."""
    return _upload_page("")


@blueprint.post("")
@requires(Permission.MANAGE_PEOPLE)
def receive() -> Answer | tuple[str, int]:
    """Store a file and go on to its columns."""
    file = request.files.get("file")
    with contextlib.closing(file) if file else contextlib.nullcontext():
        content = file.read() if file else b""
    if not file or not content:
        return _upload_page(_("Choose a file that is not empty.")), 422
    try:
        import_id = upload(current_actor(), file.filename or "", content, now())
    except Invalid as error:
        return _upload_page(error.message), 422
    return redirect(url_for(".columns", import_id=import_id))


@blueprint.get("/<uuid:import_id>/columns")
@requires(Permission.MANAGE_PEOPLE)
def columns(import_id: uuid.UUID) -> str:
    """Show what we take each column for."""
    table = table_of(import_id)
    return _columns_page(import_id, mapping_of(import_id, table), {})


@blueprint.post("/<uuid:import_id>/columns")
@requires(Permission.MANAGE_PEOPLE)
def say_columns(import_id: uuid.UUID) -> Answer | tuple[str, int]:
    """Store what the columns mean and go on to the check."""
    mapping = _mapping_given(table_of(import_id).headers)
    try:
        say_mapping(import_id, mapping)
    except Invalid as error:
        return _columns_page(import_id, mapping, error.fields), 422
    return redirect(url_for(".show", import_id=import_id))


@blueprint.get("/<uuid:import_id>")
@requires(Permission.MANAGE_PEOPLE)
def show(import_id: uuid.UUID) -> Answer | str:
    """Show what would change, or what did."""
    row = import_of(import_id)
    if row.state is ImportState.UPLOADED:
        return redirect(url_for(".columns", import_id=import_id))
    return _check_page(import_id, {}) if row.state is ImportState.MAPPED else _done_page(import_id)


@blueprint.get("/<uuid:import_id>/errors.csv")
@requires(Permission.MANAGE_PEOPLE)
def errors(import_id: uuid.UUID) -> Response:
    """Send every fault as CSV."""
    response = make_response(faults_table(_checked(_reading(import_id), import_id).plan.faults))
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = 'attachment; filename="import-errors.csv"'
    return response


@blueprint.post("/<uuid:import_id>/apply")
@requires(Permission.MANAGE_PEOPLE)
@own_transaction
def apply(import_id: uuid.UUID) -> Answer | tuple[str, int]:
    """Change people as the file says. The file is read before the write queue is joined."""
    actor, defaults = current_actor(), _defaults()
    reading = _reading(import_id)
    try:
        run_in_write_transaction(
            lambda: apply_import(
                actor,
                import_id,
                reading,
                now(),
                defaults,
                seen=request.form.get("seen", ""),
                skip_faulty=request.form.get("rows") == "valid",
                reason=request.form.get("reason", ""),
            )
        )
    except Invalid as error:
        return _check_page(import_id, error.fields or {"": error.message}), 422
    except Conflict as error:
        flash(error.message, "error")
        return redirect(url_for(".show", import_id=import_id))
    flash(_("The import is done."), "success")
    return redirect(url_for(".show", import_id=import_id))


@blueprint.post("/<uuid:import_id>/undo")
@requires(Permission.MANAGE_PEOPLE)
@own_transaction
def undo(import_id: uuid.UUID) -> Answer:
    """Take an import back."""
    actor = current_actor()
    try:
        run_in_write_transaction(lambda: undo_import(actor, import_id, now()))
    except Conflict as error:
        flash(error.message, "error")
    else:
        flash(_("The import is taken back. People are as they were before it."), "success")
    return redirect(url_for(".show", import_id=import_id))


@blueprint.post("/<uuid:import_id>/discard")
@requires(Permission.MANAGE_PEOPLE)
def drop(import_id: uuid.UUID) -> Answer:
    """Forget an uploaded file."""
    discard(current_actor(), import_id)
    flash(_("The file is forgotten. Nothing was changed."), "success")
    return redirect(url_for(".ask_file"))


def _reading(import_id: uuid.UUID) -> Reading:
    table = table_of(import_id)
    return read_people(table, mapping_of(import_id, table))


def _checked(reading: Reading, import_id: uuid.UUID) -> Check:
    full = bool(import_of(import_id).mapping.get("full"))
    return check(current_actor(), reading, now(), _defaults(), full=full)


def _defaults() -> Defaults:
    here = settings()
    return Defaults(here.language_list[0], here.timezone)


def _mapping_given(headers: Sequence[str]) -> FileMapping:
    given = {column: request.form.get(f"column-{column}", "") for column in Column}
    dates = request.form.get("dates", "")
    return FileMapping(
        {column: header for column, header in given.items() if header in headers},
        DateFormat(dates) if dates in set(DateFormat) else DateFormat.ISO,
        full=request.form.get("full") == "y",
    )


def _upload_page(problem: str) -> str:
    return render_template("home/people_import.html", problem=problem, imports=past_imports(), now=now(), undo=UNDO)


def _columns_page(import_id: uuid.UUID, mapping: FileMapping, problems: dict[str, str]) -> str:
    table = table_of(import_id)
    samples = {
        header: [cells[position] for _line, cells in table.rows[:SAMPLES] if cells[position]]
        for position, header in enumerate(table.headers)
    }
    return render_template(
        "home/people_import_columns.html",
        import_id=import_id,
        row=import_of(import_id),
        table=table,
        mapping=mapping,
        samples=samples,
        problems=problems,
        columns=[(column, column_name(column)) for column in Column],
        formats=[(dates, date_format_name(dates)) for dates in DateFormat],
    )


def _check_page(import_id: uuid.UUID, problems: dict[str, str]) -> str:
    table = table_of(import_id)
    found = _checked(read_people(table, mapping_of(import_id, table)), import_id)
    plan = found.plan
    return render_template(
        "home/people_import_check.html",
        import_id=import_id,
        row=import_of(import_id),
        found=found,
        plan=plan,
        rows=len(table.rows),
        problems=problems,
        tally=tally(plan.counts),
        changes=plan.changes[:SHOWN],
        faults=plan.faults[:SHOWN],
        shown=SHOWN,
        change_name=change_name,
        column_name=column_name,
        fault_words=fault_words,
    )


def _done_page(import_id: uuid.UUID) -> str:
    row = import_of(import_id)
    until = row.applied_at + UNDO if row.applied_at else None
    return render_template(
        "home/people_import_done.html",
        row=row,
        tally=tally(row.counts, done=True),
        until=until,
        may_undo=row.state is ImportState.APPLIED and until is not None and now() < until,
    )

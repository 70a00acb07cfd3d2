"""Issuing for a cohort, and what a coordinator records about one award."""

from __future__ import annotations

import tempfile
import uuid
import zipfile
from collections.abc import Callable
from datetime import date
from typing import IO

from flask import Blueprint, Response, flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as AnyResponse

from lms.accounts.login import current_actor, requires
from lms.accounts.rules.actor import Actor
from lms.accounts.rules.permissions import Permission
from lms.catalog.queries import names_example
from lms.certification.forms import CorrectForm, ExtendForm, ReasonForm
from lms.certification.queries.awards import AwardView
from lms.certification.queries.issuing import cohort_files, dry_run, recent_runs, run_view
from lms.certification.queries.rule_titles import rule_titles
from lms.certification.rules.candidates import Group
from lms.certification.service.issuing import start_run
from lms.certification.service.status import (
    correct_award,
    extend_award,
    reinstate_award,
    revoke_award,
    suspend_award,
)
from lms.certification.views.own import visible
from lms.cohorts.queries.cohorts import cohort_line, cohort_lines
from lms.infra.clock import now
from lms.infra.i18n import _, language
from lms.infra.storage import storage
from lms.shared.days import local_date
from lms.shared.errors import Conflict, Invalid

blueprint = Blueprint("issuing", __name__)
Page = tuple[str, int]


@blueprint.get("/issue")
@requires(Permission.ISSUE_CERTIFICATES)
def cohorts() -> str:
    """Choose a cohort; see what was issued lately."""
    return render_template("certification/issue.html", cohorts=cohort_lines(_today()), runs=recent_runs())


@blueprint.get("/issue/<cohort>")
@requires(Permission.ISSUE_CERTIFICATES)
def preview(cohort: str) -> str:
    """Show who qualifies, who nearly does, and why not."""
    line = cohort_line(cohort, _today())
    files = cohort_files(cohort, _today())
    return render_template(
        "certification/issue_cohort.html",
        cohort=line,
        run=dry_run(cohort, _today()),
        files=files,
        drawn=sum(1 for award in files if award.document_sha256),
        titles=rule_titles(language()),
        unnamed=names_example(),
        Group=Group,
    )


@blueprint.post("/issue/<cohort>")
@requires(Permission.ISSUE_CERTIFICATES)
def start(cohort: str) -> AnyResponse:
    """Issue what the page announced; each person is judged again in the issuing transaction."""
    try:
        run = start_run(current_actor(), cohort, dry_run(cohort, _today()).due)
    except Conflict as error:
        flash(error.message, "error")
        return redirect(url_for(".preview", cohort=cohort), 303)
    return redirect(url_for(".run", run=run), 303)


@blueprint.get("/issue/runs/<uuid:run>")
@requires(Permission.ISSUE_CERTIFICATES)
def run(run: uuid.UUID) -> str:
    """Show how far a run is."""
    view = run_view(run)
    return render_template("certification/issue_run.html", run=view, cohort=cohort_line(view.cohort_id, _today()))


@blueprint.get("/issue/<cohort>/certificates.zip")
@requires(Permission.ISSUE_CERTIFICATES)
def download_all(cohort: str) -> AnyResponse:
    """Send the certificates of a cohort in one file, named by serial; what is not drawn yet is listed in it."""
    cohort_line(cohort, _today())
    files = cohort_files(cohort, _today())
    if not any(award.document_sha256 for award in files):
        flash(_("There is no certificate to download yet."), "info")
        return redirect(url_for(".preview", cohort=cohort), 303)
    packed = _packed(files)
    response: Response = send_file(
        packed, mimetype="application/zip", as_attachment=True, download_name=f"certificates-{cohort}.zip"
    )
    return response


def _packed(files: tuple[AwardView, ...]) -> IO[bytes]:
    # On disk, not in memory: a cohort of 500 is 45 MB. Certificates are compressed inside, so they are stored as is.
    target: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - sent and closed by the response
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        missing = []
        for award in files:
            if award.document_sha256 is None:
                missing.append(f"{award.serial}  {award.snapshot.name}")
            else:
                archive.writestr(f"{award.serial} {_file_name(award)}.pdf", storage().get(award.document_sha256))
        if missing:
            archive.writestr("not-drawn-yet.txt", "\n".join(missing) + "\n")
    target.seek(0)
    return target


def _file_name(award: AwardView) -> str:
    """Return the holder's name without what some file systems refuse."""
    kept = "".join(" " if each in '<>:"/\\|?*' else each for each in award.snapshot.name)
    return " ".join(kept.split()).strip(". ")[:80] or award.snapshot.printed_code


@blueprint.route("/certificates/<uuid:award>/revoke", methods=["GET", "POST"])
@requires(Permission.REVOKE_CERTIFICATES)
def revoke(award: uuid.UUID) -> AnyResponse | Page | str:
    """Revoke an award."""
    return _with_reason(award, "revoke", revoke_award)


@blueprint.route("/certificates/<uuid:award>/suspend", methods=["GET", "POST"])
@requires(Permission.REVOKE_CERTIFICATES)
def suspend(award: uuid.UUID) -> AnyResponse | Page | str:
    """Suspend an award until it is reinstated."""
    return _with_reason(award, "suspend", suspend_award)


@blueprint.route("/certificates/<uuid:award>/reinstate", methods=["GET", "POST"])
@requires(Permission.REVOKE_CERTIFICATES)
def reinstate(award: uuid.UUID) -> AnyResponse | Page | str:
    """Take a revocation or suspension back."""
    return _with_reason(award, "reinstate", reinstate_award)


@blueprint.route("/certificates/<uuid:award>/extend", methods=["GET", "POST"])
@requires(Permission.REVOKE_CERTIFICATES)
def extend(award: uuid.UUID) -> AnyResponse | Page | str:
    """Let an award stand until a later day."""
    view, form = visible(award, "certificate"), ExtendForm()
    if request.method == "GET":
        return _change_page(view, form, "extend")
    if form.validate() and form.until.data is not None:
        until: date = form.until.data
        if _accepted(form, lambda: extend_award(current_actor(), view.id, until, form.reason.data or "")):
            return _recorded(view)
    return _change_page(view, form, "extend"), 422


@blueprint.route("/certificates/<uuid:award>/correct", methods=["GET", "POST"])
@requires(Permission.REVOKE_CERTIFICATES)
def correct(award: uuid.UUID) -> AnyResponse | Page | str:
    """Issue an award again with the name put right."""
    view = visible(award, "certificate")
    form = CorrectForm() if request.method == "POST" else CorrectForm(name=view.snapshot.name)
    if request.method == "GET":
        return _change_page(view, form, "correct")
    if form.validate() and _accepted(
        form, lambda: correct_award(current_actor(), view.id, form.name.data or "", form.reason.data or "")
    ):
        return _recorded(view)
    return _change_page(view, form, "correct"), 422


def _with_reason(
    award: uuid.UUID, change: str, act: Callable[[Actor, uuid.UUID, str], None]
) -> AnyResponse | Page | str:
    view, form = visible(award, "certificate"), ReasonForm()
    if request.method == "GET":
        return _change_page(view, form, change)
    if form.validate() and _accepted(form, lambda: act(current_actor(), view.id, form.reason.data or "")):
        return _recorded(view)
    return _change_page(view, form, change), 422


def _accepted(form: ReasonForm, act: Callable[[], object]) -> bool:
    try:
        act()
    except Invalid as error:
        form.refuse(error)
        return False
    return True


def _recorded(view: AwardView) -> AnyResponse:
    flash(_("Recorded. The code keeps resolving and says how the certificate stands."), "success")
    return redirect(url_for("certification.show", award=view.id), 303)


def _change_page(view: AwardView, form: ReasonForm, change: str) -> str:
    return render_template("certification/change.html", award=view, form=form, change=change)


def _today() -> date:
    return local_date(now(), current_actor().zone)

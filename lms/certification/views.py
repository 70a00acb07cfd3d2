"""One's certificates, the public verification pages, and revocation."""

from __future__ import annotations

import uuid
from datetime import date

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from lms.accounts.login import current_actor, public, requires
from lms.accounts.queries.scope import require_in_scope
from lms.accounts.rules.permissions import Permission
from lms.accounts.service.throttle import admit, forgive, lookup_buckets
from lms.certification.forms import RevokeForm, VerifyForm
from lms.certification.handlers import draw_document
from lms.certification.queries.awards import (
    AwardView,
    award_by_code,
    award_by_document,
    award_by_id,
    award_by_token,
    awards_of,
    holder_left_on,
)
from lms.certification.service.documents import file_digest, keep_document
from lms.certification.service.status import reinstate_award, revoke_award
from lms.infra.clock import now
from lms.infra.i18n import _
from lms.infra.storage import storage
from lms.infra.transactions import own_transaction, run_in_write_transaction
from lms.shared.days import local_date
from lms.shared.errors import Invalid, NotFound
from lms.shared.ids import read_code

blueprint = Blueprint("certification", __name__)


@blueprint.get("/certificates")
@requires(Permission.SEE_OWN_RECORD)
def own_certificates() -> str:
    """Show what the person holds, until when, and what to do."""
    actor = current_actor()
    return render_template("certification/certificates.html", awards=awards_of(actor.id, _today()))


@blueprint.get("/certificates/<uuid:award>.pdf")
@requires(Permission.SEE_OWN_RECORD)
def download(award: uuid.UUID) -> Response:
    """Send the issued file, to its holder or to who issues certificates."""
    view = _visible(award)
    if view.document_sha256 is None:
        pdf = draw_document(view)
        digest = run_in_write_transaction(lambda: keep_document(view.id, pdf))
    else:
        digest = view.document_sha256
    response = Response(storage().get(digest), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="certificate-{view.serial}.pdf"'
    return response


@blueprint.get("/v/<token>")
@public
def verify_link(token: str) -> tuple[str, int] | str:
    """Say whether the certificate behind a QR code is real, for whom, and valid now."""
    view = award_by_token(token, now().date())
    return _verdict(view)


@blueprint.get("/verify")
@public
def verify() -> str:
    """Ask for a code, or for the file itself."""
    return render_template("certification/verify.html", form=VerifyForm(code=request.args.get("code", "")))


@blueprint.post("/verify")
@public
@own_transaction
def verify_code() -> tuple[str, int] | str:
    """Look up a typed code, or compare a file with the one that was issued."""
    buckets = lookup_buckets(f"verify:{request.remote_addr}")
    run_in_write_transaction(lambda: admit(buckets, now()))
    upload = request.files.get("file")
    if upload and upload.filename:
        view = award_by_document(file_digest(upload.read()), now().date())
        if view is None:
            return render_template("certification/verify.html", form=VerifyForm(code=""), unknown_file=True), 404
        run_in_write_transaction(lambda: forgive(buckets))
        return _verdict(view, file_checked=True)
    form = VerifyForm()
    if not form.validate():
        return render_template("certification/verify.html", form=form), 422
    code = read_code(form.code.data or "")
    view = award_by_code(code, now().date()) if code else None
    if view is not None:
        run_in_write_transaction(lambda: forgive(buckets))
    return _verdict(view, code=form.code.data or "")


@blueprint.get("/certificates/<uuid:award>/revoke")
@requires(Permission.REVOKE_CERTIFICATES)
def ask_revoke(award: uuid.UUID) -> str:
    """Ask for the reason."""
    return _revoke_page(_visible(award), RevokeForm())


@blueprint.post("/certificates/<uuid:award>/revoke")
@requires(Permission.REVOKE_CERTIFICATES)
def revoke(award: uuid.UUID) -> AnyResponse | tuple[str, int]:
    """Revoke an award, or reinstate one that is revoked."""
    view, form = _visible(award), RevokeForm()
    if not form.validate():
        return _revoke_page(view, form), 422
    act = reinstate_award if view.standing.value in {"revoked", "suspended"} else revoke_award
    try:
        act(current_actor(), view.id, form.reason.data or "")
    except Invalid as error:
        form.refuse(error)
        return _revoke_page(view, form), 422
    flash(_("Recorded. The code keeps resolving and says how the certificate stands."), "success")
    return redirect(url_for(".verify_link", token=view.snapshot.token))


def _revoke_page(view: AwardView, form: RevokeForm) -> str:
    return render_template("certification/revoke.html", award=view, form=form)


def _visible(award_id: uuid.UUID) -> AwardView:
    """Return an award that is the actor's own or lies in their scope.

    Raises:
        NotFound: neither.
    """
    actor, view = current_actor(), award_by_id(award_id, _today())
    if view is None:
        raise NotFound
    if view.person_id != actor.id:
        require_in_scope(actor, Permission.ISSUE_CERTIFICATES, view.person_id, _today())
    return view


def _verdict(view: AwardView | None, *, code: str = "", file_checked: bool = False) -> tuple[str, int] | str:
    if view is None:
        return render_template("certification/not_found.html", code=code), 404
    left_on = holder_left_on(view.person_id)
    return render_template(
        "certification/verified.html", award=view, file_checked=file_checked, left=left_on and left_on < now().date()
    )


def _today() -> date:
    return local_date(now(), current_actor().zone)

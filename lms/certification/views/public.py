"""Public pages: is this certificate real, for whom, what, and valid now? By link, code or file, and for machines."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request
from pydantic import ValidationError

from lms.accounts.login import public
from lms.accounts.service.throttle import admit, forgive, lookup_buckets
from lms.certification.forms import FileForm, VerifyForm
from lms.certification.handlers.checking import Checked as Found
from lms.certification.handlers.checking import check_file
from lms.certification.handlers.signing import badge, credential_json
from lms.certification.queries.awards import AwardView, award_by_code, award_by_token, holder_left_on
from lms.certification.queries.credentials import award_address
from lms.certification.rules.checking import FileFinding
from lms.certification.views.bodies import Checked, CodeAsked, Status
from lms.certification.views.own import wanted_suite
from lms.infra.clock import now
from lms.infra.transactions import own_transaction, run_in_write_transaction
from lms.infra.web.openapi import Operation, operation
from lms.infra.web.security import csrf
from lms.shared.errors import NotFound
from lms.shared.ids import read_code

blueprint = Blueprint("verification", __name__)
CREDENTIAL_TYPE = "application/vc"


@blueprint.get("/v/<token>")
@public
def link(token: str) -> tuple[str, int] | str:
    """Say whether the certificate behind a QR code is real, for whom, and valid now."""
    view = award_by_token(token, now().date())
    if view is not None and not view.shared:
        return render_template("certification/switched_off.html")
    return _verdict_page(view)


@blueprint.get("/v/<token>/credential")
@blueprint.get("/v/<token>/credential.json")
@public
@operation(
    Operation(
        summary="The credential of a shared award: Open Badges 3.0.",
        replies={200: None},
        media_type=CREDENTIAL_TYPE,
        errors=frozenset({404, 409, 503}),
    )
)
def credential(token: str) -> Response:
    """Send the credential of a shared award: this is the address that its id names."""
    return Response(credential_json(_shared(token), wanted_suite()), mimetype=CREDENTIAL_TYPE)


@blueprint.get("/v/<token>/badge.png")
@public
def badge_picture(token: str) -> Response:
    """Send the badge of a shared award."""
    return Response(badge(_shared(token), wanted_suite()), mimetype="image/png")


@blueprint.get("/v/<token>/status.json")
@public
@operation(
    Operation(summary="How a shared award stands, for machines.", replies={200: Status}, errors=frozenset({404, 503}))
)
def status(token: str) -> Response:
    """Say how a shared award stands, for machines."""
    return jsonify(described(_shared(token)))


@blueprint.get("/verify")
@public
def verify() -> str:
    """Ask for a code, or for the file itself."""
    return _ask(VerifyForm(code=request.args.get("code", "")))


@blueprint.post("/verify")
@public
@own_transaction
def check() -> tuple[str, int] | str:
    """Look up a typed code, or look at a file."""
    _count_try()
    upload = request.files.get("file")
    if upload and upload.filename:
        checked = check_file(upload.read(), now().date())
        if checked.award is None:
            return render_template("certification/unknown_file.html", finding=checked.finding), 404
        _forgive_try()
        return _verdict_page(checked.award, finding=checked.finding)
    form = VerifyForm()
    if not form.validate():
        return _ask(form), 422
    view = _by_code(form.code.data or "")
    return _verdict_page(view, code=form.code.data or "")


@blueprint.post("/api/v1/verify")
@public
@own_transaction
@operation(
    Operation(
        summary="Is this certificate real, and valid now? A file as `file`, or the printed code.",
        body=CodeAsked,
        takes_file=True,
        replies={200: Checked, 404: Checked},
        errors=frozenset({413, 429, 503}),
    )
)
def check_for_machines() -> tuple[Response, int]:
    """The same for machines: a file as ``file`` (multipart), or ``{"code": "…"}`` (JSON)."""
    _count_try()
    upload = request.files.get("file")
    if upload is not None:
        checked = check_file(upload.read(), now().date())
        if checked.award is not None:
            _forgive_try()
        return _answer(checked)
    try:
        view = _by_code(CodeAsked.model_validate_json(request.get_data()).code)
    except ValidationError:
        view = None
    if view is None:
        return jsonify({"finding": "not-found", "valid_now": False}), 404
    return jsonify({"finding": "code", **described(view)}), 200


# A machine has no form and no cookie that another site could use.
csrf.exempt(check_for_machines)


def described(view: AwardView) -> dict[str, Any]:
    """Return what the public page says, for machines: no scores, address or number."""
    snapshot, dates = view.snapshot, view.timeline
    left = _has_left(view)
    return {
        "valid_now": view.in_force,
        "standing": view.standing.value,
        "grants_authority": view.authority and view.in_force and not left,
        "holder_left": left,
        "name": snapshot.name,
        "subject": snapshot.subject,
        "level": snapshot.level_title,
        "organisation": snapshot.organisation,
        "issued_on": snapshot.issued_on.isoformat(),
        "printed_until": dates.printed_until.isoformat(),
        "stands_until": dates.expires_on.isoformat() if dates.expires_on else None,
        "address": award_address(snapshot.token),
        "replaced_by": award_address(view.replaced_by) if view.replaced_by else None,
        "as_of": now().isoformat(timespec="seconds"),
    }


def _answer(checked: Found) -> tuple[Response, int]:
    if checked.award is None:
        return jsonify({"finding": checked.finding.value, "valid_now": False}), 404
    return jsonify({"finding": checked.finding.value, **described(checked.award)}), 200


def _by_code(text: str) -> AwardView | None:
    code = read_code(text)
    view = award_by_code(code, now().date()) if code else None
    if view is not None:
        _forgive_try()
    return view


def _shared(token: str) -> AwardView:
    view = award_by_token(token, now().date())
    if view is None or not view.shared:
        raise NotFound
    return view


def _count_try() -> None:
    buckets = lookup_buckets(f"verify:{request.remote_addr}")
    run_in_write_transaction(lambda: admit(buckets, now()))


def _forgive_try() -> None:
    buckets = lookup_buckets(f"verify:{request.remote_addr}")
    run_in_write_transaction(lambda: forgive(buckets))


def _ask(form: VerifyForm) -> str:
    return render_template("certification/verify.html", form=form, file_form=FileForm())


def _verdict_page(
    view: AwardView | None, *, code: str = "", finding: FileFinding | None = None
) -> tuple[str, int] | str:
    if view is None:
        return render_template("certification/not_found.html", code=code), 404
    return render_template("certification/verified.html", award=view, finding=finding, left=_has_left(view))


def _has_left(view: AwardView) -> bool:
    left_on = holder_left_on(view.person_id)
    return left_on is not None and left_on <= now().date()

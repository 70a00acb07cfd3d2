"""One's certificates: what is held, when it ends and what to do; the files, the public link, the transcript."""

from __future__ import annotations

import uuid
from datetime import date
from urllib.parse import urlencode

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from lms.accounts.login import current_actor, record_view, requires
from lms.accounts.queries.scope import require_in_scope
from lms.accounts.rules.permissions import Permission, allowed
from lms.certification.adapters.proofs import Suite
from lms.certification.handlers.signing import badge, credential_json
from lms.certification.models import TranscriptFile
from lms.certification.queries.awards import AwardView, award_by_id, awards_of, require_name
from lms.certification.queries.credentials import award_address
from lms.certification.queries.history import history_of
from lms.certification.queries.transcripts import as_data, programme_title, transcript_of
from lms.certification.service.award import RENDER_JOB
from lms.certification.service.documents import ask_for_transcript
from lms.certification.service.status import change_sharing, leave_scores_off
from lms.infra.clock import now
from lms.infra.db import db
from lms.infra.i18n import _
from lms.infra.jobs import enqueue
from lms.infra.storage import storage
from lms.infra.transactions import run_in_write_transaction
from lms.learning.queries.cycles import paths_of
from lms.learning.rules.cycles import RECERTIFICATION
from lms.learning.rules.path import StepView, next_step
from lms.shared.days import local_date
from lms.shared.errors import NotFound

blueprint = Blueprint("certification", __name__)
PROFILE_PAGE = "https://www.linkedin.com/profile/add"


@blueprint.get("/certificates")
@requires(Permission.SEE_OWN_RECORD)
def own_certificates() -> str:
    """Show what the person holds, until when, and what to do."""
    actor, today = current_actor(), _today()
    awards = awards_of(actor.id, today)
    renewed = {(award.programme, award.level, award.period - 1) for award in awards if award.period}
    return render_template(
        "certification/certificates.html",
        awards=awards,
        today=today,
        renewed=renewed,
        renewals=_renewals(actor.id),
        profile_link=profile_link,
        issues=allowed(actor, Permission.ISSUE_CERTIFICATES),
    )


def _renewals(person_id: uuid.UUID) -> dict[str, StepView]:
    """Return the exam that renews, by programme, where it can be taken now."""
    return {
        path.programme.id: step
        for path in paths_of(person_id)
        if path.cycle.name.startswith(RECERTIFICATION) and (step := next_step(path.modules)) is not None
    }


@blueprint.get("/certificates/<uuid:award>")
@requires(Permission.SEE_OWN_RECORD)
def show(award: uuid.UUID) -> str:
    """Show one award with everything that was recorded about it."""
    view = visible(award, "certificate")
    return render_template(
        "certification/award.html",
        award=view,
        history=history_of(view.id),
        own=view.person_id == current_actor().id,
        manages=allowed(current_actor(), Permission.REVOKE_CERTIFICATES),
        address=award_address(view.snapshot.token),
    )


@blueprint.get("/certificates/<uuid:award>.pdf")
@requires(Permission.SEE_OWN_RECORD)
def download(award: uuid.UUID) -> Response | tuple[str, int]:
    """Send the issued file; where it is still being drawn, say so. Nothing is drawn in a request."""
    view = visible(award)
    if view.document_sha256 is None:
        require_name(view.snapshot)
        run_in_write_transaction(lambda: enqueue(RENDER_JOB, {"award": str(award)}, slot=f"{RENDER_JOB}:{award}"))
        again = url_for(".download", award=award)
        return render_template("certification/being_drawn.html", again=again, back=url_for(".own_certificates")), 202
    return attachment(storage().get(view.document_sha256), "application/pdf", f"certificate-{view.serial}.pdf")


@blueprint.get("/certificates/<uuid:award>/credential.json")
@requires(Permission.SEE_OWN_RECORD)
def credential(award: uuid.UUID) -> Response:
    """Send the credential as data; ``?proof=eddsa-rdfc-2022`` for the suite that JSON-LD tools follow."""
    view = visible(award)
    data = credential_json(view, wanted_suite())
    return attachment(data, "application/vc", f"certificate-{view.serial}.json")


@blueprint.get("/certificates/<uuid:award>/badge.png")
@requires(Permission.SEE_OWN_RECORD)
def badge_picture(award: uuid.UUID) -> Response:
    """Send the badge: a picture that carries the credential."""
    view = visible(award)
    return attachment(badge(view, wanted_suite()), "image/png", f"badge-{view.serial}.png")


@blueprint.post("/certificates/<uuid:award>/sharing")
@requires(Permission.SEE_OWN_RECORD)
def sharing(award: uuid.UUID) -> AnyResponse:
    """Switch the public link on or off."""
    shared = request.form.get("shared") == "yes"
    change_sharing(current_actor(), award, shared=shared)
    flash(
        _("The link works.") if shared else _("The link shows nothing any more. The printed code still works."),
        "success",
    )
    return redirect(url_for(".own_certificates"), 303)


@blueprint.post("/certificates/<uuid:award>/scores")
@requires(Permission.SEE_OWN_RECORD)
def scores(award: uuid.UUID) -> AnyResponse:
    """Issue one's own award again without scores."""
    leave_scores_off(current_actor(), award)
    flash(
        _("Issued again without scores, under a new number and code. The old one says that it was replaced."), "success"
    )
    return redirect(url_for(".own_certificates"), 303)


@blueprint.get("/certificates/transcript")
@requires(Permission.SEE_OWN_RECORD)
def transcript() -> str:
    """Show everything that was shown and is held."""
    found = transcript_of(current_actor().id, now(), _today())
    if found is None:
        raise NotFound
    return render_template("certification/own_transcript.html", transcript=found, programme_title=programme_title)


@blueprint.get("/certificates/transcript.json")
@requires(Permission.SEE_OWN_RECORD)
def transcript_data() -> Response:
    """Send the same as data."""
    found = transcript_of(current_actor().id, now(), _today())
    if found is None:
        raise NotFound
    response = jsonify(as_data(found))
    response.headers["Content-Disposition"] = 'attachment; filename="transcript.json"'
    return response


@blueprint.post("/certificates/transcript")
@requires(Permission.SEE_OWN_RECORD)
def ask_transcript() -> AnyResponse:
    """Have the transcript drawn as a file."""
    asked = ask_for_transcript(current_actor().id)
    return redirect(url_for(".transcript_file", transcript=asked), 303)


@blueprint.get("/certificates/transcript/<uuid:transcript>.pdf")
@requires(Permission.SEE_OWN_RECORD)
def transcript_file(transcript: uuid.UUID) -> Response | tuple[str, int]:
    """Send one's transcript, or say that it is being drawn."""
    asked = db.session.get(TranscriptFile, transcript)
    if asked is None or asked.person_id != current_actor().id:
        raise NotFound
    if asked.sha256 is None:
        again = url_for(".transcript_file", transcript=transcript)
        return render_template("certification/being_drawn.html", again=again, back=url_for(".transcript")), 202
    return attachment(storage().get(asked.sha256), "application/pdf", "transcript.pdf")


def profile_link(award: AwardView) -> str:
    """Return the address that adds the award to a LinkedIn profile, filled in."""
    snapshot, until = award.snapshot, award.snapshot.valid_until
    fields = {
        "startTask": "CERTIFICATION_NAME",
        "name": f"{snapshot.level_title} – {snapshot.subject}",
        "organizationName": snapshot.organisation,
        "issueYear": snapshot.issued_on.year,
        "issueMonth": snapshot.issued_on.month,
        "certUrl": award_address(snapshot.token),
        "certId": snapshot.printed_code,
    }
    if until is not None:
        fields |= {"expirationYear": until.year, "expirationMonth": until.month}
    return f"{PROFILE_PAGE}?{urlencode(fields)}"


def visible(award_id: uuid.UUID, page: str = "") -> AwardView:
    """Return an award that is the actor's own or lies in their scope; with `page` the look at another's is logged.

    Raises:
        NotFound: neither.
    """
    actor, view = current_actor(), award_by_id(award_id, _today())
    if view is None:
        raise NotFound
    if view.person_id != actor.id:
        require_in_scope(actor, Permission.ISSUE_CERTIFICATES, view.person_id, _today())
        if page:
            record_view(actor, view.person_id, page)
            view = award_by_id(award_id, _today()) or view
    return view


def wanted_suite() -> Suite:
    """Return the cryptosuite that the address asks for; JCS where it asks for none that there is."""
    asked = request.args.get("proof", "")
    return Suite(asked) if asked in set(Suite) else Suite.JCS


def attachment(data: bytes, media_type: str, name: str) -> Response:
    """Return a file to be kept under `name`."""
    response = Response(data, mimetype=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _today() -> date:
    return local_date(now(), current_actor().zone)

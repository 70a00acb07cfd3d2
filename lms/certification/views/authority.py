"""May this person do X now? For machines with a token; and the page where tokens are made and revoked."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from pydantic import ValidationError
from werkzeug.wrappers import Response as AnyResponse

from lms.accounts.login import current_actor, public, requires
from lms.accounts.rules.permissions import Permission
from lms.accounts.service.throttle import admit, lookup_buckets
from lms.certification.adapters.compact import sign_claims
from lms.certification.forms import ClientForm
from lms.certification.handlers.signing import issuing_key
from lms.certification.models import ApiClient
from lms.certification.queries.authority import powers_of, programme_named, zone_of
from lms.certification.queries.keys import issuer_name
from lms.certification.rules.authority import Question, Verdict, decide, lasts_until
from lms.certification.service.clients import (
    Scope,
    all_clients,
    client_of,
    create_client,
    needs_noting,
    note_use,
    revoke_client,
)
from lms.certification.views.bodies import Answered, Asked
from lms.infra.clock import now
from lms.infra.i18n import _
from lms.infra.transactions import own_transaction, run_in_write_transaction
from lms.infra.web.openapi import Operation, operation
from lms.infra.web.security import csrf
from lms.shared.days import end_of_day, local_date
from lms.shared.errors import Invalid

blueprint = Blueprint("authority", __name__)


@blueprint.post("/api/v1/authority")
@public
@own_transaction
@operation(
    Operation(
        summary="May this person do this now? Yes, no or ask; signed, and for five minutes at most.",
        body=Asked,
        replies={200: Answered},
        errors=frozenset({401, 422, 429, 503}),
        needs_token=True,
    )
)
def ask() -> tuple[Response, int]:
    """Answer yes, no or ask, signed and for five minutes at most."""
    client = _client()
    if client is None:
        run_in_write_transaction(lambda: admit(lookup_buckets(f"api:{request.remote_addr}"), now()))
        response = jsonify({"status": 401, "message": "Send a valid token: Authorization: Bearer gs_…"})
        response.headers["WWW-Authenticate"] = 'Bearer realm="groundschool"'
        return response, 401
    try:
        asked = Asked.model_validate_json(request.get_data())
    except ValidationError as error:
        problems = [f"{'.'.join(map(str, each['loc'])) or 'body'}: {each['msg']}" for each in error.errors()]
        return jsonify({"status": 422, "message": "The question cannot be read.", "problems": problems}), 422
    moment = now()
    if needs_noting(client, moment):
        run_in_write_transaction(lambda: note_use(client.id, moment))
    claims = _claims(asked, client.id, moment)
    return jsonify({**claims, "token": sign_claims(claims, issuing_key())}), 200


# A machine has no form and no cookie that another site could use.
csrf.exempt(ask)


def _claims(asked: Asked, client: uuid.UUID, moment: datetime) -> dict[str, Any]:
    zone = zone_of(asked.person)
    today = local_date(moment, zone)
    question = Question(
        asked.may, programme_named(asked.programme), asked.gate, bool(asked.about) and asked.about == asked.person
    )
    verdict: Verdict = decide(question, powers_of(asked.person, today))
    claims: dict[str, Any] = {
        "iss": issuer_name(),
        "aud": str(client),
        "sub": asked.person,
        "iat": int(moment.timestamp()),
        "exp": int(lasts_until(moment, end_of_day(today, zone)).timestamp()),
        "may": asked.may.value,
        "programme": question.programme,
        "gate": asked.gate,
        "answer": verdict.answer.value,
        "reason": verdict.reason.value,
    }
    if verdict.basis is not None:
        basis = verdict.basis
        claims["basis"] = {
            "serial": basis.serial,
            "programme": basis.programme,
            "level": basis.level,
            "until": basis.until.isoformat() if basis.until else None,
        }
    return claims


def _client() -> ApiClient | None:
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    return client_of(token.strip(), Scope.AUTHORITY, now()) if scheme.lower() == "bearer" and token else None


@blueprint.get("/admin/clients")
@requires(Permission.ADMINISTER)
def clients() -> str:
    """List the machines that may ask."""
    return _clients_page(ClientForm())


@blueprint.post("/admin/clients")
@requires(Permission.ADMINISTER)
def create() -> str | tuple[str, int]:
    """Make a token and show it once."""
    form = ClientForm()
    if not form.validate():
        return _clients_page(form), 422
    try:
        token = create_client(current_actor(), form.name.data or "")
    except Invalid as error:
        form.refuse(error)
        return _clients_page(form), 422
    return render_template("certification/client_token.html", token=token, name=form.name.data)


@blueprint.post("/admin/clients/<uuid:client>/revoke")
@requires(Permission.ADMINISTER)
def revoke(client: uuid.UUID) -> AnyResponse:
    """Refuse a machine from now on."""
    revoke_client(current_actor(), client)
    flash(_("Revoked. Its token is refused from now on."), "success")
    return redirect(url_for(".clients"), 303)


def _clients_page(form: ClientForm) -> str:
    return render_template("certification/clients.html", clients=all_clients(), form=form, moment=now())

"""What the issuer publishes so that anybody can check offline: keys and status lists."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response

from lms.accounts.login import public
from lms.certification.adapters.keys import did_document, jwks
from lms.certification.adapters.statuslist import Purpose
from lms.certification.handlers.signing import issuing_key, status_list
from lms.certification.queries.keys import issuer_name, public_keys
from lms.infra.web.openapi import Operation, operation
from lms.shared.errors import NotFound

blueprint = Blueprint("published", __name__)
KEYS_FOR, LIST_FOR = 3600, 300  # seconds a copy may be kept


@blueprint.get("/.well-known/did.json")
@blueprint.get("/did.json")
@public
@operation(
    Operation(
        summary="The did:web document: every key of this issuer.",
        replies={200: None},
        media_type="application/did+json",
        errors=frozenset({503}),
    )
)
def did() -> Response:
    """Send the did:web document; the second address is for a site under a path."""
    issuing_key()
    return _published(did_document(issuer_name(), public_keys()), "application/did+json", KEYS_FOR)


@blueprint.get("/.well-known/jwks.json")
@public
@operation(
    Operation(
        summary="The same keys as a JSON Web Key Set.",
        replies={200: None},
        media_type="application/jwk-set+json",
        errors=frozenset({503}),
    )
)
def key_set() -> Response:
    """Send all keys, retired ones included, as a JSON Web Key Set."""
    issuing_key()
    return _published(jwks(public_keys()), "application/jwk-set+json", KEYS_FOR)


@blueprint.get("/status/<purpose>/<int:number>")
@public
@operation(
    Operation(
        summary="What is revoked or suspended: a Bitstring Status List credential.",
        replies={200: None},
        media_type="application/vc",
        errors=frozenset({404, 503}),
    )
)
def status(purpose: str, number: int) -> Response:
    """Send a status list as it stands now."""
    if purpose not in set(Purpose):
        raise NotFound
    return _published(status_list(Purpose(purpose), number), "application/vc", LIST_FOR)


def _published(document: dict[str, Any], media_type: str, seconds: int) -> Response:
    response = Response(json.dumps(document, ensure_ascii=False), mimetype=media_type)
    response.headers["Cache-Control"] = f"public, max-age={seconds}"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response

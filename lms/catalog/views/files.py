"""Files that courses show: pictures, recordings, captions."""

from __future__ import annotations

from flask import Blueprint, Response, request

from lms.accounts.login import requires
from lms.accounts.rules.permissions import Permission
from lms.catalog.queries import asset

blueprint = Blueprint("catalog", __name__)

A_YEAR = 31_536_000


@blueprint.get("/assets/<digest>.<suffix>")
@requires(Permission.LEARN)
def show_asset(digest: str, suffix: str) -> Response:  # noqa: ARG001 - the suffix is for people and players
    """Send a published file; its address is its content, so browsers may keep it."""
    data, media_type = asset(digest)
    response = Response(data, mimetype=media_type)
    response.cache_control.private = True
    response.cache_control.max_age = A_YEAR
    response.cache_control.immutable = True
    # A picture opened by itself is a document; it may still run nothing.
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    response.make_conditional(request.environ, accept_ranges=True, complete_length=len(data))
    return response

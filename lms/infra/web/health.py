"""Is the process alive, and can it serve?"""

from __future__ import annotations

import sqlalchemy as sa
from flask import Blueprint, Response, jsonify

from lms.infra.db import db

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def alive() -> Response:
    """Answer while the process runs."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
def ready() -> Response:
    """Answer 200 while the database answers, else 503."""
    try:
        db.session.execute(sa.text("SELECT 1"))
    except sa.exc.SQLAlchemyError:
        response = jsonify(status="unavailable", database="no answer")
        response.status_code = 503
        return response
    return jsonify(status="ok")


alive.is_public = True  # type: ignore[attr-defined]
ready.is_public = True  # type: ignore[attr-defined]

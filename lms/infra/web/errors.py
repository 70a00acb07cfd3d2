"""Errors become pages a person can act on, or JSON for machines; never a trace."""

from __future__ import annotations

from http import HTTPStatus

import structlog
from flask import Flask, Response, g, jsonify, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from jinja2 import Template
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from lms.infra.i18n import _
from lms.shared.errors import Conflict, GroundschoolError, Invalid, NotFound, Refused, TooMany, Unavailable

STATUSES: dict[type[GroundschoolError], int] = {
    NotFound: 404,
    Refused: 403,
    Conflict: 409,
    Invalid: 422,
    TooMany: 429,
    Unavailable: 503,
}
log = structlog.get_logger(__name__)


def init_errors(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(GroundschoolError, _known)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CSRFError, _expired_form)
    app.register_error_handler(OperationalError, _database_down)
    app.register_error_handler(Exception, _unexpected)


def error_page(status: int, message: str = "", *, retry_after: int | None = None) -> Response:
    """Return the page (or JSON) for a status, with our words and a way home."""
    if request.accept_mimetypes.best == "application/json" or request.path.startswith("/api/"):
        response = jsonify({"status": status, "message": message or _words(status), "request_id": g.get("request_id")})
    else:
        template: list[str | Template] = [f"errors/{status}.html", "errors/error.html"]
        response = make_response(
            render_template(template, status=status, message=message, request_id=g.get("request_id", ""))
        )
    response.status_code = status
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response


def _known(error: GroundschoolError) -> Response:
    status = next((code for kind, code in STATUSES.items() if isinstance(error, kind)), 400)
    return error_page(status, error.message, retry_after=getattr(error, "retry_after", None))


def _http(error: HTTPException) -> Response:
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST or error.response is not None:
        return make_response(error.get_response())
    return error_page(error.code)


def _expired_form(_error: CSRFError) -> Response:
    return error_page(400, _("This form is too old to be sent. Go back, reload the page and send it again."))


def _database_down(error: OperationalError) -> Response:
    log.error("database.unavailable", error=repr(error.orig))
    return error_page(503, _("The database does not answer. Nothing was saved. Try again in a moment."), retry_after=5)


def _unexpected(error: Exception) -> Response:
    log.error("request.failed", error=repr(error), exc_info=error)
    if request.environ.get("groundschool.propagate"):
        raise error
    return error_page(500)


def _words(status: int) -> str:
    return {
        403: _("You may not do this."),
        404: _("There is nothing here."),
        405: _("This address does not take that kind of request."),
        413: _("What you sent is too large."),
        429: _("Too many tries. Wait a little."),
    }.get(status, _("Something went wrong on our side."))

"""Each request gets an id, a log line, a read-only start, and write transactions for its unsafe methods."""

from __future__ import annotations

import re
import time
from typing import Any

import structlog
from flask import Flask, Response, g, request
from werkzeug.middleware.proxy_fix import ProxyFix

from lms.infra.settings import Settings
from lms.infra.transactions import read_only, writes
from lms.shared.ids import new_token

UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
log = structlog.get_logger(__name__)


def init_requests(app: Flask, settings: Settings) -> None:
    """Wire the request's frame; behind proxies, believe as many forwarding headers as there are proxies."""
    app.before_request(_begin)
    app.after_request(_finish)
    app.teardown_request(_close)
    if settings.proxies:
        count = settings.proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=count, x_proto=count, x_host=count, x_prefix=count
        )


def default_to_writes(app: Flask) -> None:
    """Wrap every view that takes an unsafe method and does not say how it handles its transaction."""
    unsafe = {rule.endpoint for rule in app.url_map.iter_rules() if UNSAFE & (rule.methods or set())}
    for endpoint in unsafe:
        view: Any = app.view_functions[endpoint]
        if not getattr(view, "owns_transaction", False):
            app.view_functions[endpoint] = _write_on_unsafe(view)


def _write_on_unsafe(view: Any) -> Any:  # noqa: ANN401 - a view function
    writing = writes(view)

    def dispatch(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - passes through
        return (writing if request.method in UNSAFE else view)(*args, **kwargs)

    dispatch.__dict__.update(view.__dict__)
    dispatch.__name__ = view.__name__
    dispatch.__doc__ = view.__doc__
    return dispatch


def _begin() -> None:
    offered = request.headers.get("X-Request-Id", "")
    g.request_id = offered if re.fullmatch(r"[A-Za-z0-9._-]{8,64}", offered) else new_token(12)
    g.started = time.perf_counter()
    g.reading = read_only()
    g.reading.__enter__()
    structlog.contextvars.bind_contextvars(request=g.request_id)


def _finish(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.get("request_id", "")
    if request.endpoint != "static":
        log.info(
            "request",
            method=request.method,
            route=str(request.url_rule or "-"),
            status=response.status_code,
            ms=round((time.perf_counter() - g.started) * 1000, 1) if "started" in g else None,
        )
    return response


def _close(_error: BaseException | None) -> None:
    reading = g.pop("reading", None)
    if reading is not None:
        reading.__exit__(None, None, None)
    structlog.contextvars.clear_contextvars()

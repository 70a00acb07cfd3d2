"""CPU of the learner's pages, against the same template and context through the same app without a database call."""

from __future__ import annotations

import io
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from flask import Flask, render_template, template_rendered
from werkzeug.test import EnvironBuilder

from lms.accounts.login import public
from lms.infra.bench import Goal, Report, alternate
from lms.infra.db import db
from tests.bench._deployment import Learner, make_app, make_learners, postgres_database, settings_for

PAGES = {
    "home": "/home",
    "path": "/path",
    "step": "/learn/common-core/c2/c2-sure",
    "quiz": "/learn/common-core/c2/c2-check",
}
GOALS = {"sqlite": 3.0, "postgresql": 5.0}
# What Flask puts into every context by itself, for the request at hand.
OF_THE_REQUEST = frozenset({"g", "request", "session", "get_flashed_messages"})


def run() -> Report:
    """Return microseconds of CPU a page on each database, and the ratios to the page without one."""
    figures: dict[str, float] = {}
    ratios: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        _measure("sqlite", make_app_at(Path(folder) / "sqlite", ""), figures, ratios)
        with postgres_database() as url:
            if url:
                _measure("postgresql", make_app_at(Path(folder) / "postgresql", url), figures, ratios)
    goals = {name: Goal("<=", GOALS[name.rpartition("_")[2]]) for name in ratios}
    return Report("pages", figures, ratios, goals)


def make_app_at(folder: Path, url: str) -> Flask:
    """Return an app with a second address for every page, which renders what the first one rendered last."""
    app = make_app(settings_for(folder, url))
    app.extensions["bench.rendered"] = {}

    @public
    def rendered_again(page: str) -> str:
        template, context = app.extensions["bench.rendered"][page]
        return render_template(template, **context)

    app.add_url_rule("/bench/<page>", "bench.rendered_again", rendered_again)
    return app


def _measure(database: str, app: Flask, figures: dict[str, float], ratios: dict[str, float]) -> None:
    learner = make_learners(app, 1)[0]
    cookie = _cookie(app, learner)
    for name, address in PAGES.items():
        page = _caller(app, address, cookie)
        app.extensions["bench.rendered"][name] = _rendered(app, page)
        bare = _caller(app, f"/bench/{name}", "")
        seconds = alternate({"page": page, "bare": bare}, rounds=21, seconds=0.1, clock=time.process_time)
        figures[f"{name}_{database}_us"] = seconds["page"] * 1e6
        figures[f"{name}_without_{database}_us"] = seconds["bare"] * 1e6
        ratios[f"{name}_{database}"] = seconds["page"] / seconds["bare"]
    with app.app_context():
        db.engine.dispose()


def _cookie(app: Flask, learner: Learner) -> str:
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = learner.token, True
    found = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert found is not None
    # Any page with a form puts a token into the session; with it the cookie no longer changes.
    client.get("/home")
    found = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert found is not None
    return f"{found.key}={found.value}"


def _caller(app: Flask, address: str, cookie: str) -> Callable[[], object]:
    """Return a function that asks for a page the way a server does, and reads all of it."""
    headers = {"Cookie": cookie} if cookie else {}
    environ = EnvironBuilder(path=address, headers=headers).get_environ()
    statuses: list[str] = []

    def start(status: str, _headers: object, _error: object = None) -> Callable[[bytes], object]:
        statuses[:] = [status]
        return lambda _chunk: None

    def call() -> bytes:
        chunks: Iterator[bytes] = iter(app.wsgi_app({**environ, "wsgi.input": io.BytesIO()}, start))  # type: ignore[arg-type]
        body = b"".join(chunks)
        close = getattr(chunks, "close", None)
        if close:
            close()
        if not statuses[0].startswith("200"):
            message = f"{address} answered {statuses[0]}."
            raise RuntimeError(message)
        return body

    return call


def _rendered(app: Flask, page: Callable[[], object]) -> tuple[str, dict[str, Any]]:
    """Return the template of a page and everything it was given."""
    found: list[tuple[str, dict[str, Any]]] = []

    def remember(_app: Flask, template: Any, context: dict[str, Any], **_more: object) -> None:
        kept = {name: value for name, value in context.items() if name not in OF_THE_REQUEST}
        found.append((template.name, kept))

    with template_rendered.connected_to(remember, app):
        page()
    return found[-1]

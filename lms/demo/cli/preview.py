"""`lms courses preview`: one course on this machine, signed in by itself, always as the files are."""

from __future__ import annotations

import hashlib
import secrets
import tempfile
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Any

from flask import Flask, jsonify, redirect, request, session, url_for
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

from lms.catalog.adapters.formats import Formats
from lms.demo.service.previewing import Chosen, Shown, choose, enrol, publish_preview
from lms.infra.db import db
from lms.infra.settings import Settings
from lms.infra.transactions import run_in_write_transaction
from lms.shared.errors import Invalid

HOST = "127.0.0.1"


class Preview:
    """The course that is shown, published again when its files are not those it was made from."""

    def __init__(self, chosen: Chosen, formats: Formats, role: str | None) -> None:
        self.chosen, self.formats, self.role = chosen, formats, role
        self.stamp = ""
        self.shown: Shown | None = None
        # What keeps the newest files from being shown; what was shown before stays.
        self.stuck = ""
        self._lock = Lock()

    def refresh(self) -> None:
        """Publish what has changed since the last time."""
        with self._lock:
            stamp = hashlib.sha256(repr(self.chosen.stamp()).encode()).hexdigest()
            if stamp == self.stamp:
                return
            self.stamp = stamp
            try:
                self.shown = run_in_write_transaction(lambda: publish_preview(self.chosen, self.formats, self.role))
                self.stuck = ""
            except Invalid as error:
                if self.shown is None:
                    raise
                self.stuck = error.message


def attach(app: Flask, preview: Preview, language: str) -> None:
    """Let the application show the preview: every visitor is the one learner, and every page says what is wrong.

    Raises:
        Invalid: there is nothing to show.
    """
    with app.app_context():
        preview.refresh()
        _person, token = run_in_write_transaction(lambda: enrol(language))

    def before() -> None:
        if request.endpoint == "static":
            return
        preview.refresh()
        if "_user_id" not in session:
            session.update({"_user_id": token, "_fresh": True})

    def state() -> Response:
        return jsonify(stamp=preview.stamp)

    def start() -> Response:
        shown = preview.shown
        if shown is None:
            raise Invalid
        if shown.first:
            module, step = shown.first
            return redirect(url_for("learning.show_step", course=shown.course, module=module, step=step))
        return redirect(url_for("learning.course_path", course=shown.course))

    # First of all: what follows reads the session and the database.
    app.before_request_funcs.setdefault(None, []).insert(0, before)
    app.context_processor(lambda: {"preview": preview})
    app.add_url_rule("/preview", "preview", start)
    app.add_url_rule("/preview/state", "preview_state", state)


def serve_preview(
    create_app: Callable[[Settings], Flask],
    formats: Formats,
    folder: Path,
    say: Callable[[str], Any],
    *,
    overlay: Path | None = None,
    port: int = 8010,
    language: str = "en",
    role: str | None = None,
) -> None:
    """Serve the preview on this machine only, until it is stopped. Its database goes with it.

    Raises:
        Invalid: the folder is no course, or cannot be read as one.
    """
    preview = Preview(choose(folder, overlay), formats, role)
    with tempfile.TemporaryDirectory(prefix="groundschool-preview-") as instance:
        settings = Settings(instance=Path(instance), secret_key=secrets.token_urlsafe(32), log_level="WARNING")
        app = create_app(settings)
        with app.app_context():
            db.create_all()
        attach(app, preview, language)
        server = make_server(HOST, port, app, threaded=True)
        say(f"Open http://{HOST}:{server.port}/preview (Ctrl+C stops). Pages follow the files in {folder}.")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            say("Stopped.")
        finally:
            server.server_close()
            with app.app_context():
                db.engine.dispose()

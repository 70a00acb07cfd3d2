"""The product with one course in it, on a folder of its own, at a fixed hour, and a learner who has begun nothing."""

from __future__ import annotations

import secrets
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any
from unittest import mock

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from lms.accounts.queries.identity import actor_by_person
from lms.accounts.service.people import Contact, Post, add_person
from lms.accounts.service.sessions import start_session
from lms.app import create_app
from lms.demo.service.previewing import PROGRAMME, choose, publish_preview
from lms.formats import course_formats
from lms.infra.clock import now, use_clock
from lms.infra.db import db
from lms.infra.settings import Settings
from lms.infra.transactions import write_transaction
from lms.learning.service.assign import Assignment, assign_programme
from lms.sandbox.queries.steps import visit_sandbox
from lms.sandbox.service import start as starting
from lms.shared.clock import MovableClock

MORNING = datetime(2026, 5, 6, 9, 0, tzinfo=UTC)
NAME = "Ana Ruiz"


class Stage:
    """Where the product answers, in a language."""

    def __init__(self, app: Flask, address: str, language: str) -> None:
        self.app, self.address, self.language = app, address, language
        self._numbers = count(1)

    def open(self, step: str, seed: int) -> tuple[str, dict[str, str]]:
        """Return the address of the first case of a set drawn from `seed`, and the cookie of somebody new to it."""
        with self.app.app_context():
            with write_transaction():
                person, token = self._somebody()
            actor = actor_by_person(person, now())
            if actor is None:
                raise LookupError(person)
            with write_transaction(), mock.patch.object(starting, "seed_for", return_value=seed):
                run = starting.start_run(actor, self._context(actor, step))
            db.session.remove()
        return f"{self.address}/run/{run}/case/1", self._cookie(token)

    def visit(self, page: str) -> tuple[str, dict[str, str]]:
        """Return the address of a page, and the cookie of somebody who may see it."""
        with self.app.app_context():
            with write_transaction():
                _person, token = self._somebody()
            db.session.remove()
        return self.address + page, self._cookie(token)

    def _somebody(self) -> tuple[Any, str]:
        contact, post = Contact(str(next(self._numbers)), NAME), Post("Learner", "Training")
        person = add_person(None, contact, post, now().date(), now(), language=self.language, zone="UTC")
        assign_programme(Assignment(person, PROGRAMME), None)
        return person, start_session(person, now())

    @staticmethod
    def _context(actor: Any, step: str) -> Any:  # noqa: ANN401 - an actor and a step's context pass through
        context = visit_sandbox(actor, step, now()).context
        if context is None:
            message = f"{step} is no exercise that can be begun."
            raise LookupError(message)
        return context

    def _cookie(self, token: str) -> dict[str, str]:
        signer: Any = self.app.session_interface
        value = signer.get_signing_serializer(self.app).dumps({"_user_id": token, "_fresh": True, "_permanent": True})
        return {"name": "groundschool", "value": value, "url": self.address}


@contextmanager
def product(course: Path, language: str) -> Iterator[Stage]:
    """Serve the course on a free port of this machine; everything goes away with it."""
    with tempfile.TemporaryDirectory(prefix="groundschool-recording-") as instance:
        settings = Settings(instance=Path(instance), secret_key=secrets.token_urlsafe(32), log_level="ERROR")
        app = create_app(settings)
        use_clock(app, MovableClock(MORNING))
        with app.app_context():
            db.create_all()
            with write_transaction():
                publish_preview(choose(course), course_formats(), None)
            db.session.remove()
        server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield Stage(app, f"http://127.0.0.1:{server.server_port}", language)
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
            with app.app_context():
                db.engine.dispose()


class _Quiet(WSGIRequestHandler):
    def log(self, *_: object) -> None:
        pass

"""The service as people run it, in processes of its own, and clients that save answers over kept connections."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask

from lms.assessment.queries.attempts import own_attempt, question_at, quiz_of
from lms.demo.rules.answers import as_fields, right_response
from lms.infra.paths import checkout_dir
from tests.bench._deployment import KEY, Learner

START_SECONDS = 60
OK = 200


class Service:
    """`lms serve` with two web processes and its job worker, on an instance that has been made."""

    def __init__(self, instance: Path, database_url: str = "") -> None:
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("LMS_")},
            "LMS_INSTANCE": str(instance),
            "LMS_DATABASE_URL": database_url,
            "LMS_SECRET_KEY": KEY,
            "LMS_WEB_WORKERS": "2",
            "LMS_LOG_LEVEL": "ERROR",
        }
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [sys.executable, "-m", "lms.cli", "serve", "--empty"]
        environment = {**self._environment, "LMS_PORT": str(self.port)}
        self._process = subprocess.Popen(
            command, cwd=checkout_dir(), env=environment, stdout=subprocess.DEVNULL, start_new_session=True
        )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                message = "The service did not start."
                raise RuntimeError(message)
            time.sleep(0.05)

    def kill(self) -> None:
        """Kill every process of it at once, as a power cut would."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def _answers(self) -> bool:
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            try:
                connection.request("GET", "/healthz")
                return connection.getresponse().status == OK
            finally:
                connection.close()
        return False


@contextlib.contextmanager
def serving(instance: Path, database_url: str = "") -> Iterator[Service]:
    """Run the service for a block."""
    service = Service(instance, database_url)
    service.start()
    try:
        yield service
    finally:
        service.kill()


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a client needs to answer for a learner: cookie, CSRF token, and the fields of each question's answer."""

    learner: Learner
    cookie: str
    csrf_token: str
    fields: tuple[Mapping[str, list[str]], ...]


def ticket_for(app: Flask, learner: Learner) -> Ticket:
    """Sign a learner in and read what their browser would know."""
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = learner.token, True
    page = client.get(f"/attempt/{learner.attempt_id}/q/1").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert token is not None
    assert cookie is not None
    with app.app_context():
        attempt = own_attempt(learner.person_id, learner.attempt_id)
        quiz = quiz_of(attempt)
        asked = [question_at(attempt, quiz, number) for number in range(1, learner.questions + 1)]
    fields = tuple(as_fields(right_response(item, wording), served) for served, item, wording in asked)
    return Ticket(learner, f"{cookie.key}={cookie.value}", token[1], fields)


def answer(ticket: Ticket, sequence: int) -> tuple[str, str]:
    """Return path and body with which a browser saves the answer of a sequence number (from 1); questions alternate."""
    question = _question(ticket, sequence)
    fields = {"csrf_token": ticket.csrf_token, "seq": sequence, **ticket.fields[question - 1]}
    return f"/attempt/{ticket.learner.attempt_id}/q/{question}/answer", urlencode(fields, doseq=True)


def _question(ticket: Ticket, sequence: int) -> int:
    return 1 + sequence % len(ticket.fields)


class AnsweringClient:
    """One browser that saves answers, each with the next sequence number, over one connection."""

    def __init__(self, port: int, ticket: Ticket, timeout: float = 30) -> None:
        self._port, self._ticket, self._timeout = port, ticket, timeout
        self._connection: http.client.HTTPConnection | None = None
        self.sequence = 0

    def save(self) -> tuple[int, int]:
        """Save the next answer and return (question, sequence) once the service has said that it is stored.

        Raises:
            OSError: the service could not be reached.
            http.client.HTTPException: it stopped in the middle of its reply.
            RuntimeError: it answered, and not that the answer is stored.
        """
        self.sequence += 1
        path, body = answer(self._ticket, self.sequence)
        headers = {"Cookie": self._ticket.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=self._timeout)
        try:
            self._connection.request("POST", path, body, headers)
            response = self._connection.getresponse()
            response.read()
        except (OSError, http.client.HTTPException):
            self.close()
            raise
        if response.status != OK:
            message = f"Saving answered {response.status}."
            raise RuntimeError(message)
        return _question(self._ticket, self.sequence), self.sequence

    def close(self) -> None:
        """Drop the connection; the next request opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port

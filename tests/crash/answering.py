"""Learners who answer over HTTP while the service is killed and started again, and the account of what they were told.

The learners are made once, through the real services; each has an open attempt, a session and a cookie. A client sends
one answer after the other under rising sequence numbers and writes down what was acknowledged. What got no reply is
sent again, as a browser would.
"""

from __future__ import annotations

import http.client
import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Flask, g, session
from flask_wtf.csrf import generate_csrf

from lms.accounts.models.people import Person
from lms.accounts.queries.identity import actor_by_token
from lms.accounts.service.sessions import start_session
from lms.app import create_app
from lms.assessment.models import Answer, Attempt
from lms.assessment.queries.quizzes import current_quiz
from lms.assessment.service.start import start_attempt
from lms.catalog.adapters.sources import read_tree
from lms.catalog.service import publish_courses
from lms.formats import course_formats
from lms.infra import audit
from lms.infra.backup import safe_upgrade
from lms.infra.clock import now
from lms.infra.db import db
from lms.infra.settings import Settings
from lms.infra.transactions import write_transaction
from lms.learning.models import Cycle
from lms.learning.service.assign import Assignment, assign_programme
from tests.factories.people import make_person
from tests.serving import Service

COURSES = Path(__file__).parents[1] / "functional" / "flight"
PROGRAMME, MODULE, QUIZ = "flight-check", "t1", "t1-check"
# What a learner answers when this question comes first.
ANSWERS = {"flight-over": "ask", "flight-at": "you", "flight-sum": "15"}
KEY = "the key of a service that is killed often"
PAUSE_SECONDS = 0.05


@dataclass
class Learner:
    """A signed-in person with an open attempt, as their browser sees it, and what it was told."""

    attempt: str
    headers: dict[str, str]
    choice: str
    acknowledged: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)


@contextmanager
def application(instance: Path, database_url: str) -> Iterator[Flask]:
    """The application on the data the service uses, in this process."""
    app = create_app(Settings(instance=instance, database_url=database_url, secret_key=KEY, log_level="ERROR"))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def settings_of(instance: Path) -> dict[str, str]:
    """What the service needs to be the same deployment."""
    return {"LMS_SECRET_KEY": KEY, "LMS_COURSES": str(COURSES), "LMS_LOG_LEVEL": "ERROR", "LMS_INSTANCE": str(instance)}


def prepare(app: Flask, learners: int) -> list[Learner]:
    """Make the database, publish the short programme and give `learners` people an open attempt each."""
    safe_upgrade(lambda _text: None)
    with write_transaction():
        publish_courses(None, read_tree(COURSES), course_formats(), now())
    with write_transaction():
        return [_learner(app, number) for number in range(learners)]


def _learner(app: Flask, number: int) -> Learner:
    person: Person = make_person(f"Learner {number}")
    assign_programme(Assignment(person.id, PROGRAMME), None)
    db.session.flush()
    token = start_session(person.id, now())
    db.session.flush()
    actor = actor_by_token(token, now())
    quiz = current_quiz(QUIZ)
    cycle = db.session.scalars(sa.select(Cycle.id).where(Cycle.person_id == person.id)).one()
    attempt = start_attempt(actor, quiz, cycle, "en")
    with app.test_request_context():
        session.update({"_user_id": token, "_fresh": True})
        g.pop("csrf_token", None)  # of the learner before: `g` belongs to the application's context, which they share
        csrf = generate_csrf()
        cookie = app.session_interface.get_signing_serializer(app).dumps(dict(session))
    headers = {
        "Cookie": f"{app.config['SESSION_COOKIE_NAME']}={cookie}",
        "X-CSRFToken": csrf,
        "Content-Type": "application/x-www-form-urlencoded",
    }
    served = db.session.get_one(Attempt, attempt).served[0]["item"]
    return Learner(str(attempt), headers, ANSWERS[served])


def answer(learner: Learner, service: Service, stop: threading.Event, *, pause: float = PAUSE_SECONDS) -> None:
    """Save answer after answer until `stop`; what gets no reply is sent again."""
    connection, port, sequence = None, 0, 1
    while not stop.is_set():
        if connection is None or port != service.port:
            port = service.port
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        started = time.perf_counter()
        try:
            status, body = _save(connection, learner, sequence)
        except (OSError, http.client.HTTPException):
            connection.close()
            connection = None
            stop.wait(PAUSE_SECONDS)
            continue
        if status == http.HTTPStatus.OK and json.loads(body)["seq"] == sequence:
            learner.acknowledged.append(sequence)
            learner.seconds.append(time.perf_counter() - started)
            sequence += 1
        else:
            learner.refusals.append(f"{status}: {words(body)}")
        stop.wait(pause)
    if connection is not None:
        connection.close()


def _save(connection: http.client.HTTPConnection, learner: Learner, sequence: int) -> tuple[int, bytes]:
    body = urlencode({"answer": learner.choice, "seq": sequence})
    connection.request("POST", f"/attempt/{learner.attempt}/q/1/answer", body, learner.headers)
    response = connection.getresponse()
    return response.status, response.read()


def words(page: bytes) -> str:
    """Return what a refusal says, without its tags."""
    return " ".join(re.sub(r"(?s)^.*<main|<[^>]+>", " ", page.decode()).split())[:400]


@contextmanager
def answering(learners: list[Learner], service: Service, *, pause: float = PAUSE_SECONDS) -> Iterator[None]:
    """Let every learner answer, each in a thread of their own, for as long as the block lasts."""
    stop = threading.Event()
    threads = [
        threading.Thread(target=answer, args=(learner, service, stop), kwargs={"pause": pause}) for learner in learners
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


@dataclass(frozen=True)
class Account:
    """What was promised and what is there."""

    acknowledged: int
    stored: int
    missing: list[tuple[str, int]]
    doubled: int
    refusals: list[str]
    chain_fault: str | None


def settle(learners: list[Learner]) -> Account:
    """Compare what learners were told with what the database has; call it in an app context."""
    rows = db.session.execute(sa.select(Answer.attempt_id, Answer.question, Answer.sequence)).all()
    there = {(str(attempt), sequence) for attempt, _question, sequence in rows}
    promised = {(learner.attempt, sequence) for learner in learners for sequence in learner.acknowledged}
    return Account(
        acknowledged=len(promised),
        stored=len(rows),
        missing=sorted(promised - there),
        doubled=len(rows) - len(there),
        refusals=[status for learner in learners for status in learner.refusals],
        chain_fault=audit.verify_chain().fault,
    )

"""Deployments for benchmarks: an instance of its own with the shipped courses and learners who have begun."""

from __future__ import annotations

import contextlib
import os
import socket
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from lms.accounts.queries.identity import actor_by_person
from lms.accounts.service.people import Contact, Post, add_person
from lms.accounts.service.sessions import start_session
from lms.app import create_app
from lms.assessment.queries.quizzes import current_quiz
from lms.assessment.service.start import start_attempt
from lms.catalog.adapters.sources import read_tree
from lms.catalog.service import publish_courses
from lms.formats import course_formats
from lms.infra.backup import safe_upgrade
from lms.infra.clock import now
from lms.infra.db import db
from lms.infra.paths import asset_dir
from lms.infra.settings import Settings
from lms.infra.transactions import write_transaction
from lms.infra.worker import run_due_jobs
from lms.learning.queries.catalogue import locate_step
from lms.learning.rules.evidence import Result, Source
from lms.learning.service.assign import Assignment, assign_programme
from lms.learning.service.evidence import Claim, record_evidence

PROGRAMME = "customer-service"
QUIZ = "c2-check"
# Lessons that a learner in the middle of the common core has behind them.
STUDIED = ("c2-sure", "c2-stale", "c2-unit", "c2-context", "c2-rule", "c6-data")
KEY = "a key of sufficient length for a benchmark"
LOCAL_SERVER = "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"


@dataclass(frozen=True, slots=True)
class Learner:
    """A signed-in learner: their person, cycle, session token, and an attempt that waits for answers."""

    person_id: uuid.UUID
    cycle_id: uuid.UUID
    token: str
    attempt_id: uuid.UUID
    questions: int


def settings_for(folder: Path, database_url: str = "") -> Settings:
    """Return settings of a deployment in `folder`, on SQLite unless a URL is given."""
    return Settings(instance=folder, database_url=database_url, secret_key=KEY, log_level="ERROR")


def make_app(settings: Settings) -> Flask:
    """Return an app on a migrated database with the shipped courses published."""
    app = create_app(settings)
    with app.app_context():
        safe_upgrade(lambda _text: None)
        with write_transaction():
            publish_courses(None, read_tree(asset_dir("courses")), course_formats(), now())
    return app


def make_learners(app: Flask, count: int) -> list[Learner]:
    """Store learners through the services; each has read some lessons and begun a quiz."""
    with app.app_context(), write_transaction():
        return [_learner(number) for number in range(count)]


def _learner(number: int) -> Learner:
    moment = now()
    contact = Contact(employee_number=f"B{number:05}", name=f"Learner {number}")
    post = Post("Customer service", "Northgate", "Day")
    person_id = add_person(None, contact, post, date(2026, 1, 5), moment, language="en", zone="UTC")
    due = moment.date() + timedelta(days=30)
    cycle = assign_programme(Assignment(person_id, PROGRAMME, due_on=due), None)
    for step in STUDIED:
        if locate_step(step) is not None:
            record_evidence(Claim(cycle.id, step, Result.COMPLETED, Source.PLAYER, moment, person_id))
    quiz, actor = current_quiz(QUIZ), actor_by_person(person_id, moment)
    assert quiz is not None
    assert actor is not None
    attempt_id = start_attempt(actor, quiz, cycle.id, "en")
    return Learner(person_id, cycle.id, start_session(person_id, moment), attempt_id, quiz.rules.questions)


def settle(app: Flask) -> None:
    """Do the jobs that are due, as a service that has run for a day has, and let go of the database."""
    with app.app_context():
        run_due_jobs()
        db.session.remove()
        db.engine.dispose()


@contextlib.contextmanager
def postgres_database() -> Iterator[str | None]:
    """Yield the URL of a new database, dropped afterwards, on the test server or the local one; None without either."""
    url = sa.engine.make_url(os.environ.get("LMS_TEST_DATABASE_URL") or LOCAL_SERVER)
    if not _answers(url.host or "127.0.0.1", url.port or 5432):
        yield None
        return
    name = f"gs_bench_{uuid.uuid4().hex[:10]}"
    admin = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    try:
        yield url.set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
        admin.dispose()


def _answers(host: str, port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=1):
        return True
    return False

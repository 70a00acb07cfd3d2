"""The service killed again and again while people save: nothing that it acknowledged may be missing afterwards."""

from __future__ import annotations

import tempfile
import threading
import time
import uuid
from http.client import HTTPException
from pathlib import Path

import sqlalchemy as sa

from lms.assessment.models import Answer
from lms.infra.bench import Goal, Report
from lms.infra.db import db
from tests.bench._deployment import make_app, make_learners, settings_for
from tests.bench._service import AnsweringClient, Service, Ticket, ticket_for

CLIENTS, KILLS, SECONDS_UP = 50, 8, 4.0

Acknowledged = set[tuple[uuid.UUID, int, int]]


def run(clients: int = CLIENTS, kills: int = KILLS, seconds_up: float = SECONDS_UP) -> Report:
    """Return how many answers were acknowledged, how many of them are missing, and how often the service died."""
    with tempfile.TemporaryDirectory() as folder:
        instance = Path(folder) / "instance"
        app = make_app(settings_for(instance))
        tickets = [ticket_for(app, learner) for learner in make_learners(app, clients)]
        with app.app_context():
            db.engine.dispose()
        acknowledged = _save_through_kills(Service(instance), tickets, kills, seconds_up)
        with app.app_context():
            rows = db.session.execute(sa.select(Answer.attempt_id, Answer.question, Answer.sequence))
            stored = {(attempt, question, sequence) for attempt, question, sequence in rows}
            db.session.remove()
            db.engine.dispose()
    figures = {
        "kills": float(kills),
        "acknowledged": float(len(acknowledged)),
        "missing": float(len(acknowledged - stored)),
        "stored_unacknowledged": float(len(stored - acknowledged)),
    }
    return Report("crash", figures, {}, {"missing": Goal("==", 0), "acknowledged": Goal(">=", clients)})


def _save_through_kills(service: Service, tickets: list[Ticket], kills: int, seconds_up: float) -> Acknowledged:
    stop = threading.Event()
    kept: list[Acknowledged] = [set() for _ in tickets]
    threads = [
        threading.Thread(target=_save_until, args=(service.port, ticket, stop, own))
        for ticket, own in zip(tickets, kept, strict=True)
    ]
    service.start()
    try:
        for thread in threads:
            thread.start()
        for _ in range(kills):
            time.sleep(seconds_up)
            service.kill()
            service.start()
    finally:
        stop.set()
        for thread in threads:
            thread.join()
        service.kill()
    return set().union(*kept)


def _save_until(port: int, ticket: Ticket, stop: threading.Event, acknowledged: Acknowledged) -> None:
    client = AnsweringClient(port, ticket, timeout=5)
    while not stop.is_set():
        try:
            question, sequence = client.save()
        except (OSError, HTTPException, RuntimeError):
            stop.wait(0.05)
        else:
            acknowledged.add((ticket.learner.attempt_id, question, sequence))
    client.close()

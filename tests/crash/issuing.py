"""Many processes that issue for the same people at once, some of them killed and replaced.

    python -m tests.crash.issuing INSTANCE DATABASE_URL WORKERS KILLS

Each process goes through everybody in an order of its own and says after each commit that it is done. Whoever is killed
dies wherever it is, often inside a transaction, and a new process begins from the start.
"""

from __future__ import annotations

import os
import random
import signal
import sys
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from lms.app import create_app
from lms.certification.service.award import issue_due_awards
from lms.infra.db import db
from lms.infra.settings import Settings
from lms.infra.transactions import run_in_write_transaction
from lms.learning.models import Cycle

KEY = "the key of many who issue at once"
PROGRAMME = "flight-check"


def settings_of(instance: Path, url: str) -> Settings:
    """The deployment that all of them are."""
    return Settings(instance=instance, database_url=url, secret_key=KEY, log_level="ERROR")


def work(app: Flask, seed: int, done: int) -> None:
    """Issue what is due for everybody, in an order of one's own; write a byte to `done` after each commit."""
    with app.app_context():
        people = list(db.session.scalars(sa.select(Cycle.person_id).order_by(Cycle.person_id)))
        random.Random(seed).shuffle(people)
        for person in people:
            run_in_write_transaction(lambda person=person: issue_due_awards(person, PROGRAMME, drawn_later=True))
            os.write(done, b".")
        db.session.remove()


def begin(app: Flask, seed: int, done: int) -> int:
    """Fork a process that works and ends; return its id."""
    process = os.fork()
    if process == 0:
        status = 1
        try:
            work(app, seed, done)
            status = 0
        finally:
            os._exit(status)
    return process


def main(instance: str, url: str, workers: str, kills: str) -> int:
    """Let them all work, kill some on the way; return how many of those that were left alone failed."""
    # Nothing has opened the database yet: every process opens it for itself.
    app, draw = create_app(settings_of(Path(instance), url)), random.Random(500)
    heard, done = os.pipe()
    running = [begin(app, seed, done) for seed in range(int(workers))]
    for kill in range(int(kills)):
        for _commit in range(draw.randrange(len(running), 4 * len(running))):
            os.read(heard, 1)
        victim = running.pop(draw.randrange(len(running)))
        os.kill(victim, signal.SIGKILL)
        os.waitpid(victim, 0)
        running.append(begin(app, int(workers) + kill, done))
    os.set_blocking(heard, False)
    return sum(os.waitstatus_to_exitcode(_ended(process, heard)) != 0 for process in running)


def _ended(process: int, heard: int) -> int:
    """Wait for a process, and keep the pipe from filling up meanwhile."""
    while True:
        found, status = os.waitpid(process, os.WNOHANG)
        if found:
            return status
        try:
            os.read(heard, 65536)
        except BlockingIOError:
            os.sched_yield()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

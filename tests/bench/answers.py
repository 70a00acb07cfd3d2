"""Saving answers behind two web processes: fifty people at work, against one person alone in the same run."""

from __future__ import annotations

import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path

from lms.infra.bench import Goal, Report, percentile
from lms.infra.db import db
from tests.bench._deployment import make_app, make_learners, postgres_database, settings_for
from tests.bench._service import AnsweringClient, serving, ticket_for

CLIENTS = 50
ALONE, PACED_SECONDS, CLOSED_SECONDS = 200, 20, 6
# More clients than this only wait for the two processes.
BUSY = 16


@dataclass(slots=True)
class Outcome:
    """Seconds that each request took, and how many failed."""

    seconds: list[float] = field(default_factory=list)
    errors: int = 0

    def note(self, work: Callable[[], object]) -> None:
        """Do one request and take its time."""
        started = time.perf_counter()
        try:
            work()
        except (OSError, HTTPException, RuntimeError):
            self.errors += 1
        else:
            self.seconds.append(time.perf_counter() - started)


def run() -> Report:
    """Return latencies and rates on SQLite and, where a server answers, PostgreSQL."""
    figures: dict[str, float] = {}
    ratios: dict[str, float] = {}
    goals: dict[str, Goal] = {}
    with tempfile.TemporaryDirectory() as folder:
        _measure("sqlite", Path(folder) / "sqlite", "", figures, ratios)
        goals |= {"errors_sqlite": Goal("==", 0), "p99_vs_alone_sqlite": Goal("<=", 10)}
        with postgres_database() as url:
            if url:
                _measure("postgresql", Path(folder) / "postgresql", url, figures, ratios)
                goals |= {"errors_postgresql": Goal("==", 0), "saves_vs_reads_postgresql": Goal(">=", 0.6)}
    return Report("answers", figures, ratios, goals)


def _measure(name: str, instance: Path, url: str, figures: dict[str, float], ratios: dict[str, float]) -> None:
    app = make_app(settings_for(instance, url))
    tickets = [ticket_for(app, learner) for learner in make_learners(app, CLIENTS)]
    with app.app_context():
        db.engine.dispose()
    with serving(instance, url) as service:
        clients = [AnsweringClient(service.port, ticket) for ticket in tickets]
        _together([client.read for client in clients], lambda work, outcome: outcome.note(work))
        alone = Outcome()
        for _ in range(ALONE):
            alone.note(clients[0].save)
        paced = _together([client.save for client in clients], _paced)
        reads = _together([client.read for client in clients[:BUSY]], _closed)
        saves = _together([client.save for client in clients[:BUSY]], _closed)
    median = statistics.median(alone.seconds)
    p99 = percentile(paced.seconds, 0.99)
    figures[f"alone_median_{name}_ms"] = median * 1000
    figures[f"paced_median_{name}_ms"] = statistics.median(paced.seconds) * 1000
    figures[f"paced_p99_{name}_ms"] = p99 * 1000
    figures[f"saves_{name}_per_s"] = len(saves.seconds) / CLOSED_SECONDS
    figures[f"reads_{name}_per_s"] = len(reads.seconds) / CLOSED_SECONDS
    figures[f"errors_{name}"] = alone.errors + paced.errors + reads.errors + saves.errors
    ratios[f"p99_vs_alone_{name}"] = p99 / median
    ratios[f"saves_vs_reads_{name}"] = len(saves.seconds) / max(1, len(reads.seconds))


def _together(works: list[Callable[[], object]], drive: Callable[[Callable[[], object], Outcome], None]) -> Outcome:
    """Let every client work in a thread of its own and return what all of them met."""
    outcomes = [Outcome() for _ in works]
    threads = [
        threading.Thread(target=drive, args=(work, outcome)) for work, outcome in zip(works, outcomes, strict=True)
    ]
    for place, thread in enumerate(threads):
        thread.start()
        # People do not all click in the same millisecond.
        time.sleep(1 / len(threads) if drive is _paced and place + 1 < len(threads) else 0)
    for thread in threads:
        thread.join()
    return Outcome([second for one in outcomes for second in one.seconds], sum(one.errors for one in outcomes))


def _paced(work: Callable[[], object], outcome: Outcome) -> None:
    begun = time.monotonic()
    for second in range(PACED_SECONDS):
        time.sleep(max(0.0, begun + second - time.monotonic()))
        outcome.note(work)


def _closed(work: Callable[[], object], outcome: Outcome) -> None:
    until = time.monotonic() + CLOSED_SECONDS
    while time.monotonic() < until:
        outcome.note(work)

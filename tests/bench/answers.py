"""Saving answers behind two web processes: fifty people at work, against one person alone in the same run."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterable
from pathlib import Path

from lms.infra.bench import Goal, Report, percentile
from tests.bench._browsers import Ask, Browser, browse, together
from tests.bench._deployment import make_app, make_learners, postgres_database, settings_for, settle
from tests.bench._service import Ticket, answer, serving, ticket_for

CLIENTS = 50
ALONE, PACED_SECONDS, CLOSED_SECONDS = 200, 20, 6
# More clients than this only wait for the two processes.
BUSY = 16
# More than one client can ask for while the loop is closed.
PLENTY = 1500


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
    settle(app)
    first, half = tickets[0], ALONE // 2
    paced_from = 1 + ALONE
    closed_from = paced_from + PACED_SECONDS
    with serving(instance, url) as service:
        browse(service.port, [_reading(ticket, 1) for ticket in tickets])
        # Before and after: what else the machine does changes while the others work.
        before = browse(service.port, [_saving(first, range(1, half + 1))])
        paced = browse(
            service.port,
            # People do not all click in the same millisecond.
            [
                _saving(ticket, range(paced_from, closed_from), 1.0, place / CLIENTS)
                for place, ticket in enumerate(tickets)
            ],
        )
        reads = browse(service.port, [_reading(ticket, PLENTY) for ticket in tickets[1 : BUSY + 1]], CLOSED_SECONDS)
        numbers = range(closed_from, closed_from + PLENTY)
        saves = browse(service.port, [_saving(ticket, numbers) for ticket in tickets[1 : BUSY + 1]], CLOSED_SECONDS)
        after = browse(service.port, [_saving(first, range(closed_from, closed_from + half))])
    alone = together([before, after])
    median, p99 = statistics.median(alone.seconds["save"]), percentile(paced.seconds["save"], 0.99)
    saved, read = len(saves.seconds["save"]), len(reads.seconds["read"])
    figures[f"alone_median_{name}_ms"] = median * 1000
    figures[f"paced_median_{name}_ms"] = statistics.median(paced.seconds["save"]) * 1000
    figures[f"paced_p99_{name}_ms"] = p99 * 1000
    figures[f"clients_late_p99_{name}_ms"] = percentile(paced.late, 0.99) * 1000
    figures[f"saves_{name}_per_s"] = saved / CLOSED_SECONDS
    figures[f"reads_{name}_per_s"] = read / CLOSED_SECONDS
    figures[f"errors_{name}"] = sum(one.errors for one in (alone, paced, reads, saves))
    ratios[f"p99_vs_alone_{name}"] = p99 / median
    ratios[f"saves_vs_reads_{name}"] = saved / max(1, read)


def _reading(ticket: Ticket, times: int) -> Browser:
    return Browser(ticket.cookie, (Ask("read", f"/attempt/{ticket.learner.attempt_id}/q/1"),) * times)


def _saving(ticket: Ticket, sequences: Iterable[int], pause: float = 0.0, first_at: float = 0.0) -> Browser:
    """Return a browser that saves the answers of these sequence numbers, one every `pause` seconds."""
    asks = []
    for place, sequence in enumerate(sequences):
        path, body = answer(ticket, sequence)
        asks.append(Ask("save", path, body, at=first_at + place * pause))
    return Browser(ticket.cookie, tuple(asks))

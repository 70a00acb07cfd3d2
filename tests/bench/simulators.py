"""Drawing and scoring an exam with its extension, and a hundred people in consoles at once against one alone."""

from __future__ import annotations

import re
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask

from lms.accounts.queries.identity import actor_by_person
from lms.infra.bench import Goal, Report, alternate, percentile
from lms.infra.clock import now
from lms.infra.transactions import write_transaction
from lms.sandbox.queries.steps import visit_sandbox
from lms.sandbox.rules.company import CompanyFacts
from lms.sandbox.rules.console import Console
from lms.sandbox.rules.consoles.registry import CONSOLES
from lms.sandbox.rules.engine import generate
from lms.sandbox.rules.exercise import Exercise, Generated, Mode, joined
from lms.sandbox.rules.policies import Policy, responses
from lms.sandbox.rules.scoring import score
from lms.sandbox.service.start import start_run
from tests.bench._browsers import Ask, Browser, browse, together
from tests.bench._deployment import Learner, make_app, make_learners, settings_for, settle
from tests.bench._service import serving

STEP = "c3-gym"
PEOPLE, CASES, CASES_ALONE = 100, 4, 16
# Planned is a minute and a half for a case; somebody very quick takes this long.
SECONDS_A_CASE = 15.0
FOUND = 302
DRAW_MS, SCORE_MS, TIMES_ALONE = 50, 5, 10


def run() -> Report:
    """Return milliseconds of drawing and scoring 42 cases at each console, and of pages and decisions under load."""
    figures: dict[str, float] = {}
    ratios: dict[str, float] = {}
    goals: dict[str, Goal] = {}
    for console in CONSOLES.values():
        if Mode.PRACTITIONER in console.modes:
            _draw_and_score(console, figures, goals)
    with tempfile.TemporaryDirectory() as folder:
        _together(Path(folder) / "sqlite", figures, ratios)
    goals |= {"errors": Goal("==", 0), "p99_vs_alone": Goal("<=", TIMES_ALONE)}
    return Report("simulators", figures, ratios, goals)


def exam(console: Console, level: int, seed: int) -> Generated:
    """Return a Practitioner exam of 30 cases with the standard extension of 12."""
    facts = CompanyFacts()
    parts = (
        generate(console, Exercise(console.id, (level,), mode), console.version, seed, facts)
        for mode in (Mode.PRACTITIONER, Mode.EXTENSION)
    )
    return joined(*parts)


def _draw_and_score(console: Console, figures: dict[str, float], goals: dict[str, Goal]) -> None:
    level, seeds = max(console.levels), iter(range(1 << 30))
    form = exam(console, level, 0)
    given = responses(Policy.ORACLE, console, form)
    taken = alternate(
        {
            "draw": lambda: exam(console, level, next(seeds)),
            "score": lambda: score(form.public, form.key, given),
        },
        rounds=7,
        seconds=0.4,
        clock=time.process_time,
    )
    for name, most in (("draw", DRAW_MS), ("score", SCORE_MS)):
        figure = f"{name}_{console.id.replace('-', '_')}_ms"
        figures[figure] = taken[name] * 1000
        goals[figure] = Goal("<=", most)


@dataclass(frozen=True, slots=True)
class Begun:
    """A run that has begun, and what its browser knows."""

    run: str
    cookie: str
    csrf_token: str


def _together(instance: Path, figures: dict[str, float], ratios: dict[str, float]) -> None:
    app = make_app(settings_for(instance))
    learners = make_learners(app, PEOPLE + 1)
    alone, *people = (_begin(app, learner) for learner in learners)
    settle(app)
    half = CASES_ALONE // 2
    with serving(instance) as service:
        # Each opens the first case once: what a new web process reads and compiles for the first page is not measured.
        browse(service.port, [_at_work(person, range(1, 2), decide=False) for person in people])
        # Before and after: what else the machine does changes within the minute that the others take.
        before = browse(service.port, [_at_work(alone, range(1, half + 1))])
        many = browse(
            service.port,
            # People do not all begin in the same moment.
            [
                _at_work(person, range(1, CASES + 1), SECONDS_A_CASE, place * SECONDS_A_CASE / PEOPLE)
                for place, person in enumerate(people)
            ],
        )
        after = browse(service.port, [_at_work(alone, range(half + 1, CASES_ALONE + 1))])
    one = together([before, after])
    usual, p99 = statistics.median(one.seconds["decision"]), percentile(many.seconds["decision"], 0.99)
    figures.update(
        {
            "alone_page_median_ms": statistics.median(one.seconds["page"]) * 1000,
            "alone_decision_median_ms": usual * 1000,
            "page_median_ms": statistics.median(many.seconds["page"]) * 1000,
            "page_p99_ms": percentile(many.seconds["page"], 0.99) * 1000,
            "decision_median_ms": statistics.median(many.seconds["decision"]) * 1000,
            "decision_p99_ms": p99 * 1000,
            "clients_late_p99_ms": percentile(many.late, 0.99) * 1000,
            "errors": one.errors + many.errors,
        }
    )
    ratios["p99_vs_alone"] = p99 / usual


def _at_work(begun: Begun, cases: range, pause: float = 0.0, first_at: float = 0.0, *, decide: bool = True) -> Browser:
    """Return a browser that reads a case and decides it, one case every `pause` seconds."""
    asks = []
    for place, number in enumerate(cases):
        path, at = f"/run/{begun.run}/case/{number}", first_at + place * pause
        body = urlencode({"csrf_token": begun.csrf_token, "seq": 1, "decision": "accept"})
        asks.append(Ask("page", path, at=at))
        if decide:
            asks.append(Ask("decision", path, body, FOUND, at))
    return Browser(begun.cookie, tuple(asks))


def _begin(app: Flask, learner: Learner) -> Begun:
    """Let a learner begin the gym."""
    with app.app_context(), write_transaction():
        actor = actor_by_person(learner.person_id, now())
        assert actor is not None
        context = visit_sandbox(actor, STEP, now()).context
        assert context is not None
        run_id = start_run(actor, context)
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = learner.token, True
    page = client.get(f"/run/{run_id}/case/1").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert token is not None
    assert cookie is not None
    return Begun(str(run_id), f"{cookie.key}={cookie.value}", token[1])

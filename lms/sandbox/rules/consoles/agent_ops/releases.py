"""Releases on their canary, and data feeds: each with one cause."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lms.sandbox.rules.consoles.agent_ops.agents import FED, FEEDS, MODELS
from lms.sandbox.rules.consoles.agent_ops.cases import REQUESTS, Feed, Fields, Node, Release, Window
from lms.sandbox.rules.exercise import Text

if TYPE_CHECKING:
    from lms.sandbox.rules.company import CompanyFacts
    from lms.sandbox.rules.streams import Stream, Streams

TOP_LEVEL = 3
WINDOWS, HOURS = 6, 4
WHOLE = 10_000
PERCENT = 100
DAY = 24
USUAL_LATENCY = 420
HEX = "0123456789abcdef"
FAR = {1: (30, 90), 2: (12, 45), 3: (1, 12)}  # failures in a thousand beyond a threshold, by level


def release_fields(cause: str, level: int, streams: Streams, facts: CompanyFacts) -> Fields:
    """Return a release with a cause: sound, early, hold, errors, margin, slow, goal-edge, rollback-edge, blip."""
    drawn = streams.stream("release")
    model = drawn.pick(tuple(MODELS))
    usual = max(180, drawn.scaled("lognormal-020", USUAL_LATENCY))
    goal, most = (facts[name] * REQUESTS // WHOLE for name in ("error_rate_goal", "error_rate_rollback"))
    low, high = FAR[level]
    failed = {
        "hold": min(most - (1 if level == TOP_LEVEL else 5), goal + drawn.between(low, high) // 2 + 1),
        "errors": most + drawn.between(low, high),
        "goal-edge": goal,
        "rollback-edge": most,
    }.get(cause, drawn.between(12, goal - 5))
    hours = drawn.between(facts["canary_hours_min"], facts["canary_hours_max"])
    share = drawn.between(facts["canary_share_min"] // 50, facts["canary_share_max"] // 50) * 50
    if cause == "early":
        hours, share = _too_early(level, hours, share, drawn, facts)
    release = Release(
        model=model,
        version=f"{drawn.between(2, 9)}.{drawn.below(20)}.{drawn.below(10)}",
        canary=share,
        hours=hours,
        requests=REQUESTS,
        failed=failed,
        error_rate=WHOLE * failed // REQUESTS,
        margin_breaches=drawn.between(1, 3 if level > 1 else 12) if cause == "margin" else 0,
        latency_usual=usual,
    )
    return Fields(release=release, windows=_windows(cause, level, usual, drawn, facts))


def feed_fields(cause: str, level: int, streams: Streams, facts: CompanyFacts) -> Fields:
    """Return a data feed with a cause: sound, schema, fault, late, thin."""
    drawn = streams.stream("feed")
    name = drawn.pick(tuple(FEEDS))
    before, most = drawn.between(150, 400), facts["error_rate_rollback"]
    low, high = FAR[level]
    now = {
        "schema": min(most - drawn.between(5, 40), before + drawn.between(250, 600)),
        "fault": most + 10 * drawn.between(low, high),
        "at-limit": most,
    }.get(cause, before + drawn.between(-30, 60))
    nodes = [_node(step, drawn) for step in FEEDS[name]]
    at = drawn.below(len(nodes) - 2)
    if cause == "schema":
        _break(nodes, at, level, drawn)
    if cause == "late":
        nodes[at] = replace(
            nodes[at], status="late", lag=facts["feed_lag"] + drawn.between(1, {1: 400, 2: 90, 3: 9}[level])
        )
    if cause == "thin":  # fewer rows than usual, as on a public holiday, and all else in order
        nodes = [replace(node, ratio=node.ratio * drawn.between(62, 74) // WHOLE * PERCENT) for node in nodes]
    symptom = Text("symptom.holiday" if cause == "thin" else "symptom", {}, drawn.below(1 << 20))
    model = drawn.pick(FED[name])
    return Fields(feed=Feed(name, model, before, now, symptom), nodes=tuple(nodes))


def _too_early(level: int, hours: int, share: int, drawn: Stream, facts: CompanyFacts) -> tuple[int, int]:
    early = (
        facts["canary_hours_min"] - {1: drawn.between(16, 24), 2: drawn.between(6, 20), 3: drawn.between(1, 6)}[level]
    )
    # The panel tells of the last 24 hours: a release has them.
    if drawn.chance(7000) and early >= DAY:
        return early, share
    return hours, facts["canary_share_min"] - {1: 300, 2: 200, 3: 100}[level]


def _windows(cause: str, level: int, usual: int, drawn: Stream, facts: CompanyFacts) -> tuple[Window, ...]:
    """Return the latest windows, slow to the last or slow for a while: a blip lasts one window less than it takes."""
    limit, wanted = usual * facts["latency_factor"] // WHOLE, facts["latency_windows"]
    slow = {"slow": range(WINDOWS - wanted, WINDOWS), "blip": range(1, wanted)}.get(cause, range(0))
    rows = []
    for at in range(WINDOWS):
        latency = min(limit - 10, drawn.scaled("lognormal-008", usual))
        if at in slow:
            latency = limit + 1 + drawn.between(*{1: (60, 300), 2: (25, 150), 3: (1, 40)}[level])
        rows.append(Window((WINDOWS - 1 - at) * HOURS, latency))
    return tuple(rows)


def _node(name: str, drawn: Stream) -> Node:
    schema = _hash(drawn)
    return Node(name, "fine", drawn.between(1, 14), schema, schema, drawn.between(94, 105) * PERCENT)


def _hash(drawn: Stream) -> str:
    return "".join(drawn.pick(HEX) for _ in range(6))


def _break(nodes: list[Node], at: int, level: int, drawn: Stream) -> None:
    """Change a step's schema, so that fewer rows get through from there on; the status shows it on level 1 only."""
    left = {1: (20, 55), 2: (45, 80), 3: (82, 95)}[level]
    share = drawn.between(*left)
    changed = _hash(drawn) if level == 1 else _one_off(nodes[at].agreed, drawn)
    nodes[at] = replace(nodes[at], schema=changed, status="failing" if level == 1 else "fine")
    for later in range(at, len(nodes)):
        nodes[later] = replace(nodes[later], ratio=nodes[later].ratio * share // WHOLE * PERCENT)


def _one_off(schema: str, drawn: Stream) -> str:
    at = drawn.below(len(schema))
    return schema[:at] + drawn.pick([sign for sign in HEX if sign != schema[at]]) + schema[at + 1 :]

"""Which verdict an alert calls for, what the AI's triage got wrong, who has to approve, and what a wrong one costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lms.sandbox.rules.company import exceeds
from lms.sandbox.rules.consoles.agent_ops.agents import PERSONAL
from lms.sandbox.rules.consoles.agent_ops.cases import (
    CONTAIN,
    IGNORE,
    LADDER,
    RETRAIN,
    ROLL_BACK,
    WATCH,
    Board,
    Event,
    Family,
    Feed,
    Fields,
    Labels,
    Node,
    Release,
    Rights,
    Season,
    Window,
)
from lms.sandbox.rules.consoles.agent_ops.reasons import (
    CANARY,
    CLEAR,
    DRIFT,
    INJECTION,
    LABELS,
    PII,
    ROLLBACK,
    SCHEMA,
    SCOPE,
    SEASONAL,
)
from lms.sandbox.rules.exercise import Loss

if TYPE_CHECKING:
    from collections.abc import Mapping

WHOLE = 10_000
# Cents [default]: handling an alert, and what the worst verdict on it costs.
HANDLING = 20_00
STAKE: Mapping[Family, int] = {
    Family.EVENT: 400_00,
    Family.DRIFT: 200_00,
    Family.RELEASE: 600_00,
    Family.FEED: 300_00,
}
# Loss in tenths of the stake by distance on the ladder.
BY_DISTANCE = (0, 4, 7, 10, 10)
OTHERWISE = "OTHERWISE"
ASKS = "ticket.asks."


def due(fields: Fields, policy: Mapping[str, int]) -> str:
    """Return the verdict that an alert calls for, approvals aside."""
    if fields.event is not None:
        return _event_due(fields.event, fields.rights)
    if fields.board is not None and fields.season is not None and fields.labels is not None:
        return _drift_due(fields.board, fields.season, fields.labels, policy)
    if fields.release is not None:
        return _release_due(fields.release, fields.windows, policy)
    return _feed_due(fields.feed, fields.nodes, policy)


def faults(fields: Fields, proposed: str, policy: Mapping[str, int]) -> tuple[str, ...]:
    """Return the codes of what the AI's triage got wrong; none where its verdict is the one that is due."""
    best = due(fields, policy)
    if proposed == best:
        return ()
    if fields.event is not None:
        found = tuple(code for code, holds in _event_causes(fields.event, fields.rights).items() if holds)
        return found or (CLEAR if best == IGNORE else OTHERWISE,)
    if fields.board is not None and fields.season is not None and fields.labels is not None:
        return (_drift_fault(fields.board, fields.labels, best, policy),)
    if fields.release is not None:
        return ({WATCH: CANARY, IGNORE: OTHERWISE}.get(best, ROLLBACK),)
    return (SCHEMA if changed_nodes(fields.nodes) else CLEAR if best == IGNORE else OTHERWISE,)


def mandate(fields: Fields) -> str | None:
    """Return the mandate that reserves this alert for a person, if one does, whatever the AI says."""
    event = fields.event
    if event is None:
        return None
    if event.exposed and bare_columns(event):
        return "exposure"
    own = rights_of(event, fields.rights)
    if event.destination not in own.destinations:
        return "egress"
    return "widening" if event.asks is not None and event.asks not in own.tools else None


def losses(family: Family, best: str) -> tuple[Loss, ...]:
    """Return what every verdict loses against the best one: 0, .4, .7 or all of the stake by its distance."""
    return tuple(Loss(verdict, loss(family, best, verdict)) for verdict in LADDER)


def loss(family: Family, best: str, verdict: str) -> int:
    """Return what a verdict loses against the best one, in cents."""
    return STAKE[family] * BY_DISTANCE[abs(LADDER.index(best) - LADDER.index(verdict))] // 10


def rights_of(event: Event, matrix: tuple[Rights, ...]) -> Rights:
    """Return the line of the permission matrix of an event's agent.

    Raises:
        StopIteration: the matrix has none.
    """
    return next(line for line in matrix if line.agent == event.agent)


def bare_columns(event: Event) -> tuple[str, ...]:
    """Return the personal and payment data of an event that nobody took out."""
    return () if event.redacted else tuple(column for column in event.columns if column in PERSONAL)


def beyond(event: Event, own: Rights) -> tuple[str, ...]:
    """Return the names of the fields in which an event goes beyond its agent's permissions."""
    found = {
        "rows": exceeds(event.rows, own.rows),
        "resource": event.resource not in own.resources,
        "columns": not set(event.columns) <= set(own.columns),
        "scope": event.scope != own.scope,
        "tool": event.tool not in own.tools,
    }
    return tuple(name for name, holds in found.items() if holds)


def asked_in_text(event: Event) -> str | None:
    """Return the tool that the ticket's text tells the agent to use, as its reader understands it."""
    return event.ticket.id.rpartition(".")[2] if event.ticket.id.startswith(ASKS) else None


def changed_nodes(nodes: tuple[Node, ...]) -> tuple[int, ...]:
    """Return the places of the steps whose schema is not the agreed one."""
    return tuple(at for at, node in enumerate(nodes) if node.schema != node.agreed)


def degraded(release: Release, windows: tuple[Window, ...], policy: Mapping[str, int]) -> bool:
    """Return whether the latest windows in a row were all slower than the usual value times the factor."""
    last = windows[-policy["latency_windows"] :]
    return all(exceeds(WHOLE * window.latency, policy["latency_factor"] * release.latency_usual) for window in last)


def must_roll_back(release: Release, windows: tuple[Window, ...], policy: Mapping[str, int]) -> bool:
    """Return whether errors, margins or latency call for rolling back."""
    errors = exceeds(WHOLE * release.failed, policy["error_rate_rollback"] * release.requests)
    return errors or release.margin_breaches > 0 or degraded(release, windows, policy)


def errors_rose(board: Board, policy: Mapping[str, int]) -> bool:
    """Return whether the model got worse by at least what counts as a loss."""
    return board.errors_now - board.errors_before >= policy["metric_loss"]


def _event_causes(event: Event, matrix: tuple[Rights, ...]) -> dict[str, bool]:
    asked = asked_in_text(event)
    return {
        INJECTION: asked is not None and asked == event.tool,
        SCOPE: bool(beyond(event, rights_of(event, matrix))),
        PII: bool(bare_columns(event)),
    }


def _event_due(event: Event, matrix: tuple[Rights, ...]) -> str:
    if any(_event_causes(event, matrix).values()):
        return CONTAIN
    return WATCH if asked_in_text(event) else IGNORE


def _drift_due(board: Board, season: Season, labels: Labels, policy: Mapping[str, int]) -> str:
    if board.index_week < policy["drift_watch"] or season.index_year < policy["drift_watch"]:
        return IGNORE
    if not exceeds(board.index_week, policy["drift_retrain"]) or exceeds(labels.age, policy["label_age"]):
        return WATCH
    return RETRAIN if errors_rose(board, policy) else WATCH


def _drift_fault(board: Board, labels: Labels, best: str, policy: Mapping[str, int]) -> str:
    shifted = board.index_week >= policy["drift_watch"]
    if best == IGNORE:
        return SEASONAL if shifted else CLEAR
    if best == RETRAIN:
        return DRIFT
    stale = exceeds(labels.age, policy["label_age"]) and exceeds(board.index_week, policy["drift_retrain"])
    return LABELS if best == WATCH and stale and errors_rose(board, policy) else OTHERWISE


def _release_due(release: Release, windows: tuple[Window, ...], policy: Mapping[str, int]) -> str:
    if must_roll_back(release, windows, policy):
        return ROLL_BACK
    if exceeds(WHOLE * release.failed, policy["error_rate_goal"] * release.requests):
        return CONTAIN
    early = release.hours < policy["canary_hours_min"] or release.canary < policy["canary_share_min"]
    return WATCH if early else IGNORE


def _feed_due(feed: Feed | None, nodes: tuple[Node, ...], policy: Mapping[str, int]) -> str:
    if changed_nodes(nodes):
        return CONTAIN
    if feed is not None and exceeds(feed.errors_now, policy["error_rate_rollback"]):
        return ROLL_BACK
    rose = feed is not None and exceeds(feed.errors_now, policy["error_rate_goal"])
    return WATCH if rose or any(exceeds(node.lag, policy["feed_lag"]) for node in nodes) else IGNORE

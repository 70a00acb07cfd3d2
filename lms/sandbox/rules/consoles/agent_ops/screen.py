"""Where the console shows each fact: the alert first; permissions, season, outcomes and steps a click behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lms.sandbox.rules.console import Fact, Panel
from lms.sandbox.rules.consoles.agent_ops.cases import FIELDS, Fields

if TYPE_CHECKING:
    from lms.sandbox.rules.exercise import Case

EVENT = (
    ("number", "plain"), ("agent", "code"), ("purpose", "code"), ("tool", "code"), ("resource", "code"),
    ("scope", "code"), ("rows", "count"), ("columns", "codes"), ("redacted", "flag"), ("destination", "code"),
    ("exposed", "flag"), ("asks", "code"),
)  # fmt: skip
TICKET = (("ticket_ref", "plain"), ("ticket", "text"))
RIGHTS = (
    ("agent", "code"), ("tools", "codes"), ("resources", "codes"), ("scope", "code"), ("rows", "count"),
    ("columns", "codes"), ("destinations", "codes"),
)  # fmt: skip
BEFORE = (("tool", "code"), ("minutes", "minutes"), ("resource", "code"), ("rows", "count"))
BOARD = (("model", "code"), ("feature", "code"))
LIMITS = ("drift_watch", "drift_retrain")
RELEASE = (
    ("model", "code"), ("version", "plain"), ("canary", "share"), ("hours", "count"), ("requests", "count"),
    ("failed", "count"), ("error_rate", "share"), ("margin_breaches", "count"), ("latency_usual", "count"),
)  # fmt: skip
WINDOW = (("ended", "count"), ("latency", "count"))
FEED = (("name", "code"), ("model", "code"), ("symptom", "text"), ("errors_before", "share"), ("errors_now", "share"))
NODE = (
    ("name", "code"), ("status", "code"), ("lag", "minutes"), ("schema", "plain"), ("agreed", "plain"),
    ("ratio", "share"),
)  # fmt: skip


def screen(case: Case) -> tuple[Panel, ...]:
    """Return the panels of a case, in the order in which a person needs them."""
    fields = FIELDS.validate_python(case.fields)
    away = 0 if case.level == 1 else 1
    if fields.event is not None:
        return (
            Panel("event", "event-stream", _facts("event", EVENT)),
            Panel("ticket", "tickets", _facts("event", TICKET)),
            *_rows("before", "event-stream", BEFORE, len(fields.before), away),
            *_rows("rights", "permissions", RIGHTS, len(fields.rights), away, "columns"),
        )
    if fields.board is not None:
        index = Fact("board.index", "series-index", LIMITS)
        errors = Fact("board.errors", "series-share")
        week = Fact("board.index_week", "index")
        before, now = (Fact(f"board.{name}", "share") for name in ("errors_before", "errors_now"))
        return (
            Panel("board", "drift-board", (*_facts("board", BOARD), index, week)),
            Panel("metrics", "drift-board", (errors, before, now)),
            Panel("season", "same-days", _facts("season", _season(fields)), away),
            Panel("labels", "outcomes", _facts("labels", (("age", "ago"), ("joined", "share"))), away),
        )
    if fields.release is not None:
        return (
            Panel("release", "release-panel", _facts("release", RELEASE)),
            *_rows("windows", "monitoring", WINDOW, len(fields.windows), away),
        )
    return (
        Panel("feed", "monitoring", _facts("feed", FEED)),
        *_rows("nodes", "pipeline", NODE, len(fields.nodes), away, "chain"),
    )


def _season(fields: Fields) -> tuple[tuple[str, str], ...]:
    """Return what is known of last year: before version 2 there was no error rate in it."""
    known = fields.season is not None and fields.season.errors_year is not None
    return (("index_year", "index"), *((("errors_year", "share"),) if known else ()), ("calendar", "text"))


def _facts(name: str, facts: tuple[tuple[str, str], ...]) -> tuple[Fact, ...]:
    return tuple(Fact(f"{name}.{field}", kind) for field, kind in facts)


def _rows(
    name: str, source: str, facts: tuple[tuple[str, str], ...], count: int, taps: int, layout: str = "table"
) -> tuple[Panel, ...]:
    return tuple(Panel(name, source, _facts(f"{name}.{at}", facts), taps, at, layout) for at in range(count))

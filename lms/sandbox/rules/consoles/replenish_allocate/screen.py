"""The panes of the planner's desk: item, demand, promotion, source, stock, transfers, the AI's reckoning."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lms.sandbox.rules.console import DayChart, Fact, Panel

if TYPE_CHECKING:
    from lms.sandbox.rules.exercise import Case

NEVER = 9
# Section, pane, source, facts, and the level from which it is a tap away.
BEFORE = (
    ("sku", "item", "master", (
        ("code", "plain"), ("name", "text"), ("grade", "code"), ("cost", "money"), ("price", "money"),
        ("pack", "count"), ("minimum", "count"),
    ), NEVER),
    ("demand", "demand", "sales", (
        ("daily", "series"), ("out", "spans"), ("promoted", "spans"), ("largest.units", "count"),
        ("largest.ago", "ago"), ("largest.buyer", "code"), ("season", "share"),
    ), NEVER),
    ("promo", "promo", "calendar", (("start", "days"), ("days", "days"), ("uplift", "share")), 3),
    ("lead", "lead", "deliveries", (("source", "plain"), ("quoted", "days"), ("last6", "counts")), 2),
    ("stock", "stock", "warehouse", (("system", "count"), ("counted", "count"), ("shorts", "count")), 2),
)  # fmt: skip
INBOUND = (("order", "plain"), ("units", "count"), ("due", "days"), ("place", "code"))
AFTER = (
    ("plan", "plan", "planning", (("how", "text"), ("safety", "count")), NEVER),
    ("checks", "checks", "nightly", (("feed", "code"), ("stock", "code"), ("master", "code")), 2),
)
MOVE = (("origin", "plain"), ("to", "plain"), ("day", "date"), ("spare", "count"))
BOOKED = (("item", "plain"), ("origin", "plain"), ("to", "plain"), ("day", "date"), ("value", "money"))
BELIEFS = (("mu", "index"), ("lead", "days"), ("uplift", "share"), ("position", "count"), ("need", "count"))
CHART = DayChart("demand.daily", ("demand.out", "demand.promoted"))
Line = tuple[str, str, str, tuple[tuple[str, str], ...], int]


def screen(case: Case) -> tuple[Panel, ...]:
    """Return where each fact of a case stands."""
    level, fields = case.level, case.fields
    first, *others = (_panel(line, level) for line in BEFORE)
    panels = [first]
    beliefs = _facts("ai", BELIEFS)
    if fields["move"] is not None:
        panels.append(Panel("move", "transfers", _facts("move", MOVE)))
        # What it is worth follows from the quantity that the AI proposes, so it is not shown before.
        beliefs = (Fact("move.value", "money"), *beliefs)
    panels += [_planned(panel) if fields["promo"]["start"] is None else panel for panel in others]
    away = int(level > 1)
    panels += [_row("inbound", "deliveries", INBOUND, row, taps=away) for row in range(len(fields["inbound"]))]
    panels += [_panel(line, level) for line in AFTER]
    panels += [_row("booked", "transfers", BOOKED, row, taps=away) for row in range(len(fields["booked"]))]
    return (*panels, Panel("ai", "ai", beliefs))


def _planned(panel: Panel) -> Panel:
    """Return the calendar without the length and the uplift of a promotion that there is not."""
    return replace(panel, facts=panel.facts[:1]) if panel.id == "promo" else panel


def _panel(line: Line, level: int) -> Panel:
    section, pane, source, facts, away = line
    return Panel(pane, source, _facts(section, facts), int(level >= away), chart=CHART if pane == "demand" else None)


def _row(section: str, source: str, facts: tuple[tuple[str, str], ...], row: int, *, taps: int) -> Panel:
    return Panel(section, source, _facts(f"{section}.{row}", facts), taps, row)


def _facts(section: str, facts: tuple[tuple[str, str], ...]) -> tuple[Fact, ...]:
    return tuple(Fact(f"{section}.{name}", kind) for name, kind in facts)

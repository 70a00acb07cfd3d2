"""Where the handheld shows each fact: on level 1 all on the first screen, on level 2 the tell-tale ones a tap away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lms.sandbox.rules.console import Fact, Panel
from lms.sandbox.rules.consoles.floor_desk.cases import FIELDS

if TYPE_CHECKING:
    from lms.sandbox.rules.exercise import Case

TASK = (("kind", "code"), ("order", "plain"), ("pieces", "count"), ("express", "flag"), ("cutoff", "minutes"))
SKU = (
    ("name", "text"), ("pack", "count"), ("grams", "grams"), ("price", "money"), ("allergens", "codes"),
    ("adult", "flag"), ("hazard", "code"),
)  # fmt: skip
BIN = (
    ("loc", "plain"), ("pieces", "count"), ("reserved", "count"), ("count_days", "ago"), ("shorts", "count"),
    ("reported", "minutes"), ("seal", "code"),
)  # fmt: skip
ORDER = (("value", "money"), ("lines", "count"), ("avoid", "code"), ("substitutes", "code"), ("note", "text"))
PLACE = (
    ("loc", "plain"), ("pieces", "count"), ("reserved", "count"), ("count_days", "ago"), ("shorts", "count"),
    ("minutes", "minutes"),
)  # fmt: skip
SUBSTITUTE = (("name", "text"), ("price", "money"), ("allergens", "codes"), ("adult", "flag"), ("grade", "code"))
WEIGHING = (("expected", "grams"), ("measured", "grams"))


def screen(case: Case) -> tuple[Panel, ...]:
    """Return the panels of a case, in the order in which a person needs them."""
    fields = FIELDS.validate_python(case.fields)
    away = 0 if case.level == 1 else 1
    panels = [
        _panel("task", "handheld", TASK),
        _panel("sku", "item-master", SKU),
        _panel("bin", "bin-history", BIN, away),
    ]
    if fields.order is not None:
        panels.append(_panel("order", "order-system", ORDER, away))
    panels += [_row("places", i, "bin-history", PLACE, away) for i in range(len(fields.places))]
    panels += [_row("substitutes", i, "item-master", SUBSTITUTE, away) for i in range(len(fields.substitutes))]
    if fields.weighing is not None:
        panels.append(_panel("weighing", "scale", WEIGHING, away))
    if fields.take_cases is not None:
        panels.append(Panel("take", "handheld", (Fact("take_cases", "count"),)))
    if fields.move_value is not None:
        panels.append(Panel("move", "order-system", (Fact("move_value", "money"),), away))
    return tuple(panels)


def _panel(name: str, source: str, facts: tuple[tuple[str, str], ...], taps: int = 0) -> Panel:
    return Panel(name, source, tuple(Fact(f"{name}.{field}", kind) for field, kind in facts), taps)


def _row(name: str, row: int, source: str, facts: tuple[tuple[str, str], ...], taps: int) -> Panel:
    return Panel(name, source, tuple(Fact(f"{name}.{row}.{field}", kind) for field, kind in facts), taps, row)

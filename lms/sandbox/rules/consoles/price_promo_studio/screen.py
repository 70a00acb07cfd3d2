"""The panes of the studio: item economics, price list, elasticity card, rivals, offers, the AI's figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lms.sandbox.rules.console import Fact, Panel, ScaleChart, SpreadChart

if TYPE_CHECKING:
    from lms.sandbox.rules.exercise import Case

ITEM = (
    ("code", "plain"), ("name", "text"), ("pack", "count"), ("price", "money"), ("cost", "money"), ("as_of", "date"),
    ("least", "money"), ("floor", "share"), ("cover", "days"), ("weekly", "count"),
)  # fmt: skip
LATEST = (("cost", "money"), ("day", "date"))
ELASTICITY = (
    ("estimate", "index"), ("error", "index"), ("promo", "flag"), ("clean", "index"), ("clean_error", "index"),
)  # fmt: skip
RIVAL = (("shop", "plain"), ("price", "money"), ("pack", "count"), ("age", "hours"))
OFFER = (("kind", "code"), ("share", "share"), ("start", "date"), ("end", "date"))
BELIEFS = (("cost", "money"), ("elasticity", "index"), ("rival", "money"), ("price", "money"), ("delta", "share"))
CURVES = SpreadChart(
    (("elasticity.estimate", "elasticity.error"), ("elasticity.clean", "elasticity.clean_error")),
)


def screen(case: Case) -> tuple[Panel, ...]:
    """Return where each fact of a case stands."""
    away, fields = int(case.level > 1), case.fields
    rivals, offers = range(len(fields["rivals"])), range(len(fields["offers"]))
    scale = ScaleChart(
        (
            ("item.cost", None), ("item.least", None), ("item.price", None),
            *((f"rivals.{row}.price", f"rivals.{row}.shop") for row in rivals),
        )
    )  # fmt: skip
    return (
        Panel("item", "catalogue", _facts("item", ITEM)),
        Panel("valid", "grid", _facts("valid", (("day", "date"), ("how", "text")))),
        Panel("latest", "supplier", _facts("latest", LATEST), away),
        Panel("elasticity", "analysis", _facts("elasticity", ELASTICITY), away, chart=CURVES),
        *(
            Panel("rivals", "scrape", _facts(f"rivals.{row}", RIVAL), away, row, chart=None if row else scale)
            for row in rivals
        ),
        *(Panel("offers", "calendar", _facts(f"offers.{row}", OFFER), away, row) for row in offers),
        Panel("ai", "ai", _facts("ai", BELIEFS)),
    )


def _facts(section: str, facts: tuple[tuple[str, str], ...]) -> tuple[Fact, ...]:
    return tuple(Fact(f"{section}.{name}", kind) for name, kind in facts)

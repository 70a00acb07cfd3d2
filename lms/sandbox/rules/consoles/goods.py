"""What the shop sells: believable goods for a cost, named by an invented brand. Wording is in texts_common."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from lms.sandbox.rules.exercise import Text

if TYPE_CHECKING:
    from lms.sandbox.rules.streams import Stream

# Goods by cost: the first tier costs less than the first bound, in cents.
BOUNDS = (4_00, 8_00, 16_00, 32_00, 64_00)
TIERS = tuple(
    tuple(line.split())
    for line in (
        (
            "phone-case charging-cable cotton-socks tea-towels soap-refill dog-chew notebook scented-candle "
            "garden-gloves lip-balm shoe-laces ice-tray"
        ),
        (
            "water-bottle led-bulbs baby-bodysuits cutting-board resistance-bands plant-pot puzzle bike-light "
            "pillow-case cat-litter hair-serum coffee-filter"
        ),
        (
            "desk-lamp yoga-mat kettle-small bed-sheet screwdriver-set wooden-train rain-jacket frying-pan "
            "dog-bed power-bank garden-hose face-cream"
        ),
        (
            "backpack blender duvet running-shoes bluetooth-speaker drill car-seat-cover toaster tent-small "
            "wall-clock keyboard building-bricks"
        ),
        (
            "coffee-grinder office-chair air-fryer headphones mattress-topper stroller-bag robot-mop "
            "grill-table monitor-arm winter-boots suitcase pressure-cooker"
        ),
        (
            "espresso-machine robot-vacuum standing-desk stroller tablet e-scooter lawn-mower smart-watch "
            "mattress sewing-machine projector dehumidifier"
        ),
    )
)
# What has several pieces by its name: no good where pieces are compared with pieces.
SETS = frozenset({"cotton-socks", "tea-towels", "led-bulbs", "baby-bodysuits", "lip-balm", "resistance-bands"})
# What is sold by the pack, and what a piece of it costs, in cents.
PACKED: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "batteries": (15, 110), "dishwasher-tabs": (8, 40), "razor-blades": (60, 320), "kitchen-rolls": (40, 190),
        "tea-lights": (12, 110), "coat-hangers": (30, 260), "cloths": (30, 260), "storage-boxes": (150, 800),
        "tennis-balls": (60, 250), "drinking-glasses": (80, 520), "hand-towels": (150, 720),
        "water-filters": (180, 800), "bulbs": (90, 500), "gift-bags": (30, 260), "food-jars": (60, 360),
        "plant-food": (20, 200), "dog-snacks": (90, 520), "gel-pens": (20, 210), "seat-cushions": (240, 800),
        "filter-bags": (30, 260),
    }
)  # fmt: skip
# When what sells by the season sells more than usual, by month; everything else has its peak whenever it has one.
HIGH_SEASON: Mapping[str, frozenset[int]] = MappingProxyType(
    {
        **dict.fromkeys(("lawn-mower", "garden-hose", "garden-gloves", "plant-pot"), frozenset({3, 4, 5, 6})),
        **dict.fromkeys(("tent-small", "e-scooter", "grill-table", "bike-light"), frozenset({4, 5, 6, 7})),
        **dict.fromkeys(("winter-boots", "duvet", "scented-candle"), frozenset({9, 10, 11, 12})),
        **dict.fromkeys(("wooden-train", "building-bricks", "puzzle", "espresso-machine"), frozenset({10, 11, 12})),
    }
)
BRANDS = (
    "Norra", "Halden", "Kestrel", "Brio & Finn", "Lumo", "Tavira", "Oakley Row", "Pellow", "Sundby", "Vesper", "Marlo",
    "Arden", "Calla", "Fjordline", "Gable", "Hollin", "Ister", "Juniper", "Kado", "Linnet", "Mistral", "Nimbus", "Orla",
    "Pinewick", "Quill", "Rivet", "Solveig", "Tern", "Umbra", "Verano", "Wexley", "Yarrow", "Zephyr", "Bramble",
)  # fmt: skip


def name_for(cost: int, drawn: Stream, *, pieces: int = 0) -> Text:
    """Return the name of something that costs about so many cents.

    With `pieces` it is something of which a pack holds so many, where 1 is a single thing; without, whatever is sold.
    """
    if pieces > 1:
        fitting = [what for what, (low, high) in PACKED.items() if low <= cost // pieces <= high] or list(PACKED)
    else:
        fitting = [what for what in TIERS[bisect_right(BOUNDS, cost)] if not pieces or what not in SETS]
    what = drawn.pick(fitting)
    return Text("goods", {"brand": drawn.pick(BRANDS), "what": {"id": f"goods.{what}", "params": {}, "pick": 0}})


def sells_in(name: Text, month: int) -> bool:
    """Return whether a month can be the high season of something."""
    what = name.params["what"]["id"].removeprefix("goods.")
    return month in HIGH_SEASON.get(what, range(1, 13))


def code_for(name: Text, drawn: Stream) -> str:
    """Return an article number: three letters of the brand, five digits."""
    letters = "".join(letter for letter in str(name.params["brand"]) if letter.isalpha())[:3].upper()
    return f"{letters}-{drawn.between(10_000, 99_999)}"

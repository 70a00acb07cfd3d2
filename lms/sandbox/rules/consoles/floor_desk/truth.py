"""The floor's rules, and what each decision costs: handling in minutes of labour, faults in what they lead to.

Costs are the model's own [default]: 60 cents a minute of labour, 20 where a walk is only a little longer, and for a
fault the walk back, the refund or the late order. Whatever source reaches the dock before the carrier leaves is as
good as another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lms.sandbox.rules.company import exceeds
from lms.sandbox.rules.consoles.floor_desk.cases import RECOUNT, REPORT, SPLIT, Fields, Kind, Place, Substitute
from lms.sandbox.rules.consoles.floor_desk.reasons import (
    DUP,
    LABEL,
    PACK,
    PHANTOM,
    PRIORITY,
    PROMISE,
    REROUTED,
    SUBST,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

REJECT = "reject"
SHORTFALL = "SHORTFALL"  # a place with too few pieces: never what the AI proposes, so no code for learners
TWO_SHORTS = 2
PENALTY = {PHANTOM: 13_00, PRIORITY: 25_00, DUP: 10_00, LABEL: 18_00, SHORTFALL: 15_00}
PER_MINUTE, PER_WALKED, PER_PIECE = 60, 20, 40


def mandate(fields: Fields, policy: Mapping[str, int]) -> str | None:
    """Return the mandate that reserves this case for a person, if one does."""
    if fields.bin.seal == "broken":
        return "tamper"
    if fields.sku.hazard != "none" and fields.task.kind in REROUTED:
        return "hazard"
    if fields.move_value is not None and exceeds(fields.move_value, policy["transfer_approval_limit"]):
        return "transfer"
    return None


def faults(fields: Fields, option: str, policy: Mapping[str, int]) -> tuple[str, ...]:
    """Return the reason codes of what is wrong with an option; empty where nothing is."""
    name, _, number = option.partition("-")
    match name:
        case "substitute":
            return (SUBST,) if refusals(fields, fields.substitutes[int(number)], policy) else ()
        case "place":
            return _place_faults(fields, fields.places[int(number)])
        case "cases":
            return _quantity_faults(fields, int(number), policy)
        case "report":
            return (
                *((DUP,) if fields.bin.reported is not None else ()),
                *((PHANTOM,) if fields.bin.count_days else ()),
            )
        case _:
            return ()


def refusals(fields: Fields, substitute: Substitute, policy: Mapping[str, int]) -> tuple[str, ...]:
    """Return why a substitute may not be sent."""
    over = substitute.price - fields.sku.price
    found = {
        "declined": fields.order is not None and fields.order.substitutes == "declined",
        "allergens": not set(substitute.allergens) <= set(fields.sku.allergens),
        "adult": substitute.adult != fields.sku.adult,
        "grade": substitute.grade == "lower",
        "price": 10_000 * over > policy["substitute_price_band"] * fields.sku.price,
    }
    return tuple(why for why, holds in found.items() if holds)


def off_weight(fields: Fields, policy: Mapping[str, int]) -> bool:
    """Return whether the scale differs from the label by more than the tolerance."""
    weighing = fields.weighing
    if weighing is None:
        return False
    return 10_000 * abs(weighing.measured - weighing.expected) > policy["weight_tolerance"] * weighing.expected


def cost(fields: Fields, option: str, policy: Mapping[str, int]) -> int:
    """Return what a decision costs, in cents."""
    found = faults(fields, option, policy)
    total = _handling(fields, option, policy) + sum(PENALTY.get(code, 0) for code in found)
    if PROMISE in found:
        total += 9_00 + (fields.order.value // 10 if fields.order else 20_00)
    if PACK in found:
        cases = int(option.partition("-")[2])
        total += 7_00 + PER_PIECE * abs(cases * fields.sku.pack - fields.task.pieces)
        total += PENALTY[PRIORITY] if _strands(fields, cases) else 0
    if SUBST in found:
        total += _substitute_penalty(fields, fields.substitutes[int(option.partition("-")[2])], policy)
    return total


def _handling(fields: Fields, option: str, policy: Mapping[str, int]) -> int:
    if option == REJECT:
        return _leaving(fields)
    if option.startswith("place-") and fields.task.kind is Kind.SHORT_PICK:
        return PER_WALKED * fields.places[int(option[6:])].minutes
    if option.startswith("place-"):
        return 5_00
    if option == RECOUNT:
        spared = any(not _place_faults(fields, place) for place in fields.places)
        return 5 * PER_MINUTE + (10_00 if spared or not fields.bin.count_days else 0)
    if option == SPLIT:
        return 6_00 + min(cost(fields, f"place-{i}", policy) for i in range(len(fields.places)))
    if option == REPORT:
        return 6_00 + (8_00 if any(not _place_faults(fields, place) for place in fields.places) else 0)
    return 6_00


def _leaving(fields: Fields) -> int:
    if fields.task.kind is Kind.SHORT_PICK:
        return 2_00 if fields.bin.reported is not None else 12_00
    return {Kind.SUBSTITUTION: 9_00, Kind.REALLOCATION: 30_00, Kind.ZONE_MOVE: 12_00, Kind.REPACK: 10_00}[
        fields.task.kind
    ]


def _place_faults(fields: Fields, place: Place) -> tuple[str, ...]:
    late = fields.task.kind is Kind.REALLOCATION and place.minutes > (fields.task.cutoff or 0)
    found = {
        PHANTOM: place.shorts >= TWO_SHORTS,
        PROMISE: late,
        PRIORITY: place.pieces - place.reserved < fields.task.pieces <= place.pieces,
        SHORTFALL: place.pieces < fields.task.pieces,
    }
    return tuple(code for code, holds in found.items() if holds)


def _quantity_faults(fields: Fields, cases: int, policy: Mapping[str, int]) -> tuple[str, ...]:
    pieces = cases * fields.sku.pack
    if pieces != fields.task.pieces:
        return (PACK,)
    if _strands(fields, cases):
        return (PRIORITY,)
    return (LABEL,) if cases == fields.take_cases and off_weight(fields, policy) else ()


def _strands(fields: Fields, cases: int) -> bool:
    return fields.task.kind is Kind.ZONE_MOVE and fields.bin.pieces - cases * fields.sku.pack < fields.bin.reserved


def _substitute_penalty(fields: Fields, substitute: Substitute, policy: Mapping[str, int]) -> int:
    price = max(0, substitute.price - fields.sku.price) * fields.task.pieces + 12_00
    amounts = {"declined": 15_00, "allergens": 60_00, "adult": 40_00, "grade": 9_00, "price": price}
    return max(amounts[why] for why in refusals(fields, substitute, policy))

"""Making a sound case one in which the AI is wrong: one planter for each error type, one fault at a time."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from lms.sandbox.rules.console import Redraw
from lms.sandbox.rules.consoles.floor_desk.cases import CARTON, REPORT, Kind, Place, Scene, weighed
from lms.sandbox.rules.consoles.floor_desk.truth import refusals
from lms.sandbox.rules.exercise import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lms.sandbox.rules.company import CompanyFacts
    from lms.sandbox.rules.consoles.floor_desk.cases import Substitute
    from lms.sandbox.rules.streams import Stream


def forbidden_substitute(scene: Scene, level: int, drawn: Stream, facts: CompanyFacts) -> Scene:
    """The AI proposes what the customer, an allergen, the age class, the price or the grade forbids."""
    fields, order = scene.fields, scene.fields.order
    chosen = int(scene.proposed.partition("-")[2])
    why = drawn.weighted({"allergens": 5, "price": 3, "grade": 2, "adult": 2, "declined": 3})
    if why == "declined" and order is not None:
        note = Text("note.declined", {}, drawn.below(1 << 20))
        return replace(scene, fields=replace(fields, order=replace(order, substitutes="declined", note=note)))
    others = [i for i in range(len(fields.substitutes)) if i != chosen]
    at = drawn.pick(others)
    spoiled = _spoiled(fields.substitutes[at], why, fields.sku.price, level, drawn, facts)
    substitutes = tuple(spoiled if i == at else one for i, one in enumerate(fields.substitutes))
    wrong = replace(fields, substitutes=substitutes)
    if why == "allergens" and level == 1 and order is not None:
        fresh = sorted(set(spoiled.allergens) - set(fields.sku.allergens))
        if not fresh:
            raise Redraw
        avoid = drawn.pick([a for a in fresh if a != "sulphites"] or ["none"])
        note = Text(f"note.avoid.{avoid}" if avoid != "none" else "note.other", {}, drawn.below(1 << 20))
        wrong = replace(wrong, order=replace(order, avoid=avoid, note=note))
    if refusals(wrong, spoiled, facts.numbers) != (why,):
        raise Redraw
    return Scene(wrong, f"substitute-{at}")


def _spoiled(one: Substitute, why: str, price: int, level: int, drawn: Stream, facts: CompanyFacts) -> Substitute:
    tolerance = facts["substitute_price_band"]
    over = (
        drawn.between(tolerance + 1500, tolerance + 5000)
        if level == 1
        else drawn.between(tolerance + 150, tolerance + 900)
    )
    fair = price + price * drawn.between(-tolerance, tolerance // 2) // 10_000
    if why == "price":
        return replace(one, price=price + price * over // 10_000 + 2, grade=drawn.pick(("same", "better")))
    return replace(one, price=fair, grade="lower" if why == "grade" else drawn.pick(("same", "better")))


def phantom_bin(scene: Scene, level: int, drawn: Stream, facts: CompanyFacts) -> Scene:
    """The AI trusts stock that two pickers did not find, or reports a short that nobody has counted."""
    stale = facts["stale_count"]
    days = drawn.between(stale + 15, stale + 90) if level == 1 else drawn.between(stale + 1, stale + 20)
    if scene.proposed == REPORT:
        return replace(scene, fields=replace(scene.fields, bin=replace(scene.fields.bin, count_days=days)))
    return _spoil_place(scene, drawn, lambda place: replace(place, shorts=drawn.between(2, 3), count_days=days))


def stale_promise(scene: Scene, level: int, drawn: Stream, facts: CompanyFacts) -> Scene:
    """The AI sends goods by a way that reaches the dock after the carrier has left."""
    del facts
    late = (scene.fields.task.cutoff or 0) + (drawn.between(25, 60) if level == 1 else drawn.between(4, 18))
    return _spoil_place(scene, drawn, lambda place: replace(place, minutes=late))


def strands_priority(scene: Scene, level: int, drawn: Stream, facts: CompanyFacts) -> Scene:
    """The AI takes pieces that a priority order is waiting for."""
    del level, facts
    fields = scene.fields
    if fields.task.kind is Kind.ZONE_MOVE:
        reserved = fields.bin.pieces - drawn.below(fields.sku.pack)
        return replace(scene, fields=replace(fields, bin=replace(fields.bin, reserved=reserved)))
    short = drawn.between(1, max(1, fields.task.pieces // 2))
    return _spoil_place(scene, drawn, lambda place: replace(place, reserved=place.pieces - fields.task.pieces + short))


def pack_slip(scene: Scene, level: int, drawn: Stream, facts: CompanyFacts) -> Scene:
    """The AI counts pieces as cases or, less plainly, counts in a case size that is no longer used.

    What is repacked stands on the scale already, so there it is never a pallet.
    """
    fields = scene.fields
    pieces, pack = fields.task.pieces, fields.sku.pack
    old = [pieces // size for size in (pack // 2, pack * 2, pack + 2, pack - 2) if size > 1 and not pieces % size]
    if fields.weighing is not None:
        old = [n for n in (*old, pieces // pack + 1, pieces // pack + 2) if n * pack * fields.sku.grams <= CARTON]
        if not old:
            raise Redraw
    cases = pieces if not old or (level == 1 and fields.weighing is None) else drawn.pick(old)
    wrong = replace(fields, take_cases=cases)
    if fields.weighing is not None:
        drift = facts["weight_tolerance"] // 2
        wrong = replace(wrong, weighing=weighed(fields.sku, cases * pack, drawn.between(-drift, drift)))
    return Scene(wrong, f"cases-{cases}")


def label_weight(scene: Scene, level: int, drawn: Stream, facts: CompanyFacts) -> Scene:
    """The AI calls a difference between label and scale noise, though it is beyond the tolerance."""
    tolerance = facts["weight_tolerance"]
    off = drawn.between(tolerance * 2, tolerance * 7) if level == 1 else drawn.between(tolerance + 60, tolerance * 2)
    off = off if drawn.chance(4000) else -off
    return replace(
        scene, fields=replace(scene.fields, weighing=weighed(scene.fields.sku, scene.fields.task.pieces, off))
    )


def duplicate_short(scene: Scene, level: int, drawn: Stream, facts: CompanyFacts) -> Scene:
    """The AI reports as new a short that somebody has already reported."""
    del level, facts
    if scene.proposed != REPORT:
        raise Redraw
    return replace(scene, fields=replace(scene.fields, bin=replace(scene.fields.bin, reported=drawn.between(4, 90))))


def _spoil_place(scene: Scene, drawn: Stream, spoil: Callable[[Place], Place]) -> Scene:
    """Return the scene with its proposed place spoiled and another one sound, so that something better can be done."""
    fields = scene.fields
    if not scene.proposed.startswith("place-"):
        raise Redraw
    chosen = int(scene.proposed.partition("-")[2])
    other = drawn.pick([i for i in range(len(fields.places)) if i != chosen])
    places = list(fields.places)
    if fields.task.kind is Kind.REALLOCATION:
        places[other] = replace(places[other], minutes=drawn.between(8, (fields.task.cutoff or 0) - 5))
    places[other] = replace(places[other], reserved=places[other].reserved // 3, shorts=0)
    places[chosen] = spoil(places[chosen])
    return replace(scene, fields=replace(fields, places=tuple(places)))


PLANTERS: Mapping[str, Callable[[Scene, int, Stream, CompanyFacts], Scene]] = MappingProxyType(
    {
        "forbidden-substitute": forbidden_substitute,
        "phantom-bin": phantom_bin,
        "stale-promise": stale_promise,
        "strands-priority": strands_priority,
        "pack-slip": pack_slip,
        "label-weight": label_weight,
        "duplicate-short": duplicate_short,
    }
)

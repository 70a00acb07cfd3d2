"""Making a sound case look odd without being wrong, and making one that policy reserves for a person."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from lms.sandbox.rules.console import Redraw
from lms.sandbox.rules.consoles.floor_desk.cases import (
    CARTON,
    REPORT,
    Fields,
    Kind,
    Scene,
    bought,
    hazardous,
    order_value,
    weighed,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lms.sandbox.rules.company import CompanyFacts
    from lms.sandbox.rules.streams import Stream, Streams

T = TypeVar("T")


def odd(scene: Scene, level: int, streams: Streams, facts: CompanyFacts) -> Scene:
    """Return the scene with something that catches the eye and is within every rule.

    Raises:
        Redraw: this scene offers nothing to make odd.
    """
    fields, drawn = scene.fields, streams.stream("odd")
    match fields.task.kind:
        case Kind.SUBSTITUTION:
            chosen = int(scene.proposed.partition("-")[2])
            room = fields.sku.price * facts["substitute_price_band"] // 10_000
            dear = replace(fields.substitutes[chosen], price=fields.sku.price + drawn.between(room * 8 // 10, room))
            fields = replace(fields, substitutes=_with(fields.substitutes, chosen, dear))
        case Kind.SHORT_PICK if scene.proposed == REPORT:
            fields = replace(fields, bin=replace(fields.bin, shorts=drawn.between(2, 4)))
        case Kind.SHORT_PICK:
            # A hazardous article may be picked; only a new route for it needs the safety lead.
            fields = _ordered(scene, streams) if drawn.chance(5000) else _one_short(scene)
        case Kind.REALLOCATION:
            fields = (
                _at_the_limit(scene, drawn, facts) if level > 1 and drawn.chance(4000) else _just_in_time(scene, drawn)
            )
        case Kind.ZONE_MOVE:
            fields = replace(fields, bin=replace(fields.bin, reserved=fields.bin.pieces - fields.task.pieces))
        case Kind.REPACK:
            near = facts["weight_tolerance"] * drawn.between(80, 97) // 100 * drawn.pick((-1, 1))
            fields = replace(fields, weighing=weighed(fields.sku, fields.task.pieces, near))
    return replace(scene, fields=fields)


def hazard(scene: Scene, level: int, streams: Streams, facts: CompanyFacts) -> Scene:
    """A lithium or hazardous article gets a new route: the safety lead decides."""
    del level
    changed = _ordered(scene, streams)
    sku, pieces = changed.sku, changed.task.pieces
    if changed.weighing is not None:
        drift = facts["weight_tolerance"] // 2
        off = streams.stream("hazard-weight").between(-drift, drift)
        changed = replace(changed, weighing=weighed(sku, pieces, off))
    if changed.move_value is not None:
        changed = replace(changed, move_value=pieces * sku.price)
    return replace(scene, fields=changed)


def _ordered(scene: Scene, streams: Streams) -> Fields:
    """Return the fields with a hazardous article instead, in quantities and at an order's value that fit it.

    Raises:
        Redraw: the article does not come in cases, or so much of it is no parcel.
    """
    fields, sku = scene.fields, hazardous(streams)
    drawn = streams.stream("hazard-order")
    if fields.take_cases is None:
        if fields.order is None:
            raise Redraw
        pieces = min(fields.task.pieces, bought(drawn, sku.price))
    else:
        pieces = fields.take_cases * sku.pack
        if sku.pack == 1 or (fields.weighing is not None and pieces * sku.grams > CARTON):
            raise Redraw
        free = fields.bin.pieces // fields.sku.pack * sku.pack
        kept = drawn.below(max(1, free - pieces)) if fields.order is None else 0
        fields = replace(fields, bin=replace(fields.bin, pieces=free, reserved=kept))
    if fields.order is not None:
        value = order_value(fields.order.lines, pieces * sku.price, drawn)
        fields = replace(fields, order=replace(fields.order, value=value))
    return replace(fields, sku=sku, task=replace(fields.task, pieces=pieces))


def transfer(scene: Scene, level: int, streams: Streams, facts: CompanyFacts) -> Scene:
    """Stock worth more than the limit moves between sites: the operations manager decides."""
    if scene.fields.order is not None:  # one customer's order never comes near the limit
        raise Redraw
    drawn = streams.stream("transfer")
    over = drawn.between(105, 180) if level == 1 else drawn.between(101, 112)
    price, limit = scene.fields.sku.price, facts["transfer_approval_limit"]
    pieces = max(limit // price + 1, limit * over // (100 * price))
    return replace(scene, fields=_moving(scene, pieces, price))


def tamper(scene: Scene, level: int, streams: Streams, facts: CompanyFacts) -> Scene:
    """A seal is broken: loss prevention decides."""
    del level, streams, facts
    return replace(scene, fields=replace(scene.fields, bin=replace(scene.fields.bin, seal="broken")))


def _with(items: tuple[T, ...], at: int, item: T) -> tuple[T, ...]:
    return (*items[:at], item, *items[at + 1 :])


def _one_short(scene: Scene) -> Fields:
    chosen = int(scene.proposed.partition("-")[2])
    place = replace(scene.fields.places[chosen], shorts=1)
    return replace(scene.fields, places=_with(scene.fields.places, chosen, place))


def _just_in_time(scene: Scene, drawn: Stream) -> Fields:
    chosen = int(scene.proposed.partition("-")[2])
    minutes = (scene.fields.task.cutoff or 0) - drawn.between(2, 6)
    places = tuple(
        replace(place, minutes=minutes if i == chosen else minutes + drawn.between(8, 40))
        for i, place in enumerate(scene.fields.places)
    )
    return replace(scene.fields, places=places)


def _at_the_limit(scene: Scene, drawn: Stream, facts: CompanyFacts) -> Fields:
    """Return a move worth exactly the limit, which is not over it."""
    limit, price = facts["transfer_approval_limit"], scene.fields.sku.price
    if scene.fields.order is not None:
        raise Redraw
    near = [n for n in range(2, 4000) if not limit % n and 70 * price <= 100 * (limit // n) <= 140 * price]
    if not near:
        raise Redraw
    pieces = drawn.pick(near)
    return _moving(scene, pieces, limit // pieces)


def _moving(scene: Scene, pieces: int, price: int) -> Fields:
    """Return the fields with another quantity and price, and places that can supply it."""
    fields = scene.fields
    places = tuple(
        replace(place, pieces=place.pieces - fields.task.pieces + pieces + place.reserved) for place in fields.places
    )
    return replace(
        fields,
        order=None,
        task=replace(fields.task, pieces=pieces),
        sku=replace(fields.sku, price=price),
        places=places,
        move_value=pieces * price,
    )


MANDATED: Mapping[str, Callable[[Scene, int, Streams, CompanyFacts], Scene]] = MappingProxyType(
    {"hazard": hazard, "transfer": transfer, "tamper": tamper}
)

"""What a Floor Desk case is made of, and a sound one of each kind: everything the AI says is right."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from lms.sandbox.rules.console import Redraw
from lms.sandbox.rules.consoles.floor_desk.items import (
    ALIKE,
    ALLERGENS,
    BULK,
    CASES,
    FOOD_GROUPS,
    HAZARDOUS,
    ITEMS,
    LIGHT,
    SAFE,
    Item,
)
from lms.sandbox.rules.exercise import Text

if TYPE_CHECKING:
    from lms.sandbox.rules.company import CompanyFacts
    from lms.sandbox.rules.streams import Stream, Streams


class Kind(StrEnum):
    """The tasks an AI assigns on the floor."""

    SUBSTITUTION = "substitution"
    SHORT_PICK = "short-pick"
    REALLOCATION = "reallocation"
    ZONE_MOVE = "zone-move"
    REPACK = "repack"


WEIGHTS = {Kind.SUBSTITUTION: 30, Kind.SHORT_PICK: 25, Kind.REALLOCATION: 20, Kind.ZONE_MOVE: 15, Kind.REPACK: 10}
SOONEST, LATEST = 25, 300  # minutes until the carrier leaves
REPORT, RECOUNT, SPLIT = "report", "recount", "split"
CARTON = 24_000  # grams: more is never put into one carton
ONE_CUSTOMER, BY_THE_CASE = 90_00, 180_00  # cents: about what one customer buys of one article, singly and in cases


@dataclass(frozen=True, slots=True)
class Task:
    """What has to be done: `pieces` wanted, `cutoff` minutes until the carrier leaves, None where no parcel leaves."""

    kind: Kind
    order: str
    pieces: int
    express: bool
    cutoff: int | None


@dataclass(frozen=True, slots=True)
class Sku:
    """The article: `pack` pieces a case, grams and cents a piece."""

    name: Text
    pack: int
    grams: int
    price: int
    allergens: tuple[str, ...]
    adult: bool
    hazard: str


@dataclass(frozen=True, slots=True)
class Bin:
    """The bin the task starts at. `reported` is how many minutes ago a short was reported here, if one is open."""

    loc: str
    pieces: int
    reserved: int
    count_days: int
    shorts: int
    reported: int | None
    seal: str


@dataclass(frozen=True, slots=True)
class Place:
    """Another bin the goods can come from; `minutes` until they are at the dock."""

    loc: str
    pieces: int
    reserved: int
    count_days: int
    shorts: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Substitute:
    """An article that could be sent instead; `grade` says whether it is better, the same, or lower."""

    name: Text
    price: int
    allergens: tuple[str, ...]
    adult: bool
    grade: str


@dataclass(frozen=True, slots=True)
class Order:
    """The customer's order: what to avoid, whether substitutes are welcome, and their note in their own words."""

    value: int
    lines: int
    avoid: str
    substitutes: str
    note: Text | None


@dataclass(frozen=True, slots=True)
class Weighing:
    """What the parcel should weigh and what the scale says, in grams."""

    expected: int
    measured: int


@dataclass(frozen=True, slots=True)
class Fields:
    """Every fact of a case; the sections that a kind of task does not have are empty. `take` is the AI's quantity."""

    task: Task
    sku: Sku
    bin: Bin
    order: Order | None = None
    places: tuple[Place, ...] = ()
    substitutes: tuple[Substitute, ...] = ()
    weighing: Weighing | None = None
    take_cases: int | None = None
    move_value: int | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """A case being made: its fields and the option that the AI proposes."""

    fields: Fields
    proposed: str


FIELDS: TypeAdapter[Fields] = TypeAdapter(Fields)


def sound(kind: Kind, streams: Streams, facts: CompanyFacts) -> Scene:
    """Return a case of that kind in which the AI is right and nothing needs approval."""
    return {
        Kind.SUBSTITUTION: _substitution,
        Kind.SHORT_PICK: _short_pick,
        Kind.REALLOCATION: _reallocation,
        Kind.ZONE_MOVE: _zone_move,
        Kind.REPACK: _repack,
    }[kind](streams, facts)


def sku_of(item: Item, price: int) -> Sku:
    """Return the article as the handheld shows it, at a price of its own."""
    return Sku(Text(f"item.{item.id}"), item.pack, item.grams, price, item.allergens, item.adult, item.hazard)


def hazardous(streams: Streams) -> Sku:
    """Return an article that may not be re-routed without the safety lead."""
    drawn = streams.stream("hazard")
    item = drawn.pick(HAZARDOUS)
    return sku_of(item, drawn.scaled("lognormal-008", item.price))


def loc(drawn: Stream) -> str:
    """Return a bin's address: aisle, bay, level."""
    return f"{'ABCDEFGHJK'[drawn.below(10)]}{drawn.between(1, 38):02d}-{drawn.between(1, 24):02d}-{drawn.between(1, 5)}"


def _task(kind: Kind, pieces: int, streams: Streams) -> Task:
    drawn = streams.stream("task")
    cutoff, number, express = drawn.scaled("lognormal-050", 95), drawn.between(100_000, 999_999), drawn.chance(2500)
    if not SOONEST <= cutoff <= LATEST:
        raise Redraw
    if kind is Kind.ZONE_MOVE:  # within the house: no carrier waits for it
        return Task(kind, f"{number}", pieces, express=False, cutoff=None)
    return Task(kind, f"{number}", pieces, express, cutoff)


def _bin(streams: Streams, facts: CompanyFacts, pieces: int) -> Bin:
    drawn = streams.stream("bin")
    days = drawn.between(0, facts["stale_count"] - 5)
    return Bin(loc(drawn), pieces, 0, days, int(drawn.chance(800)), None, "whole")


def bought(drawn: Stream, price: int) -> int:
    """Return how many pieces of an article at a price one customer orders."""
    return drawn.between(1, max(1, min(12, ONE_CUSTOMER // price)))


def order_value(lines: int, wanted: int, drawn: Stream) -> int:
    """Return what an order is worth of which one line is worth `wanted`: never less than that line."""
    return wanted + sum(drawn.scaled("lognormal-060", 9_00) for _ in range(lines - 1))


def _order(streams: Streams, wanted: int, avoid: str = "none", note: str = "note.other") -> Order:
    drawn = streams.stream("order")
    lines = drawn.between(1, 9)
    value = order_value(lines, wanted, drawn)
    said = Text(f"note.avoid.{avoid}" if avoid != "none" else note, {}, drawn.below(1 << 20))
    return Order(value, lines, avoid, "welcome", said)


def _place(drawn: Stream, facts: CompanyFacts, pieces: int, minutes: int) -> Place:
    spare = drawn.between(pieces // 2 + 2, 2 * pieces + 12)
    reserved = drawn.below(spare)
    days = drawn.between(0, facts["stale_count"] - 10)
    return Place(loc(drawn), pieces + spare, reserved, days, int(drawn.chance(1000)), minutes)


def _substitution(streams: Streams, facts: CompanyFacts) -> Scene:
    drawn = streams.stream("goods")
    group = drawn.pick(ALIKE)
    wanted, *others = drawn.shuffled([item for item in ITEMS if item.group == group])[:4]
    chosen = drawn.below(len(others))
    if others[chosen].adult != wanted.adult or not set(others[chosen].allergens) <= set(wanted.allergens):
        raise Redraw
    price = drawn.scaled("lognormal-008", wanted.price)
    room = price * facts["substitute_price_band"] // 10_000
    substitutes = [
        Substitute(
            Text(f"item.{item.id}"), price + drawn.between(-2 * room, 3 * room), item.allergens, item.adult,
            drawn.weighted({"better": 2, "same": 5, "lower": 2}),
        )
        for item in others
    ]  # fmt: skip
    substitutes[chosen] = replace(
        substitutes[chosen], price=price + drawn.between(-room, room * 6 // 10), grade=drawn.pick(("better", "same"))
    )
    safe = [a for a in ALLERGENS if group in FOOD_GROUPS and a not in wanted.allergens]
    avoid = drawn.pick(safe) if safe and drawn.chance(6000) else "none"
    pieces = drawn.between(1, 6)
    fields = Fields(
        _task(Kind.SUBSTITUTION, pieces, streams), sku_of(wanted, price), _bin(streams, facts, 0),
        _order(streams, pieces * price, avoid), substitutes=tuple(substitutes),
    )  # fmt: skip
    return Scene(fields, f"substitute-{chosen}")


def _short_pick(streams: Streams, facts: CompanyFacts) -> Scene:
    drawn = streams.stream("goods")
    item = drawn.pick(SAFE)
    price = drawn.scaled("lognormal-020", item.price)
    pieces = bought(drawn, price)
    task = _task(Kind.SHORT_PICK, pieces, streams)
    source = _bin(streams, facts, drawn.between(pieces, pieces * 3))
    nearby = streams.stream("places")
    far = [_place(nearby, facts, pieces, nearby.between(4, 14)) for _ in range(3)]
    nearest = min(range(3), key=lambda i: (far[i].minutes, i))
    far[nearest] = replace(far[nearest], reserved=0, shorts=0, minutes=far[nearest].minutes - 2)
    proposed = f"place-{nearest}"
    if drawn.chance(4000):  # nothing near enough: the short is real, the bin has been counted, nobody reported it yet
        far = [replace(place, pieces=nearby.below(pieces), reserved=0) for place in far]
        source, proposed = replace(source, pieces=nearby.below(pieces), count_days=0), REPORT
    order = _order(streams, pieces * price)
    return Scene(Fields(task, sku_of(item, price), source, order, places=tuple(far)), proposed)


def _reallocation(streams: Streams, facts: CompanyFacts) -> Scene:
    drawn = streams.stream("goods")
    bulk = drawn.chance(5000)
    item = drawn.pick(BULK if bulk else SAFE)
    price = drawn.scaled("lognormal-020", item.price)
    most = facts["transfer_approval_limit"]
    pieces = max(1, most * drawn.between(10, 92) // (100 * price)) if bulk else bought(drawn, price)
    task = _task(Kind.REALLOCATION, pieces, streams)
    nearby = streams.stream("places")
    quick = nearby.between(8, max(9, (task.cutoff or 0) - 15))
    far = [_place(nearby, facts, pieces, quick + nearby.between(6, 40)) for _ in range(3)]
    chosen = nearby.below(3)
    far[chosen] = replace(far[chosen], minutes=quick, reserved=far[chosen].reserved // 2, shorts=0)
    fields = Fields(
        task,
        sku_of(item, price),
        _bin(streams, facts, 0),
        None if bulk else _order(streams, pieces * price),
        places=tuple(far),
        move_value=pieces * price,
    )
    return Scene(fields, f"place-{chosen}")


def _zone_move(streams: Streams, facts: CompanyFacts) -> Scene:
    drawn = streams.stream("goods")
    item = drawn.pick(CASES)
    cases = drawn.between(2, 9)
    pieces = cases * item.pack
    source = _bin(streams, facts, pieces + drawn.between(2, 12) * item.pack)
    source = replace(source, reserved=drawn.below(max(1, source.pieces - pieces - item.pack)))
    sku = sku_of(item, drawn.scaled("lognormal-020", item.price))
    return Scene(Fields(_task(Kind.ZONE_MOVE, pieces, streams), sku, source, take_cases=cases), f"cases-{cases}")


def _repack(streams: Streams, facts: CompanyFacts) -> Scene:
    drawn = streams.stream("goods")
    item = drawn.pick(LIGHT)
    most = min(4, CARTON // (item.pack * item.grams), BY_THE_CASE // (item.pack * item.price))
    if not most:
        raise Redraw
    cases = drawn.between(1, most)
    pieces = cases * item.pack
    drift = facts["weight_tolerance"] * 2 // 3
    sku = sku_of(item, drawn.scaled("lognormal-020", item.price))
    order = _order(streams, pieces * sku.price, note="note.cases")
    fields = Fields(
        _task(Kind.REPACK, pieces, streams), sku, _bin(streams, facts, pieces), order,
        weighing=weighed(sku, pieces, drawn.between(-drift, drift)),
        take_cases=cases,
    )  # fmt: skip
    return Scene(fields, f"cases-{cases}")


def weighed(sku: Sku, pieces: int, off_bp: int) -> Weighing:
    """Return the weighing of so many pieces in a carton of 180 g, off by `off_bp` of what it should be."""
    expected = pieces * sku.grams + 180
    return Weighing(expected, expected + expected * off_bp // 10_000)

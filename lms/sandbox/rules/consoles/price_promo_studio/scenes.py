"""A price proposal in the making: what is true of the item, what the AI believes, and the price that follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lms.sandbox.rules.console import Redraw
from lms.sandbox.rules.consoles.goods import code_for, name_for
from lms.sandbox.rules.consoles.price_promo_studio import market, truth
from lms.sandbox.rules.consoles.price_promo_studio.cases import Beliefs, Fields, Item, PriceList, Valid
from lms.sandbox.rules.consoles.price_promo_studio.market import FULL
from lms.sandbox.rules.exercise import Stratum, Text

if TYPE_CHECKING:
    from lms.sandbox.rules.consoles.price_promo_studio.truth import Reckoning
    from lms.sandbox.rules.exercise import Slot
    from lms.sandbox.rules.streams import Stream, Streams

TOP_LEVEL = 3
COST, ELAST, PACK, LEAST = "stale-cost", "promo-elasticity", "pack-mismatch", "map-breach"
FLOOR, COVER, STACK = "margin-floor", "cover-cut", "promo-stack"
CODES: Mapping[str, str] = {
    COST: "COST", ELAST: "ELAST", PACK: "PACK", LEAST: "MAP", FLOOR: "FLOOR", COVER: "COVER", STACK: "STACK",
}  # fmt: skip
# What catches the eye in a proposal that is right.
ODD = ("promo-left-out", "list-used", "packs-compared", "low-cover-rise", "offer-over", "at-minimum", "near-limit")
ON_THE_LIMIT, TOGETHER = 4500, 5000
# Sizes per level: the true cost against the old one, the spoiled elasticity against the clean one, in per cent.
DEARER: Mapping[int, tuple[int, int]] = {1: (122, 128), 2: (114, 122), 3: (112, 119)}
CHEAPER: Mapping[int, tuple[int, int]] = {1: (76, 80), 2: (79, 83), 3: (80, 84)}
STEEPER: Mapping[int, tuple[int, int]] = {1: (145, 155), 2: (132, 145), 3: (128, 140)}
BOTH_DEARER, BOTH_STEEPER = (106, 110), (115, 124)
# How far under the best price the rival's smaller pack pulls, and how far a price is under what it may not be under.
PULLED: Mapping[int, tuple[int, int]] = {1: (76, 82), 2: (79, 84), 3: (80, 85)}
UNDER: Mapping[int, tuple[int, int]] = {1: (500, 1000), 2: (250, 600), 3: (60, 250)}
# The change of price that needs approval, in basis points, by how much it is over.
OVER: Mapping[int, tuple[int, int]] = {1: (200, 1500), 2: (40, 400), 3: (1, 30)}
MOST: Mapping[int, int] = {1: 300, 2: 60, 3: 5}  # and how much a change that needs none stays under the limit
APART, NOTICED = 270, 200
NOISE = 110  # basis points either way, of a price that is right
LEAST_PROFIT = 900_00
HOW = Text("valid.how")
TRIES = 6


@dataclass(frozen=True, slots=True)
class Scene:
    """A proposal: its fields, what these come to, what is wrong with it, and what there is to see."""

    fields: Fields
    facts: Reckoning
    errors: tuple[str, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        """Return the reason codes of what is wrong."""
        return tuple(CODES[error] for error in self.errors)


def scene_for(slot: Slot, streams: Streams, policy: Mapping[str, int]) -> Scene:
    """Return a proposal for a slot.

    Raises:
        Redraw: what was drawn cannot carry it.
    """
    drawn = streams.stream("script")
    errors: tuple[str, ...] = (slot.kind,) if slot.stratum is Stratum.WRONG else ()
    if slot.level == TOP_LEVEL and slot.kind in {COST, ELAST} and drawn.chance(TOGETHER):
        errors = (slot.kind, COST if slot.kind == ELAST else ELAST)
    odd = drawn.pick(ODD) if slot.kind == "odd" else ""
    on_limit = odd == "near-limit" or (bool(odd) and slot.level == TOP_LEVEL and drawn.chance(ON_THE_LIMIT))
    odd = "near-limit" if on_limit else odd
    fields = _known(slot.level, errors, odd, streams.stream("item"), policy)
    aims = _aims(slot, errors, fields, streams.stream("rivals"), policy)
    fields = _priced(slot, errors, odd, aims, streams.stream("price"), policy)
    fields = _last(slot.level, errors, odd, fields, streams.stream("last"), policy)
    return Scene(fields, truth.reckon(fields, policy), errors)


def _known(level: int, errors: tuple[str, ...], odd: str, drawn: Stream, policy: Mapping[str, int]) -> Fields:
    """Return what is known of the item and what the AI takes its cost and elasticity to be."""
    packed = PACK in errors or odd == "packs-compared"
    cost = market.cost(drawn, small=packed)
    clean = market.elasticity(drawn, steep=FLOOR in errors)
    pack = market.pack(cost, drawn, several=packed)
    name = name_for(cost, drawn, pieces=pack)
    day = market.day(drawn)
    as_of = day - drawn.between(12, 90)
    old, latest = cost, PriceList(cost, as_of - drawn.between(0, 45))
    if COST in errors or odd == "list-used" or (not errors and drawn.chance(1500)):
        low, high = BOTH_DEARER if len(errors) > 1 else DEARER[level]
        if errors[:1] == (COST,) and len(errors) == 1 and drawn.chance(3000):
            low, high = CHEAPER[level]
        old = max(50, cost * 100 // drawn.between(low, high))
        latest = PriceList(cost, as_of + drawn.between(3, 10))
    steep = STEEPER[level] if len(errors) < len((COST, ELAST)) else BOTH_STEEPER
    promo = ELAST in errors or odd == "promo-left-out" or (not errors and drawn.chance(2000))
    elasticity = market.estimate(clean, drawn.between(*steep), drawn, promo=promo)
    floor = market.floor(policy["margin_floor"], drawn)
    item = Item(code_for(name, drawn), name, pack, 0, old, as_of, None, floor, 0, 0)
    beliefs = Beliefs(
        cost=old if COST in errors else cost,
        elasticity=elasticity.estimate if ELAST in errors else clean,
        rival=0,
        price=0,
        delta=0,
    )
    return Fields(item, latest, elasticity, (), (), Valid(HOW, day), beliefs)


@dataclass(frozen=True, slots=True)
class Aims:
    """The best price before anything that depends on the price now, and the price that the AI arrives at."""

    best: int
    proposed: int
    fields: Fields


def _aims(slot: Slot, errors: tuple[str, ...], fields: Fields, drawn: Stream, policy: Mapping[str, int]) -> Aims:
    """Return the proposal with its rivals, and the prices that follow from what is true and what is believed."""
    item, ai, level = fields.item, fields.ai, slot.level
    cost = truth.cost_of(fields)
    best = truth.best_unbounded(cost, truth.elasticity_of(fields))
    if PACK in errors:
        rivals, read = market.smaller_pack(item.pack, best * drawn.between(*PULLED[level]) // 100, best, policy, drawn)
    elif FLOOR in errors:
        aim = truth.floor_price(cost, item.floor) * (FULL - drawn.between(*UNDER[level])) // FULL
        rivals = market.rivals(item.pack, market.uncapped(aim, policy), drawn)
        read = min(one.price * item.pack // one.pack for one in rivals)
    else:
        rivals = market.rivals(item.pack, best * drawn.between(97, 112) // 100, drawn)
        read = min(one.price * item.pack // one.pack for one in rivals)
    fields = replace(fields, rivals=rivals, ai=replace(ai, rival=read))
    proposed = min(truth.best_unbounded(ai.cost, ai.elasticity), truth.capped(read, policy))
    if not errors:
        proposed = proposed * (FULL + drawn.between(-NOISE, NOISE)) // FULL
    if FLOOR in errors:
        best = truth.floor_price(cost, item.floor)
    if LEAST in errors:
        best = proposed * FULL // (FULL - drawn.between(*UNDER[level]))
        best = market.charming(best)
    return Aims(best, market.charming(proposed), fields)


def _priced(
    slot: Slot, errors: tuple[str, ...], odd: str, aims: Aims, drawn: Stream, policy: Mapping[str, int]
) -> Fields:
    """Return the proposal with the price now: such that the change needs approval only where the slot says so."""
    limit, new = policy["price_approval_limit"], aims.proposed
    most = limit - MOST[slot.level]
    if slot.stratum is Stratum.MAND:
        old, new = _over(slot.level, new, limit, drawn)
    elif odd == "near-limit" and slot.level == TOP_LEVEL:
        old, new = _exactly(new, limit, drawn)
    elif odd == "near-limit":
        old = _before(new, drawn.pick((-1, 1)) * (most - drawn.between(0, 60)))
    elif odd == "low-cover-rise":
        old = _before(new, drawn.between(300, most))
    elif not errors:
        old = _before(new, drawn.pick((-1, 1)) * drawn.between(300, most))
    elif COVER in errors:
        old = _before(new, -drawn.between(500, most))
    elif STACK in errors:
        old = _before(new, -drawn.between(900, most))
    else:
        old = _between(aims.best, new, most, drawn)
    item = replace(aims.fields.item, price=old)
    ai = replace(aims.fields.ai, price=new, delta=truth.change(old, new))
    if LEAST in errors:
        item = replace(item, least=aims.best)
    return replace(aims.fields, item=item, ai=ai)


def _last(
    level: int, errors: tuple[str, ...], odd: str, fields: Fields, drawn: Stream, policy: Mapping[str, int]
) -> Fields:
    """Return the proposal with stock, sales, minimum price and offers."""
    item, ai, low_cover = fields.item, fields.ai, policy["low_cover"]
    best = truth.best_unbounded(truth.cost_of(fields), truth.elasticity_of(fields))
    cover = max(low_cover + 1, drawn.scaled("lognormal-060", 35))
    if COVER in errors:
        cover = max(1, low_cover - {1: drawn.between(3, 6), 2: drawn.between(2, 4), 3: 1}[level])
    elif odd == "low-cover-rise":
        cover = max(1, low_cover - drawn.between(1, 4))
    elif odd == "offer-over" and ai.price < item.price:
        cover = low_cover
    least = item.least
    if odd == "at-minimum" and ai.price < item.price:
        least = ai.price
    elif LEAST not in errors and drawn.chance(5500):
        least = market.charming(min(item.price, ai.price, best) * drawn.between(78, 97) // 100)
    weekly = max(4, drawn.scaled("lognormal-090", 40))
    margin = max(1, best - truth.cost_of(fields))
    weekly = max(weekly, LEAST_PROFIT * truth.WEEK // truth.DAYS // margin + 1)
    offers = market.offers(fields.valid.day, drawn, over=odd == "offer-over")
    if STACK in errors:
        excess = {1: drawn.between(400, 800), 2: drawn.between(180, 420), 3: drawn.between(20, 150)}[level]
        target = FULL - policy["promo_stack_limit"] - excess
        offers = market.stacked(fields.valid.day, target * item.price // ai.price, drawn, two=level > 1)
    return replace(fields, item=replace(item, cover=cover, least=least, weekly=weekly), offers=offers)


def _before(new: int, delta: int) -> int:
    """Return the price that a change by `delta` basis points leads from."""
    return market.charming(new * FULL // (FULL + delta))


def _between(best: int, new: int, most: int, drawn: Stream) -> int:
    """Return a price from which both the proposal and the best price are a noticeable step that needs no approval."""
    low = max(best, new) * FULL // (FULL + most) + 1
    high = min(best, new) * FULL // (FULL - most) - 1
    for _ in range(TRIES if low < high else 0):
        old = market.charming(drawn.between(low, high))
        if abs(old - best) * FULL > APART * old and abs(old - new) * FULL > NOTICED * old:
            return old
    raise Redraw


def _exactly(new: int, limit: int, drawn: Stream) -> tuple[int, int]:
    """Return a price and one that differs from it by exactly the limit."""
    share = FULL + drawn.pick((-1, 1)) * limit
    old = new * FULL // share // market.ROUND * market.ROUND
    if old * share % FULL:
        raise Redraw
    return old, old * share // FULL


def _over(level: int, new: int, limit: int, drawn: Stream) -> tuple[int, int]:
    """Return a price and one that differs by more than the limit; on the highest level by next to nothing more."""
    sign, over = drawn.pick((-1, 1)), drawn.between(*OVER[level])
    if level < TOP_LEVEL:
        return _before(new, sign * (limit + over)), new
    old, exact = _exactly(new, limit, drawn)
    return old, exact + (1 if exact > old else -1) * max(1, old * over // FULL // 2)

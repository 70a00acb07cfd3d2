"""A case in the making: the world as its script has it, then what the AI believes of it and proposes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from lms.sandbox.rules.console import Redraw
from lms.sandbox.rules.consoles.goods import code_for, name_for, sells_in
from lms.sandbox.rules.consoles.replenish_allocate import truth, world
from lms.sandbox.rules.consoles.replenish_allocate.cases import Beliefs, Booked, Fields, Move, Plan, Promo, Stock
from lms.sandbox.rules.consoles.replenish_allocate.reasons import Family
from lms.sandbox.rules.consoles.replenish_allocate.script import (
    CENSORED,
    LEAD,
    OUTLIER,
    PHANTOM,
    PROMO,
    PROMO_TWICE,
    TRANSIT,
    UOM,
    Script,
)
from lms.sandbox.rules.exercise import Stratum, Text

if TYPE_CHECKING:
    from lms.sandbox.rules.consoles.replenish_allocate.cases import Sku
    from lms.sandbox.rules.consoles.replenish_allocate.truth import Planning, Reckoning
    from lms.sandbox.rules.streams import Stream, Streams

FIRST_MONDAY, PLANNED_WEEKS = date(2026, 1, 5), 104
NOISE = 200  # basis points either way, of the forecast
HUNDREDTHS = truth.MILLION // 100
LEAST_NEED, PACKS_MATTER, FRIDAY = 6, 4, 4
LEAST_COST, MOST_COST = 2_00, 480_00
# What a transfer is worth in per cent of the limit: one that needs no approval, one that does, per level.
UNDER: Mapping[int, tuple[int, int]] = {1: (20, 80), 2: (40, 96), 3: (60, 99)}
OVER: Mapping[int, tuple[int, int]] = {1: (112, 170), 2: (103, 125), 3: (100, 103)}


@dataclass(frozen=True, slots=True)
class Scene:
    """A case: its script, its fields, what these come to, and the quantity that the AI proposes."""

    script: Script
    fields: Fields
    facts: Reckoning
    quantity: int


def scene_for(script: Script, streams: Streams, policy: Mapping[str, int]) -> Scene:
    """Return a case by its script, under the company's policy.

    Raises:
        Redraw: what was drawn cannot carry the script.
    """
    limit, planning = policy["transfer_approval_limit"], truth.planning_of(policy)
    fields, facts = _true(script, streams, limit, planning)
    fields, quantity = _believed(script, fields, facts, planning, streams.stream("beliefs"))
    if quantity <= 0 or quantity > truth.MOST_UNITS // 2:
        raise Redraw
    if fields.move is not None:
        fields = _valued(script, fields, quantity, limit, streams.stream("booked"))
        facts = truth.reckon(fields, planning)
        if fields.move is not None and fields.move.spare < facts.best:
            raise Redraw
    return Scene(script, replace(fields, plan=_plan(planning, facts.base.safety)), facts, quantity)


def _plan(planning: Planning, safety: int) -> Plan:
    how = Text("plan.how", {"review": planning.review, "dip": planning.dip, "dip_days": planning.dip_days})
    return Plan(how, safety)


def _true(script: Script, streams: Streams, limit: int, planning: Planning) -> tuple[Fields, Reckoning]:
    """Return the facts, with nothing believed yet; stock is such that the need is a share of the base stock."""
    drawn = streams.stream("item")
    rate = world.rate_of(script, drawn)
    sku, lead = world.sku_of(script, rate, drawn), world.lead_of(script, drawn)
    horizon = -(-sum(lead.last6) // len(lead.last6)) + planning.review
    promo = world.promo_of(script, horizon, drawn)
    checks = world.checks_of(script, drawn)
    demand = world.demand_of(script, rate, streams.stream("sales"))
    move = None
    if script.family is Family.TRANSFER:
        move = _move(drawn)
        lead = replace(lead, source=move.origin)
    empty = Fields(
        sku, demand, promo, lead, Stock(0, 0, 0), (), checks, _plan(planning, 0), move, (), Beliefs(0, 0, None, 0, 0)
    )
    facts = truth.reckon(empty, planning)
    base = facts.base
    want = _want(script, base.units, sku, limit, drawn)
    there = base.units - want
    share = drawn.between(55, 90) if TRANSIT in script.errors else drawn.weighted({0: 3, 20: 3, 40: 2, 60: 2})
    inbound = world.inbound_of(script, there * share // 100, sku.pack, max(lead.last6), drawn)
    counted = there - sum({row.order: row.units for row in inbound}.values())
    ghost = _ghost(script, base.units, drawn)
    shorts = drawn.between(3, 7) if PHANTOM in script.cues else drawn.weighted({0: 8, 1: 2})
    if counted < 0:
        raise Redraw
    stock = Stock(counted + ghost, counted, shorts)
    facts = replace(facts, there=there, best=truth.packed(want, sku))
    return replace(empty, stock=stock, inbound=inbound), facts


def _want(script: Script, base: int, sku: Sku, limit: int, drawn: Stream) -> int:
    """Return how much is needed: a share of the base stock that leaves the script's error room to matter."""
    low, high = (40, 80)
    if {PHANTOM, TRANSIT, PROMO, CENSORED} & set(script.errors):
        low, high = 62, 84
    want = base * drawn.between(low, high) // 100
    if script.on_limit:
        fitting = [n for n in range(base * low // 100, base * high // 100 + 1) if not limit % n and not n % sku.pack]
        fitting = [n for n in fitting if LEAST_COST <= limit // n <= MOST_COST]
        if not fitting:
            raise Redraw
        return fitting[-1]
    if want < LEAST_NEED:
        raise Redraw
    over = want % sku.pack
    if (
        sku.pack > PACKS_MATTER and min(over, sku.pack - over) <= 1
    ):  # so near to a whole pack, a unit more or less decides
        want += 3
    return min(want, base)


def _ghost(script: Script, base: int, drawn: Stream) -> int:
    """Return the units that the system has and nobody finds."""
    if PHANTOM not in script.cues:
        return 0
    return max(3, base * drawn.between(28, 42) * script.sizes.get(PHANTOM, 70) // 10_000)


def _move(drawn: Stream) -> Move:
    origin, to = drawn.sample(world.WAREHOUSES, 2)
    day = FIRST_MONDAY + timedelta(weeks=drawn.below(PLANNED_WEEKS), days=drawn.below(4))
    return Move(origin, to, day.toordinal(), 0, 0)


def _believed(
    script: Script, fields: Fields, facts: Reckoning, planning: Planning, drawn: Stream
) -> tuple[Fields, int]:
    """Return the facts with what the AI reckoned with, and the quantity it proposes."""
    wrong = set(script.errors)
    mu = facts.usual
    if wrong & {CENSORED, OUTLIER}:
        mu = truth.raw_demand(fields)
    elif not script.on_limit:
        mu = mu * (truth.FULL + drawn.between(-NOISE, NOISE)) // truth.FULL
    lead = fields.lead.quoted if LEAD in wrong else facts.lead
    promo = fields.promo
    if PROMO in wrong:
        promo = Promo(None, None, None)
    elif PROMO_TWICE in wrong and promo.uplift is not None:
        promo = replace(promo, uplift=2 * promo.uplift)
    there = facts.there
    there += truth.listed_twice(fields) if TRANSIT in wrong else 0
    there += fields.stock.system - fields.stock.counted if PHANTOM in wrong else 0
    # Right or wrong, the need follows from the figures that the AI shows: whoever works it out again finds it.
    need = truth.base_stock(fields.sku, mu, lead, promo, planning).units - there
    quantity = need * fields.sku.pack if UOM in wrong else truth.packed(need, fields.sku)
    beliefs = Beliefs((2 * mu + HUNDREDTHS) // (2 * HUNDREDTHS), lead, promo.uplift, there, need)
    return replace(fields, ai=beliefs), quantity


def _valued(script: Script, fields: Fields, quantity: int, limit: int, drawn: Stream) -> Fields:
    """Return a transfer with its worth, the item's cost following from it, and what else is booked that day."""
    mandated = script.stratum is Stratum.MAND
    large = mandated and not script.together
    low, high = (OVER if large else UNDER)[script.level]
    if script.on_limit:
        cost = limit // quantity
    else:
        cost = limit * drawn.between(100 * low, 100 * high) // truth.FULL // quantity
        cost += 1 if large and cost * quantity <= limit else 0
    if not LEAST_COST <= cost <= MOST_COST or fields.sku.pack > world.most_in_a_case(cost):
        raise Redraw
    name, price = name_for(cost, drawn), world.priced(cost)
    move = fields.move or _move(drawn)
    if script.peak and not sells_in(name, date.fromordinal(move.day).month):
        raise Redraw
    grade = world.graded(truth.usual_demand(fields), price)
    sku = replace(fields.sku, cost=cost, price=price, name=name, code=code_for(name, drawn), grade=grade)
    move = replace(move, value=cost * quantity, spare=quantity * drawn.between(120, 260) // 100)
    fields = replace(fields, sku=sku, move=move)
    return replace(fields, booked=_booked(script, move, sku.code, limit, drawn))


def _booked(script: Script, move: Move, code: str, limit: int, drawn: Stream) -> tuple[Booked, ...]:
    """Return the transfers that are booked already: some on the lane, some on the day, on both only as scripted."""
    other = next(name for name in drawn.shuffled(world.WAREHOUSES) if name not in {move.origin, move.to})
    day = date.fromordinal(move.day)
    later = move.day + drawn.between(1, FRIDAY - day.weekday())

    def row(origin: str, day: int, value: int) -> Booked:
        name = name_for(drawn.between(8_00, 90_00), drawn)
        return Booked(code_for(name, drawn), origin, move.to, day, value)

    rows = [
        row(other, move.day, drawn.between(limit // 10, limit * 6 // 10)),
        row(move.origin, later, drawn.between(limit // 10, limit * 7 // 10)),
    ]
    if script.together:
        rest = limit - move.value
        if script.stratum is Stratum.MAND:
            least, most = {1: (1500, 4000), 2: (200, 900), 3: (0, 20)}[script.level]
            value = rest + 1 + limit * drawn.between(least, most) // truth.FULL
            if value > limit:
                raise Redraw
        else:
            value = rest * drawn.between(30, 95) // 100
        beside = row(move.origin, move.day, value)
        rows.append(replace(beside, item=code) if drawn.chance(5000) else beside)
    return drawn.shuffled(rows)

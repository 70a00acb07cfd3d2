"""The best quantity, what is wrong with a proposal, who has to approve it, and what a wrong quantity costs.

The best quantity is the newsvendor's base stock S* = mu_H + z sigma_H over lead time and review period, less what is
there and on its way, rounded up to packs. Everything is whole numbers: demand in millionths of a unit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isqrt

from lms.sandbox.rules import normal
from lms.sandbox.rules.company import exceeds
from lms.sandbox.rules.consoles.replenish_allocate.cases import DAYS, Fields, Promo, Sku, Spans
from lms.sandbox.rules.consoles.replenish_allocate.reasons import (
    CENSORED,
    DATA,
    LEAD,
    OUTLIER,
    PHANTOM,
    PROMO,
    TRANSIT,
    UOM,
)
from lms.sandbox.rules.exercise import Loss

MILLION = 1_000_000
FULL = 10_000
DISPERSION = 6  # of demand [default]: the variance is the mean and a sixth of its square
# A lost sale costs the margin and a fifth of the price; stock left over a quarter of its cost a year and 6 %.
LOST_SHARE, HOLDING_PERCENT, WASTE_PERCENT, YEAR = 5, 25, 6, 365
MONEY_PARTS = 100 * YEAR
ONE_OFF = "one-off"
BAD = frozenset({"incomplete", "negative", "unconfirmed"})
# Splitting a delivery in two costs a second trip; an order placed on broken data, a quarter of its worth.
SECOND_TRIP, UNDOING = 90_00, 4
MOST_UNITS = 99_999
# A quantity that is right is off by at most so many per cent of the tolerance, a wrong one by at least so many.
CLEARLY_WITHIN, CLEARLY_BEYOND = 80, 130
SPLIT, ONE_GO = "two-days", "one-day"


@dataclass(frozen=True, slots=True)
class Planning:
    """The company's rules of planning: days between reviews, and how much (bp) and long demand dips after an offer."""

    review: int
    dip: int
    dip_days: int


@dataclass(frozen=True, slots=True)
class Base:
    """Demand until the next delivery but one: its mean and deviation in millionths, S* in units, unit costs."""

    mean: int
    deviation: int
    safety: int
    units: int
    under: int
    over: int

    def cost(self, stock: int) -> int:
        """Return the expected cost of that many units on hand and on their way, in cents."""
        z = (stock * MILLION - self.mean) * MILLION // self.deviation
        short = normal.loss(z)
        parts = self.deviation * (self.over * (z + short) + self.under * short)
        whole = MONEY_PARTS * MILLION * MILLION
        return (2 * parts + whole) // (2 * whole)


@dataclass(frozen=True, slots=True)
class Reckoning:
    """What the facts come to: usual demand a day in millionths, lead time, units there, base stock, best quantity."""

    usual: int
    lead: int
    there: int
    base: Base
    best: int

    @property
    def least(self) -> int:
        """Return the cost of the best quantity, in cents."""
        return self.base.cost(self.there + self.best)

    def lost(self, quantity: int) -> int:
        """Return what a quantity costs more than the best one, in cents."""
        return max(0, self.base.cost(self.there + quantity) - self.least)


def planning_of(policy: Mapping[str, int]) -> Planning:
    """Return the rules of planning that the policy drawer shows."""
    return Planning(policy["review_period"], policy["promo_dip"], policy["promo_dip_days"])


def base_stock(sku: Sku, mu: int, lead: int, promo: Promo, planning: Planning) -> Base:
    """Return the base stock for a demand of `mu` millionths a day."""
    horizon = lead + planning.review
    promoted = dip = uplift = 0
    if promo.start is not None and promo.days is not None and promo.uplift is not None:
        uplift = promo.uplift
        promoted = max(0, min(horizon, promo.start + promo.days) - promo.start)
        dip = max(0, min(horizon, promo.start + promo.days + planning.dip_days) - promo.start - promo.days)
    days = ((FULL, horizon - promoted - dip), (FULL + uplift, promoted), (FULL - planning.dip, dip))
    demand = [(mu * factor // FULL, count) for factor, count in days]
    mean = sum(day * count for day, count in demand)
    deviation = max(1, isqrt(sum((day * MILLION + day * day // DISPERSION) * count for day, count in demand)))
    under = MONEY_PARTS * (sku.price - sku.cost) + MONEY_PARTS // LOST_SHARE * sku.price
    over = sku.cost * (HOLDING_PERCENT * horizon + WASTE_PERCENT * YEAR)
    safety = normal.quantile(under, under + over) * deviation // MILLION
    return Base(mean, deviation, _units(safety), _units(mean + safety), under, over)


def days_of(spans: Spans) -> frozenset[int]:
    """Return the places in the history that lie in one of the spans."""
    return frozenset(DAYS - ago for first, last in spans for ago in range(last, first + 1))


def usual_demand(fields: Fields) -> int:
    """Return the mean of ordinary days, in millionths, times the season: no stock-out, promotion or one-off order."""
    demand = fields.demand
    left_out = days_of(demand.out) | days_of(demand.promoted)
    days = [units for place, units in enumerate(demand.daily) if place not in left_out]
    total = sum(days)
    if demand.largest.buyer == ONE_OFF and DAYS - demand.largest.ago not in left_out:
        total -= demand.largest.units
    return total * MILLION // max(1, len(days)) * demand.season // FULL


def raw_demand(fields: Fields) -> int:
    """Return the mean of all days without a promotion, whatever happened on them, times the season."""
    promoted = days_of(fields.demand.promoted)
    days = [units for place, units in enumerate(fields.demand.daily) if place not in promoted]
    return sum(days) * MILLION // max(1, len(days)) * fields.demand.season // FULL


def lead_time(fields: Fields) -> int:
    """Return the lead time to plan with: the mean of the last six deliveries, rounded up."""
    return -(-sum(fields.lead.last6) // len(fields.lead.last6))


def on_its_way(fields: Fields) -> int:
    """Return the units on their way, each delivery once."""
    return sum({row.order: row.units for row in fields.inbound}.values())


def listed_twice(fields: Fields) -> int:
    """Return the units that stand in the list a second time."""
    return sum(row.units for row in fields.inbound) - on_its_way(fields)


def position(fields: Fields) -> int:
    """Return the units there, by the count, and on their way."""
    return fields.stock.counted + on_its_way(fields)


def reckon(fields: Fields, planning: Planning) -> Reckoning:
    """Return what the facts on the screen come to; what the AI believes plays no part."""
    usual, lead, there = usual_demand(fields), lead_time(fields), position(fields)
    base = base_stock(fields.sku, usual, lead, fields.promo, planning)
    return Reckoning(usual, lead, there, base, packed(base.units - there, fields.sku))


def packed(units: int, sku: Sku) -> int:
    """Return an order for that many units: whole packs, the least order at least, nothing for none."""
    return max(sku.minimum, -(-units // sku.pack) * sku.pack) if units > 0 else 0


def is_broken(fields: Fields) -> bool:
    """Return whether the data cannot be planned on."""
    return bool({fields.checks.feed, fields.checks.stock, fields.checks.master} & BAD)


def faults(fields: Fields, facts: Reckoning, quantity: int) -> tuple[str, ...]:
    """Return the codes of what is wrong with the AI's reckoning."""
    if is_broken(fields):
        return (DATA,)
    ai, usual, lead = fields.ai, facts.usual // (MILLION // 100), facts.lead
    extra, ghost = ai.position - facts.there, fields.stock.system - fields.stock.counted
    twice = listed_twice(fields)
    found = {
        PROMO: ai.uplift != fields.promo.uplift,
        LEAD: 10 * abs(ai.lead - lead) > max(20, lead),
        CENSORED: 100 * ai.mu < 93 * usual,
        OUTLIER: 100 * ai.mu > 107 * usual,
        UOM: fields.sku.pack > 1 and 2 * quantity >= 3 * max(ai.need, 1) and quantity >= ai.need + 2 * fields.sku.pack,
        PHANTOM: ghost > 0 and extra in {ghost, ghost + twice},
        TRANSIT: twice > 0 and extra - twice in {0, ghost},
    }
    return tuple(code for code, holds in found.items() if holds)


def is_clear(fields: Fields, facts: Reckoning, quantity: int, tolerance: int, *, right: bool) -> bool:
    """Return whether a right quantity is well within the tolerance (bp) of the best one, a wrong one well beyond it."""
    if is_broken(fields):
        return True
    off, edge = 100 * FULL * abs(quantity - facts.best), facts.best * tolerance
    return off <= CLEARLY_WITHIN * edge if right else off >= CLEARLY_BEYOND * edge


def together(fields: Fields) -> int:
    """Return the value of what is booked already on the proposal's lane and day."""
    move = fields.move
    if move is None:
        return 0
    return sum(one.value for one in fields.booked if (one.origin, one.to, one.day) == (move.origin, move.to, move.day))


def mandate(fields: Fields, policy: Mapping[str, int]) -> str | None:
    """Return the mandate that reserves this transfer for a person, if one does."""
    if fields.move is None:
        return None
    if exceeds(fields.move.value, policy["transfer_approval_limit"]):
        return "large-transfer"
    over = exceeds(fields.move.value + together(fields), policy["transfer_approval_limit"])
    return "split-transfer" if over else None


def most_units(fields: Fields, limit: int) -> int | None:
    """Return how many units may be moved without approval, or None where there is no transfer."""
    return None if fields.move is None else max(0, limit - together(fields)) // fields.sku.cost


def curve(facts: Reckoning, tolerance: int) -> tuple[tuple[int, int], ...]:
    """Return what each quantity loses against the best one: nothing within the tolerance (bp)."""
    best = facts.best
    margin = best * tolerance // FULL
    knots = {at: facts.lost(at) for at in _knots(best) if abs(at - best) > margin}
    knots |= {best - margin: 0, best: 0, best + margin: 0}
    return tuple(sorted(knots.items()))


def losses(fields: Fields, facts: Reckoning, policy: Mapping[str, int], accepted: int) -> tuple[Loss, ...]:
    """Return what changing the proposal loses; on broken data no quantity is better than the AI's."""
    knots: tuple[tuple[int, int], ...] = ((0, accepted), (MOST_UNITS, accepted))
    if not is_broken(fields):
        knots = curve(facts, policy["order_tolerance"])
    if fields.move is None:
        return (Loss(None, 0, knots),)
    return (Loss(ONE_GO, 0, knots), Loss(SPLIT, accepted + SECOND_TRIP))


def accept_loss(fields: Fields, facts: Reckoning, quantity: int) -> int:
    """Return what accepting the AI's quantity loses."""
    if is_broken(fields):
        return max(facts.least, quantity * fields.sku.cost // UNDOING)
    return facts.lost(quantity)


def _knots(best: int) -> tuple[int, ...]:
    quarters = (0, 1, 2, 3, 5, 6, 8, 16)
    return tuple(sorted({best * quarter // 4 for quarter in quarters}))


def _units(millionths: int) -> int:
    return (2 * millionths + MILLION) // (2 * MILLION)

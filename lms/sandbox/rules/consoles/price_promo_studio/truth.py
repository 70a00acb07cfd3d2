"""The best price, what is wrong with a proposal, whether a person has to approve it, and what a wrong price costs.

The best price is the monopolist's p* = c e / (1 + e) for a constant elasticity e, clipped to what the rules allow:
at least the margin floor, the minimum advertised price, no cut on low stock, no more than so much off with the offers
that run; at most so much above the cheapest comparable rival.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lms.sandbox.rules.company import exceeds
from lms.sandbox.rules.consoles.price_promo_studio.cases import Fields
from lms.sandbox.rules.consoles.price_promo_studio.reasons import COST, COVER, ELAST, FLOOR, MAP, PACK, STACK
from lms.sandbox.rules.exercise import Loss
from lms.sandbox.rules.powers import ONE, power

FULL = 10_000
# The oracle's model [default]: a month of sales counts; a broken rule costs a tenth of the item's profit.
DAYS, WEEK, BREACH = 30, 7, 1000
HOLD = 50  # two steps lose a fiftieth of the month's profit
SET, TWO_STEPS = "set-price", "two-steps"
MOST = 9_999_99
# A price that is right is off by at most so many per cent of the tolerance, one that is not by at least so many.
CLEARLY_WITHIN, CLEARLY_BEYOND = 80, 130
ROUNDING, CLEARLY_PAST = 2, 30  # cents, basis points: by how much a price that breaks a rule breaks it at least
KNOTS = (50, 70, 80, 85, 90, 95, 105, 110, 115, 125, 150, 200)


@dataclass(frozen=True, slots=True)
class Reckoning:
    """What the facts come to: cost, elasticity, cheapest comparable price, lowest allowed price, best price, profit."""

    cost: int
    elasticity: int
    rival: int
    lowest: int
    highest: int
    best: int
    price: int
    weekly: int
    most: int

    def lost(self, price: int) -> int:
        """Return what a price loses against the best one in a month, a rule that it breaks included."""
        breach = self.most * BREACH // FULL if price < self.lowest or price > self.highest else 0
        return max(0, self.most - self.profit(price)) + breach

    def profit(self, price: int) -> int:
        """Return a month's profit at a price, in cents."""
        return profit(price, self.cost, self.elasticity, self.price, self.weekly)


def profit(price: int, cost: int, elasticity: int, now: int, weekly: int) -> int:
    """Return a month's profit at a price, in cents, where `weekly` packs are sold at the price `now`."""
    parts = weekly * DAYS * power(now, price, -elasticity) * (price - cost)
    return (2 * parts + WEEK * ONE) // (2 * WEEK * ONE)


def cost_of(fields: Fields) -> int:
    """Return the cost that holds: the price list's where it is newer than what the item data say."""
    return fields.latest.cost if fields.latest.day > fields.item.as_of else fields.item.cost


def elasticity_of(fields: Fields) -> int:
    """Return the elasticity to reckon with: of the weeks without an offer, where some had one."""
    return fields.elasticity.clean if fields.elasticity.promo else fields.elasticity.estimate


def cheapest(fields: Fields) -> int:
    """Return the cheapest rival's price for as many pieces as ours has."""
    return min(rival.price * fields.item.pack // rival.pack for rival in fields.rivals)


def best_unbounded(cost: int, elasticity: int) -> int:
    """Return p* = c e / (1 + e) in cents, halves up; `elasticity` is below -1, in hundredths."""
    over = -elasticity - 100
    return (2 * cost * -elasticity + over) // (2 * over)


def floor_price(cost: int, floor: int) -> int:
    """Return the lowest price that leaves a margin of `floor` basis points."""
    return -(-cost * FULL // (FULL - floor))


def capped(rival: int, policy: Mapping[str, int]) -> int:
    """Return the highest price beside the cheapest rival's."""
    return rival * (FULL + policy["rival_cap"]) // FULL


def kept_after_offers(fields: Fields) -> int:
    """Return the share of the price that the offers running on the day leave, in basis points of basis points."""
    running = [offer for offer in fields.offers if offer.start <= fields.valid.day <= offer.end]
    kept = FULL * FULL
    for offer in running:
        kept = kept * (FULL - offer.share) // FULL
    return kept


def stack_price(fields: Fields, policy: Mapping[str, int]) -> int:
    """Return the lowest price with which everything taken together is not more off than allowed."""
    allowed = fields.item.price * (FULL - policy["promo_stack_limit"]) * FULL
    return -(-allowed // kept_after_offers(fields))


def reckon(fields: Fields, policy: Mapping[str, int]) -> Reckoning:
    """Return what the facts on the screen come to; what the AI believes plays no part."""
    item, cost, elasticity, rival = fields.item, cost_of(fields), elasticity_of(fields), cheapest(fields)
    lowest = max(floor_price(cost, item.floor), item.least or 0, stack_price(fields, policy))
    if item.cover < policy["low_cover"]:
        lowest = max(lowest, item.price)
    highest = max(lowest, capped(rival, policy))
    best = min(highest, max(lowest, best_unbounded(cost, elasticity)))
    most = profit(best, cost, elasticity, item.price, item.weekly)
    return Reckoning(cost, elasticity, rival, lowest, highest, best, item.price, item.weekly, most)


def change(old: int, new: int) -> int:
    """Return a change of price in basis points, away from zero, so that whatever exceeds a limit shows it."""
    size = -(-FULL * abs(new - old) // old)
    return size if new >= old else -size


def mandate(fields: Fields, policy: Mapping[str, int]) -> str | None:
    """Return the mandate that reserves this proposal for a person, if one does."""
    return "large-change" if exceeds(abs(fields.ai.delta), policy["price_approval_limit"]) else None


def free_range(price: int, policy: Mapping[str, int]) -> tuple[int, int]:
    """Return the lowest and the highest price that need no approval."""
    limit = policy["price_approval_limit"]
    return -(-price * (FULL - limit) // FULL), price * (FULL + limit) // FULL


def faults(fields: Fields, facts: Reckoning, policy: Mapping[str, int]) -> tuple[str, ...]:
    """Return the codes of what is wrong: inputs first; only where these are right, the rules that are broken."""
    item, ai = fields.item, fields.ai
    inputs = {
        COST: ai.cost != facts.cost,
        ELAST: ai.elasticity != facts.elasticity,
        PACK: ai.rival != facts.rival,
    }
    found = tuple(code for code, holds in inputs.items() if holds)
    cut = ai.price < item.price
    rules = {
        MAP: item.least is not None and ai.price < item.least,
        FLOOR: ai.price < floor_price(facts.cost, item.floor),
        COVER: cut and item.cover < policy["low_cover"],
        STACK: cut and ai.price < stack_price(fields, policy),
    }
    return found or tuple(code for code, holds in rules.items() if holds)


def within(facts: Reckoning, tolerance: int) -> tuple[int, int]:
    """Return the prices that are as good as the best one: within the tolerance (bp) and the rules."""
    margin = facts.best * tolerance // FULL
    return max(facts.lowest, facts.best - margin), min(facts.highest, facts.best + margin)


def is_clear(price: int, facts: Reckoning, tolerance: int, *, right: bool) -> bool:
    """Return whether a right price is well within the tolerance (bp) of the best one, another one well beyond it.

    A price that breaks a rule is wrong however near it is to the best one, if it breaks it by more than rounding.
    """
    off, edge = 100 * FULL * abs(price - facts.best), facts.best * tolerance
    if right:
        return off <= CLEARLY_WITHIN * edge
    past = max(facts.lowest - price, price - facts.highest)
    return off >= CLEARLY_BEYOND * edge or past >= max(ROUNDING, price * CLEARLY_PAST // FULL)


def losses(facts: Reckoning, policy: Mapping[str, int], accepted: int) -> tuple[Loss, ...]:
    """Return what changing the proposal loses."""
    low, high = within(facts, policy["optimal_price_tolerance"])
    at = {facts.best * percent // 100 for percent in KNOTS} | {facts.lowest - 1, facts.lowest, facts.highest + 1}
    outside = {price: facts.lost(price) for price in at if not low <= price <= high and price > 0}
    knots = tuple(sorted({**outside, low: 0, high: 0, facts.best: 0}.items()))
    waiting = accepted + max(1, facts.most // HOLD)
    return (Loss(SET, 0, knots), Loss(TWO_STEPS, waiting))

"""What a price proposal is made of: money in cents, shares in basis points, elasticity in hundredths."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import TypeAdapter

from lms.sandbox.rules.exercise import Text


@dataclass(frozen=True, slots=True)
class Item:
    """Item economics: what is sold, its price and cost and since when that cost holds, and what limits its price.

    `least` is the supplier's minimum advertised price, `floor` the lowest margin of its category, `cover` the days
    that stock lasts, `weekly` the packs sold a week at the price it has.
    """

    code: str
    name: Text
    pack: int
    price: int
    cost: int
    as_of: int
    least: int | None
    floor: int
    cover: int
    weekly: int


@dataclass(frozen=True, slots=True)
class PriceList:
    """The supplier's latest price list: what the item costs by it, and the day from which it holds."""

    cost: int
    day: int


@dataclass(frozen=True, slots=True)
class Elasticity:
    """By how many per cent sales fall when the price rises by one: over all weeks, and over those without an offer."""

    estimate: int
    error: int
    promo: bool
    clean: int
    clean_error: int


@dataclass(frozen=True, slots=True)
class Rival:
    """A rival's listing as it was read: the price of how many pieces, how many hours ago."""

    shop: str
    price: int
    pack: int
    age: int


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer or coupon on the item, with its days, both included."""

    kind: str
    share: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Valid:
    """How the best price is worked out, and the day from which the new one is to hold."""

    how: Text
    day: int


@dataclass(frozen=True, slots=True)
class Beliefs:
    """What the AI reckoned with, and the price and change that it proposes."""

    cost: int
    elasticity: int
    rival: int
    price: int
    delta: int


@dataclass(frozen=True, slots=True)
class Fields:
    """Every fact of a case."""

    item: Item
    latest: PriceList
    elasticity: Elasticity
    rivals: tuple[Rival, ...]
    offers: tuple[Offer, ...]
    valid: Valid
    ai: Beliefs


FIELDS: TypeAdapter[Fields] = TypeAdapter(Fields)

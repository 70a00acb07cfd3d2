"""What a case is made of. Money in cents, shares in basis points, demand a day in hundredths."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import TypeAdapter

from lms.sandbox.rules.exercise import Text

DAYS = 84
# Spans of days: how many days ago they began and ended, the earliest first.
Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Sku:
    """The item: its class by turnover (A, B, C), cost and price a unit, units in a pack, least order in units."""

    code: str
    name: Text
    grade: str
    cost: int
    price: int
    pack: int
    minimum: int


@dataclass(frozen=True, slots=True)
class Largest:
    """The largest single order among the sales, and what kind of customer it came from."""

    units: int
    ago: int
    buyer: str


@dataclass(frozen=True, slots=True)
class Demand:
    """Units sold a day, oldest first; days without stock and with a promotion; factor of the season to come."""

    daily: tuple[int, ...]
    out: Spans
    promoted: Spans
    largest: Largest
    season: int


@dataclass(frozen=True, slots=True)
class Promo:
    """The promotion calendar: days until it starts, how long it lasts, planned uplift over usual demand."""

    start: int | None
    days: int | None
    uplift: int | None


@dataclass(frozen=True, slots=True)
class Lead:
    """Where stock comes from: days quoted, and days that the last six deliveries took."""

    source: str
    quoted: int
    last6: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Stock:
    """Units in the system, units at this week's count, picks in the last seven days that found nothing."""

    system: int
    counted: int
    shorts: int


@dataclass(frozen=True, slots=True)
class Inbound:
    """A delivery on its way; the same number is the same delivery, wherever it is listed."""

    order: str
    units: int
    due: int
    place: str


@dataclass(frozen=True, slots=True)
class Checks:
    """What the nightly data checks say of the sales feed, the stock record and the item's master data."""

    feed: str
    stock: str
    master: str


@dataclass(frozen=True, slots=True)
class Plan:
    """How an order is worked out, and the safety stock in units for the lead time of the last six deliveries."""

    how: Text
    safety: int


@dataclass(frozen=True, slots=True)
class Move:
    """A proposed transfer: lane, day (proleptic ordinal), worth at cost, and what the sending warehouse can spare."""

    origin: str
    to: str
    day: int
    value: int
    spare: int


@dataclass(frozen=True, slots=True)
class Booked:
    """A transfer that is booked already."""

    item: str
    origin: str
    to: str
    day: int
    value: int


@dataclass(frozen=True, slots=True)
class Beliefs:
    """What the AI reckoned with: demand a day, lead time, uplift, units on hand and on their way, units needed."""

    mu: int
    lead: int
    uplift: int | None
    position: int
    need: int


@dataclass(frozen=True, slots=True)
class Fields:
    """Every fact of a case; `move` and `booked` are those of transfers."""

    sku: Sku
    demand: Demand
    promo: Promo
    lead: Lead
    stock: Stock
    inbound: tuple[Inbound, ...]
    checks: Checks
    plan: Plan
    move: Move | None
    booked: tuple[Booked, ...]
    ai: Beliefs


FIELDS: TypeAdapter[Fields] = TypeAdapter(Fields)

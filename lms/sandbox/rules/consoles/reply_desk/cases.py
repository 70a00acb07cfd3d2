"""What a ticket is made of, and a sound one of each intent: the AI read everything right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from pydantic import JsonValue, TypeAdapter

from lms.sandbox.rules.company import CompanyFacts
from lms.sandbox.rules.exercise import Text
from lms.sandbox.rules.streams import Stream, Streams


class Intent(StrEnum):
    """What a customer wants."""

    WHERE = "where-is-order"
    REFUND = "refund"
    RETURN = "return"
    CANCEL = "cancel"
    ADDRESS = "change-address"
    DAMAGED = "damaged"  # arrived broken, and a new one is wanted
    MONEY_BACK = "damaged-refund"  # arrived broken, and the money is wanted
    EXCHANGE = "exchange"
    PAYMENT = "payment"
    ACCOUNT = "account"
    INVOICE = "invoice"
    COMPLAINT = "complaint"
    DELETE = "delete-data"
    CHECK = "order-check"  # no message of a customer's: the shop's own check of a suspicious order


WEIGHTS: Mapping[Intent, int] = MappingProxyType(
    {
        Intent.WHERE: 22,
        Intent.REFUND: 14,
        Intent.RETURN: 12,
        Intent.CANCEL: 9,
        Intent.ADDRESS: 8,
        Intent.DAMAGED: 5,
        Intent.MONEY_BACK: 4,
        Intent.EXCHANGE: 7,
        Intent.PAYMENT: 6,
        Intent.ACCOUNT: 5,
        Intent.INVOICE: 4,
        Intent.COMPLAINT: 3,
        Intent.CHECK: 3,
    }
)
# Mean latent sentiment, -100 … 100 [default]; the standard deviation is 25.
MOOD: Mapping[Intent, int] = MappingProxyType(
    {
        Intent.COMPLAINT: -60,
        Intent.DAMAGED: -45,
        Intent.MONEY_BACK: -45,
        Intent.WHERE: -35,
        Intent.PAYMENT: -40,
        Intent.REFUND: -30,
    }
)
USUAL_MOOD, SPREAD, NOISE = -10, 25, 12
KIND = 5  # above that somebody writes kindly
BROKEN = (Intent.DAMAGED, Intent.MONEY_BACK)
AFTER_DELIVERY = (Intent.REFUND, Intent.RETURN, Intent.EXCHANGE, *BROKEN)
HERE = (*AFTER_DELIVERY, Intent.COMPLAINT, Intent.INVOICE)  # what one writes about once it has come
# Nobody begins kindly with these: a kind word there is sarcasm.
GRIEVANCES = (*BROKEN, Intent.COMPLAINT, Intent.PAYMENT)
BEFORE_SHIPPING = (Intent.CANCEL, Intent.ADDRESS)
# Median value of an order of one article, in cents [default].
MEDIANS: Mapping[str, int] = MappingProxyType(
    {
        "clothing": 62_00,
        "kitchen": 52_00,
        "toys": 42_00,
        "electronics": 110_00,
        "garden": 64_00,
        "books": 26_00,
        "beauty": 38_00,
        "sports": 58_00,
        "bedding": 60_00,
        "tools": 88_00,
    }
)
LEAST = 15_00
BREAKABLE = ("kitchen", "toys", "electronics", "garden", "tools")
CATEGORIES: Mapping[Intent, tuple[str, ...]] = MappingProxyType(
    {Intent.DAMAGED: BREAKABLE, Intent.MONEY_BACK: BREAKABLE, Intent.EXCHANGE: ("clothing", "bedding")}
)
CHANNELS = ("mail", "chat", "form", "social")
# Median and least lifetime value per tier, in cents [default].
WORTH: Mapping[str, int] = MappingProxyType({"standard": 300_00, "plus": 700_00, "top": 1_800_00})
LEAST_WORTH: Mapping[str, int] = MappingProxyType({"standard": 0, "plus": 300_00, "top": 1_000_00})
FIRST = (
    "Amara", "Ben", "Carla", "Dmitri", "Elif", "Farid", "Grace", "Hugo", "Ines", "Jonas", "Keiko", "Liam", "Mona",
    "Nils", "Olga", "Pedro", "Qadir", "Rosa", "Sven", "Tara", "Umar", "Vera", "Wanda", "Xenia", "Yusuf", "Zoe",
)  # fmt: skip
LAST = (
    "Abara", "Bennett", "Costa", "Dvorak", "Eriksen", "Flores", "Gupta", "Hansen", "Ito", "Jensen", "Keller", "Lopez",
    "Moreau", "Nowak", "Okoye", "Patel", "Quinn", "Rossi", "Santos", "Thomsen", "Ueda", "Vargas", "Weber", "Young",
)  # fmt: skip
STREETS = (
    "Mill Lane", "Station Road", "Harbour Street", "Elm Avenue", "Castle Hill", "Orchard Way", "Canal Walk",
    "Foundry Street", "Park Crescent", "Bridge Road", "Chapel Row", "Meadow Close", "North Parade", "Quarry Lane",
    "Rose Court", "Tanner Street",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ticket:
    """A customer's message; `previous` sums up the thread before it."""

    number: str
    channel: str
    text: Text
    previous: Text


@dataclass(frozen=True, slots=True)
class Customer:
    """The customer card: lifetime value in cents, months as a customer, contacts in the last seven days."""

    name: str
    street: str
    tier: str
    ltv: int
    tenure: int
    contacts: int
    vip: bool


@dataclass(frozen=True, slots=True)
class Order:
    """The order card: value before the coupon, in cents; `charges` how often the card was charged."""

    number: str
    value: int
    coupon: int
    status: str
    days_late: int
    delivered: int | None
    category: str
    charges: int
    signals: int


@dataclass(frozen=True, slots=True)
class Reading:
    """How the AI read the ticket: intent, sentiment, the order status it used, the window and the page it cites."""

    intent: Intent
    sentiment: int
    status: str
    window: int | None
    page: str


@dataclass(frozen=True, slots=True)
class Draft:
    """The AI's draft, and whose name and street stand in it."""

    text: Text
    name: str
    street: str


@dataclass(frozen=True, slots=True)
class Fields:
    """Every fact of a case."""

    ticket: Ticket
    customer: Customer
    order: Order
    ai: Reading
    draft: Draft


@dataclass(frozen=True, slots=True)
class Remedy:
    """A remedy, with its amount in cents where it has one."""

    id: str
    amount: int | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """A case being made: what is true of the ticket, its fields, and what the AI proposes."""

    intent: Intent
    tone: str
    fields: Fields
    proposed: Remedy


FIELDS: TypeAdapter[Fields] = TypeAdapter(Fields)


def facts_of(intent: Intent, level: int, streams: Streams, facts: CompanyFacts) -> tuple[str, Fields]:
    """Return a ticket's tone and fields, the AI reading everything right; what it proposes is not in them yet."""
    customer = _customer(streams)
    order = _order(intent, level, customer, streams, facts)
    customer = worth_at_least(customer, order)
    drawn = streams.stream("mood")
    latent = MOOD.get(intent, USUAL_MOOD) + _normal(drawn, SPREAD) - (15 if customer.contacts > 1 else 0)
    latent = min(latent, KIND) if intent in GRIEVANCES else latent
    tone = tone_of(latent)
    sentiment = max(-100, min(100, latent + _normal(drawn, NOISE)))
    words = streams.stream("words")
    ticket = Ticket(
        f"T-{words.between(10_000, 99_999)}",
        words.pick(CHANNELS),
        said(tone, intent.value, order, words, typo=words.chance(800)),
        Text(
            "previous.none" if not customer.contacts else "previous.some",
            {"n": customer.contacts},
            words.below(1 << 20),
        ),
    )
    window = window_of(customer, facts.numbers) if intent in AFTER_DELIVERY else None
    reading = Reading(intent, sentiment, order.status, window, page_of(intent))
    return tone, Fields(ticket, customer, order, reading, Draft(Text("draft.explain"), customer.name, customer.street))


def said(tone: str, ask: str, order: Order, drawn: Stream, *, typo: bool) -> Text:
    """Return what a customer writes: an opening in a tone, what they ask, a closing.

    Who wants a parcel to go elsewhere says where.
    """

    def part(message: str, params: Mapping[str, JsonValue] | None = None) -> JsonValue:
        return {"id": message, "params": dict(params or {}), "pick": drawn.below(1 << 20)}

    params: dict[str, JsonValue] = {
        "opening": part(f"opening.{tone}"),
        "ask": part(f"ask.{ask}", {"order": order.number, "goods": part(f"goods.{order.category}")}),
        "closing": part(f"closing.{tone}"),
    }
    moves = ask == Intent.ADDRESS
    if moves:
        params["to"] = part("new-address", {"street": named(drawn)[1]})
    return Text("ticket.to" if moves else "ticket", {**params, "typo": 1} if typo else params, drawn.below(1 << 30))


def worth_at_least(customer: Customer, order: Order) -> Customer:
    """Return the customer, worth no less than what they paid for this order."""
    return replace(customer, ltv=max(customer.ltv, order.value - order.coupon))


def window_of(customer: Customer, policy: Mapping[str, int]) -> int:
    """Return the days a customer has to send something back."""
    return policy["return_window_top_tier" if customer.tier == "top" else "return_window"]


def page_of(intent: Intent) -> str:
    """Return the page of the policy that an intent is about."""
    if intent in AFTER_DELIVERY:
        return "returns"
    pages = {Intent.WHERE: "delivery", Intent.PAYMENT: "payments", Intent.COMPLAINT: "goodwill", Intent.CHECK: "fraud"}
    return pages.get(intent, "orders" if intent in BEFORE_SHIPPING else "accounts")


def tone_of(latent: int) -> str:
    """Return how somebody of that latent sentiment writes."""
    bounds = (("warm", KIND), ("neutral", -28), ("annoyed", -55))
    return next((tone for tone, least in bounds if latent > least), "angry")


def named(drawn: Stream) -> tuple[str, str]:
    """Return a person's name and street."""
    return f"{drawn.pick(FIRST)} {drawn.pick(LAST)}", f"{drawn.between(1, 180)} {drawn.pick(STREETS)}"


def _customer(streams: Streams) -> Customer:
    drawn = streams.stream("customer")
    name, street = named(drawn)
    tier = drawn.weighted({"standard": 70, "plus": 20, "top": 10})
    return Customer(
        name,
        street,
        tier,
        LEAST_WORTH[tier] + drawn.scaled("lognormal-130", WORTH[tier] - LEAST_WORTH[tier]),
        drawn.between(1, 96),
        min(2, drawn.q("poisson-0.4")),
        drawn.chance(500),
    )


def _order(intent: Intent, level: int, customer: Customer, streams: Streams, facts: CompanyFacts) -> Order:
    drawn = streams.stream("order")
    category = drawn.pick(CATEGORIES.get(intent, tuple(MEDIANS)))
    value = drawn.scaled("lognormal-060", MEDIANS[category])
    value = value if value >= LEAST else LEAST + drawn.below(LEAST)
    coupon = min(value // 300, drawn.between(6, 25)) * 100 if drawn.chance(3000) else 0
    status = {Intent.WHERE: "shipped", Intent.CHECK: "processing"}.get(intent, "delivered")
    if intent in BEFORE_SHIPPING:
        status = drawn.weighted({"processing": 3, "shipped": 1})
    elif intent in {Intent.PAYMENT, Intent.ACCOUNT}:
        status = drawn.pick(("processing", "shipped", "delivered"))
    late = drawn.q("geometric-mean-2.5") if drawn.chance(2500) or intent is Intent.WHERE else 0
    if intent is Intent.WHERE and drawn.chance(4000):
        late = facts["reship_after"] + (drawn.between(2, 9) if level == 1 else drawn.between(1, 3))
    delivered = _delivered(level, window_of(customer, facts.numbers), drawn) if status == "delivered" else None
    charges = drawn.between(1, 2) if intent is Intent.PAYMENT else 1
    signals = facts["fraud_signals"] + drawn.below(3) if intent is Intent.CHECK else drawn.below(facts["fraud_signals"])
    number = f"{drawn.between(1_000_000, 9_999_999)}"
    shipped = late if status == "shipped" else 0
    return Order(number, value, coupon, status, shipped, delivered, category, charges, signals)


def _delivered(level: int, window: int, drawn: Stream) -> int:
    """Return days since delivery, mostly inside the window; the higher the level, the closer to its end."""
    inside = drawn.chance(7500)
    near = {1: 10, 2: 4, 3: 1}[level]
    return drawn.between(1, window - near) if inside else drawn.between(window + near, window + 10 + 2 * near)


def _normal(drawn: Stream, deviation: int) -> int:
    return drawn.q("normal") * deviation // 1_000_000

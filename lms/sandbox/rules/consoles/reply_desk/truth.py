"""What a customer is due, what is wrong with the AI's reading, who has to approve, and what a wrong remedy costs."""

from __future__ import annotations

from collections.abc import Mapping

from lms.sandbox.rules.company import exceeds
from lms.sandbox.rules.consoles.reply_desk.cases import Fields, Intent, Order, Remedy, window_of
from lms.sandbox.rules.consoles.reply_desk.reasons import AMOUNT, AUTHORITY, INTENT, PII, POLICY, SENTIMENT, STALE
from lms.sandbox.rules.exercise import Loss

REFUND, GOODWILL, RESHIP, LABEL, EXCHANGE, CANCEL = "refund", "goodwill", "reship", "return-label", "exchange", "cancel"
ADDRESS, ACCOUNT, INVOICE, EXPLAIN, THANK = "change-address", "account-help", "send-invoice", "explain", "thank"
BLOCK, REDACT = "fraud-block", "redact"
REMEDIES = (
    REFUND, GOODWILL, RESHIP, LABEL, EXCHANGE, CANCEL, ADDRESS, ACCOUNT, INVOICE, EXPLAIN, THANK, BLOCK, REDACT,
)  # fmt: skip
WITH_AMOUNT = (REFUND, GOODWILL)

# Cents [default]: handling a ticket, doing the wrong thing, sending somebody else's data out.
HANDLING, WRONG, LEAK, NEEDLESS = 4_00, 8_00, 40_00, 3_00
WITHIN = 1_00  # an amount this close is right
ROUNDED = 1  # goodwill may be rounded to the next cent
FREE_OF_MONEY = {LABEL: 8_00, EXCHANGE: 12_00, BLOCK: 60_00}


def ask_of(fields: Fields) -> str:
    """Return what the customer's message asks for, as its reader understands it."""
    ask = fields.ticket.text.params["ask"]
    return str(ask["id"] if isinstance(ask, Mapping) else "").removeprefix("ask.")


def tone_of(fields: Fields) -> str:
    """Return the tone the message is written in."""
    opening = fields.ticket.text.params["opening"]
    return str(opening["id"] if isinstance(opening, Mapping) else "").removeprefix("opening.")


def paid(order: Order) -> int:
    """Return what was paid: the value without the coupon."""
    return order.value - order.coupon


def most_goodwill(order: Order, policy: Mapping[str, int]) -> int:
    """Return the most goodwill that an agent may give on an order."""
    return min(paid(order) * policy["goodwill_share"] // 10_000, policy["goodwill_limit"])


def due(intent: Intent, status: str, window: int, order: Order, policy: Mapping[str, int]) -> Remedy:
    """Return the remedy for an intent, given an order status and a return window (which the AI may have wrong)."""
    in_window = order.delivered is not None and order.delivered <= window
    early = status == "processing"
    late = status == "shipped" and order.days_late > policy["reship_after"]
    granted = {
        Intent.WHERE: Remedy(RESHIP) if late else None,
        Intent.REFUND: Remedy(REFUND, paid(order)) if in_window else None,
        Intent.RETURN: Remedy(LABEL) if in_window else None,
        Intent.EXCHANGE: Remedy(EXCHANGE) if in_window else None,
        Intent.DAMAGED: Remedy(RESHIP) if in_window else None,
        Intent.MONEY_BACK: Remedy(REFUND, paid(order)) if in_window else None,
        Intent.CANCEL: Remedy(CANCEL) if early else None,
        Intent.ADDRESS: Remedy(ADDRESS) if early else None,
        Intent.PAYMENT: Remedy(REFUND, paid(order)) if order.charges > 1 else None,
        Intent.ACCOUNT: Remedy(ACCOUNT),
        Intent.INVOICE: Remedy(INVOICE),
        Intent.COMPLAINT: Remedy(GOODWILL, most_goodwill(order, policy)),
        Intent.CHECK: Remedy(BLOCK) if order.signals >= policy["fraud_signals"] else None,
    }
    return granted.get(intent) or Remedy(EXPLAIN)


def right(fields: Fields, policy: Mapping[str, int]) -> Remedy:
    """Return the remedy that the customer is due."""
    window = window_of(fields.customer, policy)
    return due(Intent(ask_of(fields)), fields.order.status, window, fields.order, policy)


def faults(fields: Fields, proposed: Remedy, policy: Mapping[str, int]) -> tuple[str, ...]:
    """Return the codes of what is wrong with the AI's reading or proposal."""
    goodwill = most_goodwill(fields.order, policy)
    off = (proposed.amount or 0) - paid(fields.order)
    found = {
        PII: fields.draft.name != fields.customer.name,
        INTENT: fields.ai.intent != ask_of(fields),
        SENTIMENT: tone_of(fields) == "sarcastic" and fields.ai.sentiment > 0,
        STALE: fields.ai.status != fields.order.status,
        POLICY: fields.ai.window not in {None, window_of(fields.customer, policy)},
        AMOUNT: proposed.id == REFUND and abs(off) > WITHIN,
        AUTHORITY: proposed.id == GOODWILL and (proposed.amount or 0) > goodwill,
    }
    return tuple(code for code, holds in found.items() if holds)


def mandate(fields: Fields, proposed: str | None, policy: Mapping[str, int]) -> str | None:
    """Return the mandate that reserves this ticket for a person, if one does."""
    customer, ask = fields.customer, ask_of(fields)
    if ask in {"injury", "legal-threat"}:
        return ask
    if ask == Intent.DELETE:
        return "deletion"
    if proposed == BLOCK and exceeds(customer.ltv, policy["ltv_fraud_limit"]):
        return "costly-block"
    furious = fields.ai.sentiment <= policy["lead_sentiment"] and customer.contacts >= policy["lead_contacts"]
    return "lost-patience" if furious else None


def losses(fields: Fields, proposed: Remedy, policy: Mapping[str, int]) -> tuple[Loss, ...]:
    """Return what every remedy loses against the right one.

    A wrong one costs the difference in money, half of what a denied customer may be worth, and doing it over. Where
    somebody else's data stand in the draft, every answer that leaves them in costs as much as sending it.
    """
    best = right(fields, policy)
    leaks = PII in faults(fields, proposed, policy)
    if leaks:
        return tuple(Loss(name, 0 if name == REDACT else LEAK) for name in REMEDIES)
    redacting = NEEDLESS + loss(fields, proposed, best)
    return tuple(
        Loss(name, redacting)
        if name == REDACT
        else Loss(name, 0, _curve(name, fields, best))
        if name in WITH_AMOUNT
        else Loss(name, loss(fields, Remedy(name), best))
        for name in REMEDIES
    )


def loss(fields: Fields, given: Remedy, best: Remedy) -> int:
    """Return what a remedy loses against the best one, in cents."""
    if given.id == best.id:
        return 0 if given.amount is None else max(0, abs(given.amount - (best.amount or 0)) - WITHIN)
    money = abs(_worth(fields, given) - _worth(fields, best))
    denied = min(fields.customer.ltv * 5 // 100, 100_00) // 2 if best.id not in {EXPLAIN, BLOCK} else 0
    return money + denied + WRONG


def accept_loss(fields: Fields, proposed: Remedy, policy: Mapping[str, int]) -> int:
    """Return what accepting the AI's proposal loses."""
    best = right(fields, policy)
    if PII in faults(fields, proposed, policy):
        return LEAK
    if proposed.id == best.id == GOODWILL:
        return max(0, (proposed.amount or 0) - (best.amount or 0))
    return loss(fields, proposed, best)


def _worth(fields: Fields, remedy: Remedy) -> int:
    if remedy.amount is not None:
        return remedy.amount
    return paid(fields.order) if remedy.id == RESHIP else FREE_OF_MONEY.get(remedy.id, 0)


def _curve(name: str, fields: Fields, best: Remedy) -> tuple[tuple[int, int], ...]:
    high = 2 * fields.order.value
    if name != best.id:
        return tuple((at, loss(fields, Remedy(name, at), best)) for at in sorted({0, _worth(fields, best), high}))
    right_amount = best.amount or 0
    if name == GOODWILL:  # any goodwill within the limit will do; giving next to nothing sends the customer away
        most = right_amount + ROUNDED
        return ((0, WRONG), (right_amount // 4, 0), (most, 0), (high, high - most))
    low = max(0, right_amount - WITHIN)
    return ((0, low), (low, 0), (right_amount + WITHIN, 0), (high, max(0, high - right_amount - WITHIN)))

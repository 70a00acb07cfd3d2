"""What an invoice is worth paying, what is wrong with a verdict, who has to approve, what a wrong one costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lms.sandbox.rules.company import exceeds
from lms.sandbox.rules.consoles.match_audit.cases import (
    BLOCK,
    HOLD,
    ONE,
    OVERRIDE,
    PAY,
    RELEASE,
    Earlier,
    Fields,
    Invoice,
    Paper,
    paper_of,
    tax_of,
)
from lms.sandbox.rules.consoles.match_audit.reasons import DUP, FX, PO, PRICE, QTY, TAX, TOLERANCE_OK
from lms.sandbox.rules.exercise import Loss

if TYPE_CHECKING:
    from collections.abc import Mapping

NOTHING = "nothing"
# Cents [default]: handling an invoice, holding one that is due (two people and a vendor who waits), parking a
# duplicate, paying for what has not come, a wrong decision on an order.
HANDLING, NEEDLESS_HOLD, PARKED, NOT_COME, WRONG_ORDER = 12_00, 45_00, 15_00, 40_00, 60_00


@dataclass(frozen=True, slots=True)
class Verdict:
    """A verdict on a case: pay an amount (in the company's cents), hold, block, release; or that nothing is due."""

    id: str
    amount: int | None = None


def due(fields: Fields, policy: Mapping[str, int]) -> Verdict:
    """Return the right verdict on a case."""
    paper = paper_of(fields)
    if paper is None:
        signals = fields.shop.signals if fields.shop else 0
        return Verdict(BLOCK if signals >= policy["fraud_signals"] else RELEASE)
    if duplicate_of(paper, policy) is not None or used_up(paper):
        return Verdict(NOTHING)
    if not paper.receipts:
        return Verdict(HOLD)
    return Verdict(PAY, payable(paper, policy))


def payable(paper: Paper, policy: Mapping[str, int]) -> int:
    """Return what the papers justify: received quantities, agreed prices, the vendor's tax, the invoice day's rate."""
    rate, net = paper.rate_on(paper.invoice.day), 0
    for at, (line, ordered) in enumerate(zip(paper.lines, paper.order_lines, strict=True)):
        qty = max(0, open_qty(paper, at)) if over_billed(paper, at, policy) else line.qty
        net += qty * (ordered.price if over_priced(paper, at, policy) else line.price)
    return home(net + tax_of(net, paper.vendor.tax_rate), rate)


def home(amount: int, rate: int) -> int:
    """Return an amount in the company's currency, rounded half up."""
    return (2 * amount * rate + ONE) // (2 * ONE)


def billed(paper: Paper) -> int:
    """Return the invoice's total in the company's currency, at the table's rate."""
    return home(paper.invoice.total, paper.rate_on(paper.invoice.day))


def open_qty(paper: Paper, at: int) -> int:
    """Return how much of a line has been received and not been billed by earlier invoices."""
    return paper.received(at) - paper.order_lines[at].invoiced


def over_billed(paper: Paper, at: int, policy: Mapping[str, int]) -> bool:
    """Return whether a line bills more than is open, by more than the tolerance."""
    return ONE * paper.lines[at].qty > (ONE + policy["quantity_tolerance"]) * open_qty(paper, at)


def over_priced(paper: Paper, at: int, policy: Mapping[str, int]) -> bool:
    """Return whether a line costs more than was agreed, by more than the share or the amount that is tolerated."""
    line, agreed = paper.lines[at], paper.order_lines[at].price
    excess = (line.price - agreed) * line.qty
    share = ONE * excess > policy["price_tolerance_share"] * agreed * line.qty
    return share or excess * paper.rate_on(paper.invoice.day) > ONE * policy["price_tolerance"]


def used_up(paper: Paper) -> bool:
    """Return whether earlier invoices have billed all that came on the order."""
    lines = range(len(paper.order_lines))
    return bool(paper.receipts) and all(open_qty(paper, at) <= 0 < paper.order_lines[at].invoiced for at in lines)


def tax_off(paper: Paper) -> bool:
    """Return whether the tax billed is not what the vendor's regime says, by more than a cent a line."""
    right = tax_of(paper.invoice.net, paper.vendor.tax_rate)
    return abs(paper.invoice.tax - right) > len(paper.lines)


def rate_off(paper: Paper) -> bool:
    """Return whether the AI took the rate of another day or another currency."""
    ai, invoice = paper.ai, paper.invoice
    return paper.foreign and (ai.currency != invoice.currency or ai.rate_day != invoice.day)


def duplicate_of(paper: Paper, policy: Mapping[str, int]) -> int | None:
    """Return which earlier invoice this one repeats, by its place in the list."""
    invoice = paper.invoice
    for at, other in enumerate(paper.earlier):
        if other.amount == invoice.total and _alike(invoice, other, policy):
            return at
    return None


def faults(fields: Fields, proposed: Verdict, policy: Mapping[str, int]) -> tuple[str, ...]:
    """Return the codes of what is wrong with the AI's verdict; none where it is right to the cent a line."""
    paper, best = paper_of(fields), due(fields, policy)
    if paper is None or (proposed.id, best.id) == (HOLD, HOLD):
        return () if paper or proposed == best else ("WRONG",)
    if proposed.id == HOLD:
        return (TOLERANCE_OK,)
    within = len(paper.lines)
    if best.id == PAY and abs((proposed.amount or 0) - (best.amount or 0)) <= within:
        return ()
    lines = range(len(paper.lines))
    repeats, reuses = duplicate_of(paper, policy) is not None, used_up(paper)
    found = {
        DUP: repeats,
        PO: reuses and not repeats,
        FX: rate_off(paper),
        TAX: tax_off(paper),
        QTY: not reuses and any(over_billed(paper, at, policy) for at in lines),
        PRICE: any(over_priced(paper, at, policy) for at in lines),
    }
    return tuple(code for code, holds in found.items() if holds)


def mandate(fields: Fields, proposed: str | None, policy: Mapping[str, int]) -> str | None:
    """Return the mandate that reserves this case for a person, if one does: no money goes out and nobody is blocked."""
    if proposed == BLOCK and fields.customer and exceeds(fields.customer.ltv, policy["ltv_fraud_limit"]):
        return "costly-block"
    if proposed != PAY or fields.vendor is None or fields.ai is None:
        return None
    changed = fields.vendor.bank_changed
    if changed is not None and changed <= policy["bank_change_hold"]:
        return "changed-bank"
    return "rate-override" if fields.ai.rate_source == OVERRIDE else None


def losses(fields: Fields, policy: Mapping[str, int], most: int) -> tuple[Loss, ...]:
    """Return what every other verdict loses against the right one; `most` is the most that can be typed."""
    best, paper = due(fields, policy), paper_of(fields)
    if paper is None:
        return tuple(Loss(one, 0 if one == best.id else WRONG_ORDER) for one in (BLOCK, RELEASE))
    right, within = best.amount or 0, len(paper.lines)
    if best.id == PAY:
        curve = ((0, right - within), (max(1, right - within), 0), (right + within, 0), (most, most - right - within))
        return (Loss(PAY, 0, curve), Loss(HOLD, needless_hold(right)))
    if best.id == HOLD:
        return (Loss(PAY, NOT_COME, ((0, 0), (most, most))), Loss(HOLD, 0))
    return (Loss(PAY, 0, ((0, 0), (most, most))), Loss(HOLD, PARKED))


def needless_hold(amount: int) -> int:
    """Return what it costs to hold an invoice that is due: the work, and a share of it for terms that are missed."""
    return NEEDLESS_HOLD + amount // 100


def accept_loss(fields: Fields, proposed: Verdict, policy: Mapping[str, int]) -> int:
    """Return what accepting the AI's verdict loses."""
    best = due(fields, policy)
    if fields.shop is not None or proposed.id == best.id == HOLD:
        return 0 if proposed.id == best.id else WRONG_ORDER
    if proposed.id == HOLD:
        return needless_hold(best.amount or 0)
    return abs((proposed.amount or 0) - (best.amount or 0))


def normalised(number: str) -> str:
    """Return an invoice number without punctuation, spaces and case."""
    return "".join(sign for sign in number.upper() if sign.isalnum())


def distance(one: str, other: str) -> int:
    """Return the Levenshtein distance of two strings (V. I. Levenshtein, 1966)."""
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        above, row[0] = row[0], i
        for j, right in enumerate(other, 1):
            above, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, above + (left != right))
    return row[-1]


def _alike(invoice: Invoice, other: Earlier, policy: Mapping[str, int]) -> bool:
    one, two = normalised(invoice.number), normalised(other.number)
    near = abs(invoice.day - other.day) <= policy["duplicate_days"]
    return one == two or (near and distance(one, two) <= policy["duplicate_distance"])

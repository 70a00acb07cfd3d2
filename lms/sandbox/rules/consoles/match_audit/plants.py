"""Making sound papers wrong in one way: the AI matches what it believes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from lms.sandbox.rules.console import Redraw
from lms.sandbox.rules.consoles.match_audit import truth
from lms.sandbox.rules.consoles.match_audit.cases import HOLD, ONE, PAY, Earlier, Fields, OrderLine, Paper, tax_of
from lms.sandbox.rules.consoles.match_audit.papers import dated, ordered_by, workday
from lms.sandbox.rules.consoles.match_audit.truth import Verdict, home

if TYPE_CHECKING:
    from lms.sandbox.rules.company import CompanyFacts
    from lms.sandbox.rules.streams import Stream

TOP_LEVEL = 3
WEEKEND = 2
MANY, TEN = 30, 10  # what is many is ordered by the ten
CLEAR = 80  # per cent of a tolerance that a difference inside it takes up at most
LEAST = 40_00  # what a mistake has to cost to be worth catching


@dataclass(frozen=True, slots=True)
class Scene:
    """A case being made: its papers (or an order at risk), the AI's verdict, and what makes it right where it is."""

    fields: Fields
    paper: Paper | None
    proposed: Verdict
    why: str = "whole"

    @classmethod
    def of(cls, paper: Paper, why: str = "whole") -> Scene:
        """Return the scene in which the AI pays what is billed, at the rate it used."""
        return cls(paper.fields(), paper, Verdict(PAY, home(paper.invoice.total, paper.ai.rate or ONE)), why)


Planter = Callable[[Paper, int, "Stream", "CompanyFacts"], Scene]


def exact_duplicate(paper: Paper, level: int, drawn: Stream, facts: CompanyFacts) -> Scene:
    """The invoice has been here before, under the same number."""
    del level, facts
    day = workday(paper.invoice.day - drawn.between(0, 28))
    if dated(paper.invoice.number, day) != paper.invoice.number:
        raise Redraw
    return billed_twice(paper, drawn, paper.invoice.number, day)


def near_duplicate(paper: Paper, level: int, drawn: Stream, facts: CompanyFacts) -> Scene:
    """The invoice comes again: other punctuation, a suffix, two digits swapped, a few days apart."""
    number = paper.invoice.number
    ways = (_punctuated, _suffixed, _swapped) if level < TOP_LEVEL else (_suffixed, _swapped)
    other = drawn.pick(ways)(number, drawn)
    day = workday(paper.invoice.day - drawn.between(0, min(3, facts["duplicate_days"])))
    if other == number or dated(number, day) != number:
        raise Redraw
    again = replace(paper, invoice=replace(paper.invoice, number=other))
    return billed_twice(again, drawn, number, day)


def exchange_rate(paper: Paper, level: int, drawn: Stream, facts: CompanyFacts) -> Scene:
    """The AI takes the rate of another day, or of another currency."""
    del facts
    right = paper.rate_on(paper.invoice.day)
    own = [
        row
        for row in paper.rates
        if row.currency == paper.invoice.currency and abs(row.rate - right) * paper.invoice.total > LEAST * ONE
    ]
    other = next(row for row in paper.rates if row.currency != paper.invoice.currency)
    if not own and level > 1:
        raise Redraw
    row = other if not own or (level == 1 and drawn.chance(6000)) else drawn.pick(own)
    ai = replace(paper.ai, currency=row.currency, rate=row.rate, rate_day=row.day)
    return Scene.of(replace(paper, ai=ai))


def tax_billed(paper: Paper, level: int, drawn: Stream, facts: CompanyFacts) -> Scene:
    """The vendor bills tax that its regime does not have, or at another rate."""
    del facts
    vendor = paper.vendor
    if vendor.tax_regime == "taxable":
        more = {1: drawn.pick((200, 275, 350)), 2: drawn.pick((100, 150, 225)), 3: drawn.pick((75, 125, 175))}[level]
        rate, code = vendor.tax_rate + more, "S"
    else:
        rate, code = drawn.pick((1900, 2000, 2100) if paper.foreign else (625, 725, 825)), "S"
    lines = tuple(replace(line, tax_code=code) for line in paper.lines)
    return Scene.of(replace(paper, lines=lines).taxed(rate))


def over_billed(paper: Paper, level: int, drawn: Stream, facts: CompanyFacts) -> Scene:
    """More is billed than came in."""
    share = {1: drawn.between(15, 45), 2: drawn.between(7, 22), 3: drawn.between(4, 12)}[level]
    at = _dear_line(paper, share * 100, drawn)
    line = paper.lines[at]
    short = max(1, -(-line.qty * share // 100))
    if short >= line.qty:
        raise Redraw
    receipts = list(paper.receipts)
    last = max(i for i, receipt in enumerate(receipts) if receipt.line == line.no)
    if receipts[last].qty <= short:
        raise Redraw
    receipts[last] = replace(receipts[last], qty=receipts[last].qty - short)
    paper = replace(paper, receipts=tuple(receipts))
    return Scene.of(_compounded(paper, at, level, drawn, facts))


def price_variance(paper: Paper, level: int, drawn: Stream, facts: CompanyFacts) -> Scene:
    """A line costs more than the order says."""
    share = {1: drawn.between(900, 3000), 2: drawn.between(450, 1200), 3: drawn.between(270, 520)}[level]
    at = _dear_line(paper, share, drawn)
    line, ordered = paper.lines[at], paper.order_lines[at]
    dearer = replace(line, price=line.price + max(1, line.price * share // ONE))
    return Scene.of(_compounded(paper.with_line(at, dearer, ordered), at, level, drawn, facts))


def order_reused(paper: Paper, level: int, drawn: Stream, facts: CompanyFacts) -> Scene:
    """All that came on the order has been billed before."""
    del facts
    least, most = {1: (15, 60), 2: (10, 40), 3: (5, 20)}[level]
    order, receipts = [], list(paper.receipts)
    for ordered in paper.order_lines:
        # All of the order was billed at once; what is billed now is a part of it once more.
        more = max(1, ordered.qty * drawn.between(least, most) // 100)
        more = more if ordered.qty < MANY else -(-more // TEN) * TEN
        order.append(replace(ordered, qty=ordered.qty + more, invoiced=ordered.qty + more))
        last = max(i for i, receipt in enumerate(receipts) if receipt.line == ordered.no)
        receipts[last] = replace(receipts[last], qty=receipts[last].qty + more)
    at = drawn.below(len(paper.earlier))
    amount = billed_for(order, paper)
    row = replace(paper.earlier[at], order=paper.order.number, amount=amount, status="paid")
    earlier = (*paper.earlier[:at], row, *paper.earlier[at + 1 :])
    paper = replace(paper, order_lines=tuple(order), receipts=tuple(receipts), earlier=earlier)
    return Scene.of(come_by(paper, row.day))


def come_by(paper: Paper, day: int) -> Paper:
    """Return the papers with all receipts by a day: what an earlier invoice billed was ordered, and came, before it."""
    late = max(0, max(receipt.day for receipt in paper.receipts) - day)
    receipts = tuple(replace(receipt, day=workday(receipt.day - late)) for receipt in paper.receipts)
    return replace(ordered_by(paper, paper.order.day - late - WEEKEND), receipts=receipts)


def billed_for(lines: Sequence[OrderLine], paper: Paper) -> int:
    """Return the total of an invoice, in the paper's currency, that bills what earlier ones billed on these lines."""
    net = sum(line.invoiced * line.price for line in lines)
    return net + tax_of(net, paper.vendor.tax_rate)


def false_hold(paper: Paper, level: int, drawn: Stream, facts: CompanyFacts) -> Scene:
    """The AI holds an invoice for a difference that the tolerance allows."""
    paper = tolerated(paper, level, drawn, facts)
    return Scene(paper.fields(), paper, Verdict(HOLD))


def tolerated(paper: Paper, level: int, drawn: Stream, facts: CompanyFacts) -> Paper:
    """Return the papers with a difference inside the tolerance, and clear of its edge by a fifth.

    Raises:
        Redraw: no line can carry one.
    """
    at = drawn.below(len(paper.lines))
    line, ordered = paper.lines[at], paper.order_lines[at]
    large = level == TOP_LEVEL and drawn.chance(6000)
    if drawn.chance(5000):
        most = facts["quantity_tolerance"] * line.qty * CLEAR // (100 * ONE)
        more = most if large else drawn.between(1, most) if most else 0
        changed = replace(line, qty=line.qty + more)
    else:
        share = facts["price_tolerance_share"] * ordered.price // ONE
        amount = facts["price_tolerance"] * ONE // (line.qty * paper.rate_on(paper.invoice.day))
        most = min(share, amount) * CLEAR // 100
        more = most if large else drawn.between(1, most) if most > 0 else 0
        changed = replace(line, price=line.price + more)
    if more < 1:
        raise Redraw
    return paper.with_line(at, changed, ordered)


def repeated(paper: Paper, drawn: Stream, number: str, day: int, amount: int) -> Paper:
    """Return the papers with such an invoice among the vendor's earlier ones, in the order of their days."""
    at = drawn.below(len(paper.earlier))
    row = replace(paper.earlier[at], number=number, day=day, amount=amount, status="paid")
    return replace(paper, earlier=_sorted((*paper.earlier[:at], row, *paper.earlier[at + 1 :])))


def billed_twice(paper: Paper, drawn: Stream, number: str, day: int) -> Scene:
    """Return the scene in which the invoice has been paid before, on its own order or booked on another."""
    paper = repeated(paper, drawn, number, day, paper.invoice.total)
    if drawn.chance(5000):
        return Scene.of(paper)
    earlier = tuple(replace(row, order=paper.order.number) if row.number == number else row for row in paper.earlier)
    order = tuple(replace(ordered, invoiced=ordered.qty) for ordered in paper.order_lines)
    return Scene.of(come_by(replace(paper, earlier=earlier, order_lines=order), day))


def _sorted(rows: tuple[Earlier, ...]) -> tuple[Earlier, ...]:
    return tuple(sorted(rows, key=lambda row: (-row.day, row.number)))


def _dear_line(paper: Paper, share: int, drawn: Stream) -> int:
    """Return a line of which that share (bp) is worth catching.

    Raises:
        Redraw: there is none.
    """
    rate = paper.rate_on(paper.invoice.day)
    dear = [at for at, line in enumerate(paper.lines) if line.amount * share * rate > LEAST * ONE * ONE]
    if not dear:
        raise Redraw
    return drawn.pick(dear)


def _compounded(paper: Paper, at: int, level: int, drawn: Stream, facts: CompanyFacts) -> Paper:
    """Return the papers with a second line off too, on the highest level."""
    others = [i for i in range(len(paper.lines)) if i != at]
    if level < TOP_LEVEL or not others or drawn.chance(5000):
        return paper
    second = drawn.pick(others)
    line, ordered = paper.lines[second], paper.order_lines[second]
    dearer = replace(line, price=line.price + max(1, line.price * drawn.between(300, 900) // ONE))
    both = paper.with_line(second, dearer, ordered)
    return both if truth.over_priced(both, second, facts.numbers) else paper


def _punctuated(number: str, drawn: Stream) -> str:
    del drawn
    bare = truth.normalised(number)
    return bare if bare != number else f"{number[:2]}-{number[2:]}"


def _suffixed(number: str, drawn: Stream) -> str:
    return f"{number}{drawn.pick(('A', '-1', 'B', '-R', '.2'))}"


def _swapped(number: str, drawn: Stream) -> str:
    pairs = [i for i in range(len(number) - 1) if number[i : i + 2].isdigit() and number[i] != number[i + 1]]
    if not pairs:
        return number
    at = drawn.pick(pairs)
    return number[:at] + number[at + 1] + number[at] + number[at + 2 :]


PLANTERS: Mapping[str, Planter] = MappingProxyType(
    {
        "exact-duplicate": exact_duplicate,
        "near-duplicate": near_duplicate,
        "exchange-rate": exchange_rate,
        "tax-billed": tax_billed,
        "over-billed": over_billed,
        "price-variance": price_variance,
        "order-reused": order_reused,
        "false-hold": false_hold,
    }
)

"""What a case of Match & Audit is made of: an invoice with all that it is compared with, or an order at risk."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from pydantic import TypeAdapter

from lms.sandbox.rules.consoles.match_audit.goods import OWN
from lms.sandbox.rules.exercise import Text


class Family(StrEnum):
    """What lies in the queue: an invoice in the company's currency or another, or an order that looks like fraud."""

    DOMESTIC = "domestic"
    FOREIGN = "foreign"
    RISK = "order-risk"


PAY, HOLD, BLOCK, RELEASE = "pay", "hold", "block", "release"
TABLE, OVERRIDE = "table", "override"
ONE = 10_000  # an exchange rate of 1


@dataclass(frozen=True, slots=True)
class Invoice:
    """The head of an invoice, in its own currency; `bank` is the end of the account it asks to be paid to."""

    number: str
    order: str
    day: int
    currency: str
    net: int
    tax: int
    total: int
    bank: str
    note: Text


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the invoice."""

    no: int
    item: Text
    qty: int
    unit: str
    price: int
    tax_code: str
    amount: int


@dataclass(frozen=True, slots=True)
class Order:
    """The head of the purchase order, with how many receipts are booked on it."""

    number: str
    day: int
    receipts: int


@dataclass(frozen=True, slots=True)
class OrderLine:
    """A line of the order: what was ordered, at which price, and how much of it earlier invoices have billed."""

    no: int
    qty: int
    price: int
    invoiced: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """Goods or services received on a line of the order."""

    number: str
    day: int
    line: int
    qty: int


@dataclass(frozen=True, slots=True)
class Vendor:
    """The vendor master. `bank_changed` is how many days ago the account was changed, None for never."""

    name: str
    country: str
    since: int
    bank: str
    bank_changed: int | None
    terms: str
    tax_regime: str
    tax_rate: int


@dataclass(frozen=True, slots=True)
class Earlier:
    """Another invoice of the vendor's."""

    number: str
    order: str
    day: int
    amount: int
    status: str


@dataclass(frozen=True, slots=True)
class Rate:
    """A line of the exchange table: the company's currency for one of the other, in ten-thousandths."""

    currency: str
    day: int
    rate: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What the AI worked with: the order it matched, the currency, and the rate it used with its day and source."""

    order: str
    currency: str
    rate: int | None
    rate_day: int | None
    rate_source: str | None


@dataclass(frozen=True, slots=True)
class Shop:
    """A customer's order on the order-risk tab, with the signs of fraud that were counted on it."""

    number: str
    value: int
    signals: int
    signs: tuple[str, ...]
    payment: str


@dataclass(frozen=True, slots=True)
class Customer:
    """The customer behind that order: lifetime value in cents, months as a customer, chargebacks ever."""

    name: str
    ltv: int
    tenure: int
    chargebacks: int


@dataclass(frozen=True, slots=True)
class Fields:
    """Every fact of a case; an invoice has the first part, an order at risk the last two."""

    invoice: Invoice | None = None
    lines: tuple[Line, ...] = ()
    order: Order | None = None
    order_lines: tuple[OrderLine, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    vendor: Vendor | None = None
    earlier: tuple[Earlier, ...] = ()
    rates: tuple[Rate, ...] = ()
    ai: Reading | None = None
    shop: Shop | None = None
    customer: Customer | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    """An invoice with all that it is compared with."""

    invoice: Invoice
    lines: tuple[Line, ...]
    order: Order
    order_lines: tuple[OrderLine, ...]
    receipts: tuple[Receipt, ...]
    vendor: Vendor
    earlier: tuple[Earlier, ...]
    rates: tuple[Rate, ...]
    ai: Reading

    @property
    def foreign(self) -> bool:
        """Return whether the invoice is in another currency than the company's."""
        return self.invoice.currency != OWN

    def fields(self) -> Fields:
        """Return the paper as a case's fields."""
        return Fields(
            self.invoice, self.lines, self.order, self.order_lines, self.receipts, self.vendor, self.earlier,
            self.rates, self.ai,
        )  # fmt: skip

    def received(self, line: int) -> int:
        """Return how much of a line (from 0) has been received."""
        return sum(receipt.qty for receipt in self.receipts if receipt.line == line + 1)

    def billed(self) -> Paper:
        """Return the paper with amounts, net and total that follow from quantities, prices and the tax billed."""
        lines = tuple(replace(line, amount=line.qty * line.price) for line in self.lines)
        net = sum(line.amount for line in lines)
        return replace(self, lines=lines, invoice=replace(self.invoice, net=net, total=net + self.invoice.tax))

    def taxed(self, rate: int) -> Paper:
        """Return the paper with tax billed at a rate."""
        paper = self.billed()
        tax = tax_of(paper.invoice.net, rate)
        return replace(paper, invoice=replace(paper.invoice, tax=tax, total=paper.invoice.net + tax))

    def with_line(self, at: int, line: Line, ordered: OrderLine) -> Paper:
        """Return the paper with another line, here and in the order, taxed as the vendor is."""
        lines = (*self.lines[:at], line, *self.lines[at + 1 :])
        order = (*self.order_lines[:at], ordered, *self.order_lines[at + 1 :])
        return replace(self, lines=lines, order_lines=order).taxed(self.vendor.tax_rate)

    def rate_on(self, day: int) -> int:
        """Return the table's rate of the invoice's currency on a day; 1 in the company's own.

        Raises:
            StopIteration: the table has no line for the day.
        """
        if not self.foreign:
            return ONE
        return next(row.rate for row in self.rates if row.day == day and row.currency == self.invoice.currency)


FIELDS: TypeAdapter[Fields] = TypeAdapter(Fields)


def paper_of(fields: Fields) -> Paper | None:
    """Return the invoice of a case with its papers; None where the case is an order at risk."""
    if fields.invoice is None or fields.order is None or fields.vendor is None or fields.ai is None:
        return None
    return Paper(
        fields.invoice, fields.lines, fields.order, fields.order_lines, fields.receipts, fields.vendor, fields.earlier,
        fields.rates, fields.ai,
    )  # fmt: skip


def tax_of(net: int, rate: int) -> int:
    """Return the tax on a net amount, rounded half up."""
    return (2 * net * rate + ONE) // (2 * ONE)

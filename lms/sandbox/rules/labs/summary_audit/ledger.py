"""A month's ledger: accounts with a year ago, last month and this month, and what is accrued without an invoice yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lms.sandbox.rules.streams import Streams

DOLLAR, THOUSAND = 100, 100_000  # in cents
MONTHS = 12
# Accounts whose this month's figure has a part that is accrued.
ACCRUED = ("shipping", "marketing", "services")
COSTS = ("goods", "shipping", "marketing", "services", "fees", "wages")
SALES = ("sales-gross", "sales-tax", "returns", "sales-net")
# Share of net sales, in basis points [default].
COST_SHARES: Mapping[str, int] = {
    "goods": 5600, "shipping": 900, "marketing": 700, "services": 250, "fees": 210, "wages": 1300,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One account, in cents. `posted` and `accrued` together are this month's figure."""

    account: str
    year_ago: int
    last: int
    posted: int
    accrued: int

    @property
    def this(self) -> int:
        """Return this month's figure."""
        return self.posted + self.accrued

    @property
    def change_bp(self) -> int:
        """Return the change against last month in basis points, rounded towards zero."""
        change = abs(self.this - self.last) * 10_000 // self.last
        return change if self.this >= self.last else -change


@dataclass(frozen=True, slots=True)
class Ledger:
    """All accounts of a month, 1 … 12."""

    month: int
    rows: tuple[Row, ...]

    def row(self, account: str) -> Row:
        """Return an account.

        Raises:
            StopIteration: there is none of that name.
        """
        return next(row for row in self.rows if row.account == account)


def draw_ledger(streams: Streams) -> Ledger:
    """Return a ledger whose accounts move by 3 to 25 % a month, up or down."""
    drawn = streams.stream("ledger")
    month = drawn.between(1, MONTHS)
    gross = drawn.between(900_000, 4_800_000) * DOLLAR
    tax, sent_back = drawn.between(1400, 1900), drawn.between(500, 1100)
    rows = [_row(streams, "sales-gross", gross), _row(streams, "sales-tax", gross * tax // 10_000)]
    rows.append(_row(streams, "returns", gross * sent_back // 10_000))
    rows.append(_net(*rows))
    net = rows[-1].this
    for name in COSTS:
        figures = streams.stream(f"cost-{name}")
        share = COST_SHARES[name] * figures.between(8000, 12_000) // 10_000
        rows.append(_row(streams, name, net * share // 10_000))
    return Ledger(month, tuple(rows))


def _row(streams: Streams, account: str, this: int) -> Row:
    drawn = streams.stream(f"row-{account}")
    this = this // DOLLAR * DOLLAR + drawn.below(DOLLAR)
    last = _moved(this, drawn.between(300, 2500), up=drawn.chance(5000)) + drawn.below(DOLLAR)
    year_ago = _moved(this, drawn.between(500, 3000), up=drawn.chance(3500)) + drawn.below(DOLLAR)
    accrued = this * drawn.between(1200, 3000) // 10_000 if account in ACCRUED else 0
    return Row(account, year_ago, last, this - accrued, accrued)


def _net(gross: Row, tax: Row, returns: Row) -> Row:
    def less(name: str) -> int:
        return int(getattr(gross, name) - getattr(tax, name) - getattr(returns, name))

    return Row("sales-net", less("year_ago"), less("last"), less("posted"), 0)


def _moved(figure: int, share: int, *, up: bool) -> int:
    return figure * (10_000 + (share if up else -share)) // 10_000 // DOLLAR * DOLLAR

"""Where the console shows each fact: invoice and order first, receipts, vendor, earlier invoices and rates behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lms.sandbox.rules.console import Fact, Panel
from lms.sandbox.rules.consoles.match_audit.cases import FIELDS
from lms.sandbox.rules.consoles.match_audit.goods import OWN

if TYPE_CHECKING:
    from lms.sandbox.rules.exercise import Case

INVOICE = (
    ("number", "plain"), ("order", "plain"), ("day", "date"), ("currency", "code"), ("net", "amount"),
    ("tax", "amount"), ("total", "amount"), ("bank", "plain"), ("note", "text"),
)  # fmt: skip
LINE = (
    ("item", "text"), ("no", "count"), ("qty", "count"), ("unit", "code"), ("price", "amount"), ("tax_code", "code"),
    ("amount", "amount"),
)  # fmt: skip
ORDER = (("number", "plain"), ("day", "date"), ("receipts", "count"))
ORDER_LINE = (("no", "count"), ("qty", "count"), ("price", "amount"), ("invoiced", "count"))
RECEIPT = (("number", "plain"), ("day", "date"), ("line", "count"), ("qty", "count"))
VENDOR = (
    ("name", "plain"), ("country", "code"), ("since", "count"), ("bank", "plain"), ("bank_changed", "ago"),
    ("terms", "code"), ("tax_regime", "code"), ("tax_rate", "share"),
)  # fmt: skip
EARLIER = (("number", "plain"), ("order", "plain"), ("day", "date"), ("amount", "amount"), ("status", "code"))
RATE = (("day", "date"), ("currency", "code"), ("rate", "rate"))
AI = (("order", "plain"), ("currency", "code"), ("rate", "rate"), ("rate_day", "date"), ("rate_source", "code"))
SHOP = (("number", "plain"), ("value", "money"), ("signals", "count"), ("signs", "codes"), ("payment", "code"))
CUSTOMER = (("name", "plain"), ("ltv", "money"), ("tenure", "count"), ("chargebacks", "count"))


def screen(case: Case) -> tuple[Panel, ...]:
    """Return the panels of a case; from level 2 on what the invoice is compared with is a click away."""
    fields = FIELDS.validate_python(case.fields)
    away = 0 if case.level == 1 else 1
    if fields.invoice is None:
        return (_panel("shop", "order-risk", SHOP), _panel("customer", "customer-system", CUSTOMER, away))
    foreign = fields.invoice.currency != OWN
    money = fields.invoice.currency if foreign else "money"

    def shown(facts: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
        return tuple((name, money if kind == "amount" else kind) for name, kind in facts)

    return (
        _panel("invoice", "invoice", shown(INVOICE)),
        *_rows("lines", "invoice", shown(LINE), len(fields.lines)),
        _panel("order", "purchasing", ORDER),
        *_rows("order_lines", "purchasing", shown(ORDER_LINE), len(fields.order_lines)),
        *_rows("receipts", "receiving", RECEIPT, len(fields.receipts), away),
        _panel("vendor", "vendor-master", VENDOR, away),
        *_rows("earlier", "payments", shown(EARLIER), len(fields.earlier), away),
        *_rows("rates", "treasury", RATE, len(fields.rates), away),
        _panel("ai", "ai", AI if foreign else AI[:2]),
    )


def _panel(name: str, source: str, facts: tuple[tuple[str, str], ...], taps: int = 0) -> Panel:
    return Panel(name, source, tuple(Fact(f"{name}.{field}", kind) for field, kind in facts), taps)


def _rows(name: str, source: str, facts: tuple[tuple[str, str], ...], count: int, taps: int = 0) -> tuple[Panel, ...]:
    return tuple(
        Panel(name, source, tuple(Fact(f"{name}.{at}.{field}", kind) for field, kind in facts), taps, at, "table")
        for at in range(count)
    )

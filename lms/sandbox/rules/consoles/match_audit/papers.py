"""The papers of a sound invoice, on which everything agrees to the cent, and orders on the order-risk tab."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from math import isqrt
from typing import TYPE_CHECKING

from lms.sandbox.rules.consoles.match_audit.cases import (
    ONE,
    TABLE,
    Customer,
    Earlier,
    Family,
    Fields,
    Invoice,
    Line,
    Order,
    OrderLine,
    Paper,
    Rate,
    Reading,
    Receipt,
    Shop,
    Vendor,
)
from lms.sandbox.rules.consoles.match_audit.goods import (
    ABROAD,
    BRANCH,
    GOODS,
    HOME,
    NAMES,
    NUMBER_STYLES,
    OTHER_CURRENCIES,
    TRADES,
    Country,
    Ware,
)
from lms.sandbox.rules.exercise import Text

if TYPE_CHECKING:
    from lms.sandbox.rules.company import CompanyFacts
    from lms.sandbox.rules.streams import Stream, Streams

FIRST_DAY, DAYS = 739_640, 300  # days of 2026, by their ordinal
MOST_LINES, HISTORY, LEAST_SPLIT = 5, 3, 4
STEPS = ((2000, 500), (200, 50), (30, 10))
UNCOUNTED = ("hour", "trip", "day", "month", "seat", "terabyte")
DAILY_MOVE = 40  # basis points: the standard deviation of an exchange rate from one day to the next
FRIDAY, MONTH, YEAR_SIGN = 4, 30, "/"
# Vendors number their invoices on: so many a month, at most so many from one of ours to the next.
FIRST_NUMBER, LAST_NUMBER, NEXT_NUMBERS = 16_000, 99_999, (60, 1900)
CARDS = ("two-cards", "retry")
SIGNS = ("new-address", "rush", "two-cards", "night", "mail-mismatch", "proxy", "big-basket", "retry")
FIRST_NAMES = (
    "Ana",
    "Bram",
    "Chiara",
    "Dilan",
    "Edda",
    "Felipe",
    "Gita",
    "Hanno",
    "Iris",
    "Joao",
    "Kim",
    "Lotte",
    "Milan",
)


def sound(family: Family, streams: Streams, facts: CompanyFacts) -> Paper:
    """Return the papers of an invoice on which everything agrees to the cent."""
    drawn = streams.stream("invoice")
    trade = drawn.pick(tuple(TRADES))
    country = drawn.pick(ABROAD) if family is Family.FOREIGN else HOME
    day = workday(FIRST_DAY + drawn.below(DAYS))
    number = dated(drawn.pick(NUMBER_STYLES).format(drawn.between(FIRST_NUMBER, LAST_NUMBER)), day)
    vendor = _vendor(trade, country, streams.stream("vendor"), facts)
    lines = _lines(trade, drawn, "R" if vendor.tax_regime == "reverse-charge" else "S" if vendor.tax_rate else "E")
    order_number = f"PO-{drawn.between(100_000, 999_999)}"
    ordered = workday(day - drawn.between(13, 34))
    said = "note.goods" if trade in GOODS else "note.use" if trade == "cloud" else "note.work"
    note = Text(said, {}, drawn.below(1 << 20))
    invoice = Invoice(number, order_number, day, country.currency, 0, 0, 0, vendor.bank, note)
    rates = _rates(country, ordered, day, streams) if family is Family.FOREIGN else ()
    receipts = _receipts(lines, ordered, day, drawn)
    paper = Paper(
        invoice,
        lines,
        Order(order_number, ordered, len(receipts)),
        tuple(OrderLine(line.no, line.qty, line.price, 0) for line in lines),
        receipts,
        vendor,
        (),
        rates,
        Reading(order_number, country.currency, None, None, None),
    ).taxed(vendor.tax_rate)
    paper = replace(paper, earlier=_earlier(paper, number, streams.stream("earlier")))
    if not paper.foreign:
        return paper
    return replace(paper, ai=Reading(order_number, country.currency, paper.rate_on(day), day, TABLE))


def at_risk(streams: Streams, facts: CompanyFacts, signals: int | None = None) -> Fields:
    """Return an order on the order-risk tab, with so many signals or any number."""
    drawn = streams.stream("risk")
    value = max(18_00, drawn.scaled("lognormal-085", 145_00))
    count = facts["fraud_signals"]
    usual = count + drawn.below(3) if drawn.chance(5500) else drawn.below(count)
    signals = usual if signals is None else signals
    signs = tuple(sorted(drawn.sample(SIGNS, signals)))
    payment = drawn.pick(("card", "wallet") if set(CARDS) & set(signs) else ("card", "wallet", "invoice"))
    shop = Shop(f"{drawn.between(1_000_000, 9_999_999)}", value, signals, signs, payment)
    limit = facts["ltv_fraud_limit"]
    ltv = min(limit, max(value * drawn.between(11, 40) // 10, drawn.scaled("lognormal-130", 340_00)))
    name = f"{drawn.pick(FIRST_NAMES)} {drawn.pick(NAMES)}"
    return Fields(shop=shop, customer=Customer(name, ltv, drawn.between(3, 90), int(drawn.chance(1500))))


def ordered_by(paper: Paper, day: int) -> Paper:
    """Return the papers with the order placed by that day; the exchange table begins on the day of the order."""
    if paper.order.day <= day:
        return paper
    day = workday(day)
    rates = tuple(replace(rate, day=day) if rate.day == paper.order.day else rate for rate in paper.rates)
    return replace(paper, order=replace(paper.order, day=day), rates=rates)


def workday(day: int) -> int:
    """Return the day, or the Friday before it where it is on a weekend: nobody bills, books or sets a rate then."""
    return day - max(0, date.fromordinal(day).weekday() - FRIDAY)


def dated(number: str, day: int) -> str:
    """Return an invoice number with the year of that day, where its vendor numbers by the year."""
    bare, sign, _ = number.partition(YEAR_SIGN)
    return f"{bare}{sign}{date.fromordinal(day).year % 100:02d}" if sign else number


def _vendor(trade: str, country: Country, drawn: Stream, facts: CompanyFacts) -> Vendor:
    name = f"{drawn.pick(NAMES)} {drawn.pick(BRANCH[trade])} {drawn.pick(country.forms)}"
    regime, rate = "reverse-charge", 0
    if country is HOME:
        resale = trade in {"textiles", "homeware"}
        regime, rate = ("resale", 0) if resale else ("taxable", drawn.pick((600, 625, 700, 725, 775, 825, 885)))
    since = drawn.between(8, 140)
    most = min(925, since * MONTH - facts["bank_change_hold"])
    changed = facts["bank_change_hold"] + drawn.between(25, most) if drawn.chance(3500) else None
    terms = drawn.pick(("net-30", "net-14", "net-45", "2-10-net-30"))
    return Vendor(name, country.code, since, f"{drawn.between(1000, 9999)}", changed, terms, regime, rate)


def _lines(trade: str, drawn: Stream, code: str) -> tuple[Line, ...]:
    wares = drawn.shuffled(TRADES[trade])
    count = min(MOST_LINES, len(wares), 1 + drawn.q("poisson-1.8"))
    total = min(60_000_00, max(95_00, drawn.scaled("lognormal-125", 1_850_00)))
    weights = [drawn.between(2, 9) for _ in range(count)]
    lines = []
    for no, (ware, weight) in enumerate(zip(wares, weights, strict=False), 1):
        price = max(4, drawn.scaled("lognormal-020", ware.price))
        qty = _rounded(max(1, total * weight // (sum(weights) * price)), ware)
        lines.append(Line(no, Text(f"item.{ware.id}"), qty, ware.unit, price, code, qty * price))
    return tuple(lines)


def _rounded(qty: int, ware: Ware) -> int:
    """Return a quantity as people order it: pieces by the ten, the fifty, the hundred."""
    step = next((step for least, step in STEPS if qty >= least and ware.unit not in UNCOUNTED), 1)
    return -(-qty // step) * step


def _receipts(lines: tuple[Line, ...], ordered: int, day: int, drawn: Stream) -> tuple[Receipt, ...]:
    number = drawn.between(40_000, 98_000)
    came = []
    for line in lines:
        when = day - drawn.between(0, min(6, day - ordered - 6))
        first = line.qty * drawn.between(40, 70) // 100 if line.qty >= LEAST_SPLIT and drawn.chance(1500) else 0
        if first:
            came.append((workday(when - 2), line.no, first))
        came.append((workday(when), line.no, line.qty - first))
    # They are numbered as they are booked.
    rows = [(number + 2 * at, *row) for at, row in enumerate(sorted(came, key=lambda row: row[:2]))]
    return tuple(Receipt(f"GR-{no}", when, line, qty) for no, when, line, qty in rows)


def _rates(country: Country, ordered: int, day: int, streams: Streams) -> tuple[Rate, ...]:
    """Return the exchange table: the invoice's currency on four days, another one on the invoice's."""
    drawn = streams.stream("rates")
    rate, rows, before = country.rate + drawn.between(-260, 260), [], ordered
    for when in (ordered, workday(day - 1), day, workday(day + drawn.between(5, 8))):
        moved = DAILY_MOVE * isqrt(ONE * (when - before))
        rate += rate * moved * drawn.q("normal") // (100 * ONE * 1_000_000)
        rows.append(Rate(country.currency, when, rate))
        before = when
    other = drawn.pick(tuple(one for one in OTHER_CURRENCIES if one != country.currency))
    rows.append(Rate(other, day, OTHER_CURRENCIES[other] + drawn.between(-200, 200)))
    return tuple(rows)


def _earlier(paper: Paper, number: str, drawn: Stream) -> tuple[Earlier, ...]:
    """Return the vendor's latest invoices, none of them anything like this one."""
    rows, day = [], paper.invoice.day
    digits = "".join(sign for sign in number if sign.isdigit())[:5]
    other = int(digits)
    for back in range(HISTORY):
        day = workday(day - drawn.between(8, 30))
        amount = max(40_00, paper.invoice.total * drawn.between(45, 150) // 100)
        other -= drawn.between(*NEXT_NUMBERS)
        status = "open" if not back and drawn.chance(4000) else "paid"
        order = f"PO-{drawn.between(100_000, 999_999)}"
        rows.append(Earlier(dated(number.replace(digits, f"{other}", 1), day), order, day, amount, status))
    return tuple(rows)

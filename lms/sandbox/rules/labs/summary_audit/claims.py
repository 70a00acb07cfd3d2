"""What the AI's summary says of a ledger: claims that hold, and claims that are wrong in one of five ways."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING

from lms.sandbox.rules.exercise import Text
from lms.sandbox.rules.labs.summary_audit.ledger import ACCRUED, COSTS, SALES, THOUSAND
from lms.sandbox.rules.scoring import half_up

if TYPE_CHECKING:
    from lms.sandbox.rules.labs.summary_audit.ledger import Ledger
    from lms.sandbox.rules.streams import Stream, Streams

CLAIMS = 8
# How many of them do not hold.
FEWEST, MOST = 3, 5
STEP_BP = 10  # shares are told to a tenth of a per cent


class Form(StrEnum):
    """What a claim is about: a figure, a figure to the nearest thousand, or a change."""

    LEVEL = "level"
    ROUNDED = "rounded"
    CHANGE = "change"
    YEAR = "year"


class Fault(StrEnum):
    """How a claim is wrong."""

    SIGN = "sign"
    THOUSAND = "thousand"
    PERIOD = "period"
    ACCRUAL = "accrual"
    NET = "net"


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence of the summary: `figure` is in cents or, of a change, in basis points without its sign."""

    id: str
    form: Form
    account: str
    figure: int
    rises: bool
    pick: int

    @property
    def text(self) -> Text:
        """Return the claim to be worded."""
        way = f".{'up' if self.rises else 'down'}" if self.form in {Form.CHANGE, Form.YEAR} else ""
        account = {"id": f"account.{self.account}", "params": {}, "pick": 0}
        return Text(f"claim.{self.form}{way}", {"account": account, "figure": self.figure}, self.pick)


@dataclass(frozen=True, slots=True)
class Made:
    """A claim before it has its number: `fault` is None where it holds."""

    form: Form
    account: str
    figure: int
    rises: bool
    fault: Fault | None


def draw_claims(streams: Streams, ledger: Ledger) -> tuple[tuple[Claim, Fault | None], ...]:
    """Return the claims in the order of the summary, each with what is wrong with it."""
    plan = streams.stream("plan")
    faults = plan.sample(tuple(Fault), plan.between(FEWEST, MOST))
    made: list[Made] = [FAULTY[fault](streams.stream(f"fault-{fault}"), ledger) for fault in faults]
    sound = streams.stream("sound")
    while len(made) < CLAIMS:
        one = _sound(sound, ledger)
        if all((one.form, one.account) != (other.form, other.account) for other in made):
            made.append(one)
    words = streams.stream("words")
    return tuple(
        (Claim(f"k{number}", one.form, one.account, one.figure, one.rises, words.below(1 << 20)), one.fault)
        for number, one in enumerate(plan.shuffled(made), 1)
    )


def holds(claim: Claim, ledger: Ledger) -> bool:
    """Return whether a claim is supported by the ledger; a rounded one to the nearest thousand."""
    row = ledger.row(claim.account)
    match claim.form:
        case Form.LEVEL:
            return claim.figure == row.this
        case Form.ROUNDED:
            return claim.figure == _rounded(row.this)
        case _:
            before = row.last if claim.form is Form.CHANGE else row.year_ago
            return (claim.rises, claim.figure) == (row.this >= before, _change(row.this, before))


def true_of(claim: Claim, ledger: Ledger) -> Text:
    """Return what the ledger says where the claim says something."""
    row = ledger.row(claim.account)
    before = row.year_ago if claim.form is Form.YEAR else row.last
    return Text(
        f"true.{'figure' if claim.form in {Form.LEVEL, Form.ROUNDED} else 'change'}",
        {"this": row.this, "before": before, "posted": row.posted, "accrued": row.accrued},
    )


def _change(this: int, before: int) -> int:
    return half_up(Fraction(abs(this - before) * 10_000 // STEP_BP, before)) * STEP_BP


def _rounded(figure: int) -> int:
    return half_up(Fraction(figure, THOUSAND)) * THOUSAND


def _sound(drawn: Stream, ledger: Ledger) -> Made:
    form = drawn.weighted({Form.LEVEL: 4, Form.ROUNDED: 3, Form.CHANGE: 4, Form.YEAR: 2})
    # Most of them are about the accounts that the faults are about, so that the account tells nothing.
    account = drawn.pick((*ACCRUED, *ACCRUED, "sales-net", "sales-net", *COSTS, *SALES))
    row = ledger.row(account)
    if form in {Form.LEVEL, Form.ROUNDED}:
        return Made(form, account, row.this if form is Form.LEVEL else _rounded(row.this), rises=True, fault=None)
    before = row.last if form is Form.CHANGE else row.year_ago
    return Made(form, account, _change(row.this, before), row.this >= before, None)


def _sign(drawn: Stream, ledger: Ledger) -> Made:
    row = ledger.row(drawn.pick((*COSTS, "returns", "sales-gross")))
    return Made(Form.CHANGE, row.account, _change(row.this, row.last), row.this < row.last, Fault.SIGN)


def _thousand(drawn: Stream, ledger: Ledger) -> Made:
    row = ledger.row(drawn.pick((*COSTS, "returns", "sales-tax")))
    return Made(Form.ROUNDED, row.account, _rounded(row.this) * 1000, rises=True, fault=Fault.THOUSAND)


def _period(drawn: Stream, ledger: Ledger) -> Made:
    row = ledger.row(drawn.pick((*COSTS, "sales-gross")))
    return Made(Form.LEVEL, row.account, row.last, rises=True, fault=Fault.PERIOD)


def _accrual(drawn: Stream, ledger: Ledger) -> Made:
    # The period fault may be about the same account: its figure is another one, and both are wrong.
    row = ledger.row(drawn.pick(ACCRUED))
    return Made(Form.LEVEL, row.account, row.posted, rises=True, fault=Fault.ACCRUAL)


def _net(drawn: Stream, ledger: Ledger) -> Made:
    gross = ledger.row("sales-gross").this
    figure = gross if drawn.chance(5000) else gross - ledger.row("sales-tax").this
    return Made(Form.LEVEL, "sales-net", figure, rises=True, fault=Fault.NET)


FAULTY: Mapping[Fault, Callable[[Stream, Ledger], Made]] = MappingProxyType(
    {
        Fault.SIGN: _sign,
        Fault.THOUSAND: _thousand,
        Fault.PERIOD: _period,
        Fault.ACCRUAL: _accrual,
        Fault.NET: _net,
    }
)

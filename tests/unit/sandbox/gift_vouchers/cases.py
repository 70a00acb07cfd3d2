"""What a case is made of, a sound one, and what can be the matter. Money in cents."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pydantic import TypeAdapter

from lms.sandbox.rules.console import ErrorType, Mandate

REASONS = {"EXPIRED": "facts", "SPENT": "facts", "MAND-LARGE": "approvals"}
ERRORS = (ErrorType("expired", ("EXPIRED",)), ErrorType("spent-ignored", ("SPENT",)))
MANDATES = (Mandate("large", "approver.transfer", "MAND-LARGE", limit="goodwill_limit", figure="voucher.value"),)


@dataclass(frozen=True, slots=True)
class Voucher:
    code: str
    value: int


@dataclass(frozen=True, slots=True)
class Ledger:
    spent: int
    days_left: int


@dataclass(frozen=True, slots=True)
class Fields:
    voucher: Voucher
    ledger: Ledger


FIELDS = TypeAdapter(Fields)


def sound(streams, limit):
    """Return a voucher that needs no approval: the AI will pay out what is left on it."""
    drawn = streams.stream("voucher")
    value = drawn.between(10_00, limit)
    voucher = Voucher(f"V-{drawn.between(1000, 9999)}", value)
    return Fields(voucher, Ledger(drawn.between(2_50, value - 2_50), drawn.between(1, 300)))


def planted(fields, kind, streams, limit):
    """Return the voucher with what the slot asks for, and what the AI pays out."""
    drawn, voucher, ledger = streams.stream("plant"), fields.voucher, fields.ledger
    if kind == "expired":
        fields = replace(fields, ledger=replace(ledger, days_left=-drawn.between(1, 90)))
    elif kind == "large":
        fields = replace(fields, voucher=replace(voucher, value=limit + drawn.between(1, 30_00)))
    elif kind == "odd" and drawn.chance(5000):
        fields = replace(fields, voucher=replace(voucher, value=limit))
    elif kind == "odd":
        fields = replace(fields, ledger=replace(ledger, days_left=0))
    ignored = kind == "spent-ignored"
    return fields, fields.voucher.value - (0 if ignored else fields.ledger.spent)

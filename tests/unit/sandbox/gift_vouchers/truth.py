"""The rules of the job: what is due on a voucher, who approves, and what another amount loses."""

from __future__ import annotations

from lms.sandbox.rules.company import exceeds
from lms.sandbox.rules.exercise import Loss


def due(fields):
    return 0 if fields.ledger.days_left < 0 else fields.voucher.value - fields.ledger.spent


def fault(fields, amount):
    if amount == due(fields):
        return None
    return "EXPIRED" if fields.ledger.days_left < 0 else "SPENT"


def is_reserved(fields, policy):
    return exceeds(fields.voucher.value, policy["goodwill_limit"])


def losses(fields):
    right, most = due(fields), 2 * fields.voucher.value
    return (Loss(None, curve=((0, right), (right, 0), (most, most - right)) if right else ((0, 0), (most, most))),)

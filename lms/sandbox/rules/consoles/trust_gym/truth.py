"""What is wrong with an answer on a form, who has to approve it, and what is best."""

from __future__ import annotations

from collections.abc import Mapping

from lms.sandbox.rules.company import exceeds
from lms.sandbox.rules.consoles.trust_gym.cases import Record
from lms.sandbox.rules.consoles.trust_gym.reasons import ALIKE, CONTEXT, OLD, RULE, UNIT

HANDLING, MISTAKE, TWICE, NOT_DONE = 2_00, 12_00, 15_00, 8_00  # cents [default]


def mandate(record: Record, policy: Mapping[str, int]) -> str | None:
    """Return the approval that the form needs, if it needs one."""
    if record.change is not None and exceeds(abs(record.change), policy["price_approval_limit"]):
        return "big-price-change"
    return "person-hurt" if record.hurt else None


def faults(record: Record) -> tuple[str, ...]:
    """Return the codes of what is wrong with the AI's answer."""
    found = {
        CONTEXT: record.status == "done",
        ALIKE: record.used.ref != record.ref,
        OLD: record.used.days > record.newest.days,
        UNIT: record.used.unit != record.unit,
        RULE: record.rule.cited > record.rule.last,
    }
    return tuple(code for code, holds in found.items() if holds)


def right(record: Record) -> str:
    """Return the right answer: the newest record's figure or team."""
    return record.newest.team or f"{record.newest.value}"


def cost(record: Record, answer: str | None) -> int:
    """Return what an answer costs in cents; None is to do nothing."""
    if answer is None:
        return 1_00 if record.status == "done" else NOT_DONE
    return HANDLING + (TWICE if record.status == "done" else 0) + (MISTAKE if answer != right(record) else 0)

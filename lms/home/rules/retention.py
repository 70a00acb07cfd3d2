"""How long what is kept: by class of record, as a company's facts say, and what outlives a person.

Source: promises.md, "Privacy": erasure removes profile, answers and telemetry and leaves certificates pseudonymised.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum


class RecordClass(StrEnum):
    """A class of record with a period of its own; the value names the company fact that sets it, in days."""

    LEAVERS = "retention.leavers"
    ANSWERS = "retention.answers"
    MESSAGES = "retention.messages"


# Counted from the last day of work, from handing in, and from the day of the message.
STANDARD: Mapping[RecordClass, int] = {
    RecordClass.LEAVERS: 1095,
    RecordClass.ANSWERS: 730,
    RecordClass.MESSAGES: 90,
}

# What stays of an erased person, under a key that names nobody: evidence and what is derived from it, certificates,
# and who had which duty when, so that counts and past decisions stay true.
STAYS = frozenset({
    "evidence", "cycle", "step_progress", "module_progress", "award", "issue_item",
    "cohort_member", "champion_appointment", "roster_entry", "role_grant",
})  # fmt: skip


def cutoffs(periods: Mapping[RecordClass, int], now: datetime) -> dict[RecordClass, datetime]:
    """Return the moment before which each class is no longer kept; `periods` in days, a missing one as standard."""
    return {kind: now - timedelta(days=periods.get(kind, STANDARD[kind])) for kind in RecordClass}

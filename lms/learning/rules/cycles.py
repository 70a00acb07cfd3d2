"""Cycles: one person's one time through a programme. Recurring training is a new cycle, never a wipe."""

from __future__ import annotations

import re
from datetime import date

INITIAL = "initial"
_NAME = re.compile(r"initial|refresher-\d{4}-(0[1-9]|1[0-2])|recert-[1-9]\d*|appointed")


def refresher_cycle(month: date) -> str:
    """Return the name of the refresher cycle of a month: ``refresher-2026-03``."""
    return f"refresher-{month:%Y-%m}"


def is_cycle_name(name: str) -> bool:
    """Return whether `name` is one a cycle may have."""
    return _NAME.fullmatch(name) is not None

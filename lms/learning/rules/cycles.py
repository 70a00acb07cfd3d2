"""Cycles: one person's one time through a programme. Recurring training is a new cycle, never a wipe."""

from __future__ import annotations

import re
from datetime import date

INITIAL = "initial"
APPOINTED = "appointed"
RECERTIFICATION, REFRESHER, DELTA, LEVEL = "recert-", "refresher-", "delta-", "level-"
_NAME = re.compile(r"initial|refresher-\d{4}-(0[1-9]|1[0-2])|recert-[1-9]\d*|appointed|(delta|level)-[a-z0-9-]+")


def refresher_cycle(month: date) -> str:
    """Return the name of the refresher cycle of a month: ``refresher-2026-03``."""
    return f"refresher-{month:%Y-%m}"


def recertification_cycle(number: int) -> str:
    """Return the name of the `number`th time that a level of a programme is renewed, from 1."""
    return f"{RECERTIFICATION}{number}"


def delta_cycle(release: str) -> str:
    """Return the name of the cycle that a release with a material change opens; one for all its modules."""
    return f"{DELTA}{release[:12]}"


def level_cycle(level: str) -> str:
    """Return the name of the cycle in which a level's own part is studied: ``level-practitioner``."""
    return f"{LEVEL}{level}"


def is_refresher(name: str) -> bool:
    """Return whether a cycle is a month's refresher."""
    return name.startswith(REFRESHER)


def is_cycle_name(name: str) -> bool:
    """Return whether `name` is one a cycle may have."""
    return _NAME.fullmatch(name) is not None

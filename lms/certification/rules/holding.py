"""Since when a level is held without a break.

Source: curriculum.md section 4: Practitioner asks for "Foundation held ≥ 4 weeks of live use"; an award has authority
through its days of grace, is then lapsed, and is restored by the exam alone. Whoever may not act beside AI cannot use
it live, so a level that is lapsed, suspended or revoked is not held, and the time begins again with the next award.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from lms.certification.rules.validity import IN_FORCE, Standing

_TAKEN_BACK = frozenset({Standing.REVOKED, Standing.SUSPENDED})


@dataclass(frozen=True, slots=True)
class Stretch:
    """One award of a level: which of them, from when, whether it goes on from the one before, and its worth."""

    period: int
    starts_on: date
    continues: bool
    standing: Standing


def held_without_break(stretches: Iterable[Stretch]) -> date | None:
    """Return the first day of the unbroken time in which a level is held now; None where it is not in force.

    A renewal that continues an award goes back to where that one began; one after a lapse or a revocation does not.
    A suspension or revocation that was taken back is no break: nobody waits for what proved unfounded.
    """
    by_period = {each.period: each for each in stretches if each.standing is not Standing.REPLACED}
    in_force = [period for period, each in by_period.items() if each.standing in IN_FORCE]
    if not in_force:
        return None
    first = by_period[max(in_force)]
    while first.continues and (before := by_period.get(first.period - 1)) and before.standing not in _TAKEN_BACK:
        first = before
    return first.starts_on

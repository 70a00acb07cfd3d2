"""Which cohort a placement belongs to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlacingRule:
    """People of a function at a site (and of a shift, where one is named) join a cohort and study a programme."""

    function: str
    site: str
    shift: str
    cohort_id: str
    programme: str

    def covers(self, function: str, site: str, shift: str) -> bool:
        """Return whether a placement falls under the rule."""
        return (self.function, self.site) == (function, site) and self.shift in {"", shift}


def rule_for(function: str, site: str, shift: str, rules: Iterable[PlacingRule]) -> PlacingRule | None:
    """Return the rule for a placement, one that names its shift before one that does not; None where none covers it."""
    covering = [rule for rule in rules if rule.covers(function, site, shift)]
    return max(covering, key=lambda rule: bool(rule.shift), default=None)

"""Hints, in practice only: where to look, the rule, a worked case of the same kind. Each has its price in points."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

WHERE, RULE, SIBLING = 1, 2, 3
PRICE: Mapping[int, int] = MappingProxyType({WHERE: 2, RULE: 4, SIBLING: 6})
MOST = 20


def cost(opened: Iterable[tuple[int, ...]]) -> int:
    """Return the points an attempt's hints cost; `opened` are the tiers opened on each case."""
    return min(MOST, sum(PRICE[tier] for tiers in opened for tier in set(tiers)))

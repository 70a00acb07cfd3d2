"""Item statistics: how hard a question or case is, and whether those who do well on the rest do well on it.

Facility is the share of the points people earn. The rest-score correlation is Pearson's between that and the share of
the other points earned in the same sitting; for answers that are right or wrong it is the point-biserial one (Lord and
Novick, Statistical Theories of Mental Test Scores, 1968). An item that tells good judges from poor ones has a positive
one.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from math import sqrt

LEAST = 30
EASIEST, HARDEST = 0.95, 0.30
WEAKEST = 0.15


class Advice(StrEnum):
    """What the figures call for."""

    TOO_FEW = "too-few"
    FINE = "fine"
    REVIEW = "review"
    WITHDRAW = "withdraw"


# What needs attention first.
URGENCY = (Advice.WITHDRAW, Advice.REVIEW, Advice.FINE, Advice.TOO_FEW)


def advice_on(n: int, facility: float, correlation: float | None) -> Advice:
    """Return what the figures of an item seen `n` times call for; no verdict under thirty."""
    if n < LEAST:
        return Advice.TOO_FEW
    if correlation is not None and correlation < 0:
        return Advice.WITHDRAW
    weak = correlation is None or correlation < WEAKEST
    return Advice.REVIEW if weak or not HARDEST <= facility <= EASIEST else Advice.FINE


def correlation(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Return Pearson's correlation of the pairs, rounded to three places; None where one side never varies."""
    n = len(pairs)
    if not n:
        return None
    left, right = sum(one for one, _ in pairs) / n, sum(other for _, other in pairs) / n
    spread = sqrt(sum((one - left) ** 2 for one, _ in pairs) * sum((other - right) ** 2 for _, other in pairs))
    if not spread:
        return None
    return round(sum((one - left) * (other - right) for one, other in pairs) / spread, 3)

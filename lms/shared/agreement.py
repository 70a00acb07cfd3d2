"""How far two people who rated the same things agree, beyond what chance alone would give.

Cohen's κ = 1 − Σ w·o / Σ w·e over all pairs of levels: o is the share of the pairs that were rated so, e the share that
chance gives two raters with these habits, w how far the two levels lie apart. For names, w is 0 or 1 (Cohen, "A
coefficient of agreement for nominal scales", 1960); for levels in an order it is their distance (Cohen, "Weighted
kappa", 1968, with linear weights). The words good, fair and poor follow Cicchetti, "Guidelines, criteria, and rules of
thumb for evaluating normed and standardized assessment instruments", 1994, whose excellent counts as good.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

# As for items: figures from fewer sheets than this are shown and judge nobody.
LEAST = 30
GOOD, FAIR = Fraction(60, 100), Fraction(40, 100)


class Verdict(StrEnum):
    """What a κ says."""

    TOO_FEW = "too-few"
    # Both always chose one and the same level: there is nothing that chance could be told from.
    UNDEFINED = "undefined"
    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"


@dataclass(frozen=True, slots=True)
class Agreement:
    """What `n` pairs of ratings on `sheets` sheets show; `kappa` is None where chance explains everything."""

    n: int
    same: int
    kappa: Fraction | None
    sheets: int

    @property
    def verdict(self) -> Verdict:
        """Return what it says; nothing under thirty sheets."""
        if self.sheets < LEAST:
            return Verdict.TOO_FEW
        if self.kappa is None:
            return Verdict.UNDEFINED
        if self.kappa >= GOOD:
            return Verdict.GOOD
        return Verdict.FAIR if self.kappa >= FAIR else Verdict.POOR


def agreement(pairs: Sequence[tuple[int, int]], *, ordered: bool, sheets: int | None = None) -> Agreement:
    """Return how far the pairs agree.

    Args:
        pairs: (first's, second's) level of each thing rated, as whole numbers.
        ordered: whether the numbers are levels, or only stand for names.
        sheets: how many sheets the pairs come from, where one sheet gives several; by default one each.
    """
    n = len(pairs)
    observed = sum(_apart(one, other, ordered=ordered) for one, other in pairs)
    firsts, seconds = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    chance = sum(
        many * few * _apart(one, other, ordered=ordered)
        for one, many in firsts.items()
        for other, few in seconds.items()
    )
    kappa = 1 - Fraction(observed * n, chance) if chance else None
    return Agreement(n, sum(one == other for one, other in pairs), kappa, n if sheets is None else sheets)


def _apart(one: int, other: int, *, ordered: bool) -> int:
    return abs(one - other) if ordered else int(one != other)

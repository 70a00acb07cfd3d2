"""Item statistics: how hard a kind of case is, and whether those who do well on the rest do well on it.

Facility is the share decided in the best way. The rest-score correlation is the point-biserial one between that and
the score of the same run on its other cases (Lord and Novick, Statistical Theories of Mental Test Scores, 1968); a
kind that tells good judges from poor ones has a positive one. Thresholds: simulators.md section 1.7.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

LEAST = 30
EASIEST, HARDEST = 0.95, 0.30
WEAKEST = 0.15


class Advice(StrEnum):
    """What the figures call for."""

    TOO_FEW = "too-few"
    FINE = "fine"
    REVIEW = "review"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class Observation:
    """One case in one run: was it decided in the best way, and the share of the run's other cases that were."""

    family: str
    kind: str
    level: int
    right: bool
    rest: float


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One kind of case. `correlation` is None where everybody did the same on it, or on everything else."""

    family: str
    kind: str
    level: int
    n: int
    facility: float
    correlation: float | None

    @property
    def advice(self) -> Advice:
        """Return what the figures call for."""
        if self.n < LEAST:
            return Advice.TOO_FEW
        if self.correlation is not None and self.correlation < 0:
            return Advice.WITHDRAW
        weak = self.correlation is None or self.correlation < WEAKEST
        return Advice.REVIEW if weak or not HARDEST <= self.facility <= EASIEST else Advice.FINE


def item_lines(observations: Iterable[Observation]) -> tuple[ItemLine, ...]:
    """Return a line for each family, kind and level, what needs attention first."""
    grouped: dict[tuple[str, str, int], list[Observation]] = {}
    for one in observations:
        grouped.setdefault((one.family, one.kind, one.level), []).append(one)
    lines = [
        ItemLine(family, kind, level, len(group), sum(one.right for one in group) / len(group), _correlation(group))
        for (family, kind, level), group in grouped.items()
    ]
    order = (Advice.WITHDRAW, Advice.REVIEW, Advice.FINE, Advice.TOO_FEW)
    return tuple(sorted(lines, key=lambda line: (order.index(line.advice), line.family, line.kind, line.level)))


def _correlation(group: list[Observation]) -> float | None:
    n = len(group)
    rest = [one.rest for one in group]
    mean = sum(rest) / n
    spread = sqrt(sum((value - mean) ** 2 for value in rest) / n)
    share = sum(one.right for one in group) / n
    if not spread or share in {0.0, 1.0}:
        return None
    right = [one.rest for one in group if one.right]
    wrong = [one.rest for one in group if not one.right]
    return round((sum(right) / len(right) - sum(wrong) / len(wrong)) / spread * sqrt(share * (1 - share)), 3)

"""Item statistics of kinds of cases. Facility is the share decided in the best way (`lms.shared.itemstats`).

Thresholds: simulators.md section 1.7.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lms.shared.itemstats import URGENCY, Advice, advice_on, correlation

if TYPE_CHECKING:
    from collections.abc import Iterable


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
        return advice_on(self.n, self.facility, self.correlation)


def item_lines(observations: Iterable[Observation]) -> tuple[ItemLine, ...]:
    """Return a line for each family, kind and level, what needs attention first."""
    grouped: dict[tuple[str, str, int], list[Observation]] = {}
    for one in observations:
        grouped.setdefault((one.family, one.kind, one.level), []).append(one)
    lines = [
        ItemLine(
            family,
            kind,
            level,
            len(group),
            sum(one.right for one in group) / len(group),
            correlation([(float(one.right), one.rest) for one in group]),
        )
        for (family, kind, level), group in grouped.items()
    ]
    return tuple(sorted(lines, key=lambda line: (URGENCY.index(line.advice), line.family, line.kind, line.level)))

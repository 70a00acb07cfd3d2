"""Item statistics of quiz questions, per version of the key and per language (`lms.shared.itemstats`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from lms.shared.itemstats import URGENCY, Advice, advice_on, correlation


@dataclass(frozen=True, slots=True)
class Observation:
    """One question in one attempt: the share earned, and the share earned on the attempt's other questions."""

    item: str
    version: str
    language: str
    share: float
    rest: float


@dataclass(frozen=True, slots=True)
class ItemLine:
    """How a question does; `language` is empty where all are taken together."""

    item: str
    version: str
    language: str
    n: int
    facility: float
    correlation: float | None

    @property
    def advice(self) -> Advice:
        """Return what the figures call for."""
        return advice_on(self.n, self.facility, self.correlation)


def observe(served: Sequence[Any], shares: Sequence[str], language: str) -> list[Observation]:
    """Return what an attempt says about its questions, from what is stored: nothing where it had only one."""
    earned = [float(Fraction(share)) for share in shares]
    if len(earned) < 2 or len(earned) != len(served):  # noqa: PLR2004 - a rest needs a second question
        return []
    total = sum(earned)
    return [
        Observation(one["item"], one["version"], language, share, (total - share) / (len(earned) - 1))
        for one, share in zip(served, earned, strict=True)
    ]


def item_lines(observations: Iterable[Observation], *, by_language: bool = False) -> tuple[ItemLine, ...]:
    """Return a line for each question and version, or for each of their languages; what needs attention first."""
    grouped: dict[tuple[str, str, str], list[Observation]] = {}
    for one in observations:
        grouped.setdefault((one.item, one.version, one.language if by_language else ""), []).append(one)
    lines = [
        ItemLine(
            *key, len(group), sum(one.share for one in group) / len(group),
            correlation([(one.share, one.rest) for one in group]),
        )
        for key, group in grouped.items()
    ]  # fmt: skip
    return tuple(sorted(lines, key=lambda line: (URGENCY.index(line.advice), line.item, line.version, line.language)))

"""Passing an exam: a cut, floors for wrong advice caught and right advice kept, a limit on breaches, one extension.

The floors are what a lean in either direction runs into: good and wrong advice weigh the same in the score, so
whoever trusts too much makes up with the one what they lose on the other (docs/decisions/0010-exam-floors.md).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from lms.sandbox.rules.exercise import Mode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lms.sandbox.rules.scoring import Result


class Verdict(StrEnum):
    """What an exam's result means."""

    PASSED = "passed"
    FAILED = "failed"
    EXTEND = "extend"


class Lack(StrEnum):
    """What kept a result from passing; the page words each with its counts."""

    SCORE = "score"
    CAUGHT = "caught"
    KEPT = "kept"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True)
class PassRule:
    """What passing takes.

    `cut` in points; a score less than `band_below` points below it or less than `band_above` above is borderline, and
    so is a higher one that lacks a floor. `least_caught` and `least_kept` are shares in per cent. `extension` counts
    the good, wrong and mandatory cases of the extension.
    """

    cut: int
    band_below: int
    band_above: int
    least_caught: int
    least_kept: int
    most_critical: int
    extension: tuple[int, int, int]

    def least(self, share: int, cases: int) -> int:
        """Return the fewest of so many cases that reach a share: "to pass, catch 5 of 7"."""
        return -(-share * cases // 100)


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict and, where it is not a pass, what was lacking."""

    verdict: Verdict
    lacks: tuple[Lack, ...] = ()


# Justified by the table that `lms simulators calibrate` prints. Per console where it differs from the common rule.
COMMON: Mapping[Mode, PassRule] = MappingProxyType(
    {
        Mode.FOUNDATION: PassRule(55, 14, 14, least_caught=70, least_kept=65, most_critical=1, extension=(7, 4, 1)),
        Mode.PRACTITIONER: PassRule(68, 8, 14, least_caught=80, least_kept=75, most_critical=0, extension=(14, 8, 2)),
    }
)
OWN: Mapping[tuple[str, Mode], PassRule] = MappingProxyType(
    {
        # Rejecting is never the best decision on an alert, so whoever catches wrong advice without knowing why loses
        # more there than elsewhere (docs/decisions/0012-finance-and-operations-consoles.md).
        ("agent-ops", Mode.FOUNDATION): replace(COMMON[Mode.FOUNDATION], cut=53, extension=(14, 8, 2)),
    }
)


def rule_for(console: str, mode: Mode) -> PassRule:
    """Return the pass rule of a console's exam.

    Raises:
        KeyError: the mode is not an exam.
    """
    return OWN.get((console, mode)) or COMMON[mode]


def judge(rule: PassRule, result: Result, *, extended: bool) -> Judgement:
    """Return whether a result passes, fails, or is extended: once, and not where breaches have decided already."""
    lacks = _lacks(rule, result)
    clearly_over = result.score >= rule.cut + rule.band_above
    clearly_under = result.score < rule.cut - rule.band_below
    if Lack.CRITICAL in lacks:
        return Judgement(Verdict.FAILED, lacks)
    if not extended and not clearly_under and (lacks or not clearly_over):
        return Judgement(Verdict.EXTEND)
    return Judgement(Verdict.FAILED, lacks) if lacks else Judgement(Verdict.PASSED)


def _lacks(rule: PassRule, result: Result) -> tuple[Lack, ...]:
    found = {
        Lack.SCORE: result.score < rule.cut,
        Lack.CAUGHT: result.caught < rule.least(rule.least_caught, result.wrong),
        Lack.KEPT: result.kept < rule.least(rule.least_kept, result.good),
        Lack.CRITICAL: len(result.critical) > rule.most_critical,
    }
    return tuple(lack for lack, holds in found.items() if holds)

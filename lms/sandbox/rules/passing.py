"""Passing an exam: a cut, a limit on critical breaches, and one extension for a result too close to call."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from lms.sandbox.rules.exercise import Mode

if TYPE_CHECKING:
    from collections.abc import Mapping


class Verdict(StrEnum):
    """What an exam's result means."""

    PASSED = "passed"
    FAILED = "failed"
    EXTEND = "extend"


class Lack(StrEnum):
    """What kept a result from passing; the page words each with its counts."""

    SCORE = "score"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True)
class PassRule:
    """`cut` in points; a score less than `band` points below it, or up to `band` above, is borderline."""

    cut: int
    band_below: int
    band_above: int
    most_critical: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict and, where it is not a pass, what was lacking."""

    verdict: Verdict
    lacks: tuple[Lack, ...] = ()


# Justified by the table that `lms simulators calibrate` prints. Per console where it differs from the common rule.
COMMON: Mapping[Mode, PassRule] = MappingProxyType(
    {
        Mode.FOUNDATION: PassRule(cut=55, band_below=8, band_above=8, most_critical=1),
        Mode.PRACTITIONER: PassRule(cut=68, band_below=8, band_above=6, most_critical=0),
    }
)
OWN: Mapping[tuple[str, Mode], PassRule] = MappingProxyType({})


def rule_for(console: str, mode: Mode) -> PassRule:
    """Return the pass rule of a console's exam.

    Raises:
        KeyError: the mode is not an exam.
    """
    return OWN.get((console, mode)) or COMMON[mode]


def judge(rule: PassRule, score: int, critical: int, *, extended: bool) -> Judgement:
    """Return whether a result passes, fails, or is extended: once, and not where breaches have decided already."""
    if critical > rule.most_critical:
        short = (Lack.SCORE,) if score < rule.cut else ()
        return Judgement(Verdict.FAILED, (*short, Lack.CRITICAL))
    borderline = rule.cut - rule.band_below <= score < rule.cut + rule.band_above
    if borderline and not extended:
        return Judgement(Verdict.EXTEND)
    return Judgement(Verdict.PASSED) if score >= rule.cut else Judgement(Verdict.FAILED, (Lack.SCORE,))

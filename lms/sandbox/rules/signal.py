"""Signal detection: can a learner tell wrong advice from right, and which way do they lean?

The signal is "accepting would be wrong"; the response is anything but accepting. These are feedback from pooled
trials and never a gate: over 24 to 36 cases d' has a standard deviation of about one half.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from statistics import NormalDist

STANDARD = NormalDist()


@dataclass(frozen=True, slots=True)
class Trials:
    """`hits` non-accepts of `signals` wrong pieces of advice, `false_alarms` non-accepts of `noise` right ones."""

    hits: int
    signals: int
    false_alarms: int
    noise: int

    def __add__(self, other: Trials) -> Trials:
        """Return the two pooled."""
        return Trials(
            self.hits + other.hits,
            self.signals + other.signals,
            self.false_alarms + other.false_alarms,
            self.noise + other.noise,
        )


@dataclass(frozen=True, slots=True)
class Signal:
    """Sensitivity d' and criterion c: c > 0 leans to trusting too much, c < 0 to overriding too much."""

    d_prime: float
    criterion: float


def detect(trials: Trials) -> Signal | None:
    """Return d' and c to three decimals, or None where one of the two kinds of advice was never met.

    Rates are corrected in proportion to the base rate, H = (N h/n + 1) / (N + 2), so that whoever always answers the
    same has d' = 0 exactly even when the kinds are not equally frequent (the usual +0.5 / +1 gives always-accept .35
    at 9 of 21). Source: Macmillan and Creelman, Detection Theory (2005), chapters 1 and 2; the correction is ours,
    after Hautus (1995).
    """
    if not trials.signals or not trials.noise:
        return None
    total = trials.signals + trials.noise
    hit = _z(Fraction(total * trials.hits, trials.signals), total)
    alarm = _z(Fraction(total * trials.false_alarms, trials.noise), total)
    return Signal(round(hit - alarm, 3) + 0.0, round(-(hit + alarm) / 2, 3) + 0.0)


def _z(scaled: Fraction, total: int) -> float:
    return STANDARD.inv_cdf(float((scaled + 1) / (total + 2)))


@dataclass(frozen=True, slots=True)
class Reliance:
    """Did the AI's advice help? Counts over cases; on decide-first cases also who moved the right way.

    `moved_right` of `could_move` are the wrong first decisions that right advice put right (relative AI reliance);
    `stood` of `could_stand` the right first decisions kept against wrong advice (relative self-reliance). Source:
    Schemmer et al., "Appropriate reliance on AI advice" (IUI 2023).
    """

    kept: int
    right_advice: int
    corrected: int
    wrong_advice: int
    moved_right: int = 0
    could_move: int = 0
    stood: int = 0
    could_stand: int = 0


def brier(forecasts: list[tuple[int, bool]]) -> float | None:
    """Return the mean of (p - correct)^2 over (confidence in per cent, was it right); None without forecasts."""
    if not forecasts:
        return None
    total = sum((percent - 100 * correct) ** 2 for percent, correct in forecasts)
    return round(total / (10_000 * len(forecasts)), 4)

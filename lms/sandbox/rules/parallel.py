"""Parallel forms: every form of an exercise is as hard as the next for the same reference agent.

The agent's expected score has a closed form, so nothing is simulated: it raises false alarms on .16 of good advice,
catches wrong advice at a rate per error type, routes .92 of mandatory approvals and names the reason in .80 of what
it catches. Until rates have been fitted from responses, an error type is as hard as its level: .90, .84, .76.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from fractions import Fraction
from typing import TYPE_CHECKING

from lms.sandbox.rules.blueprint import unlocked
from lms.sandbox.rules.exercise import Stratum
from lms.sandbox.rules.scoring import RULES, best_constant

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lms.sandbox.rules.console import Console
    from lms.sandbox.rules.exercise import CaseKey, Key

FALSE_ALARM = Fraction(16, 100)
APPROVAL = Fraction(92, 100)
REASON = Fraction(80, 100)
HIT_BY_LEVEL: Mapping[int, int] = {1: 9000, 2: 8400, 3: 7600}
TOLERANCE = 3  # points either side of the family's mean


def is_parallel(console: Console, key: Key, fitted: Mapping[str, int]) -> bool:
    """Return whether a form is as hard as its family; `fitted` are hit rates per error type, in basis points.

    Until rates are fitted all errors of a level are equally hard, and so are all forms.
    """
    return not fitted or abs(expected_score(key, fitted) - family_mean(console, key, fitted)) <= TOLERANCE


def expected_score(key: Key, fitted: Mapping[str, int]) -> Fraction:
    """Return the reference agent's expected score (0 … 100) on a form."""
    return _expected(key, lambda case: _rate(case.kind, case.level, fitted))


def family_mean(console: Console, key: Key, fitted: Mapping[str, int]) -> Fraction:
    """Return the expected score over all forms: a wrong case is as hard as the mean of its level's error types."""

    def typical(case: CaseKey) -> Fraction:
        kinds = unlocked(console.errors, case.level)
        return sum((_rate(kind, case.level, fitted) for kind in kinds), Fraction(0)) / len(kinds)

    return _expected(key, typical)


def _rate(kind: str, level: int, fitted: Mapping[str, int]) -> Fraction:
    return Fraction(fitted.get(kind, HIT_BY_LEVEL[level]), 10_000)


def _expected(key: Key, hit: Callable[[CaseKey], Fraction]) -> Fraction:
    rules = RULES[max(RULES)]
    regret: defaultdict[Stratum, Fraction] = defaultdict(Fraction)
    reasons = Fraction(0)
    for case in key.cases:
        if case.stratum is Stratum.GOOD:
            regret[case.stratum] += FALSE_ALARM * rules.reject_good
            continue
        caught = hit(case) if case.stratum is Stratum.WRONG else APPROVAL
        regret[case.stratum] += (1 - caught) * rules.full
        reasons += caught * REASON
    count = Counter(case.stratum for case in key.cases)
    mean = sum((rules.weights[s] * regret[s] / count[s] for s in count), Fraction(0))
    decision = max(Fraction(0), 1 - mean / best_constant(key, rules))
    reason = reasons / (count[Stratum.WRONG] + count[Stratum.MAND])
    return 100 * (rules.decision * decision + rules.reason * reason + rules.policy * APPROVAL)

"""What a finished run shows: the costliest decisions, the best catches, which way a person leans, how sure they were.

Nothing here words anything: pages do.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

from lms.sandbox.rules.exercise import Action, Generated, Key, Mode, Public, Stratum
from lms.sandbox.rules.policies import Policy, best
from lms.sandbox.rules.policies import responses as policy_responses
from lms.sandbox.rules.scoring import RULES, Result, judge, score
from lms.sandbox.rules.signal import Signal, Trials, detect

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from lms.sandbox.rules.console import Console
    from lms.sandbox.rules.exercise import Response
    from lms.sandbox.rules.scoring import CaseResult

COSTLIEST, CATCHES = 3, 2
# How far the criterion has to lie from the middle before a lean is named, and how small d' is no discrimination.
LEAN = 0.3
BLIND = 0.5
# Fewer judgements of either kind of advice than this say nothing about a person.
LEAST_TRIALS = 4
# One mistake is no pattern.
LEAST_MORE = 2
SURE_BY = 10  # points of difference between said and right before a person is told that they are off
YARDSTICKS = (Policy.ORACLE, Policy.ALWAYS_ACCEPT, Policy.ALWAYS_REJECT)


class Pattern(StrEnum):
    """Which way a person leans; it is the one thing about a run that they can share."""

    ACCEPTS_TOO_READILY = "accepts-too-readily"
    REJECTS_TOO_READILY = "rejects-too-readily"
    GUESSES = "guesses"
    BALANCED = "balanced"


class Sureness(StrEnum):
    """How sure a person was against how often they were right."""

    TOO_SURE = "too-sure"
    TOO_DOUBTFUL = "too-doubtful"
    ABOUT_RIGHT = "about-right"


@dataclass(frozen=True, slots=True)
class Cells:
    """AI right or wrong, followed or not: counts of cases. A case reserved for a person counts as wrong advice."""

    right_followed: int
    right_not: int
    wrong_followed: int
    wrong_not: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """Mean confidence said and share right, in per cent, over `n` decisions; `bands` are (said, right, n)."""

    said: int
    right: int
    n: int
    bands: tuple[tuple[int, int, int], ...]

    @property
    def sureness(self) -> Sureness:
        """Return whether what was said and what was right are about the same."""
        if self.said > self.right + SURE_BY:
            return Sureness.TOO_SURE
        return Sureness.TOO_DOUBTFUL if self.said < self.right - SURE_BY else Sureness.ABOUT_RIGHT


@dataclass(frozen=True, slots=True)
class Confusion:
    """A right decision for another reason than the one that holds; None where no reason was given."""

    given: str | None
    right: str
    cases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Yardstick:
    """What somebody who always does the same would have scored on the same cases."""

    policy: Policy
    score: int


def costliest(results: Iterable[CaseResult]) -> tuple[CaseResult, ...]:
    """Return the decisions that lost most, critical breaches first."""
    lost = [case for case in results if case.regret > 0]
    lost.sort(key=lambda case: (case.breach is None, -case.cost, -case.regret, case.id))
    return tuple(lost[:COSTLIEST])


def catches(key: Key, results: Iterable[CaseResult]) -> tuple[CaseResult, ...]:
    """Return the wrong advice that was put right and would have cost most."""
    worth = {case.id: case.accept_loss for case in key.cases if case.stratum is not Stratum.GOOD}
    found = [case for case in results if case.right and case.answered and case.id in worth]
    found.sort(key=lambda case: (-worth[case.id], case.id))
    return tuple(found[:CATCHES])


def missed(results: Iterable[CaseResult]) -> tuple[str, ...]:
    """Return the ids of cases that were not decided in the best way, in their order."""
    return tuple(case.id for case in results if not case.right)


def cells(trials: Trials) -> Cells:
    """Return the two-by-two table."""
    return Cells(
        right_followed=trials.noise - trials.false_alarms,
        right_not=trials.false_alarms,
        wrong_followed=trials.signals - trials.hits,
        wrong_not=trials.hits,
    )


def pattern(trials: Trials) -> Pattern | None:
    """Return which way pooled trials lean; None while there are too few to say."""
    signal: Signal | None = detect(trials)
    if signal is None or min(trials.signals, trials.noise) < LEAST_TRIALS:
        return None
    missed, stopped = trials.signals - trials.hits, trials.false_alarms
    if signal.criterion >= LEAN and missed >= stopped + LEAST_MORE:
        return Pattern.ACCEPTS_TOO_READILY
    if signal.criterion <= -LEAN and stopped >= missed + LEAST_MORE:
        return Pattern.REJECTS_TOO_READILY
    return Pattern.GUESSES if signal.d_prime < BLIND else Pattern.BALANCED


def calibration(results: Iterable[CaseResult], given: Iterable[Response]) -> Calibration | None:
    """Return how sure the decisions were and how right; None where nobody said how sure they were."""
    said = {response.case: response.confidence for response in given if response.confidence is not None}
    pairs = [(said[case.id] or 0, case.right) for case in results if case.answered and case.id in said]
    if not pairs:
        return None
    bands = sorted({percent for percent, _ in pairs})
    return Calibration(
        said=_mean(percent for percent, _ in pairs),
        right=_mean(100 * right for _, right in pairs),
        n=len(pairs),
        bands=tuple((band, sum(r for p, r in pairs if p == band), sum(p == band for p, _ in pairs)) for band in bands),
    )


def confusions(key: Key, given: Iterable[Response]) -> tuple[Confusion, ...]:
    """Return where the action was right and the reason was not, the most frequent first."""
    chosen = {response.case: response for response in given}
    found: dict[tuple[str | None, str], list[str]] = {}
    for case in key.cases:
        response = chosen.get(case.id)
        if response is None or not case.answer.reasons or response.action is not case.answer.action:
            continue
        if response.reason not in case.answer.reasons:
            found.setdefault((response.reason, case.answer.reasons[0]), []).append(case.id)
    ordered = sorted(found.items(), key=lambda one: (-len(one[1]), one[1]))
    return tuple(Confusion(wrong, right, tuple(cases)) for (wrong, right), cases in ordered)


def tinkered(public: Public, key: Key, given: Iterable[Response]) -> tuple[str, ...]:
    """Return right quantities that were adjusted by so little that it is habit, not judgement.

    Only where the policy has a tolerance for quantities. Such adjustments cost what they lose and no more; on the
    whole they make plans worse, so a person is told that they do it.
    """
    tolerance = public.policy.get("order_tolerance")
    if tolerance is None:
        return ()
    right = {case.id for case in key.cases if case.stratum is Stratum.GOOD}
    proposed = {case.id: case.advice.number for case in public.cases if case.id in right and case.advice.number}
    return tuple(
        one.case
        for one in given
        if one.action is Action.CHANGE
        and one.number is not None
        and one.case in proposed
        and 10_000 * abs(one.number - proposed[one.case]) <= tolerance * proposed[one.case]
    )


def yardsticks(console: Console, form: Generated, scorer: int) -> tuple[Yardstick, ...]:
    """Return what the constant policies score on the same form."""
    return tuple(
        Yardstick(policy, score(form.public, form.key, policy_responses(policy, console, form), scorer).score)
        for policy in YARDSTICKS
    )


def scored(public: Public, key: Key, given: Iterable[Response], scorer: int, excused: Collection[str] = ()) -> Result:
    """Return the result of a run; cases whose key did not hold count as decided in the best way."""
    chosen = {response.case: response for response in given}
    for case in key.cases:
        if case.id in excused:
            before = chosen.get(case.id)
            chosen[case.id] = replace(best(case), first=before.first if before else None)
    return score(public, key, chosen.values(), scorer)


def judged(key: Key, given: Response | None, case_id: str, scorer: int) -> CaseResult:
    """Return how one decision went, without the rest of the form.

    Raises:
        StopIteration: the form has no such case.
    """
    case = next(case for case in key.cases if case.id == case_id)
    return judge(case, given, key.reason_families, RULES[scorer])


def is_scored(mode: Mode, key: Key, *, practice: bool) -> bool:
    """Return whether a run as a whole has a score: practice on missed kinds has none, nor has a lopsided mix."""
    strata = Counter(case.stratum for case in key.cases)
    return not practice and all(strata[stratum] for stratum in Stratum) and mode is not Mode.EXTENSION


def counts(key: Key, given: Iterable[Response]) -> Trials:
    """Return the trials of any form, scored or not."""
    chosen = {response.case: response for response in given}
    stops = {case.id: case.id in chosen and chosen[case.id].action is not Action.ACCEPT for case in key.cases}
    good = [case.id for case in key.cases if case.stratum is Stratum.GOOD]
    other = [case.id for case in key.cases if case.stratum is not Stratum.GOOD]
    return Trials(sum(stops[c] for c in other), len(other), sum(stops[c] for c in good), len(good))


def _mean(values: Iterable[int]) -> int:
    found = list(values)
    return int(Fraction(sum(found), len(found)) + Fraction(1, 2))

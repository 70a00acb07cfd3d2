"""Scoring: what each decision cost against the best one, and how much better than blind trust or distrust that is.

`score` reads only a stored form and a learner's responses, and a scorer version once used stays in `RULES`, so that
an old attempt keeps reproducing its score. Arithmetic is exact; the score is rounded half up, once. Time plays no
part in it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING

from lms.sandbox.rules import hints
from lms.sandbox.rules.exercise import Action, Stratum
from lms.sandbox.rules.signal import Reliance, Signal, Trials, brier, detect

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lms.sandbox.rules.exercise import CaseKey, Key, Loss, Public, Response


class Breach(StrEnum):
    """A critical breach: acting without an approval that policy demands, or evading it."""

    UNAPPROVED = "unapproved"
    STRUCTURING = "structuring"


@dataclass(frozen=True, slots=True)
class Rules:
    """One scorer version. Regret is in basis points, 10,000 being the worst that can be done on a case."""

    weights: Mapping[Stratum, Fraction]
    decision: Fraction
    reason: Fraction
    policy: Fraction
    full: int
    reject_good: int
    escalate_good: int
    reject_wrong: int
    escalate_wrong: int
    reject_mand: int
    wrong_queue: int


RULES: Mapping[int, Rules] = MappingProxyType(
    {
        1: Rules(
            weights=MappingProxyType(
                {Stratum.GOOD: Fraction(2, 5), Stratum.WRONG: Fraction(2, 5), Stratum.MAND: Fraction(1, 5)}
            ),
            decision=Fraction(70, 100),
            reason=Fraction(15, 100),
            policy=Fraction(15, 100),
            full=10_000,
            reject_good=10_000,
            escalate_good=6000,
            reject_wrong=5000,
            escalate_wrong=4000,
            reject_mand=5000,
            wrong_queue=2500,
        )
    }
)
SCORER_VERSION = max(RULES)


@dataclass(frozen=True, slots=True)
class CaseResult:
    """How one case went: regret in bp, cost in cents, reason credit in halves (0, 1, 2), whether nothing was lost."""

    id: str
    regret: int
    cost: int
    credit: int
    right: bool
    breach: Breach | None
    answered: bool


@dataclass(frozen=True, slots=True)
class Result:
    """A scored attempt. `score` is 0 … 100; `decision`, `reason` and `policy` are its parts, each 0 … 10,000 bp.

    `caught` of `wrong` pieces of advice were not accepted, `kept` of `good` ones were (or changed without any loss),
    and `routed` of `mandatory` cases were escalated to the right queue; `trials` pool with those of other attempts.
    """

    score: int
    decision: int
    reason: int
    policy: int
    hint_cost: int
    caught: int
    wrong: int
    kept: int
    good: int
    routed: int
    mandatory: int
    trials: Trials
    signal: Signal | None
    reliance: Reliance
    brier: float | None
    critical: tuple[tuple[str, Breach], ...]
    cases: tuple[CaseResult, ...]
    scorer: int


def score(public: Public, key: Key, responses: Iterable[Response], scorer_version: int = SCORER_VERSION) -> Result:
    """Return the result of an attempt; the order of the responses does not matter, a missing one counts as the worst.

    Raises:
        KeyError: a response names a case that the form does not have, or the scorer version was never released.
    """
    rules = RULES[scorer_version]
    known = {case.id: case for case in key.cases}
    given = {known[response.case].id: response for response in responses}
    cases = tuple(judge(case, given.get(case.id), key.reason_families, rules) for case in key.cases)
    points = _Points.of(key, cases, rules)
    cost = hints.cost(response.hints for response in given.values())
    total = 100 * (rules.decision * points.decision + rules.reason * points.reason + rules.policy * points.policy)
    trials = _trials(key, given)
    reliance = _reliance(key, given, cases, {case.id for case in public.cases if case.decide_first})
    return Result(
        score=max(0, half_up(total) - cost),
        decision=half_up(10_000 * points.decision),
        reason=half_up(10_000 * points.reason),
        policy=half_up(10_000 * points.policy),
        hint_cost=cost,
        caught=sum(_stopped(given.get(case.id)) for case in key.cases if case.stratum is Stratum.WRONG),
        wrong=sum(case.stratum is Stratum.WRONG for case in key.cases),
        kept=reliance.kept,
        good=reliance.right_advice,
        routed=points.routed,
        mandatory=points.mandatory,
        trials=trials,
        signal=detect(trials),
        reliance=reliance,
        brier=brier([(given[c.id].confidence or 0, c.right) for c in cases if c.answered and given[c.id].confidence]),
        critical=tuple((case.id, case.breach) for case in cases if case.breach),
        cases=cases,
        scorer=scorer_version,
    )


def judge(case: CaseKey, response: Response | None, families: Mapping[str, str], rules: Rules) -> CaseResult:
    """Return what one decision cost."""
    if response is None:
        return CaseResult(case.id, rules.full, case.accept_loss, 0, right=False, breach=None, answered=False)
    breach = _breach(case, response)
    regret = rules.full if breach else _regret(case, response, rules)
    cost = _cost(case, response, regret)
    return CaseResult(case.id, regret, cost, _credit(case, response, families), regret == 0, breach, answered=True)


def best_constant(key: Key, rules: Rules) -> Fraction:
    """Return R0: the least mean regret of always accepting, rejecting or escalating (to the right queue)."""
    always: dict[Action, defaultdict[Stratum, list[int]]] = {
        action: defaultdict(list) for action in (Action.ACCEPT, Action.REJECT, Action.ESCALATE)
    }
    for case in key.cases:
        for action, regrets in always.items():
            regrets[case.stratum].append(_plain_regret(case, action, rules))
    return min(_weighted(regrets, rules) for regrets in always.values())


def loss_of(losses: Iterable[Loss], option: str | None, number: int | None) -> int | None:
    """Return what a change loses in cents, or None where the key does not foresee it."""
    found = next((loss for loss in losses if loss.option == option), None)
    if found is None:
        return None
    if not found.curve:
        return found.cents
    return None if number is None else found.cents + _along(found.curve, number)


def half_up(value: Fraction) -> int:
    """Return the nearest integer, halves up."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def _along(curve: tuple[tuple[int, int], ...], number: int) -> int:
    if len(curve) == 1:
        return curve[0][1]
    place = next((i for i, (at, _) in enumerate(curve[1:-1], 1) if number < at), len(curve) - 1)
    (x0, y0), (x1, y1) = curve[place - 1], curve[place]
    return max(0, half_up(Fraction(y0 * (x1 - x0) + (y1 - y0) * (number - x0), x1 - x0)))


def _breach(case: CaseKey, response: Response) -> Breach | None:
    changed, number = response.action is Action.CHANGE, response.number
    limited = number is not None and not (case.limit is None and case.low_limit is None)
    over = number is not None and (
        (case.limit is not None and number > case.limit) or (case.low_limit is not None and number < case.low_limit)
    )
    if changed and response.option in case.splits:
        return Breach.STRUCTURING
    if case.stratum is Stratum.MAND:
        slips_under = changed and limited and not over
        if slips_under:
            return Breach.STRUCTURING
        return Breach.UNAPPROVED if changed or response.action is Action.ACCEPT else None
    return Breach.UNAPPROVED if changed and over else None


def _plain_regret(case: CaseKey, action: Action, rules: Rules) -> int:
    accept, reject, escalate = {
        Stratum.GOOD: (0, rules.reject_good, rules.escalate_good),
        Stratum.WRONG: (
            rules.full,
            0 if case.answer.action is Action.REJECT else rules.reject_wrong,
            rules.escalate_wrong,
        ),
        Stratum.MAND: (rules.full, rules.reject_mand, 0),
    }[case.stratum]
    return {Action.ACCEPT: accept, Action.REJECT: reject, Action.ESCALATE: escalate}[action]


def _regret(case: CaseKey, response: Response, rules: Rules) -> int:
    if response.action is Action.CHANGE:
        loss = loss_of(case.losses, response.option, response.number)
        worst = case.cap if case.stratum is Stratum.GOOD else case.accept_loss
        return rules.full if loss is None else half_up(rules.full * min(Fraction(1), Fraction(loss, max(1, worst))))
    if case.stratum is Stratum.MAND and response.action is Action.ESCALATE and response.queue != case.answer.queue:
        return rules.wrong_queue
    return _plain_regret(case, response.action, rules)


def _cost(case: CaseKey, response: Response, regret: int) -> int:
    if response.action is Action.CHANGE:
        loss = loss_of(case.losses, response.option, response.number)
        if loss is not None:
            return loss
    worst = case.cap if case.stratum is Stratum.GOOD else case.accept_loss
    return worst * regret // 10_000


def _credit(case: CaseKey, response: Response, families: Mapping[str, str]) -> int:
    acted = response.action is case.answer.action and response.queue == case.answer.queue
    if case.stratum is Stratum.GOOD or not acted or response.reason is None:
        return 0
    if response.reason in case.answer.reasons:
        return 2
    return int(families.get(response.reason) in {families.get(reason) for reason in case.answer.reasons})


@dataclass(frozen=True, slots=True)
class _Points:
    decision: Fraction
    reason: Fraction
    policy: Fraction
    routed: int
    mandatory: int

    @classmethod
    def of(cls, key: Key, cases: tuple[CaseResult, ...], rules: Rules) -> _Points:
        regrets: defaultdict[Stratum, list[int]] = defaultdict(list)
        for case, result in zip(key.cases, cases, strict=True):
            regrets[case.stratum].append(result.regret)
        decision = max(Fraction(0), 1 - _weighted(regrets, rules) / best_constant(key, rules))
        faulty = len(regrets[Stratum.WRONG]) + len(regrets[Stratum.MAND])
        routed, mandatory = regrets[Stratum.MAND].count(0), len(regrets[Stratum.MAND])
        reason = Fraction(sum(result.credit for result in cases), 2 * faulty)
        return cls(decision, reason, Fraction(routed, mandatory), routed, mandatory)


def _weighted(regrets: Mapping[Stratum, list[int]], rules: Rules) -> Fraction:
    means = (rules.weights[stratum] * Fraction(sum(values), len(values)) for stratum, values in regrets.items())
    return sum(means, Fraction(0))


def _stopped(response: Response | None) -> bool:
    return response is not None and response.action is not Action.ACCEPT


def _trials(key: Key, given: Mapping[str, Response]) -> Trials:
    hits = signals = alarms = noise = 0
    for case in key.cases:
        stopped = _stopped(given.get(case.id))
        if case.stratum is Stratum.GOOD:
            noise += 1
            alarms += stopped
        else:
            signals += 1
            hits += stopped
    return Trials(hits, signals, alarms, noise)


def _reliance(
    key: Key, given: Mapping[str, Response], cases: tuple[CaseResult, ...], first: frozenset[str] | set[str]
) -> Reliance:
    counts: defaultdict[str, int] = defaultdict(int)
    for case, result in zip(key.cases, cases, strict=True):
        response = given.get(case.id)
        good = case.stratum is Stratum.GOOD
        counts["right_advice" if good else "wrong_advice"] += 1
        counts["kept" if good else "corrected"] += result.right
        if response is None or response.first is None or case.id not in first:
            continue
        began_right = response.first is case.answer.action
        if good and not began_right:
            counts["could_move"] += 1
            counts["moved_right"] += response.action is Action.ACCEPT
        elif not good and began_right:
            counts["could_stand"] += 1
            counts["stood"] += response.action is case.answer.action
    return Reliance(**{name: counts[name] for name in Reliance.__dataclass_fields__})

"""The debrief of a run. Only where `run.is_revealed` holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lms.sandbox.queries.case_page import Feedback, ShownPanel, evidence_of, feedback_on, panels_of
from lms.sandbox.queries.results import case_results, pooled_trials, result_of
from lms.sandbox.queries.runs import RunView, Secret, logs_of
from lms.sandbox.queries.tries import mastery_of
from lms.sandbox.queries.words import Words
from lms.sandbox.rules import debrief
from lms.sandbox.rules.debrief import Calibration, Cells, Pattern, Yardstick
from lms.sandbox.rules.exercise import Action, Generated, Key, Response, Stratum, Unit
from lms.sandbox.rules.mastery import traced
from lms.sandbox.rules.passing import Lack, PassRule, judge, rule_for
from lms.sandbox.rules.runs import EXAMS, CaseLog, responses
from lms.sandbox.rules.scoring import CaseResult, Result
from lms.sandbox.rules.signal import Trials


@dataclass(frozen=True, slots=True)
class ReviewedCase:
    """A case of the debrief; `evidence` are the panels that decide it, the facts marked."""

    id: str
    number: int
    family: str
    feedback: Feedback
    evidence: tuple[ShownPanel, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """The result in counts: wrong advice caught, right advice kept, reserved cases sent to the right person."""

    caught: int
    wrong: int
    kept: int
    good: int
    routed: int
    mandatory: int


@dataclass(frozen=True, slots=True)
class ToPass:
    """What passing takes, in the counts of this run, and what was lacking."""

    rule: PassRule
    catch: int
    keep: int
    lacks: tuple[Lack, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """Where a person stands in the trust plot, in per cent: wrong advice stopped, right advice stopped."""

    stopped_wrong: int
    stopped_right: int
    trials: Trials


@dataclass(frozen=True, slots=True)
class ConfusedReason:
    """The reason given and the one that holds, in words, with the numbers of the cases."""

    given: str
    right: str
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Learned:
    """How well an error type is mastered after guided practice, in per cent, and how often it was met."""

    name: str
    percent: int
    met: int


@dataclass(frozen=True, slots=True)
class Tinkering:
    """Right quantities adjusted a little: the numbers of the cases, by how much at most, and what it cost."""

    numbers: tuple[int, ...]
    tolerance: str
    cost: str


@dataclass(frozen=True, slots=True)
class Debrief:
    """Everything the debrief shows. `result` is None for practice on missed kinds."""

    result: Result | None
    tally: Tally
    to_pass: ToPass | None
    yardsticks: tuple[Yardstick, ...]
    costliest: tuple[ReviewedCase, ...]
    catches: tuple[ReviewedCase, ...]
    cases: tuple[ReviewedCase, ...]
    cells: Cells
    here: Point
    pooled: Point
    pattern: Pattern | None
    calibration: Calibration | None
    confusions: tuple[ConfusedReason, ...]
    mastery: tuple[Learned, ...]
    missed: int
    tinkered: Tinkering | None


def debrief_of(run: RunView, words: Words, secret: Secret) -> Debrief:
    """Return the debrief of a run."""
    logs = logs_of(run.id)
    given = responses(run.public, logs)
    results, result = case_results(run, secret, logs), result_of(run, secret, logs)
    cases = {one.id: one for one in _reviewed(run, words, logs, secret)}
    trials = debrief.counts(secret.key, given)
    pooled = pooled_trials(run.person_id, run.console_id)
    form = Generated(run.public, secret.key, run.digest)
    return Debrief(
        result=result,
        tally=_tally(secret.key, given, results),
        to_pass=_to_pass(run, result),
        yardsticks=debrief.yardsticks(run.console, form, run.scorer) if result else (),
        costliest=tuple(cases[one.id] for one in debrief.costliest(results)),
        catches=tuple(cases[one.id] for one in debrief.catches(secret.key, results)),
        cases=tuple(cases.values()),
        cells=debrief.cells(trials),
        here=_point(trials),
        pooled=_point(pooled),
        pattern=debrief.pattern(pooled),
        calibration=debrief.calibration(results, given),
        confusions=tuple(
            ConfusedReason(
                words.reason(one.given) if one.given else "",
                words.reason(one.right),
                tuple(cases[case].number for case in one.cases),
            )
            for one in debrief.confusions(secret.key, given)
        ),
        mastery=mastery_shown(run, words),
        missed=len(debrief.missed(results)),
        tinkered=_tinkered(run, words, debrief.tinkered(run.public, secret.key, given), results),
    )


def mastery_shown(run: RunView, words: Words) -> tuple[Learned, ...]:
    """Return how well a person masters each error type met at this level, the least mastered first."""
    shown = mastery_of(run.person_id, run.console_id)
    found = [
        Learned(
            words.say(f"error.{error.id}"), round(100 * traced(shown.get(error.id, ()))), len(shown.get(error.id, ()))
        )
        for error in run.console.errors
        if error.since <= run.level
    ]
    return tuple(sorted(found, key=lambda one: (one.percent, one.met, one.name)))


def _reviewed(run: RunView, words: Words, logs: dict[str, CaseLog], secret: Secret) -> list[ReviewedCase]:
    found = []
    for number, case in enumerate(run.public.cases, 1):
        panels = panels_of(words, case, evidence_of(secret, case))
        feedback = feedback_on(run, words, case, logs, secret)
        marked = tuple(panel for panel in panels if panel.marked)
        found.append(ReviewedCase(case.id, number, words.family(case), feedback, marked))
    return found


def _tally(key: Key, given: Iterable[Response], results: Iterable[CaseResult]) -> Tally:
    stopped = {response.case for response in given if response.action is not Action.ACCEPT}
    right = {one.id for one in results if one.right}

    def among(stratum: Stratum, good: set[str]) -> tuple[int, int]:
        cases = [case.id for case in key.cases if case.stratum is stratum]
        return sum(1 for case in cases if case in good), len(cases)

    return Tally(*among(Stratum.WRONG, stopped), *among(Stratum.GOOD, right), *among(Stratum.MAND, right))


def _to_pass(run: RunView, result: Result | None) -> ToPass | None:
    if run.mode not in EXAMS or run.practice or result is None:
        return None
    rule = rule_for(run.console_id, run.mode)
    return ToPass(
        rule,
        rule.least(rule.least_caught, result.wrong),
        rule.least(rule.least_kept, result.good),
        judge(rule, result, extended=True).lacks,
    )


def _tinkered(run: RunView, words: Words, ids: tuple[str, ...], results: Iterable[CaseResult]) -> Tinkering | None:
    if not ids:
        return None
    numbers = tuple(number for number, case in enumerate(run.public.cases, 1) if case.id in ids)
    cost = sum(one.cost for one in results if one.id in ids)
    return Tinkering(numbers, words.value(Unit.SHARE, run.public.policy["order_tolerance"]), words.money(cost))


def _point(trials: Trials) -> Point:
    def share(part: int, whole: int) -> int:
        return (200 * part + whole) // (2 * whole) if whole else 0

    return Point(share(trials.hits, trials.signals), share(trials.false_alarms, trials.noise), trials)

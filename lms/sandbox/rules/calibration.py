"""Simulated learners taken through a whole path: what the pass rules do to people of known ability.

A learner decides by signal detection: wrong advice is stopped with probability Phi(d'/2 - c), right advice with
Phi(-d'/2 - c). Whoever stops wrong advice and knows why does the best thing; without knowing why they reject it. Good
advice that is stopped is rejected. A missed approval is a critical breach.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import TYPE_CHECKING

from lms.sandbox.rules.blueprint import BLUEPRINTS
from lms.sandbox.rules.engine import generate
from lms.sandbox.rules.exercise import Action, Exercise, Mode, Response, Stratum, joined
from lms.sandbox.rules.passing import Verdict, judge, rule_for
from lms.sandbox.rules.policies import best
from lms.sandbox.rules.scoring import score
from lms.sandbox.rules.streams import Stream

if TYPE_CHECKING:
    from lms.sandbox.rules.company import CompanyFacts
    from lms.sandbox.rules.console import Console
    from lms.sandbox.rules.exercise import CaseKey, Generated
    from lms.sandbox.rules.passing import PassRule

NORMAL = NormalDist()
PLAIN_CONSOLES = ("floor-desk", "trust-gym")
FORMS = 24  # different forms an exam's sittings are spread over
EXAMS = (Mode.FOUNDATION, Mode.PRACTITIONER)
GUIDED_SETS = 2


@dataclass(frozen=True, slots=True)
class Learner:
    """A simulated person: d' and c, share of approvals asked for and of reasons known, pace (1 is usual)."""

    name: str
    d_prime: float
    criterion: float
    approvals: float
    reasons: float
    pace: float = 1.0


LEARNERS = (
    Learner("novice", 1.0, 0.0, 0.75, 0.50),
    Learner("developing", 1.5, 0.0, 0.90, 0.70),
    Learner("competent", 2.0, 0.0, 0.95, 0.80),
    Learner("competent, slow reader", 2.0, 0.0, 0.95, 0.80, 1.6),
    Learner("complacent", 2.0, 0.8, 0.95, 0.80),
    Learner("over-rejecting", 2.0, -0.8, 0.95, 0.80),
    Learner("strong", 2.7, 0.0, 0.99, 0.90),
    Learner("expert", 3.0, 0.0, 1.0, 0.95),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The share of a kind of learner that should pass: at least or at most, first time or within two sittings."""

    at_least_first: float = 0.0
    at_least_two: float = 0.0
    at_most_first: float = 1.0

    def met(self, row: Row) -> bool:
        """Return whether a row of the table reaches it."""
        enough = row.first >= self.at_least_first and row.within_two >= self.at_least_two
        return enough and row.first <= self.at_most_first


WANTED: Mapping[tuple[Mode, str], Wanted] = {
    (Mode.FOUNDATION, "competent"): Wanted(at_least_first=0.85, at_least_two=0.97),
    (Mode.FOUNDATION, "competent, slow reader"): Wanted(at_least_first=0.85, at_least_two=0.97),
    (Mode.FOUNDATION, "strong"): Wanted(at_least_first=0.97),
    (Mode.FOUNDATION, "complacent"): Wanted(at_most_first=0.25),
    (Mode.FOUNDATION, "over-rejecting"): Wanted(at_most_first=0.35),
    (Mode.FOUNDATION, "novice"): Wanted(at_most_first=0.03),
    (Mode.PRACTITIONER, "strong"): Wanted(at_least_first=0.85, at_least_two=0.97),
    (Mode.PRACTITIONER, "complacent"): Wanted(at_most_first=0.03),
    (Mode.PRACTITIONER, "over-rejecting"): Wanted(at_most_first=0.03),
    (Mode.PRACTITIONER, "novice"): Wanted(at_most_first=0.0),
}


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one kind of learner: shares passed and extended, mean score, hours of the whole path."""

    console: str
    level: int
    mode: Mode
    learner: str
    first: float
    within_two: float
    extended: float
    mean_score: float
    hours: float
    wanted: Wanted | None

    @property
    def met(self) -> bool:
        """Return whether what is wanted of this learner is reached; where nothing is wanted, it is."""
        return self.wanted is None or self.wanted.met(self)


@dataclass(frozen=True, slots=True)
class Sitting:
    """One exam: the verdict, the score it rests on, whether it was extended."""

    passed: bool
    score: int
    extended: bool


class Forms:
    """The exam forms of one console, level and mode, each with the extension that belongs to it."""

    def __init__(self, console: Console, level: int, mode: Mode, facts: CompanyFacts, count: int = FORMS) -> None:
        self.rule = rule_for(console.id, mode)
        exam, version = Exercise(console.id, (level,), mode), console.version
        self.first = [generate(console, exam, version, seed, facts) for seed in range(count)]
        extension = Exercise(console.id, (level,), Mode.EXTENSION, self.rule.extension)
        self.whole = [
            joined(form, generate(console, extension, version, seed, facts)) for seed, form in enumerate(self.first)
        ]

    def sit(self, learner: Learner, number: int, rule: PassRule | None = None) -> Sitting:
        """Return one simulated sitting; the same number gives the same one, whatever the rule."""
        rule = rule or self.rule
        form, whole = self.first[number % len(self.first)], self.whole[number % len(self.whole)]
        given = decide(learner, whole, Stream(f"{learner.name}|{number}"))
        result = score(form.public, form.key, given[: len(form.key.cases)])
        verdict = judge(rule, result, extended=False).verdict
        if verdict is not Verdict.EXTEND:
            return Sitting(verdict is Verdict.PASSED, result.score, extended=False)
        result = score(whole.public, whole.key, given)
        verdict = judge(rule, result, extended=True).verdict
        return Sitting(verdict is Verdict.PASSED, result.score, extended=True)


def table(console: Console, facts: CompanyFacts, people: int) -> Iterator[Row]:
    """Yield a row for each level, exam and simulated learner; `people` are simulated of each."""
    for mode in EXAMS:
        for level in console.levels if mode in console.modes else ():
            forms = Forms(console, level, mode, facts)
            for learner in LEARNERS:
                yield row(forms, console.id, level, mode, learner, people)


def row(forms: Forms, console: str, level: int, mode: Mode, learner: Learner, people: int) -> Row:
    """Return what becomes of so many learners of one kind."""
    firsts = [forms.sit(learner, 2 * i) for i in range(people)]
    seconds = [one if one.passed else forms.sit(learner, 2 * i + 1) for i, one in enumerate(firsts)]
    minutes = [path_minutes(console, mode, first, second) for first, second in zip(firsts, seconds, strict=True)]
    return Row(
        console,
        level,
        mode,
        learner.name,
        first=_share([one.passed for one in firsts]),
        within_two=_share([one.passed for one in seconds]),
        extended=_share([one.extended for one in firsts]),
        mean_score=round(sum(one.score for one in firsts) / people, 1),
        hours=round(learner.pace * sum(minutes) / people / 60, 2),
        wanted=WANTED.get((mode, learner.name)),
    )


def path_minutes(console: str, mode: Mode, first: Sitting, second: Sitting) -> float:
    """Return the planned minutes of practice sets, exam, extension and a second try, each with its debrief.

    Planning figures [default]: a case takes 1.5 minutes on Floor Desk and 2.5 elsewhere, guided ones half a minute
    more; a debrief 10 and 15. Practitioner exams have no practice sets of their own.
    """
    case, debrief = (1.5, 10) if console in PLAIN_CONSOLES else (2.5, 15)
    practice = GUIDED_SETS * 12 * (case + 0.5) + 18 * case + debrief if mode is Mode.FOUNDATION else 0
    sittings = [first] if second is first else [first, second]
    cases, more = BLUEPRINTS[mode].size, sum(rule_for(console, mode).extension)
    return practice + sum((cases + more * sitting.extended) * case + debrief for sitting in sittings)


def decide(learner: Learner, form: Generated, drawn: Stream) -> tuple[Response, ...]:
    """Return a simulated learner's responses to a form."""
    stops = {
        Stratum.WRONG: NORMAL.cdf(learner.d_prime / 2 - learner.criterion),
        Stratum.GOOD: NORMAL.cdf(-learner.d_prime / 2 - learner.criterion),
        Stratum.MAND: learner.approvals,
    }
    return tuple(_decided(learner, key, stops[key.stratum], drawn) for key in form.key.cases)


def _decided(learner: Learner, key: CaseKey, stops: float, drawn: Stream) -> Response:
    stopped, knows = drawn.chance(round(10_000 * stops)), drawn.chance(round(10_000 * learner.reasons))
    if not stopped:
        return Response(key.id, Action.ACCEPT)
    if key.stratum is Stratum.GOOD:
        return Response(key.id, Action.REJECT)
    if key.stratum is Stratum.MAND:
        return replace(best(key), reason=best(key).reason if knows else None)
    return best(key) if knows else Response(key.id, Action.REJECT)


def _share(outcomes: Sequence[bool]) -> float:
    return round(sum(outcomes) / len(outcomes), 3)

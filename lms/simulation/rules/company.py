"""A company in memory: cohorts that went live last year and others that do so this year, people, leave and duties.

Everything is drawn from named streams of one seed, so the same company stands on every machine, and another draw for
one thing changes nothing else.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from lms.certification.rules.validity import AwardFacts, Days, first_term
from lms.cohorts.rules.calendar import PlannedWave
from lms.cohorts.rules.champions import champions_target
from lms.cohorts.rules.due import InitialDue, StartFacts, initial_due, rostered_by_default
from lms.cohorts.rules.periods import Period
from lms.sandbox.rules.calibration import LEARNERS, Learner
from lms.sandbox.rules.streams import Stream
from lms.sandbox.rules.tries import Help, Past
from lms.shared.days import add_months
from lms.simulation.rules.terms import Terms

WEEK = timedelta(days=7)
SITES = ("north", "south", "west")
SHIFTS = ("early", "late")
GATES = ("price", "transfer", "fraud")
# Cohorts by role: the floor is the largest group.
SHARES = {
    "fulfilment-floor": 18,
    "customer-service": 10,
    "inventory-planning": 4,
    "merchandising-marketing": 4,
    "finance-operations": 2,
    "it-data": 2,
}
# What people are like after their lessons, of a hundred; the exam's rules are tried on these [default].
KINDS = {
    "novice": 1,
    "developing": 8,
    "competent": 52,
    "competent, slow reader": 15,
    "complacent": 4,
    "over-rejecting": 3,
    "strong": 13,
    "expert": 4,
}
# Shift slots a week that a person gets: for training, and afterwards for refreshers.
SLOTS, LATER_SLOTS = {2: 3, 3: 32, 4: 40, 5: 25}, {2: 60, 3: 40}
# (share of the cohorts, week of training, week of go-live); below zero lies last year.
WAVES = (
    (10, -56, -44), (10, -46, -34), (10, -36, -24), (10, -26, -14), (10, -16, -4),
    (5, 0, 10), (15, 8, 18), (15, 18, 28), (15, 26, 36),
)  # fmt: skip
EARNED_BEFORE_GO_LIVE = 8
# Of every champion to be named, so many people are certified ahead: one may be unsure, or away at the same time.
AHEAD = 2
UNSURE = frozenset({"novice", "developing", "complacent", "over-rejecting"})
LONG_AWAY_BP, LONG_AWAY_WEEKS = 300, 8


@dataclass(frozen=True, slots=True)
class Setup:
    """What a year is played with. `deputies`: approvers and champions have one; off, to see what that costs."""

    people: int = 600
    cohorts: int = 40
    seed: int = 1
    first_day: date = date(2027, 1, 4)
    weeks: int = 52
    peak_weeks: tuple[int, int] = (43, 51)
    slot_minutes: int = 20
    # Joiners, and as many leavers, a year, of a hundred people.
    turnover: int = 25
    deputies: bool = True

    def monday(self, week: int) -> date:
        """Return the Monday of a week, counted from 0."""
        return self.first_day + week * WEEK

    @property
    def peak(self) -> Period:
        """Return the declared peak."""
        return Period(*(self.monday(week) for week in self.peak_weeks))


@dataclass(slots=True)
class Worker:
    """One person: who they are, and how far they have come."""

    number: int
    cohort: Cohort
    learner: Learner
    joined_on: date
    slots: int
    later_slots: int
    leave: tuple[Period, ...]
    left_on: date | None = None
    alone_left: int = 0
    exam_left: int = 0
    sessions_left: int = 0
    signed: bool = True
    last_active: datetime | None = None
    asked_for_help: datetime | None = None
    tries: list[Past] = field(default_factory=list)
    help: Help | None = None
    supervised: list[datetime] = field(default_factory=list)
    dropped: bool = False
    trained_on: date | None = None
    awards: list[AwardFacts] = field(default_factory=list)
    sittings: int = 0
    turn: date | None = None
    missed: int = 0

    @property
    def key(self) -> str:
        """Return the person's opaque key."""
        return f"{self.number:05}"

    @property
    def person_id(self) -> uuid.UUID:
        """Return an id as the board wants one."""
        return uuid.UUID(int=self.number)

    @property
    def competent(self) -> bool:
        """Return whether the person can do the work: the exam should say so."""
        return self.learner.name.startswith("competent")

    def here(self, day: date) -> bool:
        """Return whether the person is at work in the week that begins on `day`."""
        return self.employed(day) and not any(away.holds(day) for away in self.leave)

    def employed(self, day: date) -> bool:
        """Return whether the person works for the company on `day`."""
        return self.joined_on <= day and (self.left_on is None or day < self.left_on)

    @property
    def due(self) -> InitialDue:
        """Return when their initial training is due."""
        wave = self.cohort.wave
        go_live = wave.go_live if rostered_by_default(max(self.joined_on, wave.training_start), wave.go_live) else None
        return initial_due(
            StartFacts(wave.training_start, self.joined_on, go_live=go_live, absences=self.leave, zone="UTC")
        )

    @property
    def award(self) -> AwardFacts | None:
        """Return the award they earned last."""
        return self.awards[-1] if self.awards else None


@dataclass(slots=True)
class Cohort:
    """People who learn together. `champions` stand in for each other."""

    id: str
    terms: Terms
    site: str
    shift: str
    wave: PlannedWave
    members: list[Worker] = field(default_factory=list)
    champions: list[Worker] = field(default_factory=list)


@dataclass(slots=True)
class Gate:
    """A gated action at a site: who approves it, and who does while they are away."""

    name: str
    site: str
    approver: Worker | None
    deputy: Worker | None


@dataclass(slots=True)
class Company:
    """Everybody, and what is drawn for the year to come."""

    setup: Setup
    cohorts: list[Cohort]
    gates: list[Gate]
    workers: list[Worker]

    def hire(self, cohort: Cohort, joined_on: date) -> Worker:
        """Return a new person, on whose first day nothing is done yet."""
        worker = _worker(self.setup, len(self.workers), cohort, joined_on)
        _give_training(worker)
        cohort.members.append(worker)
        self.workers.append(worker)
        return worker


def found_company(setup: Setup, terms: Mapping[str, Terms]) -> Company:
    """Return the company on the first morning of its year."""
    company = Company(setup, _cohorts(setup, terms), [], [])
    sizes = [setup.people * (n + 1) // setup.cohorts - setup.people * n // setup.cohorts for n in range(setup.cohorts)]
    for cohort, size in zip(company.cohorts, sizes, strict=True):
        champions = champions_target(size)
        for place in range(size):
            worker = company.hire(cohort, setup.first_day - timedelta(days=800))
            # Champions of a wave to come are certified before their people begin.
            if cohort.wave.go_live < setup.first_day or place < AHEAD * champions:
                _certify_earlier(setup, worker)
        while len(cohort.champions) < champions:
            cohort.champions.append(partner_for(cohort.champions, [one for one in cohort.members if one.awards]))
    company.gates = [Gate(name, site, None, None) for site in SITES for name in GATES]
    return company


def partner_for(present: Sequence[Worker], candidates: Sequence[Worker]) -> Worker:
    """Return whom a coordinator would name beside those present: able, and on leave at other times than they.

    Raises:
        ValueError: there is nobody but those present.
    """
    left = [one for one in candidates if one not in present]
    away = [period for one in present for period in one.leave]
    return min(
        left,
        key=lambda one: (
            sum(mine.overlaps(theirs) for mine in one.leave for theirs in away),
            one.learner.name in UNSURE,
            one.number,
        ),
    )


def peaks_of(setup: Setup) -> tuple[Days, ...]:
    """Return the declared peak as validity takes it."""
    return (Days(setup.peak.first, setup.peak.end),)


def absences_of(worker: Worker) -> tuple[Days, ...]:
    """Return a person's leave as validity takes it."""
    return tuple(Days(away.first, away.end) for away in worker.leave)


def _cohorts(setup: Setup, terms: Mapping[str, Terms]) -> list[Cohort]:
    wanted = {name: share for name, share in SHARES.items() if name in terms} or dict.fromkeys(terms, 1)
    roles = [name for name, share in wanted.items() for _ in range(share)]
    order = Stream(f"{setup.seed}|cohorts").shuffled(roles)
    waves = [wave for wave in range(len(WAVES)) for _ in range(WAVES[wave][0])]
    found = []
    for number in range(setup.cohorts):
        place = waves[number * len(waves) // setup.cohorts]
        _share, start, live = WAVES[place]
        wave = PlannedWave(f"w{place}", f"Wave {place}", place, setup.monday(start), setup.monday(live))
        role = order[number * len(order) // setup.cohorts]
        site, shift = SITES[number % len(SITES)], SHIFTS[number // len(SITES) % len(SHIFTS)]
        found.append(Cohort(f"c{number:02}", terms[role], site, shift, wave))
    return found


def _worker(setup: Setup, number: int, cohort: Cohort, joined_on: date) -> Worker:
    drawn = Stream(f"{setup.seed}|person {number}")
    kind = drawn.weighted(KINDS)
    learner = next(one for one in LEARNERS if one.name == kind)
    slots, later = drawn.weighted(SLOTS), drawn.weighted(LATER_SLOTS)
    return Worker(number, cohort, learner, joined_on, slots, later, _leave(setup, drawn))


def _leave(setup: Setup, drawn: Stream) -> tuple[Period, ...]:
    """Two leaves of one and two weeks outside the peak; one person in thirty is away for long."""
    free = [week for week in range(setup.weeks - 2) if not setup.peak_weeks[0] - 2 < week < setup.peak_weeks[1]]
    first, second = sorted(drawn.sample(free, 2))
    away = [(first, 1), (second, 2)] if second - first > 1 else [(first, 3)]
    if drawn.chance(LONG_AWAY_BP):
        away.append((drawn.below(setup.weeks - LONG_AWAY_WEEKS), LONG_AWAY_WEEKS))
    return tuple(Period(setup.monday(week), setup.monday(week + length)) for week, length in away)


def _give_training(worker: Worker) -> None:
    terms = worker.cohort.terms
    worker.alone_left = round(terms.alone * worker.learner.pace)
    worker.exam_left = round(terms.exam * worker.learner.pace)
    worker.sessions_left = len(terms.sessions)
    worker.signed = False


def _certify_earlier(setup: Setup, worker: Worker) -> None:
    """Give a person the award they earned in the weeks before their go-live, last year at the latest."""
    drawn = Stream(f"{setup.seed}|earned {worker.number}")
    last = min(worker.cohort.wave.go_live, worker.cohort.wave.training_start if _ahead(setup, worker) else date.max)
    passed = min(last, setup.first_day) - timedelta(days=1 + drawn.below(EARNED_BEFORE_GO_LIVE * 7))
    rule = worker.cohort.terms.validity
    # Whoever's award would have ended before the year begins has renewed it.
    while add_months(passed, rule.months) <= setup.first_day:
        passed = add_months(passed, rule.months)
    worker.alone_left = worker.exam_left = worker.sessions_left = 0
    worker.signed, worker.trained_on = True, passed
    worker.awards.append(AwardFacts(first_term(rule, passed), (), absences_of(worker), peaks_of(setup)))


def _ahead(setup: Setup, worker: Worker) -> bool:
    return worker.cohort.wave.go_live >= setup.first_day

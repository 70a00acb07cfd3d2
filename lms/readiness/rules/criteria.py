"""What gates are made of: criteria, figures with the bounds they are held against, and verdicts."""

from __future__ import annotations

import enum
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from lms.readiness.rules.adoption import Limits, WeekFigures
from lms.readiness.rules.trained import Trained


class Gate(enum.StrEnum):
    """The gates, in the order in which a rollout meets them; `ROLLBACK` can come at any time."""

    ASSESS = "g0"
    PILOT = "g1"
    WEEK_SIX = "g2"
    SCALE = "g3"
    WAVE = "g4"
    DAY_90 = "g5"
    ROLLBACK = "r"


# The pilot is wave 0: it meets the gates up to scale, every later wave those of scale.
PILOT_GATES = (Gate.ASSESS, Gate.PILOT, Gate.WEEK_SIX, Gate.SCALE)
SCALE_GATES = (Gate.WAVE, Gate.DAY_90)


class Criterion(enum.StrEnum):
    """What a gate asks. The names of those that people record are the names of the facts they import."""

    BASELINE_HOURS = "baseline-hours"
    BASELINE_ERRORS = "baseline-errors"
    BASELINE_CYCLE_TIME = "baseline-cycle-time"
    BASELINE_TICKETS = "baseline-tickets"
    USE_CASES = "use-cases"
    SKILL_GAPS = "skill-gaps"
    KICKOFF_SENT = "kickoff-sent"
    PEOPLE_READY = "people-ready"
    CHAMPIONS = "champions"
    APPROVERS = "approvers"
    ROLLBACK_DRILL = "rollback-drill"
    SCOPE_PERCENT = "scope-percent"
    PARALLEL_WEEKS = "parallel-weeks"
    ANNOUNCED_WEEKS_BEFORE = "announced-weeks-before"
    JOB_QUESTIONS = "job-questions"
    PILOT_OPERATORS = "pilot-operators"
    PILOT_TIME_PERCENT = "pilot-time-percent"
    BARRIERS_ANSWERED = "barriers-answered"
    ACTIVE_USERS = "active-users"
    ERROR_RATE = "error-rate"
    MANUAL_TIME = "manual-time"
    SATISFACTION = "satisfaction"
    PILOT_WEEKS = "pilot-weeks"
    STABLE_WEEKS = "stable-weeks"
    BUDGET_PERCENT = "budget-percent"
    FALLBACK_WEEKS = "fallback-weeks"
    OPEN_ROLLBACKS = "open-rollbacks"
    TRAINED = "trained"
    AUTOMATION = "automation"
    ERROR_LIMIT = "error-limit"
    MARGIN = "margin"
    LATENCY = "latency"


class Verdict(enum.StrEnum):
    """How a criterion or gate stands. `NO_DATA` counts as fail."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    AT_RISK = "at-risk"
    FAIL = "fail"
    NO_DATA = "no-data"
    WAIVED = "waived"

    @property
    def holds(self) -> bool:
        """Return whether the gate may be passed on this."""
        return self in {Verdict.PASS, Verdict.AT_RISK, Verdict.WAIVED}


class Decision(enum.StrEnum):
    """What is decided on a gate."""

    GO = "go"
    HOLD = "hold"
    NO_GO = "no-go"


class Unit(enum.StrEnum):
    """How a figure is written."""

    COUNT = "count"
    PERCENT = "percent"
    SHARE = "share"
    WEEKS = "weeks"
    MEAN = "mean"
    YES_NO = "yes-no"
    RECORDED = "recorded"


@dataclass(frozen=True, slots=True)
class Bound:
    """What is asked of a figure; both ends belong to it, so that exactly at a limit is within."""

    least: Fraction | None = None
    most: Fraction | None = None

    def holds(self, value: Fraction) -> bool:
        """Return whether the value is within."""
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)


@dataclass(frozen=True, slots=True)
class Result:
    """One criterion: what was found (None: nothing), what is asked, and the verdict. `sample` where it is estimated."""

    criterion: Criterion
    verdict: Verdict
    actual: Fraction | None
    bound: Bound
    unit: Unit
    sample: int | None = None
    upper: float | None = None


@dataclass(frozen=True, slots=True)
class GateResult:
    """A gate with its criteria."""

    gate: Gate
    results: tuple[Result, ...]

    @property
    def verdict(self) -> Verdict:
        """Return fail where any criterion fails or has no data, else at risk where any is, else pass."""
        verdicts = {result.verdict for result in self.results}
        if not self.results or Verdict.FAIL in verdicts or Verdict.NO_DATA in verdicts:
            return Verdict.FAIL
        return Verdict.AT_RISK if Verdict.AT_RISK in verdicts else Verdict.PASS

    @property
    def failing(self) -> tuple[Result, ...]:
        """Return the criteria that keep the gate shut."""
        return tuple(result for result in self.results if not result.verdict.holds)


@dataclass(frozen=True, slots=True)
class Cover:
    """A wave's coverage in numbers: people, and teams that lack a champion or an approver."""

    rostered: int
    ready: int
    teams: int
    without_champion: int
    without_approver: int


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything the gates look at.

    `facts` are what people recorded, by criterion name; yes is 1 and no is 0. `next_cover` is the coverage of the wave
    after this one, which G3 asks for.
    """

    today: date
    go_live: date
    facts: Mapping[str, Fraction] = field(default_factory=dict)
    weeks: Sequence[WeekFigures] = ()
    cover: Cover | None = None
    next_cover: Cover | None = None
    trained: Trained | None = None
    waived: Collection[tuple[Gate, Criterion]] = ()
    limits: Limits = field(default_factory=Limits)


# What people record because no log and no training record says it, and what may be recorded for each.
RECORDED: Mapping[Criterion, Unit] = {
    Criterion.BASELINE_HOURS: Unit.RECORDED,
    Criterion.BASELINE_ERRORS: Unit.RECORDED,
    Criterion.BASELINE_CYCLE_TIME: Unit.RECORDED,
    Criterion.BASELINE_TICKETS: Unit.RECORDED,
    Criterion.USE_CASES: Unit.COUNT,
    Criterion.SKILL_GAPS: Unit.YES_NO,
    Criterion.KICKOFF_SENT: Unit.YES_NO,
    Criterion.ROLLBACK_DRILL: Unit.YES_NO,
    Criterion.SCOPE_PERCENT: Unit.PERCENT,
    Criterion.PARALLEL_WEEKS: Unit.WEEKS,
    Criterion.ANNOUNCED_WEEKS_BEFORE: Unit.WEEKS,
    Criterion.JOB_QUESTIONS: Unit.YES_NO,
    Criterion.PILOT_OPERATORS: Unit.COUNT,
    Criterion.PILOT_TIME_PERCENT: Unit.PERCENT,
    Criterion.BARRIERS_ANSWERED: Unit.YES_NO,
    Criterion.BUDGET_PERCENT: Unit.PERCENT,
    Criterion.FALLBACK_WEEKS: Unit.WEEKS,
    Criterion.OPEN_ROLLBACKS: Unit.COUNT,
}

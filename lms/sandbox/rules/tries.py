"""When a run may begin: what unlocks it, how long after the last try, and what follows two failures.

Sources: simulators.md sections 1.6 and 1.7, curriculum.md section 4.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from lms.sandbox.rules.exercise import Mode
from lms.sandbox.rules.runs import EXAMS, RunState

if TYPE_CHECKING:
    from collections.abc import Sequence

GAP = timedelta(hours=24)
GUIDED_SETS = 2
# After so many failures a person helps, and a person decides.
FAILURES = 2


class Blocked(StrEnum):
    """Why a run cannot begin now; the page says what to do instead."""

    OPEN_RUN = "open-run"
    GUIDED_FIRST = "guided-first"
    SUPERVISED_FIRST = "supervised-first"
    PASSED = "passed"
    DEBRIEF_FIRST = "debrief-first"
    TOO_SOON = "too-soon"
    COACHING = "coaching"
    SUPERVISED_TRY = "supervised-try"
    DECISION = "decision"
    ANOTHER_TASK = "another-task"


class Outcome(StrEnum):
    """What a person decided after two failures."""

    ANOTHER_TRY = "another-try"
    ANOTHER_TASK = "another-task"


@dataclass(frozen=True, slots=True)
class Past:
    """An earlier run of the same step in the same cycle, practice left out."""

    state: RunState
    passed: bool | None
    handed_in_at: datetime | None


@dataclass(frozen=True, slots=True)
class Help:
    """What was done since the failures it is about: coaching asked for, given, and a person's decision."""

    asked_at: datetime | None = None
    coached_at: datetime | None = None
    decided_at: datetime | None = None
    outcome: Outcome | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """What a person has done with a console: guided sets finished, and when each supervised set was debriefed."""

    guided: int = 0
    supervised: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class Gate:
    """Whether a run may begin. `not_before` where only time is missing; `failures` of this exam so far."""

    blocked: Blocked | None
    not_before: datetime | None = None
    failures: int = 0


def may_begin(mode: Mode, past: Sequence[Past], record: Record, help_given: Help | None, now: datetime) -> Gate:
    """Return whether a run of a step may begin; `past` are its earlier runs, oldest first."""
    failures = sum(1 for run in past if run.passed is False)
    if any(run.state is RunState.OPEN for run in past):
        return Gate(Blocked.OPEN_RUN, failures=failures)
    if mode is Mode.SUPERVISED and record.guided < GUIDED_SETS:
        return Gate(Blocked.GUIDED_FIRST)
    if mode not in EXAMS:
        return Gate(None)
    if any(run.passed for run in past):
        return Gate(Blocked.PASSED, failures=failures)
    if not record.supervised:
        return Gate(Blocked.SUPERVISED_FIRST)
    if any(run.state is RunState.HANDED_IN for run in past):
        return Gate(Blocked.DEBRIEF_FIRST, failures=failures)
    blocked = _after_failures(failures, record, help_given)
    if blocked is not None:
        return Gate(blocked, failures=failures)
    last = max((run.handed_in_at for run in past if run.handed_in_at), default=None)
    if last is not None and now < last + GAP:
        return Gate(Blocked.TOO_SOON, last + GAP, failures)
    return Gate(None, failures=failures)


def _after_failures(failures: int, record: Record, given: Help | None) -> Blocked | None:
    if failures < FAILURES:
        return None
    if given is None or given.coached_at is None:
        return Blocked.COACHING
    if not any(at > given.coached_at for at in record.supervised):
        return Blocked.SUPERVISED_TRY
    if given.outcome is None:
        return Blocked.DECISION
    return Blocked.ANOTHER_TASK if given.outcome is Outcome.ANOTHER_TASK else None

"""The champion's board: who needs you now, who is slipping, and what your two hours this week are for.

Source: ux-guide.md section 8; a champion has two hours a week (curriculum.md section 6).
"""

from __future__ import annotations

import enum
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

QUIET = timedelta(days=7)
WEEKLY_MINUTES = 120
MOST_ACTIONS = 5
NUDGE_PAUSE = timedelta(hours=48)


class Group(enum.StrEnum):
    """Where a colleague stands on the board."""

    NEEDS_YOU = "needs-you"
    SLIPPING = "slipping"
    ON_TRACK = "on-track"
    CERTIFIED = "certified"
    AWAY = "away"


class Why(enum.StrEnum):
    """Why a colleague stands there."""

    ASKED_FOR_HELP = "asked-for-help"
    SIGN_OFF_WAITING = "sign-off-waiting"
    OVERDUE = "overdue"
    NEVER_STARTED = "never-started"
    QUIET = "quiet"
    STUDYING = "studying"
    DONE = "done"
    ABSENT = "absent"
    NO_TRAINING = "no-training"


class Task(enum.StrEnum):
    """What a champion does about it."""

    SIGN_OFF = "sign-off"
    ANSWER = "answer"
    TALK = "talk"
    NUDGE = "nudge"
    NONE = "none"


MINUTES = {Task.SIGN_OFF: 30, Task.ANSWER: 15, Task.TALK: 20, Task.NUDGE: 5, Task.NONE: 0}
_TASK = {
    Why.SIGN_OFF_WAITING: Task.SIGN_OFF,
    Why.ASKED_FOR_HELP: Task.ANSWER,
    Why.OVERDUE: Task.TALK,
    Why.NEVER_STARTED: Task.NUDGE,
    Why.QUIET: Task.NUDGE,
}


@dataclass(frozen=True, slots=True)
class Colleague:
    """What the board knows of one person: `modules_done` of `modules_total`; `since` is when they were assigned."""

    person_id: uuid.UUID
    name: str
    shift: str
    site: str
    modules_done: int = 0
    modules_total: int = 0
    due_on: date | None = None
    since: datetime | None = None
    last_activity: datetime | None = None
    asked_for_help: datetime | None = None
    sign_off_waiting: str | None = None
    absent: bool = False
    certified: bool = False
    nudged_at: datetime | None = None

    def may_be_nudged(self, now: datetime) -> bool:
        """Return whether the last nudge lies far enough back: one per person per 48 hours."""
        return self.nudged_at is None or now - self.nudged_at >= NUDGE_PAUSE


@dataclass(frozen=True, slots=True)
class Row:
    """A colleague on the board."""

    colleague: Colleague
    group: Group
    why: Why

    @property
    def task(self) -> Task:
        """Return what the champion does about it."""
        return _TASK.get(self.why, Task.NONE)


def place(colleague: Colleague, today: date, now: datetime) -> Row:
    """Return where a colleague stands. Asking for help and a waiting sign-off come first; absence pauses counting."""
    if colleague.asked_for_help is not None:
        return Row(colleague, Group.NEEDS_YOU, Why.ASKED_FOR_HELP)
    if colleague.sign_off_waiting is not None:
        return Row(colleague, Group.NEEDS_YOU, Why.SIGN_OFF_WAITING)
    if colleague.certified:
        return Row(colleague, Group.CERTIFIED, Why.DONE)
    if colleague.absent:
        return Row(colleague, Group.AWAY, Why.ABSENT)
    if not colleague.modules_total:
        return Row(colleague, Group.ON_TRACK, Why.NO_TRAINING)
    if colleague.modules_done >= colleague.modules_total:
        return Row(colleague, Group.ON_TRACK, Why.DONE)
    if colleague.due_on is not None and colleague.due_on < today:
        return Row(colleague, Group.NEEDS_YOU, Why.OVERDUE)
    last = colleague.last_activity or colleague.since
    if last is not None and now - last > QUIET:
        return Row(colleague, Group.SLIPPING, Why.QUIET if colleague.last_activity else Why.NEVER_STARTED)
    return Row(colleague, Group.ON_TRACK, Why.STUDYING)


def lay_board(colleagues: Iterable[Colleague], today: date, now: datetime) -> dict[Group, tuple[Row, ...]]:
    """Return every group in its order; within a group the one due first stands first."""
    rows = [place(colleague, today, now) for colleague in colleagues]
    rows.sort(key=lambda row: (list(Why).index(row.why), row.colleague.due_on or date.max, row.colleague.name))
    return {group: tuple(row for row in rows if row.group is group) for group in Group}


def weekly_actions(board: dict[Group, tuple[Row, ...]], promised: int = 0) -> tuple[Row, ...]:
    """Return at most five things to do this week that fit into two hours together, the most urgent first.

    `promised` are minutes of the two hours that are spoken for: the sessions that the champion holds this week.
    """
    chosen: list[Row] = []
    left = WEEKLY_MINUTES - promised
    for row in (*board[Group.NEEDS_YOU], *board[Group.SLIPPING]):
        if len(chosen) < MOST_ACTIONS and MINUTES[row.task] <= left:
            chosen.append(row)
            left -= MINUTES[row.task]
    return tuple(chosen)

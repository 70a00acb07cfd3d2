"""The demo company while it is being lived: its clock, its people and what is planned for them."""

from __future__ import annotations

import heapq
import random
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from lms.accounts.models.people import Profile
from lms.accounts.queries.identity import actor_by_person
from lms.accounts.rules.actor import Actor
from lms.demo.rules.company import Worker, Workforce
from lms.demo.rules.habits import Habit
from lms.demo.rules.timeline import Timeline
from lms.infra.db import db
from lms.shared.clock import MovableClock

Action = Callable[[], None]


@dataclass(slots=True)
class Learner:
    """A worker who studies: their habit, a source of chance of their own, and what is known of them so far."""

    worker: Worker
    habit: Habit
    rng: random.Random
    starts_on: date
    last_active: date | None = None
    away: tuple[date, date] | None = None
    left_on: date | None = None
    needs_help: bool = False
    has_asked: bool = False
    log_complete: bool = False
    signed: bool = False

    def is_here(self, day: date) -> bool:
        """Return whether the person is at work on `day`."""
        gone = self.left_on is not None and day > self.left_on
        absent = self.away is not None and self.away[0] <= day <= self.away[1]
        return not gone and not absent and day >= self.starts_on


class Agenda:
    """What happens when; things may be added while others happen."""

    def __init__(self) -> None:
        self._entries: list[tuple[datetime, int, Action]] = []
        self._added = 0

    def add(self, moment: datetime, action: Action) -> None:
        """Let `action` happen at `moment`, after what was added earlier for the same moment."""
        heapq.heappush(self._entries, (moment, self._added, action))
        self._added += 1

    def days(self) -> Iterator[date]:
        """Yield every UTC day on which something happens; `due` gives what that is."""
        while self._entries:
            yield self._entries[0][0].date()

    def due(self, day: date) -> Iterator[tuple[datetime, Action]]:
        """Yield what happens on `day`, in order."""
        while self._entries and self._entries[0][0].date() <= day:
            moment, _number, action = heapq.heappop(self._entries)
            yield moment, action


@dataclass(slots=True)
class World:
    """The whole company. Keys of `ids` are employee numbers, of `cohorts` and `champions` cohort keys."""

    size: int
    clock: MovableClock
    timeline: Timeline
    rng: random.Random
    workforce: Workforce
    learners: dict[str, Learner]
    joiners: tuple[Worker, ...]
    agenda: Agenda = field(default_factory=Agenda)
    ids: dict[str, uuid.UUID] = field(default_factory=dict)
    rollout: str = ""
    waves: dict[int, str] = field(default_factory=dict)
    cohorts: dict[str, str] = field(default_factory=dict)
    champions: dict[str, list[Worker]] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """Return the day the company has come to."""
        return self.clock.now().date()

    def live(self, moment: datetime, action: Action) -> None:
        """Move the clock to `moment`, unless what came before took longer, and let `action` happen."""
        self.clock.set(max(moment, self.clock.now()))
        action()

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.clock.set(self.clock.now() + timedelta(seconds=seconds))

    def actor(self, worker: Worker) -> Actor:
        """Return somebody as services take them, with the roles they hold now."""
        found = actor_by_person(self.ids[worker.number], self.clock.now())
        if found is None:
            message = f"{worker.name} is not in the company now."
            raise LookupError(message)
        return found

    @property
    def coordinator(self) -> Actor:
        """Return the head of training."""
        return self.actor(self.workforce.trainer)

    def scaled(self, count: int, full: int) -> int:
        """Return a count meant for a company of `full` people for one of this size; at least one."""
        return max(1, round(count * self.size / full))

    def members(self, cohort: str) -> list[Learner]:
        """Return the learners of a cohort, in the order of their numbers."""
        return [learner for learner in self.learners.values() if learner.worker.cohort == cohort]

    def learn_ids(self) -> None:
        """Look up the keys of everybody who is stored."""
        rows = db.session.execute(sa.select(Profile.employee_number, Profile.person_id))
        self.ids = {number: person_id for number, person_id in rows}  # noqa: C416 - rows are not tuples to a checker

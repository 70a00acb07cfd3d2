"""How people study: when they sit down, how much they do, how often they are right, and where they stop."""

from __future__ import annotations

import enum
import random
from dataclasses import dataclass
from datetime import date, timedelta

from lms.demo.rules.company import apportion
from lms.demo.rules.plan import PILOT
from lms.demo.rules.timeline import next_workday


class Habit(enum.StrEnum):
    """A way of studying."""

    QUICK = "quick"
    STEADY = "steady"
    STRUGGLING = "struggling"
    STALLED = "stalled"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Pace:
    """What a habit means: days until the first sitting and between two, steps in one, sittings at most, and skill.

    `skill` is the chance of a right answer at the first try of a quiz; each further try is surer.
    """

    delay: tuple[int, int]
    gap: tuple[int, int]
    steps: tuple[int, int]
    sittings: int
    skill: float


PACES = {
    Habit.QUICK: Pace((0, 4), (2, 4), (5, 8), 40, 0.96),
    Habit.STEADY: Pace((1, 10), (5, 8), (3, 6), 40, 0.91),
    Habit.STRUGGLING: Pace((2, 14), (5, 9), (3, 5), 40, 0.68),
    Habit.STALLED: Pace((1, 14), (4, 8), (3, 5), 4, 0.8),
    Habit.NEVER: Pace((0, 0), (0, 0), (0, 0), 0, 0.0),
}
SURER_BY = 0.13
# Out of a hundred people; a pilot is made of volunteers.
MIX_PILOT = {Habit.QUICK: 28, Habit.STEADY: 46, Habit.STRUGGLING: 12, Habit.STALLED: 9, Habit.NEVER: 5}
MIX_LATER = {Habit.QUICK: 14, Habit.STEADY: 45, Habit.STRUGGLING: 16, Habit.STALLED: 12, Habit.NEVER: 13}


def deal_habits(rng: random.Random, people: int, wave: int) -> list[Habit]:
    """Return one habit for each of `people` in a cohort, in the proportions of its wave, shuffled.

    The first is quick, whoever else there is: every cohort has somebody who could be its champion. Later waves are not
    made of volunteers: somebody in each of their cohorts never begins.
    """
    mix = MIX_PILOT if wave == PILOT else MIX_LATER
    counts = apportion(list(mix.values()), people, 0)
    dealt = [habit for habit, count in zip(mix, counts, strict=True) for _ in range(count)]
    rest = dealt[1:]
    if rest and wave != PILOT:
        rest = [*rest[:-1], Habit.NEVER]
    rng.shuffle(rest)
    return [Habit.QUICK, *rest]


def sittings(rng: random.Random, habit: Habit, first: date, last: date) -> list[tuple[date, int]]:
    """Return the days on which somebody sits down to study, from `first` to `last`, and how many steps they do."""
    pace = PACES[habit]
    day = next_workday(first + timedelta(days=rng.randint(*pace.delay)))
    planned: list[tuple[date, int]] = []
    while day <= last and len(planned) < pace.sittings:
        planned.append((day, rng.randint(*pace.steps)))
        day = next_workday(day + timedelta(days=rng.randint(*pace.gap)))
    return planned


def chance_of_right(habit: Habit, earlier_tries: int) -> float:
    """Return the chance of a right answer to a quiz question at the next try."""
    return min(0.98, PACES[habit].skill + SURER_BY * earlier_tries)

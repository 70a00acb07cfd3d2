"""A company before anything has happened to it: who will work there and how each of them will study."""

from __future__ import annotations

import random
from datetime import date

from lms.demo.rules.company import FULL_SIZE, Worker, Workforce, hire_later, make_workforce
from lms.demo.rules.habits import Habit, deal_habits
from lms.demo.rules.plan import COHORTS, NEWS_WEEKS, PlannedCohort, wave_of
from lms.demo.rules.timeline import Timeline, at
from lms.demo.service.world import Learner, World
from lms.shared.clock import MovableClock

SEED = 2026
JOINERS = 8


def found_company(today: date, size: int) -> World:
    """Return a company of about `size` people made on `today`, its clock at the beginning of its history."""
    timeline = Timeline(today)
    rng = random.Random(SEED)  # noqa: S311 - the same company every time
    workforce = make_workforce(rng, size, timeline.first_day)
    world = World(
        size=size,
        clock=MovableClock(at(timeline.first_day, 7, 0, workforce.trainer.zone)),
        timeline=timeline,
        rng=rng,
        workforce=workforce,
        learners={},
        joiners=(),
    )
    count = world.scaled(JOINERS, FULL_SIZE)
    days = [timeline.day(NEWS_WEEKS[place % len(NEWS_WEEKS)], 1) for place in range(count)]
    world.joiners = hire_later(rng, workforce, sorted(days))
    for cohort in COHORTS:
        _enrol(world, cohort, workforce)
    for joiner in world.joiners:
        world.learners[joiner.number] = _learner(joiner, Habit.STEADY, joiner.joined_on)
    return world


def _enrol(world: World, cohort: PlannedCohort, workforce: Workforce) -> None:
    workers = workforce.in_cohort(cohort.key)
    if not workers:
        return
    first_day = world.timeline.day(wave_of(cohort).training_week)
    # The lead comes last: a champion is one of the team, not its manager.
    ordered = [worker for worker in workers if not worker.leads] + [worker for worker in workers if worker.leads]
    habits = deal_habits(world.rng, len(ordered), cohort.wave)
    dealt = {worker.number: habit for worker, habit in zip(ordered, habits, strict=True)}
    for worker in workers:
        world.learners[worker.number] = _learner(worker, dealt[worker.number], first_day)


def _learner(worker: Worker, habit: Habit, starts_on: date) -> Learner:
    chance = random.Random(f"{SEED} {worker.number}")  # noqa: S311 - the same every time, whoever comes first
    return Learner(worker=worker, habit=habit, rng=chance, starts_on=starts_on)

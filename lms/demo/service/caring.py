"""What people do for each other: questions to champions, answers, reminders; and one certificate taken back."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import sqlalchemy as sa

from lms.certification.models import Award
from lms.certification.service.status import revoke_award
from lms.demo.rules.habits import Habit
from lms.demo.rules.plan import COHORTS, SECOND, wave_of
from lms.demo.rules.timeline import at
from lms.demo.service.world import Learner, World
from lms.home.service.care import answer_help, ask_for_help, nudge
from lms.infra.db import db

TUESDAY, WEDNESDAY = 1, 2
QUIET_DAYS, NUDGES_A_WEEK = 10, 2
REVOKED_IN = -4
QUESTIONS = (
    "I do not see why my answer about the limits was wrong.",
    "Can we look at splitting together? I keep mixing it up.",
    "I read the lesson twice. Which of the five questions comes first?",
)
REMINDERS = (
    "The next step takes five minutes. Shall we do it together on Thursday?",
    "You were doing well. What got in the way?",
)


def plan_caring(world: World) -> None:
    """Put questions, answers and reminders on the agenda, week by week."""
    zone = world.workforce.trainer.zone
    for cohort in COHORTS:
        wave = wave_of(cohort)
        if wave.number == SECOND:
            continue
        for week in range(wave.training_week + 2, 0):
            asking = at(world.timeline.day(week, TUESDAY), 12, 5, zone)
            world.agenda.add(asking, partial(_ask, world, cohort.key, last=week == -1))
            if week < -1:
                answering = at(world.timeline.day(week, WEDNESDAY), 15, 20, zone)
                world.agenda.add(answering, partial(_answer, world, cohort.key))
                world.agenda.add(answering + timedelta(minutes=10), partial(_remind, world, cohort.key))
    day = world.timeline.day(REVOKED_IN, WEDNESDAY)
    world.agenda.add(at(day, 11, 40, zone), partial(_revoke_one, world))


def _ask(world: World, cohort: str, *, last: bool) -> None:
    here = [member for member in world.members(cohort) if _is_here(world, member) and member.last_active is not None]
    asking = [member for member in here if member.needs_help]
    if last and not asking:
        # So that every board has a question on it that is still open.
        asking = [member for member in here if member.habit in {Habit.STRUGGLING, Habit.STALLED}][:1]
    for place, member in enumerate(asking):
        ask_for_help(world.actor(member.worker), "", QUESTIONS[place % len(QUESTIONS)])
        member.needs_help, member.has_asked = False, True


def _answer(world: World, cohort: str) -> None:
    champion = _champion(world, cohort)
    for member in world.members(cohort):
        if champion is not None and member.has_asked and member is not champion:
            answer_help(world.actor(champion.worker), world.ids[member.worker.number])
            member.has_asked = False


def _remind(world: World, cohort: str) -> None:
    champion = _champion(world, cohort)
    if champion is None:
        return
    quiet = [member for member in world.members(cohort) if _is_here(world, member) and _is_quiet(world, member)]
    for place, member in enumerate(quiet[:NUDGES_A_WEEK]):
        if member is not champion:
            text = REMINDERS[place % len(REMINDERS)]
            nudge(world.actor(champion.worker), world.ids[member.worker.number], text)


def _is_here(world: World, member: Learner) -> bool:
    return member.worker.number in world.ids and member.is_here(world.today)


def _is_quiet(world: World, member: Learner) -> bool:
    last = member.last_active or member.starts_on
    return member.habit is not Habit.QUICK and (world.today - last).days > QUIET_DAYS


def _champion(world: World, cohort: str) -> Learner | None:
    champions = (world.learners[worker.number] for worker in world.champions.get(cohort, ()))
    return next((champion for champion in champions if _is_here(world, champion)), None)


def _revoke_one(world: World) -> None:
    award_id = db.session.scalar(
        sa.select(Award.id).order_by(Award.serial_year, Award.serial_number).offset(1).limit(1)
    )
    if award_id is not None:
        reason = "The sign-off was recorded for the wrong person. The observation is repeated."
        revoke_award(world.coordinator, award_id, reason)

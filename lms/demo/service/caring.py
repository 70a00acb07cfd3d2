"""What people do for each other: questions, answers, reminders, a second look; and one certificate taken back."""

from __future__ import annotations

import uuid
from datetime import timedelta
from functools import partial

import sqlalchemy as sa

from lms.certification.models import Award, Review
from lms.certification.rules.reviews import Outcome
from lms.certification.service.reviews import answer_review, ask_for_review
from lms.certification.service.status import revoke_award
from lms.demo.rules.company import Worker
from lms.demo.rules.habits import Habit
from lms.demo.rules.plan import COHORTS, SECOND, wave_of
from lms.demo.rules.timeline import at
from lms.demo.service.world import Learner, World
from lms.home.service.care import answer_help, ask_for_help, nudge
from lms.infra.db import db
from lms.learning.models import Evidence
from lms.sandbox.models import Run
from lms.sandbox.service.contests import contest_key

TUESDAY, WEDNESDAY = 1, 2
QUIET_DAYS, NUDGES_A_WEEK = 10, 2
REVOKED_IN = -4
DOUBTED_IN, LOOKED_AGAIN_IN = -3, -2
QUESTIONS = (
    "I do not see why my answer about the limits was wrong.",
    "Can we look at splitting together? I keep mixing it up.",
    "I read the lesson twice. Which of the five questions comes first?",
)
REVIEW_ASKED = "I named the evidence before I acted on both cases. The sheet says that I did not."
REVIEW_ANSWERED = (
    "I spoke with both of you. On the second case the reason came after the action, so the sign-off stands."
)
KEY_DOUBTED = "The label was smudged on this one. I could not have read the date."
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
    world.agenda.add(at(world.timeline.day(DOUBTED_IN, WEDNESDAY), 16, 5, zone), partial(_doubt, world))
    world.agenda.add(at(world.timeline.day(LOOKED_AGAIN_IN, TUESDAY), 10, 15, zone), partial(_look_again, world))


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


def _doubt(world: World) -> None:
    """Let two people ask for a review of a sign-off, and one say that a case's key is wrong."""
    signed = sa.select(Evidence.person_id, Evidence.id).where(Evidence.kind == "observation")
    for person, reference in db.session.execute(signed.order_by(Evidence.recorded_at).limit(2)):
        ask_for_review(world.actor(_worker(world, person)), reference, REVIEW_ASKED)
    run = db.session.execute(
        sa.select(Run.person_id, Run.id).where(Run.closed_at.is_not(None)).order_by(Run.opened_at).limit(1)
    ).first()
    if run is not None:
        contest_key(run.person_id, run.id, 1, KEY_DOUBTED, world.clock.now())


def _look_again(world: World) -> None:
    """Decide the first review; the second one waits, for the coordinator to find."""
    waiting = sa.select(Review.id).where(Review.is_open.is_(True)).order_by(Review.asked_at, Review.id)
    review = db.session.scalars(waiting.limit(1)).first()
    if review is not None:
        answer_review(world.coordinator, review, Outcome.STANDS, REVIEW_ANSWERED)


def _worker(world: World, person: uuid.UUID) -> Worker:
    return next(learner.worker for number, learner in world.learners.items() if world.ids.get(number) == person)

"""Workshops: scheduled for each cohort, booked, held, missed, made up for; one is full, one was cancelled."""

from __future__ import annotations

import itertools
import uuid
from datetime import date, timedelta
from functools import partial

from lms.accounts.rules.names import slug
from lms.demo.rules.company import PUERTO, RIVERBEND, ZONES
from lms.demo.rules.habits import Habit
from lms.demo.rules.plan import COHORTS, FIRST, SECOND, WITHOUT_CHAMPION, PlannedCohort, wave_of
from lms.demo.rules.timeline import HOURS, OFFICE, at
from lms.demo.service.world import Learner, World
from lms.learning.queries.catalogue import programme_by_id, releases_of
from lms.learning.rules.cycles import INITIAL
from lms.workshops.queries.steps import LiveStep, live_steps, steps_to_do
from lms.workshops.rules.booking import BookingState
from lms.workshops.service.attendance import RosterChange, keep_roster, record_make_up
from lms.workshops.service.bookings import ask_for_session, book, cancel_booking
from lms.workshops.service.equivalents import Equivalent, record_equivalent
from lms.workshops.service.sessions import SessionDraft, cancel_session, schedule_session

# Weeks after the start of training in which a programme's workshops are held, in order of study.
HELD_IN = (0, 4, 5, 6, 6)
COMES, MAKES_UP = 0.92, 0.5
FULL_SEATS, FULL_WAITING = 8, 4
PAPER_WEEK, PAPERS = -6, 2
ROOMS = {PUERTO: "Sala 2", RIVERBEND: "Training room, mezzanine"}


def plan_workshops(world: World) -> None:
    """Put scheduling on the agenda; the sessions themselves follow from it."""
    zone = world.workforce.trainer.zone
    for place, cohort in enumerate(COHORTS):
        wave = wave_of(cohort)
        if wave.number == SECOND:
            continue
        for turn, week in enumerate(HELD_IN):
            day = world.timeline.day(wave.training_week + week - 1, 1)
            world.agenda.add(at(day, 9, 10 + place, zone), partial(_schedule, world, cohort, turn))
    world.agenda.add(at(world.timeline.day(PAPER_WEEK, 2), 9, 5, zone), partial(_accept_paper, world))
    world.agenda.add(at(world.timeline.day(-1, 2), 9, 5, zone), partial(_look_ahead, world))


def _schedule(world: World, cohort: PlannedCohort, turn: int) -> None:
    """Schedule a cohort's next workshop for the week after, in as many sessions as its people need."""
    steps = _workshops_of(cohort)
    day = world.today + timedelta(days=8)
    if turn >= len(steps) or day > world.timeline.last_day:
        return
    live = steps[turn]
    people = [member for member in world.members(cohort.key) if _may_come(world, member, day)]
    most = int(live.step.settings["seats"]["max"])
    for number, start in enumerate(range(0, len(people), most)):
        session_day = day + timedelta(days=number)
        session = _session(world, cohort, live, session_day, most)
        if turn and cohort.key == WITHOUT_CHAMPION:
            moment = at(session_day - timedelta(days=1), 15, 0, world.workforce.trainer.zone)
            world.agenda.add(moment, partial(_cancel, world, session))
        else:
            _fill(world, session, people[start : start + most])
            _hold_later(world, cohort, session, session_day, live, people[start : start + most])


def _workshops_of(cohort: PlannedCohort) -> list[LiveStep]:
    programme = programme_by_id(slug(cohort.function))
    courses = [release.course.id for release in releases_of(programme, INITIAL)] if programme else []
    studied = [live for live in live_steps("workshop") if live.course in courses]
    return sorted(studied, key=lambda live: courses.index(live.course))


def _may_come(world: World, member: Learner, day: date) -> bool:
    return member.habit is not Habit.NEVER and member.worker.number in world.ids and member.is_here(day)


def _session(world: World, cohort: PlannedCohort, live: LiveStep, day: date, seats: int) -> uuid.UUID:
    hours = HOURS.get(cohort.shift, OFFICE)
    zone = ZONES[cohort.site]
    draft = SessionDraft(
        step=live.step.id,
        title=live.title("en"),
        starts_at=at(day, hours.first + 1, 0, zone),
        minutes=live.step.minutes,
        zone=zone,
        seats=seats,
        facilitator_id=_facilitator(world, cohort),
        room=ROOMS.get(cohort.site, "Room 3, second floor"),
        cohort_id=world.cohorts[cohort.key],
    )
    return schedule_session(world.coordinator, draft)


def _facilitator(world: World, cohort: PlannedCohort) -> uuid.UUID:
    champion = next(
        (one for one in world.champions.get(cohort.key, ()) if world.learners[one.number].is_here(world.today)), None
    )
    return world.ids[(champion or world.workforce.trainer).number]


def _fill(world: World, session: uuid.UUID, people: list[Learner]) -> None:
    for person in people:
        world.wait(person.rng.uniform(30, 600))
        book(world.ids[person.worker.number], session)


def _cancel(world: World, session: uuid.UUID) -> None:
    cancel_session(world.coordinator, session, "The champion has left. A new date follows.")


def _hold_later(
    world: World, cohort: PlannedCohort, session: uuid.UUID, day: date, live: LiveStep, people: list[Learner]
) -> None:
    start = at(day, HOURS.get(cohort.shift, OFFICE).first + 1, 0, ZONES[cohort.site])
    ends = start + timedelta(minutes=live.step.minutes + 10)
    world.agenda.add(ends, partial(_hold, world, session, people, live))


def _hold(world: World, session: uuid.UUID, people: list[Learner], live: LiveStep) -> None:
    booked = [person for person in people if person.left_on is None or person.left_on >= world.today]
    came = [person for person in booked if person.is_here(world.today) and person.rng.random() < COMES]
    present = frozenset(world.ids[person.worker.number] for person in came)
    keep_roster(world.coordinator, session, RosterChange(present, close=True))
    for person in came:
        person.last_active = world.today
    for person in booked:
        missed = person not in came and person.rng.random() < MAKES_UP
        if missed and live.step.settings.get("makeup_minutes") is not None:
            later = world.clock.now() + timedelta(days=6)
            world.agenda.add(later, partial(_make_up, world, session, person))


def _make_up(world: World, session: uuid.UUID, person: Learner) -> None:
    if person.is_here(world.today) and world.today <= world.timeline.last_day:
        reason = "Watched the recording and spoke with the champion for ten minutes."
        record_make_up(world.coordinator, session, world.ids[person.worker.number], reason)


def _accept_paper(world: World) -> None:
    """Accept a list on paper for people who heard the same talk before the service was there."""
    first = [cohort for cohort in COHORTS if cohort.wave == FIRST]
    workshop = _workshops_of(first[0])[0]
    members = [member for cohort in first for member in world.members(cohort.key)]
    missing = (member for member in members if member.is_here(world.today) and _needs(world, member, workshop))
    for member in itertools.islice(missing, PAPERS):
        record_equivalent(
            world.coordinator,
            Equivalent(
                employee_number=member.worker.number,
                step=workshop.step.id,
                on=world.timeline.day(-12, 3),
                reason="Took part in the same talk at the town hall in spring.",
                document="Attendance list of the town hall, kept by HR",
            ),
        )


def _look_ahead(world: World) -> None:
    """Schedule what is coming: a full session at Riverbend, open ones elsewhere, and what nobody can make."""
    full = [member for member in world.members(WITHOUT_CHAMPION) if member.is_here(world.today)]
    cohort = next(cohort for cohort in COHORTS if cohort.key == WITHOUT_CHAMPION)
    open_steps = [todo for member in full[:1] for todo in steps_to_do(world.ids[member.worker.number], "workshop")]
    seats = min(FULL_SEATS, max(1, len(full) - FULL_WAITING))
    for live in open_steps[:1]:
        session = _session(world, cohort, live, world.timeline.day(1, 1), seats)
        _fill(world, session, full[: seats + FULL_WAITING])
    for other in COHORTS:
        if other.wave == FIRST and other.key != WITHOUT_CHAMPION:
            _offer_again(world, other)
    night = world.members("floor-northgate-night")[:2]
    for person in night:
        if person.is_here(world.today):
            ask_for_session(world.ids[person.worker.number], "", "All sessions are in the day. I work nights.")


def _offer_again(world: World, cohort: PlannedCohort) -> None:
    """Offer each workshop that somebody of a cohort still needs once more, and let some of them book."""
    here = [member for member in world.members(cohort.key) if _may_come(world, member, world.today)]
    for turn, live in enumerate(_workshops_of(cohort)):
        wanting = [person for person in here if _needs(world, person, live)]
        if not wanting:
            continue
        session = _session(world, cohort, live, world.timeline.day(1, 2 + turn % 3), 12)
        _fill(world, session, wanting[:6])
        if len(wanting) > 1 and book(world.ids[wanting[0].worker.number], session) is BookingState.BOOKED:
            cancel_booking(world.ids[wanting[0].worker.number], session)


def _needs(world: World, person: Learner, live: LiveStep) -> bool:
    return any(todo.step.id == live.step.id for todo in steps_to_do(world.ids[person.worker.number], "workshop"))

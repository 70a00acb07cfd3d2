"""What HR does: the first file, the news every few weeks, and who holds which role."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from functools import partial

from lms.accounts.rules.actor import Actor, Role
from lms.accounts.service.people import record_leaving
from lms.accounts.service.people_import import (
    Defaults,
    apply_import,
    mapping_of,
    read_people,
    say_mapping,
    table_of,
    upload,
)
from lms.accounts.service.roles import grant_role
from lms.demo.adapters.hr_file import Entry, write_file
from lms.demo.rules.company import DATA, FINANCE, FLOOR, FULL_SIZE, MARKETING, PUERTO, SERVICE, Worker
from lms.demo.rules.habits import Habit
from lms.demo.rules.plan import NEWS_WEEKS, WITHOUT_CHAMPION
from lms.demo.rules.timeline import at
from lms.demo.service.world import Learner, World

LEAVERS, ABSENCES, MOVES = 6, 9, 3
LEAVE, ABSENCE, MOVE = "leave", "absence", "move"
CHAMPION_LEAVES = -3


def plan_staffing(world: World) -> None:
    """Put the first file, the news, and the champion who leaves on the agenda."""
    zone = world.workforce.trainer.zone
    world.agenda.add(at(world.timeline.first_day, 8, 5, zone), partial(_open, world))
    for place, week in enumerate(NEWS_WEEKS):
        world.agenda.add(at(world.timeline.day(week), 7, 30, zone), partial(_bring_news, world, place, week))
    world.agenda.add(at(world.timeline.day(CHAMPION_LEAVES, 1), 16, 0, zone), partial(_let_champion_leave, world))


def administrator_of(world: World) -> Worker:
    """Return who administers the service."""
    return next(worker for team in world.workforce.teams for worker in team[1:] if worker.function == DATA)


def approvers_of(world: World) -> dict[str, Worker]:
    """Return who approves each gated action."""
    lead = world.workforce.lead_of
    safety = next(team[0] for team in world.workforce.teams if team[0].function == FLOOR and team[0].site == PUERTO)
    return {"price": lead(MARKETING), "transfer": lead(FLOOR), "fraud": lead(SERVICE), "hazmat": safety}


def _open(world: World) -> None:
    everybody = (Entry(worker) for worker in world.workforce.everybody)
    _import(world, None, "people.csv", everybody, "")
    now = world.clock.now()
    second = next(worker for team in world.workforce.teams for worker in team[1:] if worker.function == FINANCE)
    granted = [
        (administrator_of(world), Role.ADMINISTRATOR, ""),
        (world.workforce.trainer, Role.COORDINATOR, ""),
        (second, Role.COORDINATOR, ""),
        (world.workforce.chief, Role.SPONSOR, ""),
        *((worker, Role.APPROVER, gate) for gate, worker in approvers_of(world).items()),
    ]
    for worker, role, scope in granted:
        grant_role(None, world.ids[worker.number], role, now, scope=scope)


def _bring_news(world: World, place: int, week: int) -> None:
    day = world.timeline.day(week)
    joiners = [Entry(worker) for worker in world.joiners if day <= worker.joined_on < day + timedelta(days=7)]
    leavers = [_leave(world, learner, week) for learner in _chosen(world, LEAVE, LEAVERS, place)]
    absent = [
        _absence(world, learner, number, week)
        for number, learner in enumerate(_chosen(world, ABSENCE, ABSENCES, place))
    ]
    moved = [_move(world, learner, week) for learner in _chosen(world, MOVE, MOVES, place)]
    entries = {entry.worker.number: entry for entry in (*joiners, *absent, *moved, *leavers)}
    if entries:
        name = f"people-{day.isoformat()}.csv"
        _import(world, world.coordinator, name, entries.values(), "Monthly file, checked with HR.")


def _import(world: World, actor: Actor | None, filename: str, entries: Iterable[Entry], reason: str) -> None:
    now = world.clock.now()
    import_id = upload(actor, filename, write_file(entries), now)
    table = table_of(import_id)
    mapping = mapping_of(import_id, table)
    say_mapping(import_id, mapping)
    reading = read_people(table, mapping)
    defaults = Defaults("en", world.workforce.trainer.zone)
    apply_import(actor, import_id, reading, now, defaults, seen=None, skip_faulty=False, reason=reason)
    world.learn_ids()


def _chosen(world: World, what: str, full: int, place: int) -> list[Learner]:
    """Return whose turn it is: different people for each thing and each file, the same every time."""
    wanted = world.scaled(full, FULL_SIZE)
    champions = {worker.number for found in world.champions.values() for worker in found}
    ordinary = [
        learner
        for learner in world.learners.values()
        if not learner.worker.leads
        and learner.worker.number in world.ids
        and learner.worker.number not in champions
        and learner.habit is not Habit.QUICK
        and learner.away is None
        and learner.left_on is None
    ]
    if what == MOVE:
        ordinary = [learner for learner in ordinary if _other_leads(world, learner)]
    turn = [number for number in range(wanted) if number % len(NEWS_WEEKS) == (place + len(what)) % len(NEWS_WEEKS)]
    return world.rng.sample(ordinary, min(len(turn), len(ordinary)))


def _leave(world: World, learner: Learner, week: int) -> Entry:
    learner.left_on = world.timeline.day(week, 4)
    return Entry(learner.worker, left_on=learner.left_on)


def _absence(world: World, learner: Learner, number: int, week: int) -> Entry:
    first = world.timeline.day(week, world.rng.randrange(5))
    last = first + timedelta(days=world.rng.choice([4, 11, 18, 32]))
    is_open = week == NEWS_WEEKS[-1] and number == 0
    learner.away = (first, first + timedelta(days=365) if is_open else last)
    return Entry(learner.worker, absent_from=first, absent_to=None if is_open else last)


def _move(world: World, learner: Learner, week: int) -> Entry:
    """Let somebody work another shift of their own function and site, under its lead."""
    lead = _other_leads(world, learner)[0]
    learner.worker = replace(learner.worker, shift=lead.shift, manager=lead.number, cohort=lead.cohort)
    return Entry(learner.worker, effective=world.timeline.day(week))


def _other_leads(world: World, learner: Learner) -> list[Worker]:
    here = learner.worker
    return [
        team[0]
        for team in world.workforce.teams
        if (team[0].function, team[0].site) == (here.function, here.site) and team[0].shift != here.shift
    ]


def _let_champion_leave(world: World) -> None:
    for worker in world.champions.get(WITHOUT_CHAMPION, ()):
        record_leaving(world.coordinator, world.ids[worker.number], world.today - timedelta(days=1), world.clock.now())
        world.learners[worker.number].left_on = world.today - timedelta(days=1)

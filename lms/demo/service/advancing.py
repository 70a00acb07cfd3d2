"""From Foundation on, in the pilot: two refreshers, the part that they open, a few practitioners; and approvers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

import sqlalchemy as sa

from lms.accounts.models.people import RoleGrant
from lms.accounts.rules.actor import Role
from lms.accounts.rules.names import slug
from lms.accounts.service.roles import name_deputy
from lms.catalog.rules.refreshers import Element
from lms.certification.models import Award
from lms.certification.service.appointments import open_appointed_courses
from lms.demo.rules.habits import Habit
from lms.demo.rules.plan import COHORTS, PILOT
from lms.demo.rules.timeline import at
from lms.demo.service.shadowing import keep_log, whole_sheet
from lms.demo.service.staffing import administrator_of, approvers_of
from lms.demo.service.studying import READ, do_steps, is_read
from lms.demo.service.world import Learner, World
from lms.infra.db import db
from lms.learning.queries.catalogue import programme_by_id
from lms.learning.queries.refreshers import curriculum_of
from lms.learning.rules.cycles import APPOINTED, level_cycle, refresher_cycle
from lms.learning.rules.refreshers import month_of, refresher_due
from lms.learning.service.assign import Assignment, assign_programme
from lms.shared.days import add_months
from lms.workshops.queries.steps import live_step, steps_to_do
from lms.workshops.rules.observation import sheet_of
from lms.workshops.service.equivalents import Equivalent, record_equivalent
from lms.workshops.service.observations import save_draft, sign_off, start_observation

# Two months of refreshers, then the part that they open; weeks are counted from the present one.
REFRESHED_IN, EXAMINED_IN = (-6, -2), -1
CERTIFIED_BY, AHEAD = -6, 4
APPROVERS_LEARN_IN, CERTIFIED_GATES = (-7, -6, -5, -4, -3), ("price", "fraud")
FOUNDATION, PRACTITIONER, BRIEFING = "foundation", "practitioner", "mg3-brief"
TUESDAY, WEDNESDAY, THURSDAY = 1, 2, 3


def plan_advancing(world: World) -> None:
    """Put the refreshers of the pilot's quickest, their way on, and the approvers' course on the agenda."""
    zone = world.workforce.trainer.zone
    for place, week in enumerate(REFRESHED_IN):
        moment = at(world.timeline.day(week, TUESDAY), 13, 5, zone)
        world.agenda.add(moment, partial(_refresh, world, first=place == 0))
    world.agenda.add(at(world.timeline.day(EXAMINED_IN, THURSDAY), 13, 5, zone), partial(_become_practitioners, world))
    for week in APPROVERS_LEARN_IN:
        world.agenda.add(at(world.timeline.day(week, WEDNESDAY), 16, 35, zone), partial(_teach_approvers, world))
    world.agenda.add(at(world.timeline.day(-2, THURSDAY), 16, 35, zone), partial(_name_deputies, world))


def _chosen(world: World) -> Iterator[tuple[str, list[Learner]]]:
    """Yield each cohort of the pilot with those who were certified first and are still there."""
    for cohort in (cohort for cohort in COHORTS if cohort.wave == PILOT):
        here = {world.ids[one.worker.number]: one for one in world.members(cohort.key) if one.is_here(world.today)}
        champions = {world.ids[worker.number] for worker in world.champions.get(cohort.key, ())}
        held = sa.select(Award.person_id).where(
            Award.person_id.in_(here.keys() - champions),
            Award.level == FOUNDATION,
            Award.starts_on <= world.timeline.day(CERTIFIED_BY),
        )
        first = db.session.scalars(held.order_by(Award.starts_on, Award.serial_number).limit(AHEAD)).all()
        yield cohort.key, [here[person] for person in first]


def _refresh(world: World, *, first: bool) -> None:
    for cohort, people in _chosen(world):
        logs = {person.worker.number: _do_refresher(world, person, first=first) for person in people}
        for step in dict.fromkeys(filter(None, logs.values())):
            _observe(world, cohort, step, [person for person in people if logs[person.worker.number] == step])


def _do_refresher(world: World, person: Learner, *, first: bool) -> str | None:
    """Read a month's texts, and write the log of own decisions in the first; return the step of that log."""
    person_id = world.ids[person.worker.number]
    programme = programme_by_id(slug(person.worker.function))
    curriculum = curriculum_of(programme) if programme else None
    if programme is None or curriculum is None:
        return None
    second = month_of(world.timeline.day(REFRESHED_IN[1]))
    month = add_months(second, -1) if first else second
    modules = [name for name in curriculum.rotation.modules if name in curriculum.modules]
    written = curriculum.parts(modules[0] if first else modules[:2][-1], first=first)
    parts = [part for part in written if part.element is Element.LIVE_LOG or is_read(part.step)]
    cycle = assign_programme(
        Assignment(
            person_id,
            programme.id,
            refresher_cycle(month),
            starts_on=month,
            due_on=refresher_due(month, ())[0],
            parts=tuple(part.step for part in parts),
        ),
        None,
    )
    do_steps(world, person, cycle.name, READ)
    log = next((part.step for part in parts if part.element is Element.LIVE_LOG), None)
    if log is not None:
        keep_log(person_id, live_step(log, "observation").step, person.rng, whole=True)
    return log


def _become_practitioners(world: World) -> None:
    for cohort, people in _chosen(world):
        # Half of them: the others are on their way.
        for person in people[: (len(people) + 1) // 2]:
            do_steps(world, replace(person, habit=Habit.QUICK), level_cycle(PRACTITIONER), READ | {"sandbox"})
            programme = programme_by_id(slug(person.worker.function))
            level = programme.level(PRACTITIONER) if programme else None
            for todo in steps_to_do(world.ids[person.worker.number], "observation"):
                if level and level.study and todo.module in level.study.modules:
                    _observe(world, cohort, todo.step.id, [person])


def _observe(world: World, cohort: str, step: str, people: Sequence[Learner]) -> None:
    """Let a champion of the cohort watch and sign."""
    champion = next(
        (one for one in world.champions.get(cohort, ()) if world.learners[one.number].is_here(world.today)), None
    )
    if champion is None:
        return
    settings = live_step(step, "observation").step.settings
    ids, most = [world.ids[person.worker.number] for person in people], int(settings["people"])
    for together in (ids[start : start + most] for start in range(0, len(ids), most)):
        actor = world.actor(champion)
        sitting = start_observation(actor, step, together)
        world.wait(30 * 60)
        save_draft(actor, sitting, dict.fromkeys(together, whole_sheet(sheet_of(settings))))
        sign_off(actor, sitting)


def _teach_approvers(world: World) -> None:
    """Give the approvers their course; two of them do it, the briefing as they held it in spring."""
    open_appointed_courses(world.today)
    for gate, worker in approvers_of(world).items():
        learner = world.learners[worker.number]
        # Their own wave may begin later; they approve from the first day.
        if gate not in CERTIFIED_GATES:
            continue
        if any(todo.step.id == BRIEFING for todo in steps_to_do(world.ids[worker.number], "workshop")):
            paper = "Briefed the function in spring, with the sheet of the course."
            briefing = Equivalent(worker.number, BRIEFING, on=world.timeline.day(-8), reason=paper, document="Minutes")
            record_equivalent(world.coordinator, briefing)
        do_steps(world, replace(learner, habit=Habit.QUICK), APPOINTED, READ | {"quiz", "sandbox"})


def _name_deputies(world: World) -> None:
    approvers = approvers_of(world)
    administrator = world.actor(administrator_of(world))
    for gate in CERTIFIED_GATES:
        deputy = next(worker for other, worker in approvers.items() if other != gate)
        grant = db.session.scalar(
            sa.select(RoleGrant.id).where(
                RoleGrant.person_id == world.ids[approvers[gate].number],
                RoleGrant.role == Role.APPROVER,
                RoleGrant.scope == gate,
            )
        )
        if grant is not None:
            name_deputy(administrator, grant, world.ids[deputy.number])

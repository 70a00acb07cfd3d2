"""How people sign in: everybody who studies has chosen a secret; one person of each kind has one that is printed."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import partial

from lms.accounts.adapters.hashing import hash_secret
from lms.accounts.rules.actor import Role
from lms.accounts.rules.links import Secret
from lms.accounts.service.badges import make_badges
from lms.accounts.service.secrets import set_secret
from lms.demo.rules.company import Worker
from lms.demo.rules.habits import Habit
from lms.demo.rules.plan import COHORTS, SECOND, wave_of
from lms.demo.rules.timeline import at
from lms.demo.service.staffing import administrator_of, approvers_of
from lms.demo.service.world import World

SHOWN_COHORT = "service-riverbend"
LEARNER = "learner"


@dataclass(frozen=True, slots=True)
class SignIn:
    """One printed sign-in."""

    kind: str
    number: str
    name: str
    password: str


def plan_signing_in(world: World) -> None:
    """Put the choosing of passwords and PINs on the agenda, a few days into each cohort's training."""
    # One hash of a secret that nobody knows serves everybody: two hundred slow hashes would show nothing more.
    hashed = hash_secret(secrets.token_urlsafe(32))
    for cohort in COHORTS:
        wave = wave_of(cohort)
        if wave.number != SECOND:
            moment = at(world.timeline.day(wave.training_week), 5, 45, world.workforce.trainer.zone)
            world.agenda.add(moment, partial(_choose_secrets, world, cohort.key, hashed))


def _choose_secrets(world: World, cohort: str, hashed: str) -> None:
    here = [member.worker for member in world.members(cohort) if member.is_here(world.today)]
    known = [worker for worker in here if worker.number in world.ids]
    without_mail = [world.ids[worker.number] for worker in known if worker.email is None]
    if without_mail:
        make_badges(world.coordinator, without_mail, world.clock.now())
    for worker in known:
        person_id = world.ids[worker.number]
        sets = Secret.PASSWORD if worker.email else Secret.PIN
        set_secret(person_id, sets, hashed, world.clock.now(), by=person_id)


def shown_people(world: World) -> dict[str, Worker]:
    """Return one person of each kind, by the kind: the ones whose work there is most to see of."""
    champions = [champion for key in (SHOWN_COHORT, *world.champions) for champion in world.champions.get(key, ())]
    members = [member for member in world.members(SHOWN_COHORT) if member.left_on is None and member.away is None]
    others = [member for member in members if member.worker not in champions and not member.worker.leads]
    learner = next((member for member in others if member.habit is Habit.STEADY), (others or members)[0]).worker
    return {
        LEARNER: learner,
        Role.CHAMPION: champions[0],
        Role.MANAGER: next(team[0] for team in world.workforce.teams if team[0].cohort == SHOWN_COHORT),
        Role.COORDINATOR: world.workforce.trainer,
        Role.ADMINISTRATOR: administrator_of(world),
        Role.SPONSOR: world.workforce.chief,
        Role.APPROVER: approvers_of(world)["price"],
    }


def give_passwords(world: World, password: str, hashed: str) -> list[SignIn]:
    """Set one password for one person of each kind and return their sign-ins. `hashed` is made outside the queue."""
    shown = shown_people(world)
    for worker in shown.values():
        set_secret(world.ids[worker.number], Secret.PASSWORD, hashed, world.clock.now(), by=None)
    return [SignIn(str(kind), worker.number, worker.name, password) for kind, worker in shown.items()]

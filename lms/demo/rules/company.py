"""Who works in the demo company: sites, teams, reporting lines, and the people in them."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from lms.demo.rules.names import address_for, draw_names

FULL_SIZE = 240
LEAST_TEAM = 3
# Share of floor staff with a work address; everybody else has one.
FLOOR_WITH_MAIL = 0.35
FLOOR = "Fulfilment floor"
SERVICE, PLANNING = "Customer service", "Inventory planning"
MARKETING, FINANCE, DATA = "Merchandising & marketing", "Finance & operations", "IT & data"
NORTHGATE, RIVERBEND, PUERTO = "Northgate", "Riverbend", "Puerto"
ZONES = {NORTHGATE: "America/New_York", RIVERBEND: "America/Denver", PUERTO: "Europe/Madrid"}


@dataclass(frozen=True, slots=True)
class Team:
    """People of one function, site and shift under one lead. `cohort` is the key of the cohort they learn in."""

    function: str
    site: str
    shift: str
    size: int
    cohort: str
    language: str = "en"


TEAMS = (
    Team(SERVICE, NORTHGATE, "Day", 14, "service-northgate"),
    Team(SERVICE, NORTHGATE, "Evening", 11, "service-northgate"),
    Team(SERVICE, RIVERBEND, "Day", 20, "service-riverbend"),
    Team(SERVICE, PUERTO, "Day", 18, "service-puerto"),
    Team(FLOOR, NORTHGATE, "Early", 18, "floor-northgate-early"),
    Team(FLOOR, NORTHGATE, "Late", 18, "floor-northgate-late"),
    Team(FLOOR, NORTHGATE, "Night", 12, "floor-northgate-night"),
    Team(FLOOR, RIVERBEND, "Early", 18, "floor-riverbend-early"),
    Team(FLOOR, RIVERBEND, "Late", 16, "floor-riverbend-late"),
    Team(FLOOR, PUERTO, "Early", 22, "floor-puerto", "es"),
    Team(PLANNING, NORTHGATE, "", 12, "planning-northgate"),
    Team(PLANNING, RIVERBEND, "", 10, "planning-riverbend"),
    Team(MARKETING, NORTHGATE, "", 20, "marketing"),
    Team(FINANCE, NORTHGATE, "", 15, "finance"),
    Team(DATA, NORTHGATE, "", 14, "data"),
)


@dataclass(frozen=True, slots=True)
class Worker:
    """One invented person, as the HR system knows them. `manager` is an employee number."""

    number: str
    name: str
    email: str | None
    function: str
    site: str
    shift: str
    language: str
    manager: str | None
    joined_on: date
    cohort: str
    leads: bool = False

    @property
    def zone(self) -> str:
        """Return the zone of their site."""
        return ZONES[self.site]


@dataclass(frozen=True, slots=True)
class Workforce:
    """Everybody, in the order of their numbers: the chief and the head of training first, then team by team."""

    chief: Worker
    trainer: Worker
    teams: tuple[tuple[Worker, ...], ...]

    @property
    def everybody(self) -> tuple[Worker, ...]:
        """Return every person."""
        return (self.chief, self.trainer, *(worker for team in self.teams for worker in team))

    def lead_of(self, function: str) -> Worker:
        """Return the head of a function: the lead of its first team."""
        return next(team[0] for team in self.teams if team[0].function == function)

    def in_cohort(self, cohort: str) -> tuple[Worker, ...]:
        """Return the people whose teams learn in a cohort."""
        return tuple(worker for worker in self.everybody if worker.cohort == cohort)


def apportion(sizes: Sequence[int], total: int, least: int) -> list[int]:
    """Return `sizes` scaled to add up to `total` by largest remainders, each at least `least`."""
    shares = [size * total / sum(sizes) for size in sizes]
    counts = [max(least, int(share)) for share in shares]
    order = sorted(range(len(sizes)), key=lambda index: int(shares[index]) - shares[index])
    for index in order:
        if sum(counts) >= total:
            break
        counts[index] += 1
    return counts


def make_workforce(rng: random.Random, people: int, before: date) -> Workforce:
    """Return about `people` workers who joined in the years before `before`."""
    sizes = apportion([team.size for team in TEAMS], people - 2, LEAST_TEAM)
    names = draw_names(rng, sum(sizes))
    taken: set[str] = set()

    def hire(number: int, name: str, team: Team, manager: str | None, *, leads: bool) -> Worker:
        years = rng.randint(200, 4000) if leads else rng.randint(30, 2600)
        return Worker(
            number=f"AF{number}",
            name=name,
            email=_email(rng, name, number, team, taken, leads=leads),
            function=team.function,
            site=team.site,
            shift=team.shift,
            language=team.language,
            manager=manager,
            joined_on=before - timedelta(days=years),
            cohort=team.cohort,
            leads=leads,
        )

    office = Team(FINANCE, NORTHGATE, "", 0, "")
    chief = hire(1001, "Roberta Lindgren", office, None, leads=True)
    # The person who signs the certificates in courses/company.yml.
    trainer = hire(1002, "Dana Whitlock", office, chief.number, leads=True)
    heads: dict[str, str] = {}
    teams = []
    number = 1003
    for team, size in zip(TEAMS, sizes, strict=True):
        lead = hire(number, next(names), team, heads.get(team.function, chief.number), leads=True)
        heads.setdefault(team.function, lead.number)
        others = (hire(number + place, next(names), team, lead.number, leads=False) for place in range(1, size))
        teams.append((lead, *others))
        number += size
    return Workforce(chief, trainer, tuple(teams))


def hire_later(rng: random.Random, workforce: Workforce, days: Iterable[date]) -> tuple[Worker, ...]:
    """Return one joiner for each of `days`, spread over the teams in which training runs."""
    known = {worker.name for worker in workforce.everybody}
    names = (name for name in draw_names(rng, 10_000) if name not in known and name.isascii())
    first = 1 + max(int(worker.number.removeprefix("AF")) for worker in workforce.everybody)
    joiners = []
    for number, day in enumerate(days, first):
        team = workforce.teams[rng.randrange(9)]
        lead, name = team[0], next(names)
        joiners.append(
            Worker(
                number=f"AF{number}",
                name=name,
                email=f"staff.{number}@{address_for(name, str(number)).partition('@')[2]}",
                function=lead.function,
                site=lead.site,
                shift=lead.shift,
                language=lead.language,
                manager=lead.number,
                joined_on=day,
                cohort=lead.cohort,
            )
        )
    return tuple(joiners)


def _email(rng: random.Random, name: str, number: int, team: Team, taken: set[str], *, leads: bool) -> str | None:
    has_mail = leads or team.function != FLOOR or rng.random() < FLOOR_WITH_MAIL
    if not has_mail:
        return None
    address = address_for(name, str(number))
    if address in taken:
        address = address_for("", str(number))
    taken.add(address)
    return address

"""A team is ready: who is rostered, ready, led and approved for, per shift, site and function.

"38 of 41, missing: …" is a count of people, not an estimate: no interval belongs to it. One absent person blocks
nobody, and people who are not ready are routed to the fallback process. Source: curriculum.md section 6; champions
1 per 10–20 staff (N04) and at least one per function (N05), where the larger counts (section 7, trap c).
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from lms.cohorts.rules.champions import ChampionCover
from lms.readiness.rules.person import Finding, Fix, is_ready, smallest_fix


@dataclass(frozen=True, slots=True, order=True)
class Team:
    """People of one function who work the same shift at the same site."""

    site: str
    shift: str
    function: str


@dataclass(frozen=True, slots=True)
class Member:
    """A member of the wave under an opaque key; `lapses_on` where authority ends within 30 days of go-live."""

    key: str
    team: Team
    cohort: str
    findings: tuple[Finding, ...]
    rostered: bool
    away: bool = False
    lapses_on: date | None = None

    @property
    def ready(self) -> bool:
        """Return whether all five lines hold."""
        return is_ready(self.findings)

    @property
    def counts(self) -> bool:
        """Return whether the person is expected at work beside AI: on the roster and not away."""
        return self.rostered and not self.away

    @property
    def fix(self) -> Fix | None:
        """Return the smallest action that brings the person nearer."""
        return smallest_fix(self.findings)


@dataclass(frozen=True, slots=True)
class Leader:
    """A champion or an approver, where and when they work; an empty shift is every shift."""

    key: str
    site: str
    shift: str
    function: str = ""
    gate: str = ""
    trained: bool = True

    def serves(self, team: Team) -> bool:
        """Return whether the person is there on the team's shift."""
        return self.site == team.site and self.shift in {"", team.shift} and self.function in {"", team.function}


@dataclass(frozen=True, slots=True)
class GateCover:
    """Who approves one gated action on a team's shift; `untrained` hold the role but no evidence for it."""

    gate: str
    approvers: tuple[str, ...]
    untrained: tuple[str, ...] = ()

    @property
    def met(self) -> bool:
        """Return whether somebody with evidence is there."""
        return bool(self.approvers)


class Shortfall(enum.StrEnum):
    """What keeps a team from being ready."""

    PEOPLE = "people"
    CHAMPIONS = "champions"
    APPROVER = "approver"


@dataclass(frozen=True, slots=True)
class TeamCoverage:
    """One team. `members` are those who count; `away` and `unrostered` are beside them."""

    team: Team
    members: tuple[Member, ...]
    away: tuple[Member, ...]
    unrostered: tuple[Member, ...]
    champions: ChampionCover
    champion_keys: tuple[str, ...]
    gates: tuple[GateCover, ...]

    @property
    def rostered(self) -> int:
        """Return how many people are expected at work."""
        return len(self.members)

    @property
    def ready(self) -> int:
        """Return how many of them are ready."""
        return sum(1 for member in self.members if member.ready)

    @property
    def missing(self) -> tuple[Member, ...]:
        """Return those who are not: routed to the fallback process until they are."""
        return tuple(member for member in self.members if not member.ready)

    @property
    def lapsing(self) -> tuple[Member, ...]:
        """Return those who are ready and whose authority ends within 30 days of go-live."""
        return tuple(member for member in self.members if member.ready and member.lapses_on is not None)

    @property
    def open_gates(self) -> tuple[GateCover, ...]:
        """Return the gated actions that nobody on the shift may approve."""
        return tuple(gate for gate in self.gates if not gate.met)

    @property
    def shortfalls(self) -> tuple[Shortfall, ...]:
        """Return what is short, people first; nothing where nobody is expected."""
        if not self.members:
            return ()
        short = {
            Shortfall.PEOPLE: self.ready < self.rostered,
            Shortfall.CHAMPIONS: self.champions.missing > 0,
            Shortfall.APPROVER: bool(self.open_gates),
        }
        return tuple(kind for kind, is_short in short.items() if is_short)

    @property
    def go(self) -> bool:
        """Return whether the team may go live."""
        return bool(self.members) and not self.shortfalls


@dataclass(frozen=True, slots=True)
class Coverage:
    """Every team of a wave, in order of site, shift and function."""

    teams: tuple[TeamCoverage, ...]

    @property
    def rostered_teams(self) -> tuple[TeamCoverage, ...]:
        """Return the teams with somebody expected at work."""
        return tuple(team for team in self.teams if team.members)

    @property
    def rostered(self) -> int:
        """Return how many people are expected at work."""
        return sum(team.rostered for team in self.teams)

    @property
    def ready(self) -> int:
        """Return how many of them are ready."""
        return sum(team.ready for team in self.teams)

    @property
    def away(self) -> int:
        """Return how many rostered people are away on the day."""
        return sum(len(team.away) for team in self.teams)

    @property
    def go(self) -> bool:
        """Return whether every rostered team may go live; nobody on the roster is no."""
        return bool(self.rostered_teams) and all(team.go for team in self.rostered_teams)

    @property
    def weakest(self) -> TeamCoverage | None:
        """Return the rostered team that is furthest from ready: the organisation is as ready as it."""
        return min(self.rostered_teams, key=_strength, default=None)

    @property
    def not_yet(self) -> tuple[TeamCoverage, ...]:
        """Return the rostered teams that may not go live, the weakest first."""
        return tuple(sorted((team for team in self.rostered_teams if not team.go), key=_strength))


def cover(
    members: Iterable[Member],
    champions: Iterable[Leader],
    approvers: Iterable[Leader],
    gates_of: Mapping[str, tuple[str, ...]],
) -> Coverage:
    """Return the coverage of a wave.

    Args:
        members: everybody in the wave's cohorts, rostered or not.
        champions: those who lead a cohort on the day, deputies standing in for absent ones.
        approvers: those who hold an approver's role on the day; `trained` where they hold evidence for it.
        gates_of: the gated actions of each function, by function.
    """
    by_team: dict[Team, list[Member]] = {}
    for member in members:
        by_team.setdefault(member.team, []).append(member)
    leaders, signers = tuple(champions), tuple(approvers)
    return Coverage(
        tuple(
            _team(team, people, leaders, signers, gates_of.get(team.function, ()))
            for team, people in sorted(by_team.items())
        )
    )


def narrowed(coverage: Coverage, keys: frozenset[str]) -> Coverage:
    """Return the coverage of the people in `keys` alone; champions and approvers stay those of the whole team."""
    teams = []
    for team in coverage.teams:
        kept = replace(
            team,
            members=_of(team.members, keys),
            away=_of(team.away, keys),
            unrostered=_of(team.unrostered, keys),
        )
        if kept.members or kept.away or kept.unrostered:
            teams.append(kept)
    return Coverage(tuple(teams))


def _of(members: tuple[Member, ...], keys: frozenset[str]) -> tuple[Member, ...]:
    return tuple(member for member in members if member.key in keys)


def _strength(team: TeamCoverage) -> tuple[float, int, int, Team]:
    share = team.ready / team.rostered
    return share, -len(team.shortfalls), -team.rostered, team.team


def _team(
    team: Team,
    people: list[Member],
    champions: tuple[Leader, ...],
    approvers: tuple[Leader, ...],
    gates: tuple[str, ...],
) -> TeamCoverage:
    members = tuple(member for member in people if member.counts)
    leaders = tuple(sorted({leader.key for leader in champions if leader.serves(team)}))
    there = [leader for leader in approvers if leader.serves(team)]
    return TeamCoverage(
        team=team,
        members=members,
        away=tuple(member for member in people if member.rostered and member.away),
        unrostered=tuple(member for member in people if not member.rostered),
        champions=ChampionCover(len(members), len(leaders)),
        champion_keys=leaders,
        gates=tuple(_gate(gate, there) for gate in gates),
    )


def _gate(gate: str, approvers: Iterable[Leader]) -> GateCover:
    holders = [leader for leader in approvers if leader.gate == gate]
    trained = {leader.key for leader in holders if leader.trained}
    return GateCover(gate, tuple(sorted(trained)), tuple(sorted({leader.key for leader in holders} - trained)))

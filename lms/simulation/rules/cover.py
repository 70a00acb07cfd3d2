"""Whether champions and approvers are there, week by week, and who follows one who leaves."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from lms.certification.rules.authority import FOUNDATION, Answer, Deed, Held, Powers, Question, decide
from lms.certification.rules.validity import Standing, standing
from lms.cohorts.rules.champions import champions_target
from lms.cohorts.rules.periods import Period
from lms.readiness.rules.coverage import Leader, Member, Shortfall, Team, cover
from lms.simulation.rules.company import GATES, Company, Gate, Worker, partner_for

Peaks = tuple[Period, ...]


@dataclass(slots=True)
class Cover:
    """What was short, as (week, what); `alone`: a gate was blocked because one person was away."""

    without_champion: list[tuple[date, str]] = field(default_factory=list)
    alone: list[tuple[date, str]] = field(default_factory=list)
    blocked: list[tuple[date, str]] = field(default_factory=list)
    short: list[tuple[date, str]] = field(default_factory=list)


def has_authority(worker: Worker, day: date) -> bool:
    """Return whether somebody's award is in force on a day, in grace included."""
    return _held(worker, day) is not None


def name_successors(company: Company, day: date) -> None:
    """Name somebody in the place of a champion, approver or deputy who has left or whose award is about to lapse."""
    for cohort in company.cohorts:
        cohort.champions = [one for one in cohort.champions if _stays(one, day)]
        wanted = champions_target(sum(one.employed(day) for one in cohort.members))
        fit = [one for one in cohort.members if _stays(one, day) and one not in cohort.champions]
        while fit and len(cohort.champions) < wanted:
            cohort.champions.append(partner_for(cohort.champions, fit))
            fit.remove(cohort.champions[-1])
    for gate in company.gates:
        if gate.approver is None or not _stays(gate.approver, day):
            gate.approver, gate.deputy = gate.deputy or _somebody(company, gate, day), None
        if company.setup.deputies and (gate.deputy is None or not _stays(gate.deputy, day)):
            gate.deputy = None
            gate.deputy = _somebody(company, gate, day)


def _stays(worker: Worker, day: date) -> bool:
    """Return whether somebody can go on: grace is shown amber, which is when a successor is named."""
    held = _held(worker, day)
    return worker.employed(day) and held is not None and not held.grace


def look_at_cover(company: Company, day: date, found: Cover) -> None:
    """Write down what is short in a week, by the rule that the coverage page follows."""
    live = [cohort for cohort in company.cohorts if cohort.wave.go_live <= day]
    champions = [
        Leader(one.key, cohort.site, cohort.shift, cohort.terms.programme)
        for cohort in live
        for one in cohort.champions
        if _leads(one, day)
    ]
    approvers = [leader for gate in company.gates for leader in _approvers(gate, day)]
    members = [
        Member(
            one.key,
            Team(cohort.site, cohort.shift, cohort.terms.programme),
            cohort.id,
            (),
            rostered=has_authority(one, day),
            away=not one.here(day),
        )
        for cohort in live
        for one in cohort.members
        if one.employed(day)
    ]
    gates = {cohort.terms.programme: GATES for cohort in live}
    for team in cover(members, champions, approvers, gates).teams:
        name = f"{team.team.site}, {team.team.shift}, {team.team.function}"
        if Shortfall.CHAMPIONS in team.shortfalls:
            found.short.append((day, name))
            if team.champions.champions == 0:
                found.without_champion.append((day, name))
    for gate in company.gates:
        if not _approvers(gate, day):
            name = f"{gate.site}, {gate.name}"
            found.blocked.append((day, name))
            if sum(one is not None and not _can_come(one, day) for one in (gate.approver, gate.deputy)) <= 1:
                found.alone.append((day, name))


def _approvers(gate: Gate, day: date) -> list[Leader]:
    """Return who of approver and deputy may approve: the deputy only where the approver is away."""
    away = gate.approver is None or not gate.approver.here(day)
    holders = [(gate.approver, Powers(gates=frozenset({gate.name})))]
    holders += [(gate.deputy, Powers(deputised=frozenset({gate.name}) if away else frozenset()))]
    question = Question(Deed.APPROVE, gate=gate.name)
    return [
        Leader(one.key, gate.site, "", gate=gate.name)
        for one, powers in holders
        if one is not None and one.here(day)
        if decide(question, _with_award(powers, one, day)).answer is Answer.YES
    ]


def _leads(worker: Worker, day: date) -> bool:
    powers = _with_award(Powers(is_champion=True), worker, day)
    return worker.here(day) and decide(Question(Deed.SIGN_OFF), powers).answer is Answer.YES


def _can_come(worker: Worker, day: date) -> bool:
    return worker.here(day) and has_authority(worker, day)


def _with_award(powers: Powers, worker: Worker, day: date) -> Powers:
    held = _held(worker, day)
    return Powers((held,) if held else (), powers.is_champion, powers.is_acting, powers.gates, powers.deputised)


def _held(worker: Worker, day: date) -> Held | None:
    rule = worker.cohort.terms.validity
    for award in reversed(worker.awards):
        now = standing(rule, award, day)
        if now in {Standing.VALID, Standing.GRACE}:
            return Held(worker.cohort.terms.programme, FOUNDATION, now is Standing.GRACE, None, worker.key)
    return None


def _somebody(company: Company, gate: Gate, day: date) -> Worker | None:
    """Return the best of the site's people who hold no other gate."""
    taken = {one.number for other in company.gates for one in (other.approver, other.deputy) if one is not None}
    fit = [
        one for one in company.workers if one.cohort.site == gate.site and one.number not in taken and _stays(one, day)
    ]
    return partner_for([one for one in (gate.approver, gate.deputy) if one is not None], fit) if fit else None

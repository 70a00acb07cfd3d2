"""What a year showed, as figures with goals. Source: curriculum.md section 6, last paragraph."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from lms.certification.rules.validity import AwardFacts, cliffs, timeline
from lms.home.rules.board import WEEKLY_MINUTES
from lms.simulation.rules.company import Company, Worker
from lms.simulation.rules.cover import has_authority
from lms.simulation.rules.year import DAY_90, Log

LEAST_TRAINED = 0.80
MOST_MINUTES = 150
MOST_UNCERTIFIED = 0.10


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure, what it must be, and whether it is. `behind` names what a miss consists of, at most ten."""

    id: str
    text: str
    figure: str
    met: bool
    behind: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """All goals, and what else is worth knowing, by name."""

    goals: tuple[Goal, ...]
    figures: dict[str, float | int | None]

    @property
    def met(self) -> bool:
        """Return whether every goal is reached."""
        return all(goal.met for goal in self.goals)


def report(company: Company, log: Log) -> Report:
    """Return what the year showed. Where nobody was there to be counted, a goal is missed: missing evidence fails."""
    goals = (
        _trained(company),
        _none("joiner-overdue", "No joiner is overdue on arrival", log.overdue_on_arrival),
        _champion_time(log),
        _none("expiry-in-peak", "No certificate ends in the peak", _ends_in_peak(company)),
        _champion_cover(company, log),
        _none("gate-blocked-by-one", "No gate is blocked by one person", _dated(log.cover.alone)),
        _uncertified(company, log),
    )
    return Report(goals, _figures(company, log))


def _trained(company: Company) -> Goal:
    """Whoever began in the year and had ninety days of it, less their leave, is trained by then or is not."""
    end = company.setup.monday(company.setup.weeks)
    counted, trained = 0, 0
    for worker in company.workers:
        begins = worker.due.starts_on
        until = begins + DAY_90 + timedelta(days=worker.due.paused_days)
        if begins >= company.setup.first_day and until < end and worker.employed(until):
            counted += 1
            trained += worker.trained_on is not None and worker.trained_on <= until
    share = trained / counted if counted else 0.0
    figure = f"{trained} of {counted}, {100 * share:.0f} %"
    return Goal("trained-by-day-90", "At least 80 % are trained by day 90", figure, share >= LEAST_TRAINED)


def _champion_time(log: Log) -> Goal:
    worst = max(log.champion_minutes, default=None)
    figure = "no champion was there" if worst is None else f"{worst} min at most"
    met = worst is not None and worst <= MOST_MINUTES
    return Goal("champion-time", "No champion needs more than 2.5 hours in a week", figure, met)


def _champion_cover(company: Company, log: Log) -> Goal:
    """No team is left without a champion, and no site loses more than a fifth of its champions in a fortnight."""
    sites: dict[str, dict[str, date]] = {}
    for cohort in company.cohorts:
        for champion in cohort.champions:
            if (lapses := _lapses(champion, company.setup.monday(company.setup.weeks))) is not None:
                sites.setdefault(cohort.site, {})[champion.key] = lapses
    counts = {site: sum(len(cohort.champions) for cohort in company.cohorts if cohort.site == site) for site in sites}
    found = [
        f"{cliff.first}: {len(cliff.people)} champions at {site}"
        for site, lapses in sites.items()
        for cliff in cliffs(lapses, counts[site])
    ]
    return _none("champion-cover", "No cliff in champion cover", found + _dated(log.cover.without_champion))


def _uncertified(company: Company, log: Log) -> Goal:
    competent = {worker.key for worker in company.workers if worker.competent} & log.sat
    failed = competent & log.uncertified
    share = len(failed) / len(competent) if competent else 1.0
    figure = f"{len(failed)} of {len(competent)}, {100 * share:.0f} %"
    text = "Fewer than one in ten competent learners are uncertified after coaching"
    return Goal("competent-uncertified", text, figure, share < MOST_UNCERTIFIED)


def _ends_in_peak(company: Company) -> list[str]:
    """Every award that would end, or whose days of grace would, inside the declared peak."""
    return sorted(
        f"{day}: {worker.key}"
        for worker in company.workers
        for award in worker.awards
        for day in _ends(worker, award)
        if day is not None and company.setup.peak.holds(day)
    )


def _ends(worker: Worker, award: AwardFacts) -> tuple[date | None, date | None]:
    dates = timeline(worker.cohort.terms.validity, award)
    return dates.expires_on, dates.grace_until


def _lapses(worker: Worker, end: date) -> date | None:
    """Return the first day without authority, where it lies in the year."""
    if worker.award is None:
        return None
    lapses = timeline(worker.cohort.terms.validity, worker.award).lapses_on
    return lapses if lapses is not None and lapses < end else None


def _figures(company: Company, log: Log) -> dict[str, float | int | None]:
    last = company.setup.monday(company.setup.weeks) - timedelta(days=1)
    staff = [worker for worker in company.workers if worker.employed(last)]
    minutes = log.champion_minutes
    return {
        "people": len(staff),
        "cohorts": len(company.cohorts),
        "joined": log.joined,
        "left": log.left,
        "certified_at_the_end": sum(has_authority(worker, last) for worker in staff),
        "first_tries": len(log.first_tries),
        "first_tries_passed": sum(log.first_tries),
        "uncertified_after_coaching": len(log.uncertified),
        "renewed": log.renewed,
        "champion_weeks": len(minutes),
        "champion_minutes_mean": round(sum(minutes) / len(minutes), 1) if minutes else None,
        "champion_weeks_over_two_hours": sum(one > WEEKLY_MINUTES for one in minutes),
        "team_weeks_short_of_champions": len(log.cover.short),
        "gate_weeks_blocked_by_two": len(log.cover.blocked) - len(log.cover.alone),
        "refreshers": len(log.refreshers),
        "refreshers_done_in_time": sum(log.refreshers),
        "refresher_longest_month_minutes": log.longest_month,
        "refresher_talks": log.talks,
    }


def _none(name: str, text: str, found: list[str]) -> Goal:
    return Goal(name, text, str(len(found)), not found, tuple(found[:10]))


def _dated(found: list[tuple[date, str]]) -> list[str]:
    return [f"{day}: {what}" for day, what in found]

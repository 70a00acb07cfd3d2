"""Adoption: what the tools' own logs say, week by week, and which weeks were stable.

Weekly active users: active at least once in the ISO week / assigned (N19). Error: corrected or escalated without need,
of the tasks AI processed; approvals that policy mandates are counted apart, and the rate is told with and without them
(curriculum.md section 7, trap g). Automation: processed by AI / eligible (N16). Satisfaction: 1 to 5 (N18).
What is not known is None, never nought.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from statistics import median

from lms.shared.statistics import MINIMUM_SAMPLE, Rate, rate

WEEK = timedelta(weeks=1)
FEWEST_OPINIONS = 5


@dataclass(frozen=True, slots=True)
class AdoptionWeek:
    """One function at one site in one ISO week, which begins on `monday`. Minutes are whole, the mean is 1 to 5."""

    monday: date
    function: str
    site: str
    assigned_users: int | None = None
    active_users: int | None = None
    eligible_tasks: int | None = None
    ai_tasks: int | None = None
    corrected: int | None = None
    escalated: int | None = None
    mandated: int | None = None
    minutes_ai: int | None = None
    minutes_manual: int | None = None
    cost: Decimal | None = None
    opinions: int | None = None
    satisfaction: Decimal | None = None
    margin_breaches: int | None = None
    latency_breaches: int | None = None


@dataclass(frozen=True, slots=True)
class WeekFigures:
    """All functions and sites of a week together. Shares are exact fractions; None is no evidence."""

    monday: date
    active: Fraction | None
    error: Rate | None
    error_with_mandated: Rate | None
    automation: Fraction | None
    manual_minutes_per_task: Fraction | None
    satisfaction: Fraction | None
    volume: int | None
    margin_breaches: int | None
    latency_breaches: int | None

    @property
    def error_share(self) -> Fraction | None:
        """Return the error rate as an exact fraction where the sample decides; None under 100 tasks."""
        if self.error is None or self.error.total < MINIMUM_SAMPLE:
            return None
        return Fraction(self.error.count, self.error.total)


def figures(rows: Iterable[AdoptionWeek]) -> tuple[WeekFigures, ...]:
    """Return each week's figures in order of time. One part without a number leaves the whole week without it."""
    weeks: dict[date, list[AdoptionWeek]] = {}
    for row in rows:
        weeks.setdefault(row.monday, []).append(row)
    return tuple(_week(monday, parts) for monday, parts in sorted(weeks.items()))


def stable_run(weeks: Sequence[WeekFigures], limits: Limits, through: date) -> int:
    """Return how many stable weeks in a row end with the one that begins on `through`; a missing week breaks it."""
    known = {week.monday: week for week in weeks}
    volumes = [week.volume for week in weeks if week.volume is not None]
    usual = median(volumes) if volumes else 0
    run, monday = 0, through
    while monday in known and is_stable(known[monday], limits, usual):
        run += 1
        monday -= WEEK
    return run


def is_stable(week: WeekFigures, limits: Limits, usual_volume: float) -> bool:
    """Return whether a week was stable: errors, use and satisfaction in bounds, nothing to roll back, enough work."""
    return (
        week.error_share is not None
        and week.error_share <= limits.error
        and week.active is not None
        and week.active >= limits.active
        and week.satisfaction is not None
        and week.satisfaction >= limits.satisfaction
        and not calls_for_rollback(week, limits)
        and week.margin_breaches is not None
        and week.latency_breaches is not None
        and week.volume is not None
        and 2 * week.volume >= usual_volume
    )


def calls_for_rollback(week: WeekFigures, limits: Limits) -> bool:
    """Return whether a week calls for a rollback: errors above 10 %, never at it; margin or latency violated (N12)."""
    return (
        (week.error_share is not None and week.error_share > limits.rollback)
        or (week.margin_breaches or 0) > 0
        or (week.latency_breaches or 0) > 0
    )


@dataclass(frozen=True, slots=True)
class Limits:
    """The thresholds of the gates, as fractions and counts. Defaults: the source's figures, else curriculum.md's."""

    active: Fraction = Fraction(60, 100)
    active_amber: Fraction = Fraction(50, 100)
    error: Fraction = Fraction(5, 100)
    rollback: Fraction = Fraction(10, 100)
    manual_reduction: Fraction = Fraction(30, 100)
    satisfaction: Fraction = Fraction(35, 10)
    stable_weeks: int = 4
    pilot_weeks: tuple[int, int] = (8, 12)
    trained: Fraction = Fraction(80, 100)
    trained_amber: Fraction = Fraction(70, 100)
    automation: Fraction = Fraction(70, 100)


def _week(monday: date, parts: Sequence[AdoptionWeek]) -> WeekFigures:
    ai_tasks, corrected, escalated = (
        _sum(part.ai_tasks for part in parts),
        _sum(part.corrected for part in parts),
        _sum(part.escalated for part in parts),
    )
    wrong = None if corrected is None or escalated is None else corrected + escalated
    mandated = _sum(part.mandated for part in parts)
    eligible = _sum(part.eligible_tasks for part in parts)
    return WeekFigures(
        monday=monday,
        active=_share(_sum(part.active_users for part in parts), _sum(part.assigned_users for part in parts)),
        error=_rate(wrong, ai_tasks),
        error_with_mandated=_rate(None if wrong is None or mandated is None else wrong + mandated, ai_tasks),
        automation=_share(ai_tasks, eligible),
        manual_minutes_per_task=_share(_sum(part.minutes_manual for part in parts), eligible),
        satisfaction=_satisfaction(parts),
        volume=eligible,
        margin_breaches=_sum(part.margin_breaches for part in parts),
        latency_breaches=_sum(part.latency_breaches for part in parts),
    )


def _sum(values: Iterable[int | None]) -> int | None:
    total = 0
    for value in values:
        if value is None:
            return None
        total += value
    return total


def _share(count: int | None, of: int | None) -> Fraction | None:
    return None if count is None or not of else Fraction(count, of)


def _rate(count: int | None, of: int | None) -> Rate | None:
    return None if count is None or not of else rate(count, of)


def _satisfaction(parts: Sequence[AdoptionWeek]) -> Fraction | None:
    said = [(part.opinions, Fraction(part.satisfaction)) for part in parts if part.opinions and part.satisfaction]
    count = sum(opinions for opinions, _mean in said)
    if count < FEWEST_OPINIONS:
        return None
    return sum((opinions * mean for opinions, mean in said), Fraction(0)) / count

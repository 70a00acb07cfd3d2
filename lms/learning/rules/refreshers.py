"""Monthly refreshers: which module comes when, what a person does of it, and by which day.

Source: curriculum.md section 3. A month is named by its first day.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from lms.catalog.rules.refreshers import Element
from lms.cohorts.rules.due import stop_clock
from lms.cohorts.rules.periods import Period, merged
from lms.shared.days import add_months

# "Monthly refreshers of 2–4 hours" (N03): merged months are cut to the longer figure.
LONGEST_MINUTES = 240
# A month counts as a peak month from a week of peak on; a peak that only touches it leaves time enough.
DAYS_OF_PEAK = 7
# How many missed in a row ask for a conversation.
ASKS = 2


class Chase(enum.StrEnum):
    """What a missed refresher leads to. It never shortens a certificate."""

    REMIND = "remind"
    TALK = "talk"


@dataclass(frozen=True, slots=True)
class Rotation:
    """The modules in order; two of them may follow the declared peak instead of their place."""

    modules: tuple[str, ...]
    before_peak: str | None = None
    after_peak: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One step of a refresher, in minutes."""

    step: str
    module: str
    element: Element
    minutes: int


@dataclass(frozen=True, slots=True)
class MonthPlan:
    """What a person does in a month.

    `parts` are all steps of the month, `left_out` those of them that are excused so that it stays within four hours;
    `moved` are steps that a peak moves to the next month, and `merged` the months whose steps came here that way.
    """

    month: date
    module: str
    parts: tuple[Part, ...]
    left_out: tuple[Part, ...] = ()
    moved: tuple[Part, ...] = ()
    merged: tuple[date, ...] = ()
    in_peak: bool = False

    @property
    def minutes(self) -> int:
        """Return the minutes there are to do."""
        return _minutes(self.parts) - _minutes(self.left_out)


def month_of(day: date) -> date:
    """Return the first day of the month that holds `day`."""
    return day.replace(day=1)


def first_month(go_live: date, trained_on: date) -> date:
    """Return a person's first refresher: the month after go-live, or after their training where that ends later."""
    return add_months(month_of(max(go_live, trained_on)), 1)


def peak_months(peaks: Iterable[Period]) -> frozenset[date]:
    """Return the months in which a week or more is peak; a peak without an end counts for a year."""
    days: dict[date, int] = {}
    for peak in merged(peaks):
        day, end = peak.first, peak.end or add_months(peak.first, 12)
        while day < end:
            month = month_of(day)
            following = min(add_months(month, 1), end)
            days[month] = days.get(month, 0) + (following - day).days
            day = following
    return frozenset(month for month, count in days.items() if count >= DAYS_OF_PEAK)


def module_of(rotation: Rotation, go_live: date, month: date, peaks: Collection[date]) -> str:
    """Return the module of a month. The rotation starts in the month after go-live, which is the wave's first."""
    length = len(rotation.modules)
    start = add_months(month_of(go_live), 1)
    index = _months_between(start, month) % length
    first = add_months(month, -index)
    return _year(rotation, [add_months(first, number) for number in range(length)], peaks)[index]


def plan_month(
    month: date, module: str, own: Sequence[Part], carried: Mapping[date, Sequence[Part]], *, in_peak: bool
) -> MonthPlan:
    """Return what a person does in a month, given its `own` parts and those `carried` from peak months before it.

    In a peak month only cards stay. Merged months are cut to four hours: vigilance shifts are left out first, then the
    parts of the oldest month; the log of own live decisions goes last, and what is the month's own otherwise stays.
    """
    if in_peak:
        stay = tuple(part for part in own if part.element is Element.CARDS)
        moved = tuple(part for part in own if part.element is not Element.CARDS)
        return MonthPlan(month, module, stay, moved=moved, in_peak=True)
    older = [part for origin in sorted(carried) for part in carried[origin]]
    parts = (*older, *own)
    droppable = [part for part in parts if part.element is Element.VIGILANCE]
    droppable += [part for part in older if part.element not in {Element.VIGILANCE, Element.LIVE_LOG}]
    droppable += [part for part in older if part.element is Element.LIVE_LOG]
    left_out: list[Part] = []
    while droppable and _minutes(parts) - _minutes(left_out) > LONGEST_MINUTES:
        left_out.append(droppable.pop(0))
    return MonthPlan(month, module, parts, tuple(left_out), merged=tuple(sorted(carried)))


def carried_into(
    month: date, opened: Mapping[date, Sequence[Part]], peaks: Collection[date]
) -> dict[date, tuple[Part, ...]]:
    """Return what the peak months just before `month` moved to it, of those that were `opened` with their own parts."""
    found: dict[date, tuple[Part, ...]] = {}
    earlier = add_months(month, -1)
    while earlier in peaks:
        if earlier in opened:
            found[earlier] = tuple(part for part in opened[earlier] if part.element is not Element.CARDS)
        earlier = add_months(earlier, -1)
    return found


def refresher_due(month: date, absences: Iterable[Period]) -> tuple[date | None, int]:
    """Return the day a month's refresher is due and the days of absence in it; None while an open absence runs."""
    last = add_months(month, 1) - timedelta(days=1)
    return stop_clock(month, last, merged(absences))


def chase(missed: int) -> Chase | None:
    """Return what is done about this many refreshers missed in a row."""
    if missed == 0:
        return None
    return Chase.TALK if missed >= ASKS else Chase.REMIND


def missed_in_a_row(duties: Iterable[tuple[date, bool]], today: date) -> int:
    """Return how many of the latest refreshers whose day is over are not done; `duties` are (due day, done)."""
    count = 0
    for due_on, done in sorted(duties, reverse=True):
        if due_on >= today:
            continue
        if done:
            break
        count += 1
    return count


def _year(rotation: Rotation, months: Sequence[date], peaks: Collection[date]) -> list[str]:
    """Return the modules of one round: those about the peak swap places with the months before and after it."""
    order = list(rotation.modules)
    before = {add_months(month, -1) for month in peaks} - set(peaks)
    after = {add_months(month, 1) for month in peaks} - set(peaks)
    taken = -1
    for module, wanted in ((rotation.before_peak, before), (rotation.after_peak, after)):
        places = [number for number, month in enumerate(months) if month in wanted and number != taken]
        if module in order and places:
            there, taken = order.index(module), places[0]
            order[there], order[taken] = order[taken], order[there]
    return order


def _months_between(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month


def _minutes(parts: Iterable[Part]) -> int:
    return sum(part.minutes for part in parts)

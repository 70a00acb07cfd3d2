"""The validity clock: how long an award carries authority, as a function of dated facts.

Every date here is a local calendar day of the person who holds the award. An award is valid through the whole of its
expiry day. The printed date never changes; what moves it (absence, a declared peak, a person's decision) is an
extension with its reason, and `expiry` says which.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from lms.shared.days import add_months

DAY = timedelta(days=1)


class Standing(StrEnum):
    """What an award is worth on a day. `GRACE` is shown amber and still carries authority."""

    VALID = "valid"
    GRACE = "grace"
    LAPSED = "lapsed"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    REPLACED = "replaced"
    NOT_YET = "not-yet"


IN_FORCE = frozenset({Standing.VALID, Standing.GRACE})


class StatusKind(StrEnum):
    """What can be recorded about an award after it was issued."""

    REVOKED = "revoked"
    SUSPENDED = "suspended"
    REINSTATED = "reinstated"
    EXTENDED = "extended"
    REPLACED = "replaced"


class ExtensionReason(StrEnum):
    """Why an award expires later than printed."""

    ABSENCE = "absence"
    PEAK = "peak"
    DECISION = "decision"


class RenewalTiming(StrEnum):
    """What an exam passed on a given day does to the award held."""

    TOO_EARLY = "too-early"
    CONTINUES = "continues"
    STARTS_AGAIN = "starts-again"


@dataclass(frozen=True, slots=True, order=True)
class Days:
    """Calendar days from `first` up to and not including `end`; no `end` means not known yet."""

    first: date
    end: date | None = None

    def __post_init__(self) -> None:
        if self.end is not None and self.end < self.first:
            message = f"A span of days cannot end ({self.end}) before it begins ({self.first})."
            raise ValueError(message)

    def holds(self, day: date) -> bool:
        """Return whether `day` lies in the span."""
        return self.first <= day and (self.end is None or day < self.end)


@dataclass(frozen=True, slots=True)
class ValidityRule:
    """The numbers of a programme's `validity:` entry, in calendar months and days."""

    months: int = 12
    window_days: int = 60
    grace_days: int = 30
    after_peak_days: int = 14
    reminder_days: tuple[int, ...] = (60, 14)


@dataclass(frozen=True, slots=True)
class Term:
    """The days printed on an award; both are part of it."""

    starts_on: date
    valid_until: date


@dataclass(frozen=True, slots=True)
class StatusEntry:
    """One recorded change. `until`, the new last day, and `cause` are read for `EXTENDED` alone."""

    kind: StatusKind
    on: date
    until: date | None = None
    cause: ExtensionReason = ExtensionReason.DECISION


@dataclass(frozen=True, slots=True)
class AwardFacts:
    """Everything dated that the standing of one award depends on."""

    term: Term
    entries: tuple[StatusEntry, ...] = ()
    absences: tuple[Days, ...] = ()
    peaks: tuple[Days, ...] = ()


@dataclass(frozen=True, slots=True)
class Timeline:
    """The days that matter to the holder. `expires_on` and `grace_until` are last days; an open absence has none."""

    printed_until: date
    window_opens: date | None
    expires_on: date | None
    grace_until: date | None
    reminders: tuple[date, ...] = ()
    reasons: frozenset[ExtensionReason] = field(default_factory=frozenset)

    @property
    def lapses_on(self) -> date | None:
        """Return the first day without authority."""
        return None if self.grace_until is None else self.grace_until + DAY


def first_term(rule: ValidityRule, passed_on: date) -> Term:
    """Return the term of an award earned for the first time: `rule.months` from the day it was earned."""
    return Term(passed_on, add_months(passed_on, rule.months))


def spend(start: date, days: int, absences: Iterable[Days]) -> date | None:
    """Return the day that lies `days` present days after `start`; None while an open absence holds the clock.

    Absent days do not count, and the answer is never an absent day: the clock stands still until the return.
    """
    spent = start
    for away in _merged(absences):
        if away.end is not None and away.end <= start:
            continue
        present = max((away.first - spent).days, 0)
        if days < present:
            break
        days -= present
        if away.end is None:
            return None
        spent = max(away.end, start)
    return spent + timedelta(days=days)


def _merged(spans: Iterable[Days]) -> list[Days]:
    merged: list[Days] = []
    for span in sorted(spans, key=lambda each: each.first):
        if span.end == span.first:
            continue
        last = merged[-1] if merged else None
        if last is None or (last.end is not None and last.end < span.first):
            merged.append(span)
        elif last.end is not None and (span.end is None or span.end > last.end):
            merged[-1] = Days(last.first, span.end)
    return merged


def _out_of_peak(day: date | None, rule: ValidityRule, facts: AwardFacts) -> date | None:
    """Return `day`, or where it lies in a declared peak the day 14 present days after that peak's last day."""
    for peak in _merged(facts.peaks):
        if day is not None and peak.holds(day):
            if peak.end is None:
                return None
            day = spend(peak.end - DAY, rule.after_peak_days, facts.absences)
    return day


def timeline(rule: ValidityRule, facts: AwardFacts, known_on: date | None = None) -> Timeline:
    """Return when the award can be renewed, expires and lapses.

    Args:
        rule: the programme's validity.
        facts: the award and what is known of its holder and the calendar.
        known_on: leave out decisions recorded later than this day; None takes them all.
    """
    term = facts.term
    reasons: set[ExtensionReason] = set()
    clock = spend(term.starts_on, (term.valid_until - term.starts_on).days, facts.absences)
    if clock != term.valid_until:
        reasons.add(ExtensionReason.ABSENCE)
    recorded = _recorded_end(facts.entries, known_on)
    expires = clock
    if clock is not None and recorded is not None and recorded[0] > clock:
        expires = recorded[0]
        reasons.add(recorded[1])
    shifted = _out_of_peak(expires, rule, facts)
    if shifted != expires:
        reasons.add(ExtensionReason.PEAK)
    grace = None if shifted is None else _out_of_peak(spend(shifted, rule.grace_days, facts.absences), rule, facts)
    return Timeline(
        printed_until=term.valid_until,
        window_opens=None if shifted is None else shifted - timedelta(days=rule.window_days),
        expires_on=shifted,
        grace_until=grace,
        reminders=() if shifted is None else tuple(shifted - timedelta(days=days) for days in rule.reminder_days),
        reasons=frozenset(reasons),
    )


def _recorded_end(entries: Iterable[StatusEntry], known_on: date | None) -> tuple[date, ExtensionReason] | None:
    """Return the latest day to which the award was extended, and why."""
    return max(
        (
            (entry.until, entry.cause)
            for entry in entries
            if entry.kind is StatusKind.EXTENDED
            and entry.until is not None
            and (known_on is None or entry.on <= known_on)
        ),
        default=None,
    )


def extension_due(rule: ValidityRule, facts: AwardFacts, day: date) -> StatusEntry | None:
    """Return the extension by an absence or a peak that takes effect by `day` and is not recorded yet.

    It takes effect on the first day on which the award would have ended without it. Until then it may still change: the
    holder comes back earlier, the peak is moved. From then on it is a fact that no later correction takes back. While
    an absence has no end there is no day to record.
    """
    recorded = _recorded_end(facts.entries, day)
    last = max(facts.term.valid_until, recorded[0] if recorded else facts.term.valid_until)
    dates = timeline(rule, facts, known_on=day)
    if dates.expires_on is None or day <= last or dates.expires_on <= last:
        return None
    cause = ExtensionReason.PEAK if ExtensionReason.PEAK in dates.reasons else ExtensionReason.ABSENCE
    return StatusEntry(StatusKind.EXTENDED, day, dates.expires_on, cause)


def standing(rule: ValidityRule, facts: AwardFacts, day: date) -> Standing:
    """Return what the award is worth on `day`, from what had been recorded by then.

    A revocation is final unless reinstated; a suspension holds until reinstated; an award replaced by a corrected one
    stays replaced. Each of them outweighs the calendar.
    """
    if recorded := _recorded(facts.entries, day):
        return recorded
    if day < facts.term.starts_on:
        return Standing.NOT_YET
    dates = timeline(rule, facts, known_on=day)
    if dates.expires_on is None or day <= dates.expires_on:
        return Standing.VALID
    if dates.grace_until is None or day <= dates.grace_until:
        return Standing.GRACE
    return Standing.LAPSED


def _recorded(entries: Iterable[StatusEntry], day: date) -> Standing | None:
    state: Standing | None = None
    for entry in sorted((each for each in entries if each.on <= day), key=lambda each: each.on):
        if entry.kind is StatusKind.REPLACED:
            return Standing.REPLACED
        if entry.kind is StatusKind.REVOKED:
            state = Standing.REVOKED
        elif entry.kind is StatusKind.SUSPENDED and state is not Standing.REVOKED:
            state = Standing.SUSPENDED
        elif entry.kind is StatusKind.REINSTATED:
            state = None
    return state


def carries_authority(rule: ValidityRule, facts: AwardFacts, day: date, left_on: date | None = None) -> bool:
    """Return whether the holder may act on `day`. A leaver's authority ends on the day of leaving."""
    if left_on is not None and day >= left_on:
        return False
    return standing(rule, facts, day) in IN_FORCE


def renewal_timing(rule: ValidityRule, facts: AwardFacts, day: date) -> RenewalTiming:
    """Return what an exam passed on `day` would do: nothing yet, continue the award, or begin a new one."""
    now = standing(rule, facts, day)
    if now in {Standing.LAPSED, Standing.REVOKED}:
        return RenewalTiming.STARTS_AGAIN
    opens = timeline(rule, facts, known_on=day).window_opens
    return RenewalTiming.TOO_EARLY if opens is None or day < opens else RenewalTiming.CONTINUES


def renewed_term(rule: ValidityRule, facts: AwardFacts, passed_on: date) -> Term | None:
    """Return the term of the next award, or None before the window opens.

    Whoever renews while authority holds, in the window or in grace, loses no day and gains none: the new period
    starts at the old expiry. After a lapse it starts with the exam.
    """
    timing = renewal_timing(rule, facts, passed_on)
    if timing is RenewalTiming.TOO_EARLY:
        return None
    expires = timeline(rule, facts, known_on=passed_on).expires_on
    if timing is RenewalTiming.STARTS_AGAIN or expires is None:
        return first_term(rule, passed_on)
    return Term(expires, add_months(expires, rule.months))


@dataclass(frozen=True, slots=True)
class Cliff:
    """People of one shift whose awards end within one fortnight that begins on `first`."""

    first: date
    people: tuple[str, ...]


def cliffs(expiries: Mapping[str, date], size: int, *, share: float = 0.2, days: int = 14) -> tuple[Cliff, ...]:
    """Return the fortnights in which more than `share` of a shift of `size` would lapse, earliest first.

    Args:
        expiries: a person's opaque key to the last day of the award held.
        size: how many people the shift has, with or without an award.
        share: the fraction above which the coordinator is warned.
        days: the length of the stretch looked at.
    """
    order = sorted(expiries.items(), key=lambda pair: (pair[1], pair[0]))
    found: list[Cliff] = []
    counted: set[str] = set()
    for _person, first in order:
        end = first + timedelta(days=days)
        people = tuple(key for key, day in order if first <= day < end)
        if len(people) > share * size and not counted.issuperset(people):
            found.append(Cliff(first, people))
            counted.update(people)
    return tuple(found)

"""Renewing: which part of a level's rule is shown again, and which reminder is due.

Source: curriculum.md section 4: "Renewal: one exam set, from 60 days before expiry"; ux-guide section 10: expiry 60/14
days. What a level asks for beside its exam is not asked for twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from lms.certification.rules.predicates import Kind, Predicate
from lms.certification.rules.validity import StatusEntry, StatusKind, Timeline


class Notice(StrEnum):
    """What a holder is told about the end of an award, each once."""

    FIRST = "first"
    LAST = "last"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class Due:
    """A notice and the day it speaks of: the last day valid, or the first without authority."""

    notice: Notice
    on: date


def renewal_rule(predicates: Iterable[Predicate]) -> tuple[Predicate, ...]:
    """Return what renews a level: its simulator exams; without one its quizzes; without those all of its rule."""
    rule = tuple(predicates)
    for kind in (Kind.SANDBOX, Kind.QUIZ):
        if exams := tuple(each for each in rule if each.kind is kind):
            return exams
    return rule


def counts_from(dates: Timeline, entries: Iterable[StatusEntry]) -> date | None:
    """Return the first day on which an exam renews the award; None while an open absence holds its clock.

    After a revocation only what was shown since then counts.
    """
    revoked = [entry.on for entry in entries if entry.kind is StatusKind.REVOKED]
    if revoked:
        return max(revoked)
    return dates.window_opens


def notice_before(ends_on: date, day: date, reminder_days: Iterable[int]) -> Notice | None:
    """Return the most urgent notice about a last day whose time has come, or None: the last of the days, then it ends.

    It serves whatever ends on one day without grace, such as the time in which somebody acts.
    """
    left, days = (ends_on - day).days, sorted(reminder_days)
    if left < 0:
        return Notice.LAPSED
    if left <= days[0]:
        return Notice.LAST
    return Notice.FIRST if left <= days[-1] else None


def due_notice(dates: Timeline, day: date) -> Due | None:
    """Return the most urgent notice whose day has come, or None. Reminders run from the longest to the shortest."""
    if dates.lapses_on is not None and day >= dates.lapses_on:
        return Due(Notice.LAPSED, dates.lapses_on)
    if dates.expires_on is None or day > dates.expires_on:
        return None
    passed = [each for each in dates.reminders if each <= day]
    if not passed:
        return None
    return Due(Notice.LAST if max(passed) == max(dates.reminders) else Notice.FIRST, dates.expires_on)

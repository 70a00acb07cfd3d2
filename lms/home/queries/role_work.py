"""What waits for somebody in their role, in counts: each leads to the page where it is done."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from lms.accounts.queries.people_import import import_troubles
from lms.accounts.queries.scope import people_in_scope
from lms.accounts.rules.actor import Actor
from lms.accounts.rules.permissions import Permission, Relation, allowed, relations
from lms.assessment.queries.marking import attempts_to_mark
from lms.certification.queries.expiring import ending_soon
from lms.certification.queries.reviews import reviews_waiting
from lms.cohorts.rules.calendar import PlannedWave
from lms.home.queries.board import colleagues_in
from lms.home.rules.board import Group, lay_board
from lms.infra.i18n import language
from lms.readiness.queries.waiting import gates_waiting
from lms.readiness.queries.wave import waves_by_go_live, whole_coverage
from lms.readiness.rules.coverage import Coverage
from lms.sandbox.queries.contests import waiting_contests
from lms.sandbox.queries.exam_help import waiting_for_coaching, waiting_for_decision
from lms.workshops.queries.second_looks import looks_waiting
from lms.workshops.queries.sessions import open_requests

# An import is news for a week.
NEWS = timedelta(days=7)


class Work(enum.StrEnum):
    """What can wait, in the order in which it is told."""

    TEAM = "team"
    COACHING = "coaching"
    LOOKS = "looks"
    GATES = "gates"
    REVIEWS = "reviews"
    TRIES = "tries"
    CONTESTS = "contests"
    MARKING = "marking"
    REQUESTS = "requests"
    ENDING = "ending"
    IMPORTS = "imports"
    LEFT_OUT = "left-out"


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many of something wait, how many of them too long, and of which wave where it is of one."""

    work: Work
    count: int
    late: int = 0
    wave: PlannedWave | None = None


@dataclass(frozen=True, slots=True)
class RoleWork:
    """What somebody finds in their role: the next wave with its coverage, where there is one, and what waits."""

    wave: PlannedWave | None
    coverage: Coverage | None
    waiting: tuple[Waiting, ...]


_ASKED = (
    Permission.SEE_TEAM,
    Permission.APPROVE_GATE,
    Permission.DECIDE_REVIEW,
    Permission.MARK_ANSWERS,
    Permission.ISSUE_CERTIFICATES,
    Permission.MANAGE_PEOPLE,
)


def role_work(actor: Actor, today: date, moment: datetime) -> RoleWork | None:
    """Return what waits for the actor beyond their own learning; None for who has no such role.

    Counts only what the actor may open. The number of statements does not depend on how many people there are.
    """
    counts_all = Relation.ANYONE in relations(actor, Permission.SEE_COUNTS)
    if not counts_all and not any(allowed(actor, permission) for permission in _ASKED):
        return None
    waiting = tuple(line for line in _waiting(actor, today, moment) if line.count)
    if not counts_all and not waiting:
        return None
    coming = [wave for wave in waves_by_go_live(today) if wave.go_live >= today] if counts_all else []
    wave = coming[0] if coming else None
    return RoleWork(wave, whole_coverage(wave, today) if wave else None, waiting)


def _waiting(actor: Actor, today: date, moment: datetime) -> Iterator[Waiting]:
    if allowed(actor, Permission.SEE_TEAM):
        people = people_in_scope(actor, Permission.SEE_TEAM, today)
        yield Waiting(Work.TEAM, len(lay_board(colleagues_in(people, today), today, moment)[Group.NEEDS_YOU]))
        yield Waiting(Work.COACHING, len(waiting_for_coaching(people, language())))
        yield Waiting(Work.LOOKS, len(looks_waiting(actor.id, moment)))
    if allowed(actor, Permission.APPROVE_GATE):
        yield from (Waiting(Work.GATES, len(found.gates), wave=found.wave) for found in gates_waiting(today))
    if allowed(actor, Permission.DECIDE_REVIEW):
        people = people_in_scope(actor, Permission.DECIDE_REVIEW, today)
        yield Waiting(Work.REVIEWS, *reviews_waiting(people, moment))
        yield Waiting(Work.TRIES, len(waiting_for_decision(people, language())))
        yield Waiting(Work.CONTESTS, len(waiting_contests(actor.id)))
    if allowed(actor, Permission.MARK_ANSWERS):
        yield Waiting(Work.MARKING, attempts_to_mark(actor.id))
    if Relation.ANYONE in relations(actor, Permission.MANAGE_SESSIONS):
        yield Waiting(Work.REQUESTS, len(open_requests(actor, today)))
    if allowed(actor, Permission.ISSUE_CERTIFICATES):
        yield Waiting(Work.ENDING, len(ending_soon(today)))
    if allowed(actor, Permission.MANAGE_PEOPLE):
        begun, left_out = import_troubles(moment - NEWS)
        yield Waiting(Work.IMPORTS, begun)
        yield Waiting(Work.LEFT_OUT, left_out)

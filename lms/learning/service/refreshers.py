"""Opening each month's refresher, keeping its due day right, and following up what was missed."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from lms.accounts.queries.people import names_of
from lms.accounts.queries.person import managers_of
from lms.catalog.queries import current_catalogue
from lms.infra import audit
from lms.infra.clock import now
from lms.infra.db import db
from lms.learning.models import Cycle
from lms.learning.queries.refreshers import (
    Curriculum,
    Learner,
    Month,
    curriculum_of,
    months_of,
    peak_months_at,
    trained_learners,
)
from lms.learning.rules.cycles import refresher_cycle
from lms.learning.rules.evidence import Result, Source
from lms.learning.rules.refreshers import (
    Chase,
    MonthPlan,
    Part,
    carried_into,
    chase,
    first_month,
    missed_in_a_row,
    module_of,
    month_of,
    plan_month,
    refresher_due,
)
from lms.learning.service.assign import Assignment, assign_programme
from lms.learning.service.evidence import Claim, record_evidence
from lms.learning.service.projections import refresh_module
from lms.messaging.service import tell

# The month that runs and the one before it can be worked on; what is older is let go.
KEPT_OPEN = 2
MERGED = "merged-months"


@dataclass(frozen=True, slots=True)
class Opening:
    """A month to open for a person."""

    curriculum: Curriculum
    learner: Learner
    months: tuple[Month, ...]
    plan: MonthPlan


def months_to_open(today: date) -> tuple[Opening, ...]:
    """Return every refresher that is to be opened: this month's, for everybody trained who is not away today."""
    found: list[Opening] = []
    for programme in current_catalogue().programmes:
        curriculum = curriculum_of(programme)
        if curriculum is None:
            continue
        learners = trained_learners(programme)
        given = months_of(programme.id, [learner.person_id for learner in learners])
        for learner in learners:
            months = given.get(learner.person_id, ())
            plan = _plan(curriculum, learner, months, month_of(today))
            away = any(absence.holds(today) for absence in learner.absences)
            if plan is not None and not away:
                found.append(Opening(curriculum, learner, months, plan))
    return tuple(found)


def open_months(openings: Iterable[Opening]) -> int:
    """Open refreshers; return how many. One that exists already stays as it is."""
    count = 0
    for opening in openings:
        count += _open(opening)
    return count


def update_due_days(person_id: uuid.UUID) -> None:
    """Bring the due days of a person's open refreshers up to date with their absences."""
    for programme in current_catalogue().programmes:
        if programme.refreshers is None:
            continue
        for learner in trained_learners(programme, [person_id]):
            for month in months_of(programme.id, [person_id]).get(person_id, ()):
                cycle = db.session.get(Cycle, month.cycle_id)
                if cycle is not None and month.is_open and month.done_on is None:
                    due_on, paused = refresher_due(month.month, learner.absences)
                    cycle.due_on, cycle.due_reason = due_on, {**cycle.due_reason, "paused_days": paused}
    db.session.flush()


def follow_up(today: date) -> int:
    """Remind of a refresher that was missed; after two in a row ask for a conversation. Return how many were told.

    A missed refresher never shortens a certificate.
    """
    told = 0
    for programme in current_catalogue().programmes:
        if programme.refreshers is None:
            continue
        people = [learner.person_id for learner in trained_learners(programme)]
        for person_id, months in months_of(programme.id, people).items():
            due = [(month.due_on, month.done_on is not None) for month in months if month.due_on is not None]
            step = chase(missed_in_a_row(due, today))
            if step is not None:
                told += _follow_up(person_id, months, step, today)
    return told


def _plan(curriculum: Curriculum, learner: Learner, months: tuple[Month, ...], month: date) -> MonthPlan | None:
    given = [one.month for one in months]
    if month in given or month < first_month(learner.go_live, learner.trained_on):
        return None
    in_peak = peak_months_at(learner.site)
    first = min(given, default=month)

    def own(which: date) -> tuple[str, tuple[Part, ...]]:
        module = module_of(curriculum.rotation, learner.go_live, which, in_peak)
        return module, curriculum.parts(module, first=which == first)

    module, parts = own(month)
    if module not in curriculum.modules:
        return None
    carried = carried_into(month, {which: own(which)[1] for which in given}, in_peak)
    return plan_month(month, module, parts, carried, in_peak=month in in_peak)


def _open(opening: Opening) -> int:
    learner, plan = opening.learner, opening.plan
    due_on, paused = refresher_due(plan.month, learner.absences)
    cycle = assign_programme(
        Assignment(
            person_id=learner.person_id,
            programme=opening.curriculum.programme.id,
            cycle=refresher_cycle(plan.month),
            cohort_id=learner.cohort_id,
            wave_id=learner.wave_id,
            starts_on=plan.month,
            due_on=due_on,
            due_reason={
                "reason": "refresher",
                "month": plan.month.isoformat(),
                "paused_days": paused,
                "in_peak": plan.in_peak,
                "merged": [month.isoformat() for month in plan.merged],
                "left_out": [part.step for part in plan.left_out],
            },
            parts=tuple(part.step for part in plan.parts),
        ),
        None,
    )
    for part in plan.left_out:
        record_evidence(
            Claim(
                cycle_id=cycle.id,
                step=part.step,
                result=Result.EXCUSED,
                source=Source.RULE,
                occurred_at=now(),
                actor_id=None,
                reason=MERGED,
            )
        )
    # From the start every module of the month has its progress: a month is done when all of them are.
    for name in dict.fromkeys(part.module for part in plan.parts):
        refresh_module(cycle, opening.curriculum.modules[name])
    _let_go(opening)
    return 1


def _let_go(opening: Opening) -> None:
    """Close what is done, and what is older than the month before."""
    running = [month for month in opening.months if month.is_open]
    kept = {month.cycle_id for month in running[-(KEPT_OPEN - 1) :] if month.done_on is None}
    for month in running:
        cycle = db.session.get(Cycle, month.cycle_id)
        if cycle is not None and month.cycle_id not in kept:
            cycle.closed_at = now()
    db.session.flush()


def _follow_up(person_id: uuid.UUID, months: tuple[Month, ...], step: Chase, today: date) -> int:
    latest = max(
        (month for month in months if month.due_on is not None and month.due_on < today),
        key=lambda month: (month.due_on or date.min, month.month),
    )
    new = tell(person_id, "refresher-missed", now(), path="/home", slot=f"refresher-missed:{latest.cycle_id}")
    if step is Chase.TALK:
        name = names_of({person_id}).get(person_id, "")
        for manager in managers_of(person_id, today):
            slot = f"refresher-talk:{latest.cycle_id}:{manager}"
            if tell(manager, "refresher-talk", now(), path=f"/team/{person_id}", slot=slot, who=name):
                audit.record("refresher.talk-asked", actor=None, subject=person_id)
    return int(new)

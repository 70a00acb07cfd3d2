"""What the five lines of readiness look at, for many people at once."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from lms.accounts.models.people import Person
from lms.accounts.queries.scope import PersonIds
from lms.certification.queries.awards import AwardView, authority_awards
from lms.certification.queries.evidence import evidence_views
from lms.certification.rules.predicates import Kind, NextAction, Predicate, assess, parse
from lms.certification.rules.validity import Standing
from lms.infra.db import db
from lms.learning.models import Cycle, Evidence, ModuleProgress
from lms.learning.queries.catalogue import programme_by_id
from lms.readiness.rules.person import Certificate, Duty, Exam, PersonFacts

# The levels of a sandbox step that are exams.
EXAMS = frozenset({"foundation", "practitioner"})
REFRESHER, DELTA = "refresher-", "delta-"
_IN_FORCE = frozenset({Standing.VALID, Standing.GRACE})


@dataclass(frozen=True, slots=True)
class Task:
    """A person, the programme that certifies for their work (None: there is none), and whether they are rostered."""

    person_id: uuid.UUID
    programme: str | None
    rostered: bool


def person_facts(
    people: PersonIds, tasks: Sequence[Task], needed_on: date, today: date, *, fixes: bool = True
) -> Mapping[uuid.UUID, PersonFacts]:
    """Return the facts of everybody in `tasks`, who are the people that `people` selects.

    Certificates are judged for `needed_on` from what is known today. The number of statements depends on the number of
    programmes, not of people. Without `fixes` nobody's next action is looked for, which takes most of the time.
    """
    certificates = _certificates(people, tasks, needed_on, today)
    duties = _duties(people)
    exams = _exams(people)
    asked = _asked({task.programme for task in tasks if task.programme})
    lacking = [task for task in tasks if task.person_id not in certificates] if fixes else []
    wanted = _next_actions(lacking, asked, today)
    return {
        task.person_id: PersonFacts(
            programme=task.programme,
            certificate=certificates.get(task.person_id),
            next_action=wanted.get(task.person_id),
            deltas=_named(duties.get(task.person_id, ()), DELTA),
            refreshers=_named(duties.get(task.person_id, ()), REFRESHER),
            exam=exams.get(task.person_id),
            exam_asked=any(predicate.kind is Kind.SANDBOX for predicate in asked.get(task.programme or "", ())),
            rostered=task.rostered,
        )
        for task in tasks
    }


def _certificates(
    people: PersonIds, tasks: Iterable[Task], needed_on: date, today: date
) -> dict[uuid.UUID, Certificate]:
    then = authority_awards(people, needed_on)
    now = then if needed_on == today else authority_awards(people, today)
    standing_now = {award.id: award.standing for awards in now.values() for award in awards}
    found = {}
    for task in tasks:
        held = [award for award in then.get(task.person_id, ()) if award.programme == task.programme]
        if held:
            best = min(held, key=lambda award: (award.standing not in _IN_FORCE, award.standing is not Standing.VALID))
            found[task.person_id] = _certificate(best, standing_now[best.id])
    return found


def _certificate(award: AwardView, standing: Standing) -> Certificate:
    return Certificate(
        serial=award.serial,
        level=award.snapshot.level_title,
        standing=standing,
        standing_then=award.standing,
        expires_on=award.timeline.expires_on,
        authority_until=award.timeline.grace_until,
    )


def _asked(programmes: Iterable[str]) -> dict[str, tuple[Predicate, ...]]:
    """Return what the first level with authority of each programme asks for."""
    found = {}
    for programme_id in sorted(programmes):
        programme = programme_by_id(programme_id)
        level = next((level for level in programme.levels if level.authority), None) if programme else None
        if level is not None:
            found[programme_id] = tuple(map(parse, level.requires))
    return found


def _next_actions(
    tasks: Sequence[Task], asked: Mapping[str, tuple[Predicate, ...]], today: date
) -> dict[uuid.UUID, NextAction | None]:
    """Return what each person's first level with authority still asks for, the smallest first."""
    by_programme: dict[str, list[uuid.UUID]] = {}
    for task in tasks:
        if task.programme is not None:
            by_programme.setdefault(task.programme, []).append(task.person_id)
    found: dict[uuid.UUID, NextAction | None] = {}
    for programme_id, ids in sorted(by_programme.items()):
        programme = programme_by_id(programme_id)
        if programme is not None and programme_id in asked:
            views = evidence_views(sa.select(Person.id).where(Person.id.in_(ids)), programme, today)
            found.update({person: assess(asked[programme_id], views[person], today).next_action for person in ids})
    return found


def _duties(people: PersonIds) -> dict[uuid.UUID, list[Duty]]:
    rows = db.session.execute(
        sa.select(
            Cycle.person_id,
            Cycle.name,
            Cycle.due_on,
            sa.func.count(ModuleProgress.module),
            sa.func.count(ModuleProgress.completed_at),
            sa.func.max(ModuleProgress.completed_at, type_=ModuleProgress.completed_at.type),
        )
        .outerjoin(
            ModuleProgress,
            sa.and_(ModuleProgress.person_id == Cycle.person_id, ModuleProgress.cycle == Cycle.name),
        )
        .where(
            Cycle.person_id.in_(people),
            Cycle.closed_at.is_(None),
            sa.or_(Cycle.name.startswith(REFRESHER), Cycle.name.startswith(DELTA)),
        )
        .group_by(Cycle.id, Cycle.person_id, Cycle.name, Cycle.due_on)
    )
    found: dict[uuid.UUID, list[Duty]] = {}
    for person, name, due_on, begun, done, last in rows:
        done_on = last.date() if last is not None and begun == done else None
        found.setdefault(person, []).append(Duty(name, due_on, done_on))
    return found


def _named(duties: Iterable[Duty], prefix: str) -> tuple[Duty, ...]:
    return tuple(duty for duty in duties if duty.cycle.startswith(prefix))


def _exams(people: PersonIds) -> dict[uuid.UUID, Exam]:
    """Return each person's latest exam.

    A breach is resolved by a later sitting at the same console without one. The evidence of a sandbox step says
    ``{"console", "level", "critical"}``; one that does not say how many breaches there were proves nothing.
    """
    rows = db.session.execute(
        sa.select(Evidence.id, Evidence.person_id, Evidence.details, Evidence.occurred_at, Evidence.supersedes)
        .where(Evidence.person_id.in_(people), Evidence.kind == "sandbox")
        .order_by(Evidence.occurred_at, Evidence.id)
    ).all()
    replaced = {row.supersedes for row in rows}
    latest: dict[uuid.UUID, tuple[Exam, str]] = {}
    for row in rows:
        if row.id in replaced:
            continue
        console, breaches = row.details.get("console", ""), row.details.get("critical")
        if row.details.get("level") in EXAMS and not row.details.get("lab"):
            latest[row.person_id] = Exam(row.occurred_at.date(), breaches), console
        elif breaches == 0 and row.person_id in latest and latest[row.person_id][1] == console:
            latest[row.person_id] = _resolved(latest[row.person_id])
    return {person: exam for person, (exam, _console) in latest.items()}


def _resolved(found: tuple[Exam, Any]) -> tuple[Exam, Any]:
    exam, console = found
    return (Exam(exam.taken_on, 0) if exam.open_breaches else exam), console

"""What the ledger says about one person in one programme, as the predicates look at it."""

from __future__ import annotations

import hashlib
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from lms.accounts.models.people import Profile, RoleGrant
from lms.accounts.queries.periods import valid_on
from lms.accounts.queries.scope import PersonIds
from lms.accounts.rules.actor import Role
from lms.catalog.rules.content import Module
from lms.catalog.rules.programmes import Level, Programme, predicate_target
from lms.certification.queries.dated import levels_held
from lms.certification.rules.authority import FOUNDATION, PRACTITIONER
from lms.certification.rules.predicates import Assessment, EvidenceView, Kind, Predicate, assess, parse
from lms.certification.rules.renewal import renewal_rule
from lms.certification.rules.validity import ValidityRule
from lms.infra.db import db
from lms.learning.models import Evidence, ModuleProgress, StepProgress
from lms.learning.queries.catalogue import studied_modules
from lms.learning.rules.cycles import REFRESHER, is_refresher
from lms.learning.rules.evidence import COMPLETES, Result, Source

FULL = 10_000
_COVERS = (Kind.SANDBOX, PRACTITIONER)
_DONE = tuple(COMPLETES)


def evidence_view(person_id: uuid.UUID, programme: Programme, on: date, since: datetime | None = None) -> EvidenceView:
    """Return everything the predicates of a programme look at, for one person on a day."""
    return evidence_views(sa.select(sa.literal(person_id, sa.Uuid)), programme, on, since)[person_id]


def evidence_views(
    people: PersonIds, programme: Programme, on: date, since: datetime | None = None
) -> Mapping[uuid.UUID, EvidenceView]:
    """Return the same for everybody whom `people` selects, in as many statements as for one person.

    Whoever has no evidence at all has an empty view: the mapping answers for any person. What is held and whom the
    gates are with is as on the day `on`. With `since` only what happened from that moment on counts, as a renewal asks.
    """
    minutes = _minutes(programme)
    evidence = _by_person(
        Evidence.person_id,
        (
            Evidence.id,
            Evidence.supersedes,
            Evidence.kind,
            Evidence.module,
            Evidence.step,
            Evidence.result,
            Evidence.score,
            Evidence.source,
            Evidence.details,
        ),
        *_from(Evidence.person_id.in_(people), Evidence.occurred_at, since),
    )
    steps = _by_person(
        StepProgress.person_id,
        (StepProgress.step,),
        *_from(StepProgress.person_id.in_(people), StepProgress.completed_at, since),
    )
    modules = _by_person(
        ModuleProgress.person_id,
        (ModuleProgress.module, ModuleProgress.cycle),
        ModuleProgress.completed_at.is_not(None),
        *_from(ModuleProgress.person_id.in_(people), ModuleProgress.completed_at, since),
    )
    unfinished = _by_person(
        ModuleProgress.person_id,
        (ModuleProgress.cycle,),
        ModuleProgress.completed_at.is_(None),
        ModuleProgress.cycle.startswith(REFRESHER),
        ModuleProgress.person_id.in_(people),
    )
    held = levels_held(people, programme.id, _levels_before(programme), on)
    found: defaultdict[uuid.UUID, EvidenceView] = defaultdict(lambda: EvidenceView(minutes=minutes))
    for person in evidence.keys() | steps.keys() | modules.keys() | held.keys():
        rows = evidence.get(person, ())
        complete = frozenset(row.step for row in steps.get(person, ()))
        found[person] = EvidenceView(
            modules_complete=frozenset(row.module for row in modules.get(person, ())),
            quiz_best=_best(rows),
            sandbox_passed=_exams_passed(rows),
            labs_passed=_labs_passed(rows),
            workshops_attended=_named(rows, "workshop", complete),
            observations_signed=_named(rows, "observation", complete),
            rubrics=_rubrics(rows),
            refreshers=_finished(modules.get(person, ()), unfinished.get(person, ())),
            held_since=held.get(person, {}),
            equivalents=frozenset(
                f"{row.kind if row.kind in {'workshop', 'observation'} else 'module'}:{row.module}"
                for row in rows
                if row.source is Source.EQUIVALENT and row.step in complete
            ),
            minutes=minutes,
        )
    for person, gates, deputised in _gates(people, on) if _asks_for_gates(programme) else ():
        found[person] = replace(found[person], gates=gates, deputised=deputised)
    return found


def levels_shown(person_id: uuid.UUID, programme: Programme, levels: Iterable[Level], on: date) -> tuple[Level, ...]:
    """Return those of `levels` whose every predicate holds for a person on a day; the ledger is read once."""
    open_levels = tuple(levels)
    if not open_levels:
        return ()
    view = evidence_view(person_id, programme, on)
    return tuple(level for level in open_levels if assess(map(parse, level.requires), view, on).met)


def exam_score(person_id: uuid.UUID, programme: Programme, level: Level) -> Fraction | None:
    """Return the best score of the simulator exams that a level asks for; None where it asks for none.

    A lab's mark is no exam's score.
    """
    exams = {(rule.subject, rule.level) for rule in map(parse, level.requires) if rule.kind is Kind.SANDBOX}
    if not exams:
        return None
    rows = db.session.execute(
        sa.select(Evidence.score, Evidence.details).where(
            Evidence.person_id == person_id,
            Evidence.programme == programme.id,
            Evidence.kind == "sandbox",
            Evidence.result == Result.PASSED,
        )
    )
    scores = [
        row.score or 0
        for row in rows
        if not row.details.get("lab") and (row.details.get("console", ""), row.details.get("level", "")) in exams
    ]
    return Fraction(max(scores), FULL) if scores else None


def assess_level(person_id: uuid.UUID, programme: Programme, level: Level, on: date) -> Assessment:
    """Return how a person stands against a level on a day."""
    return assess(map(parse, level.requires), evidence_view(person_id, programme, on), on)


def renewal_modules(programme: Programme, levels: Iterable[Level]) -> tuple[str, ...]:
    """Return the modules in which levels are renewed: those with their exams, or with what stands in for one.

    Who renews two levels at once takes one exam, the harder one.
    """
    rules = [each for level in levels for each in renewal_rule(map(parse, level.requires))]
    covered = {replace(each, level=FOUNDATION) for each in rules if (each.kind, each.level) == _COVERS}
    wanted = [each for each in rules if each not in covered]
    return tuple(
        module.id
        for module in studied_modules(programme)
        if any(_is_shown_in(predicate, module) for predicate in wanted)
    )


def _is_shown_in(predicate: Predicate, module: Module) -> bool:
    if predicate.kind is Kind.SANDBOX:
        mode = f"{predicate.level}-exam"
        return any(
            step.kind == "sandbox"
            and (step.settings.get("console"), step.settings.get("mode")) == (predicate.subject, mode)
            for step in module.steps
        )
    return predicate.subject == module.id or any(step.id == predicate.subject for step in module.steps)


def rule_version(level: Level, rule: ValidityRule) -> str:
    """Return the digest that names a level's rule: what it asks for, and how long it lets an award stand."""
    lines = (*sorted(level.requires), f"{rule.months}/{rule.window_days}/{rule.grace_days}/{rule.after_peak_days}")
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def _from(
    condition: sa.ColumnElement[bool], moment: InstrumentedAttribute[Any], since: datetime | None
) -> tuple[sa.ColumnElement[bool], ...]:
    return (condition,) if since is None else (condition, moment >= since)


def _by_person(
    person: InstrumentedAttribute[uuid.UUID],
    columns: Sequence[InstrumentedAttribute[Any]],
    *conditions: sa.ColumnElement[bool],
) -> dict[uuid.UUID, list[sa.Row[Any]]]:
    grouped: dict[uuid.UUID, list[sa.Row[Any]]] = {}
    for row in db.session.execute(sa.select(person.label("person"), *columns).where(*conditions)):
        grouped.setdefault(row.person, []).append(row)
    return grouped


def _finished(complete: Sequence[sa.Row[Any]], unfinished: Sequence[sa.Row[Any]]) -> int:
    """Return how many refreshers are done; one that merges two months is done when both its modules are."""
    begun = {row.cycle for row in complete if is_refresher(row.cycle)}
    return len(begun - {row.cycle for row in unfinished})


def _best(rows: Sequence[sa.Row[Any]]) -> dict[str, Fraction]:
    best: dict[str, Fraction] = {}
    for row in rows:
        if row.kind == "quiz" and row.score is not None:
            best[row.step] = max(best.get(row.step, Fraction(0)), Fraction(row.score, FULL))
    return best


def _exams_passed(rows: Sequence[sa.Row[Any]]) -> frozenset[tuple[str, str]]:
    """Return (console, level) of the exams passed; Practitioner's is harder, so it stands for Foundation's too."""
    passed = [row.details for row in rows if row.result is Result.PASSED and not row.details.get("lab")]
    found = {(details["console"], details.get("level", "")) for details in passed if "console" in details}
    return frozenset(found | {(console, FOUNDATION) for console, level in found if level == PRACTITIONER})


def _labs_passed(rows: Sequence[sa.Row[Any]]) -> frozenset[tuple[str, str]]:
    """Return (lab, level) of what was passed; a lab passed at Practitioner is passed at Foundation too."""
    passed = [row.details for row in rows if row.result is Result.PASSED and row.details.get("lab")]
    return frozenset((details["console"], level) for details in passed for level in (FOUNDATION, details["level"]))


def _rubrics(rows: Sequence[sa.Row[Any]]) -> dict[str, tuple[Mapping[str, int], ...]]:
    """Return the levels of signed observations by the ids of step and module; an amended sheet counts as amended."""
    amended = {row.supersedes for row in rows if row.supersedes}
    found: dict[str, tuple[Mapping[str, int], ...]] = {}
    for row in rows:
        if row.result is Result.SIGNED and row.id not in amended and row.details.get("levels"):
            for name in (row.step, row.module):
                found[name] = (*found.get(name, ()), row.details["levels"])
    return found


def _named(rows: Sequence[sa.Row[Any]], kind: str, complete: frozenset[str]) -> frozenset[str]:
    """Return the module and step ids of completed steps of a kind: a predicate may name either."""
    done = [row for row in rows if row.kind == kind and row.result in _DONE and row.step in complete]
    return frozenset({row.step for row in done} | {row.module for row in done})


def _minutes(programme: Programme) -> dict[str, int]:
    """Return how long what a predicate names takes, by its reference."""
    found: dict[str, int] = {}
    for module in studied_modules(programme):
        found[f"{Kind.MODULE}:{module.id}"] = module.minutes
        for step in module.steps:
            console, mode = step.settings.get("console"), str(step.settings.get("mode"))
            if step.kind == "sandbox" and (mode == "lab" or mode.endswith("-exam")):
                found[f"{Kind.LAB if mode == 'lab' else Kind.SANDBOX}:{console}"] = step.minutes
            for kind in _TIMED.get(step.kind, ()):
                found |= {f"{kind}:{name}": step.minutes for name in (step.id, module.id)}
    return found


_TIMED = {"quiz": (Kind.QUIZ,), "workshop": (Kind.WORKSHOP,), "observation": (Kind.OBSERVATION, Kind.RUBRIC)}


def _asks_for_gates(programme: Programme) -> bool:
    targets = (predicate_target(line) for level in programme.appointed for line in level.requires)
    return any(target and target.kind in {Kind.APPOINTED, Kind.DEPUTY} for target in targets)


def _levels_before(programme: Programme) -> frozenset[str]:
    """Return the levels that another one asks to have been held for a while."""
    levels = (*programme.levels, *programme.appointed)
    rules = (rule for level in levels for rule in map(parse, level.requires))
    return frozenset(rule.subject for rule in rules if rule.kind is Kind.HELD)


def _gates(people: PersonIds, on: date) -> Iterator[tuple[uuid.UUID, frozenset[str], frozenset[str]]]:
    """Yield everybody with a gate to approve on a day, their gates, and those of them with a deputy at work."""
    left = sa.select(Profile.person_id).where(Profile.left_on <= on)
    rows = db.session.execute(
        sa.select(
            RoleGrant.person_id, RoleGrant.scope, RoleGrant.deputy_id, RoleGrant.deputy_id.in_(left).label("gone")
        ).where(RoleGrant.person_id.in_(people), RoleGrant.role == Role.APPROVER, valid_on(RoleGrant, on))
    ).all()
    for person in dict.fromkeys(row.person_id for row in rows):
        own = [row for row in rows if row.person_id == person and row.scope]
        named = frozenset(row.scope for row in own if row.deputy_id and not row.gone)
        yield person, frozenset(row.scope for row in own), named

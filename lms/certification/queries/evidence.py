"""What the ledger says about one person in one programme, as the predicates look at it."""

from __future__ import annotations

import hashlib
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, aliased

from lms.accounts.queries.scope import PersonIds
from lms.catalog.rules.content import Module
from lms.catalog.rules.programmes import Level, Programme
from lms.certification.models import Award, AwardStatus
from lms.certification.rules.predicates import Assessment, EvidenceView, Kind, assess, parse
from lms.certification.rules.validity import StatusKind
from lms.infra.db import db
from lms.learning.models import Evidence, ModuleProgress, StepProgress
from lms.learning.queries.catalogue import releases_of
from lms.learning.rules.cycles import INITIAL
from lms.learning.rules.evidence import COMPLETES, Result, Source

FULL = 10_000
_DONE = tuple(COMPLETES)


def evidence_view(person_id: uuid.UUID, programme: Programme, since: datetime | None = None) -> EvidenceView:
    """Return everything the predicates of a programme look at, for one person."""
    return evidence_views(sa.select(sa.literal(person_id, sa.Uuid)), programme, since)[person_id]


def evidence_views(
    people: PersonIds, programme: Programme, since: datetime | None = None
) -> Mapping[uuid.UUID, EvidenceView]:
    """Return the same for everybody whom `people` selects, in as many statements as for one person.

    Whoever has no evidence at all has an empty view: the mapping answers for any person. With `since` only what
    happened from that moment on counts, as a renewal asks.
    """
    minutes = {f"module:{module.id}": module.minutes for module in _programme_modules(programme).values()}
    evidence = _by_person(
        Evidence.person_id,
        (
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
    held = _held_since(people, programme.id)
    found: defaultdict[uuid.UUID, EvidenceView] = defaultdict(lambda: EvidenceView(minutes=minutes))
    for person in evidence.keys() | steps.keys() | modules.keys() | held.keys():
        rows = evidence.get(person, ())
        complete = frozenset(row.step for row in steps.get(person, ()))
        found[person] = EvidenceView(
            modules_complete=frozenset(row.module for row in modules.get(person, ())),
            quiz_best=_best(rows),
            sandbox_passed=frozenset(
                (row.details.get("console", ""), row.details.get("level", ""))
                for row in rows
                if row.kind == "sandbox" and row.result is Result.PASSED
            ),
            workshops_attended=_named(rows, "workshop", complete),
            observations_signed=_named(rows, "observation", complete),
            refreshers=len({row.cycle for row in modules.get(person, ()) if row.cycle.startswith("refresher-")}),
            held_since=held.get(person, {}),
            equivalents=frozenset(
                f"{row.kind if row.kind in {'workshop', 'observation'} else 'module'}:{row.module}"
                for row in rows
                if row.source is Source.EQUIVALENT and row.step in complete
            ),
            minutes=minutes,
        )
    return found


def levels_shown(person_id: uuid.UUID, programme: Programme, levels: Iterable[Level], on: date) -> tuple[Level, ...]:
    """Return those of `levels` whose every predicate holds for a person on a day; the ledger is read once."""
    open_levels = tuple(levels)
    if not open_levels:
        return ()
    view = evidence_view(person_id, programme)
    return tuple(level for level in open_levels if assess(map(parse, level.requires), view, on).met)


def exam_score(person_id: uuid.UUID, programme: Programme, level: Level) -> Fraction | None:
    """Return the best score of the simulator exams that a level asks for; None where it asks for none."""
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
    scores = [row.score or 0 for row in rows if (row.details.get("console", ""), row.details.get("level", "")) in exams]
    return Fraction(max(scores), FULL) if scores else None


def assess_level(person_id: uuid.UUID, programme: Programme, level: Level, on: date) -> Assessment:
    """Return how a person stands against a level on a day."""
    return assess(map(parse, level.requires), evidence_view(person_id, programme), on)


def rule_version(level: Level) -> str:
    """Return the digest that names a level's rule as it stands: a changed rule is another version."""
    return hashlib.sha256("\n".join(sorted(level.requires)).encode()).hexdigest()[:16]


def _programme_modules(programme: Programme) -> Mapping[str, Module]:
    return {module.id: module for release in releases_of(programme, INITIAL) for module in release.course.modules}


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


def _best(rows: Sequence[sa.Row[Any]]) -> dict[str, Fraction]:
    best: dict[str, Fraction] = {}
    for row in rows:
        if row.kind == "quiz" and row.score is not None:
            best[row.step] = max(best.get(row.step, Fraction(0)), Fraction(row.score, FULL))
    return best


def _named(rows: Sequence[sa.Row[Any]], kind: str, complete: frozenset[str]) -> frozenset[str]:
    """Return the module and step ids of completed steps of a kind: a predicate may name either."""
    done = [row for row in rows if row.kind == kind and row.result in _DONE and row.step in complete]
    return frozenset({row.step for row in done} | {row.module for row in done})


def _held_since(people: PersonIds, programme: str) -> dict[uuid.UUID, dict[str, date]]:
    """Return since when each level is held without a break: renewals that continue an award do not begin anew."""
    later = aliased(AwardStatus)
    taken_back = sa.exists().where(
        later.award_id == AwardStatus.award_id,
        later.kind == StatusKind.REINSTATED,
        later.recorded_at >= AwardStatus.recorded_at,
    )
    closed = sa.select(AwardStatus.award_id).where(
        sa.or_(AwardStatus.kind == StatusKind.REPLACED, sa.and_(AwardStatus.kind == StatusKind.REVOKED, ~taken_back))
    )
    rows = db.session.execute(
        sa.select(Award.person_id, Award.level, sa.func.max(Award.starts_on))
        .where(
            Award.person_id.in_(people),
            Award.programme == programme,
            Award.continues.is_(False),
            Award.id.not_in(closed),
        )
        .group_by(Award.person_id, Award.level)
    )
    held: dict[uuid.UUID, dict[str, date]] = {}
    for person, level, since in rows:
        held.setdefault(person, {})[level] = since
    return held

"""What the ledger says about one person in one programme, as the predicates look at it."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

import sqlalchemy as sa

from lms.catalog.rules.content import Module
from lms.catalog.rules.programmes import Level, Programme
from lms.certification.models import Award, AwardStatus
from lms.certification.rules.predicates import Assessment, EvidenceView, assess, parse
from lms.certification.rules.validity import StatusKind
from lms.infra.db import db
from lms.learning.models import Evidence, ModuleProgress, StepProgress
from lms.learning.queries.catalogue import releases_of
from lms.learning.rules.cycles import INITIAL
from lms.learning.rules.evidence import COMPLETES, Result, Source

FULL = 10_000
_DONE = tuple(COMPLETES)


def evidence_view(person_id: uuid.UUID, programme: Programme) -> EvidenceView:
    """Return everything the predicates of a programme look at, for one person."""
    modules = _programme_modules(programme)
    rows = db.session.execute(
        sa.select(
            Evidence.kind,
            Evidence.module,
            Evidence.step,
            Evidence.result,
            Evidence.score,
            Evidence.source,
            Evidence.details,
        ).where(Evidence.person_id == person_id)
    ).all()
    complete = _complete_steps(person_id)
    return EvidenceView(
        modules_complete=frozenset(
            db.session.scalars(
                sa.select(ModuleProgress.module).where(
                    ModuleProgress.person_id == person_id, ModuleProgress.completed_at.is_not(None)
                )
            )
        ),
        quiz_best=_best(rows),
        sandbox_passed=frozenset(
            (row.details.get("console", ""), row.details.get("level", ""))
            for row in rows
            if row.kind == "sandbox" and row.result is Result.PASSED
        ),
        workshops_attended=_named(rows, "workshop", complete),
        observations_signed=_named(rows, "observation", complete),
        refreshers=_refreshers(person_id),
        held_since=_held_since(person_id, programme.id),
        equivalents=frozenset(
            f"{row.kind if row.kind in {'workshop', 'observation'} else 'module'}:{row.module}"
            for row in rows
            if row.source is Source.EQUIVALENT and row.step in complete
        ),
        minutes={f"module:{module.id}": module.minutes for module in modules.values()},
    )


def assess_level(person_id: uuid.UUID, programme: Programme, level: Level, on: date) -> Assessment:
    """Return how a person stands against a level on a day."""
    return assess(map(parse, level.requires), evidence_view(person_id, programme), on)


def rule_version(level: Level) -> str:
    """Return the digest that names a level's rule as it stands: a changed rule is another version."""
    return hashlib.sha256("\n".join(sorted(level.requires)).encode()).hexdigest()[:16]


def _programme_modules(programme: Programme) -> Mapping[str, Module]:
    return {module.id: module for release in releases_of(programme, INITIAL) for module in release.course.modules}


def _complete_steps(person_id: uuid.UUID) -> frozenset[str]:
    return frozenset(db.session.scalars(sa.select(StepProgress.step).where(StepProgress.person_id == person_id)))


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


def _refreshers(person_id: uuid.UUID) -> int:
    count = db.session.scalar(
        sa.select(sa.func.count(sa.distinct(ModuleProgress.cycle))).where(
            ModuleProgress.person_id == person_id,
            ModuleProgress.cycle.startswith("refresher-"),
            ModuleProgress.completed_at.is_not(None),
        )
    )
    return int(count or 0)


def _held_since(person_id: uuid.UUID, programme: str) -> dict[str, date]:
    revoked = sa.select(AwardStatus.award_id).where(AwardStatus.kind == StatusKind.REVOKED)
    rows = db.session.execute(
        sa.select(Award.level, sa.func.min(Award.starts_on))
        .where(Award.person_id == person_id, Award.programme == programme, Award.id.not_in(revoked))
        .group_by(Award.level)
    )
    return {level: since for level, since in rows}  # noqa: C416 - rows are not tuples to a type checker

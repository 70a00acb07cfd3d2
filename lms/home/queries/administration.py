"""What an administrator looks at first: is everything running, kept and published?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from lms.accounts.models.people import Profile
from lms.catalog.models import ContentRelease, CurrentRelease
from lms.catalog.queries import course_titles
from lms.catalog.rules.content import text_in
from lms.cohorts.queries.places import programme_titles
from lms.infra.audit import AuditEntry, AuditSalt, reference
from lms.infra.backup import NewestBackup, newest_backup
from lms.infra.clock import now
from lms.infra.db import db
from lms.infra.jobs import Job, JobState
from lms.learning.queries.catalogue import content_titles
from lms.messaging.models import Mail
from lms.readiness.queries.leaders import gate_titles
from lms.reporting.queries.labels import labels_of, wave_titles
from lms.reporting.rules.completion import Cut

STALE_BACKUP = timedelta(hours=50)


@dataclass(frozen=True, slots=True)
class Overview:
    """Figures of the overview as of `at`; `backup` is the newest one, None where there is none."""

    at: datetime
    backup: NewestBackup | None
    last_job_at: datetime | None
    waiting_jobs: int
    failed_jobs: int
    unsent_mail: int
    sealed: int
    unsealed: int
    people: int

    @property
    def backup_age(self) -> timedelta | None:
        """Return how old the newest backup is; None where there is none."""
        return max(timedelta(), self.at - self.backup.made_at) if self.backup else None

    @property
    def backup_is_stale(self) -> bool:
        """Return whether the newest backup is missing or too old."""
        return self.backup_age is None or self.backup_age > STALE_BACKUP


@dataclass(frozen=True, slots=True)
class ReleaseLine:
    """What is served of a course."""

    name: str
    version: str
    hash: str
    since: datetime


@dataclass(frozen=True, slots=True)
class AuditLine:
    """An audit entry in words a person can read; names are None where somebody is no longer known."""

    number: int | None
    at: datetime
    action: str
    actor: str | None
    subject: str | None
    details: dict[str, Any]


def overview() -> Overview:
    """Return the figures. A handful of counts."""
    return Overview(
        at=now(),
        backup=newest_backup(),
        last_job_at=db.session.scalar(sa.select(sa.func.max(Job.finished_at, type_=Job.finished_at.type))),
        waiting_jobs=_count(Job, Job.state == JobState.WAITING),
        failed_jobs=_count(Job, Job.state == JobState.FAILED),
        unsent_mail=_count(Mail, Mail.sent_at.is_(None)),
        sealed=_count(AuditEntry, AuditEntry.number.is_not(None)),
        unsealed=_count(AuditEntry, AuditEntry.number.is_(None)),
        people=_count(Profile, Profile.left_on.is_(None)),
    )


def served_releases() -> tuple[ReleaseLine, ...]:
    """Return what is served now, by name."""
    rows = db.session.execute(
        sa.select(CurrentRelease.name, ContentRelease.version, CurrentRelease.hash, CurrentRelease.since)
        .join(ContentRelease, ContentRelease.hash == CurrentRelease.hash)
        .order_by(CurrentRelease.name)
    )
    return tuple(ReleaseLine(*row) for row in rows)


def failed_jobs(limit: int = 100) -> tuple[Job, ...]:
    """Return the jobs that gave up, the latest first."""
    return tuple(
        db.session.scalars(
            sa.select(Job).where(Job.state == JobState.FAILED).order_by(Job.finished_at.desc()).limit(limit)
        )
    )


def audit_lines(page: int, size: int = 50, action: str = "") -> tuple[tuple[AuditLine, ...], int]:
    """Return one page of the audit log, the latest first, and how many entries match."""
    condition = AuditEntry.action == action if action else sa.true()
    total = _count(AuditEntry, condition)
    rows = db.session.execute(
        sa.select(
            AuditEntry.number,
            AuditEntry.occurred_at,
            AuditEntry.action,
            AuditEntry.actor_ref,
            AuditEntry.subject_ref,
            AuditEntry.details,
        )
        .where(condition)
        .order_by(AuditEntry.occurred_at.desc(), AuditEntry.id.desc())
        .limit(size)
        .offset((page - 1) * size)
    ).all()
    names = _names()
    return tuple(
        AuditLine(
            row.number,
            row.occurred_at,
            row.action,
            "system" if row.actor_ref == "system" else names.get(row.actor_ref),
            names.get(row.subject_ref) if row.subject_ref else "",
            row.details,
        )
        for row in rows
    ), total


def audit_actions() -> tuple[str, ...]:
    """Return every kind of action in the log."""
    return tuple(db.session.scalars(sa.select(AuditEntry.action).distinct().order_by(AuditEntry.action)))


def detail_titles(language: str, day: date) -> Mapping[str, Mapping[str, str]]:
    """Return what the log's details name by identifier: for each kind of detail, the title of each identifier."""
    content = {name: text_in(texts, language) for name, texts in {**course_titles(), **content_titles()}.items()}
    gates = gate_titles(language)
    return {
        "cohort": labels_of(Cut.COHORT, language, day),
        "function": labels_of(Cut.FUNCTION, language, day),
        "site": labels_of(Cut.SITE, language, day),
        "wave": wave_titles(),
        "programme": programme_titles(language),
        "gate": gates,
        "scope": gates,
        "name": content,
        "step": content,
    }


def _names() -> dict[str, str]:
    rows = db.session.execute(
        sa.select(AuditSalt.person_id, AuditSalt.salt, Profile.name).join(
            Profile, Profile.person_id == AuditSalt.person_id
        )
    )
    return {reference(person, salt): name for person, salt, name in rows}


def _count(model: Any, condition: sa.ColumnElement[bool]) -> int:  # noqa: ANN401 - any mapped class
    return db.session.scalar(sa.select(sa.func.count()).select_from(model).where(condition)) or 0

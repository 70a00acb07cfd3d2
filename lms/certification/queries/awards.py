"""Awards as pages show them, with their standing on a day."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from lms.accounts.models.people import Absence, Profile
from lms.accounts.queries.scope import PersonIds
from lms.catalog.rules.durations import parse_duration
from lms.catalog.rules.programmes import Validity
from lms.certification.models import Award, AwardDocument, AwardStatus
from lms.certification.rules.snapshot import AwardSnapshot, from_json
from lms.certification.rules.validity import (
    IN_FORCE,
    AwardFacts,
    Days,
    Standing,
    StatusEntry,
    Term,
    Timeline,
    ValidityRule,
    standing,
    timeline,
)
from lms.cohorts.models import PeakPeriod
from lms.infra.db import db
from lms.learning.queries.catalogue import programme_by_id


@dataclass(frozen=True, slots=True)
class AwardView:
    """An award with everything a page needs; `reason` is the last recorded change's.

    `replaced_by` is the token of the corrected award that took this one's place.
    """

    id: uuid.UUID
    person_id: uuid.UUID
    programme: str
    level: str
    serial: str
    snapshot: AwardSnapshot
    authority: bool
    shared: bool
    rule_version: str
    standing: Standing
    timeline: Timeline
    reason: str
    document_sha256: str | None
    period: int
    edition: int
    starts_on: date
    issued_at: datetime
    status_index: int
    entries: tuple[StatusEntry, ...]
    replaced_by: str | None

    @property
    def in_force(self) -> bool:
        """Return whether it stands on the day asked about, days of grace included."""
        return self.standing in IN_FORCE


def awards_of(person_id: uuid.UUID, day: date) -> tuple[AwardView, ...]:
    """Return a person's awards, the newest first."""
    return award_views(Award.person_id == person_id, day)


def award_by_id(award_id: uuid.UUID, day: date) -> AwardView | None:
    """Return one award, or None."""
    return next(iter(award_views(Award.id == award_id, day)), None)


def award_by_token(token: str, day: date) -> AwardView | None:
    """Return the award that a public link names, or None."""
    return next(iter(award_views(Award.token == token, day)), None)


def award_by_code(code: str, day: date) -> AwardView | None:
    """Return the award with a printed code (twelve symbols, no dashes), or None."""
    return next(iter(award_views(Award.code == code, day)), None)


def award_by_document(sha256: str, day: date) -> AwardView | None:
    """Return the award for which exactly this file was issued, or None."""
    found = sa.select(AwardDocument.award_id).where(AwardDocument.sha256 == sha256)
    return next(iter(award_views(Award.id.in_(found), day)), None)


def awards_in_force(person_ids: Iterable[uuid.UUID], day: date) -> dict[uuid.UUID, tuple[AwardView, ...]]:
    """Return the awards with authority, valid or in grace on `day`, by person. A handful of statements."""
    ids = list(person_ids)
    found: dict[uuid.UUID, list[AwardView]] = {}
    for view in award_views(sa.and_(Award.person_id.in_(ids), Award.authority.is_(True)), day):
        if view.in_force:
            found.setdefault(view.person_id, []).append(view)
    return {person: tuple(views) for person, views in found.items()}


def authority_awards(people: PersonIds, day: date) -> dict[uuid.UUID, tuple[AwardView, ...]]:
    """Return every award with authority that `people` hold or held, the newest first, by person."""
    found: dict[uuid.UUID, list[AwardView]] = {}
    for view in award_views(sa.and_(Award.person_id.in_(people), Award.authority.is_(True)), day):
        found.setdefault(view.person_id, []).append(view)
    return {person: tuple(views) for person, views in found.items()}


def validity_rule(validity: Validity) -> ValidityRule:
    """Return the numbers of a programme's validity."""
    return ValidityRule(
        months=parse_duration(validity.period).months,
        window_days=parse_duration(validity.window).span.days,
        grace_days=parse_duration(validity.grace).span.days,
    )


def rule_of(programme_id: str) -> ValidityRule:
    """Return the validity rule of a programme; the standard one where the programme is no longer offered."""
    programme = programme_by_id(programme_id)
    return validity_rule(programme.validity) if programme else ValidityRule()


def award_views(
    condition: sa.ColumnElement[bool], day: date, *, known: datetime | None = None
) -> tuple[AwardView, ...]:
    """Return the awards that meet a condition, the newest first, with their standing on `day`. A handful of statements.

    With `known` nothing counts that was issued or recorded later than that moment.
    """
    if known is not None:
        condition = sa.and_(condition, Award.issued_at <= known)
    rows = db.session.execute(
        sa.select(Award, AwardDocument.sha256)
        .outerjoin(AwardDocument, AwardDocument.award_id == Award.id)
        .where(condition)
        .order_by(Award.issued_at.desc(), Award.serial_year.desc(), Award.serial_number.desc())
    ).all()
    if not rows:
        return ()
    ids = [award.id for award, _sha in rows]
    entries = _entries(ids, known)
    absences = _absences({award.person_id for award, _sha in rows})
    declared = peaks()
    rules = {programme: rule_of(programme) for programme in {award.programme for award, _sha in rows}}
    successors = _successors(ids)
    views = []
    for award, sha256 in rows:
        recorded = entries.get(award.id, [])
        facts = AwardFacts(
            Term(award.starts_on, award.valid_until),
            tuple(StatusEntry(entry.kind, entry.on, entry.until) for entry in recorded),
            absences.get(award.person_id, ()),
            declared,
        )
        rule = rules[award.programme]
        views.append(
            AwardView(
                id=award.id,
                person_id=award.person_id,
                programme=award.programme,
                level=award.level,
                serial=f"{award.serial_year}-{award.serial_number:05d}",
                snapshot=from_json(award.snapshot),
                authority=award.authority,
                shared=award.shared,
                rule_version=award.rule_version,
                standing=standing(rule, facts, day),
                timeline=timeline(rule, facts, day),
                reason=recorded[-1].reason if recorded else "",
                document_sha256=sha256,
                period=award.period,
                edition=award.edition,
                starts_on=award.starts_on,
                issued_at=award.issued_at,
                status_index=award.status_index,
                entries=facts.entries,
                replaced_by=successors.get(award.id),
            )
        )
    return tuple(views)


def award_facts(award: AwardView) -> AwardFacts:
    """Return the dated facts behind an award, for the rules that need them whole."""
    term = Term(award.starts_on, award.timeline.printed_until)
    return AwardFacts(term, award.entries, _absences({award.person_id}).get(award.person_id, ()), peaks())


def peaks() -> tuple[Days, ...]:
    """Return the declared peaks, the first to come first."""
    rows = db.session.execute(sa.select(PeakPeriod.starts_on, PeakPeriod.ends_on).order_by(PeakPeriod.starts_on))
    return tuple(Days(first, end) for first, end in rows)


def _successors(awards: list[uuid.UUID]) -> dict[uuid.UUID, str]:
    rows = db.session.execute(sa.select(Award.supersedes, Award.token).where(Award.supersedes.in_(awards)))
    return {old: token for old, token in rows if old is not None}


def _entries(awards: list[uuid.UUID], known: datetime | None) -> dict[uuid.UUID, list[AwardStatus]]:
    found: dict[uuid.UUID, list[AwardStatus]] = {}
    query = sa.select(AwardStatus).where(AwardStatus.award_id.in_(awards))
    if known is not None:
        query = query.where(AwardStatus.recorded_at <= known)
    for row in db.session.scalars(query.order_by(AwardStatus.recorded_at, AwardStatus.id)):
        found.setdefault(row.award_id, []).append(row)
    return found


def _absences(people: set[uuid.UUID]) -> dict[uuid.UUID, tuple[Days, ...]]:
    found: dict[uuid.UUID, list[Days]] = {}
    rows = db.session.execute(
        sa.select(Absence.person_id, Absence.starts_on, Absence.ends_on).where(Absence.person_id.in_(people))
    )
    for person, first, end in rows:
        found.setdefault(person, []).append(Days(first, end))
    return {person: tuple(days) for person, days in found.items()}


def holder_left_on(person_id: uuid.UUID) -> date | None:
    """Return the day a holder left the company, or None."""
    return db.session.scalar(sa.select(Profile.left_on).where(Profile.person_id == person_id))

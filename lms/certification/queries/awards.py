"""Awards as pages show them, with their standing on a day."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

import sqlalchemy as sa

from lms.accounts.models.people import Profile
from lms.accounts.queries.scope import PersonIds
from lms.catalog.queries import current_company, names_example
from lms.catalog.rules.content import text_in
from lms.catalog.rules.durations import parse_duration
from lms.catalog.rules.programmes import Level, Programme, Validity
from lms.certification.models import Award, AwardDocument
from lms.certification.queries.dated import dated_facts
from lms.certification.rules.snapshot import AwardSnapshot, from_json
from lms.certification.rules.validity import (
    IN_FORCE,
    AwardFacts,
    Standing,
    Timeline,
    ValidityRule,
    standing,
    timeline,
)
from lms.infra.db import db
from lms.infra.i18n import _
from lms.shared.errors import Conflict


def signed_by_company(snapshot: AwardSnapshot) -> AwardSnapshot:
    """Return a snapshot with the company's name and signatory, where it has none and the company has its own.

    Until then an award names nobody: it would name the invented company that is shipped.
    """
    if snapshot.issuer_name or names_example():
        return snapshot
    company = current_company()
    return replace(
        snapshot,
        organisation=company.name,
        issuer_name=company.issuer_name or company.name,
        issuer_role=text_in(company.issuer_role, snapshot.language) if company.issuer_role else "",
    )


def awaits_name(snapshot: AwardSnapshot) -> bool:
    """Return whether nothing can be made of an award yet, since the company has no name of its own."""
    return not snapshot.issuer_name and names_example()


def require_name(snapshot: AwardSnapshot) -> None:
    """Refuse to make a file or a credential that would name the invented company.

    Raises:
        Conflict: the company has no name of its own yet.
    """
    if awaits_name(snapshot):
        raise Conflict(
            _(
                "This certificate is earned and counts. Its file is made as soon as the company's name stands under "
                "Company facts. Ask your coordinator."
            )
        )


@dataclass(frozen=True, slots=True)
class AwardView:
    """An award with everything a page needs; `reason` is the last recorded change's.

    `facts` is everything dated behind its standing; `replaced_by` the token of the corrected award in this one's place.
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
    rule: ValidityRule
    standing: Standing
    timeline: Timeline
    reason: str
    document_sha256: str | None
    period: int
    edition: int
    starts_on: date
    issued_at: datetime
    status_index: int
    facts: AwardFacts
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


def rule_of(programme: Programme, level: Level) -> ValidityRule:
    """Return how long an award of a level stands, by the rule as it is today."""
    return validity_rule(programme.validity_of(level))


def validity_rule(validity: Validity) -> ValidityRule:
    """Return the numbers of a validity."""
    return ValidityRule(
        months=parse_duration(validity.period).months,
        window_days=parse_duration(validity.window).span.days,
        grace_days=parse_duration(validity.grace).span.days,
        after_peak_days=parse_duration(validity.after_peak).span.days,
    )


def award_views(
    condition: sa.ColumnElement[bool], day: date, *, known: datetime | None = None
) -> tuple[AwardView, ...]:
    """Return the awards that meet a condition, the newest first, with their standing on `day`. A handful of statements.

    Each is judged by the rule version that it was made under: a later rule changes nothing about it.
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
    dated = dated_facts([award for award, _sha in rows], day, known)
    successors = _successors([award.id for award, _sha in rows])
    views = []
    for award, sha256 in rows:
        rule, facts, reason = dated[award.id]
        views.append(
            AwardView(
                id=award.id,
                person_id=award.person_id,
                programme=award.programme,
                level=award.level,
                serial=f"{award.serial_year}-{award.serial_number:05d}",
                snapshot=signed_by_company(from_json(award.snapshot)),
                authority=award.authority,
                shared=award.shared,
                rule_version=award.rule_version,
                rule=rule,
                standing=standing(rule, facts, day),
                timeline=timeline(rule, facts, day),
                reason=reason,
                document_sha256=sha256,
                period=award.period,
                edition=award.edition,
                starts_on=award.starts_on,
                issued_at=award.issued_at,
                status_index=award.status_index,
                facts=facts,
                replaced_by=successors.get(award.id),
            )
        )
    return tuple(views)


def _successors(awards: list[uuid.UUID]) -> dict[uuid.UUID, str]:
    rows = db.session.execute(sa.select(Award.supersedes, Award.token).where(Award.supersedes.in_(awards)))
    return {old: token for old, token in rows if old is not None}


def holder_left_on(person_id: uuid.UUID) -> date | None:
    """Return the day a holder left the company, or None."""
    return db.session.scalar(sa.select(Profile.left_on).where(Profile.person_id == person_id))

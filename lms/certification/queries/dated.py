"""Everything dated behind the standing of awards: what was recorded, absences, peaks, and the rule of its making."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import defer

from lms.accounts.models.people import Absence, Placement
from lms.accounts.queries.periods import main_placement
from lms.accounts.queries.scope import PersonIds
from lms.certification.models import Award, AwardStatus, LevelRule
from lms.certification.rules.holding import Stretch, held_without_break
from lms.certification.rules.validity import (
    AwardFacts,
    Days,
    ExtensionReason,
    StatusEntry,
    Term,
    ValidityRule,
    standing,
)
from lms.cohorts.models import PeakPeriod
from lms.infra.db import db


class DatedAward(NamedTuple):
    """The rule of an award, the facts its dates follow from, and the reason of what was recorded last."""

    rule: ValidityRule
    facts: AwardFacts
    reason: str


def dated_facts(awards: Sequence[Award], day: date, known: datetime | None = None) -> dict[uuid.UUID, DatedAward]:
    """Return what the standing of each award on `day` follows from, in a handful of statements.

    With `known` nothing counts that was recorded later than that moment.
    """
    people = {award.person_id for award in awards}
    entries = _entries([award.id for award in awards], known)
    absences = _absences(people)
    declared = _peaks(people, day)
    rules = _rules({award.rule_version for award in awards})
    found = {}
    for award in awards:
        recorded = entries.get(award.id, [])
        facts = AwardFacts(
            Term(award.starts_on, award.valid_until),
            tuple(_entry(entry) for entry in recorded),
            absences.get(award.person_id, ()),
            declared.get(award.person_id, ()),
        )
        found[award.id] = DatedAward(rules[award.rule_version], facts, recorded[-1].reason if recorded else "")
    return found


def levels_held(
    people: PersonIds, programme: str, levels: Collection[str], day: date
) -> dict[uuid.UUID, dict[str, date]]:
    """Return since when each of `levels` is held without a break, by person; a level not in force on `day` is not."""
    query = sa.select(Award).where(Award.person_id.in_(people), Award.programme == programme, Award.level.in_(levels))
    awards = db.session.scalars(query.options(defer(Award.snapshot))).all() if levels else ()
    if not awards:
        return {}
    dated = dated_facts(awards, day)
    stretches: defaultdict[tuple[uuid.UUID, str], list[Stretch]] = defaultdict(list)
    for award in awards:
        rule, facts, _reason = dated[award.id]
        stretches[award.person_id, award.level].append(
            Stretch(award.period, award.starts_on, award.continues, standing(rule, facts, day))
        )
    held: dict[uuid.UUID, dict[str, date]] = {}
    for (person, level), of_level in stretches.items():
        since = held_without_break(of_level)
        if since is not None:
            held.setdefault(person, {})[level] = since
    return held


def _peaks(people: set[uuid.UUID], day: date) -> dict[uuid.UUID, tuple[Days, ...]]:
    """Return the peaks of the site where each of the people works on `day`; those of no site are everybody's."""
    declared = db.session.execute(
        sa.select(PeakPeriod.starts_on, PeakPeriod.ends_on, PeakPeriod.sites).order_by(PeakPeriod.starts_on)
    ).all()
    if not declared:
        return {}
    placed = sa.select(Placement.person_id, Placement.site).where(Placement.person_id.in_(people), main_placement(day))
    site_of = dict(db.session.execute(placed).all())
    return {
        person: tuple(
            Days(peak.starts_on, peak.ends_on) for peak in declared if _concerns(peak.sites, site_of.get(person))
        )
        for person in people
    }


def _concerns(sites: list[str], site: str | None) -> bool:
    return not sites or site in sites


def _rules(versions: set[str]) -> dict[str, ValidityRule]:
    rows = db.session.scalars(sa.select(LevelRule).where(LevelRule.version.in_(versions)))
    return {row.version: _numbers(row) for row in rows}


def _numbers(row: LevelRule) -> ValidityRule:
    return ValidityRule(row.months, row.window_days, row.grace_days, row.after_peak_days)


def _entry(row: AwardStatus) -> StatusEntry:
    return StatusEntry(row.kind, row.on, row.until, row.cause or ExtensionReason.DECISION)


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

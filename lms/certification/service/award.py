"""Issuing: in the transaction that completes the evidence, once per person, level and period, under the next serial."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from lms.accounts.models.people import Profile
from lms.catalog.rules.programmes import Level, Programme
from lms.certification.models import Award, IssueCounter, LevelRule
from lms.certification.queries.awards import AwardView, award_views, rule_of
from lms.certification.queries.evidence import evidence_view, levels_shown, rule_version
from lms.certification.rules.authority import role_of
from lms.certification.rules.predicates import assess, parse
from lms.certification.rules.renewal import counts_from, renewal_rule
from lms.certification.rules.serials import Serial, next_serial
from lms.certification.rules.snapshot import AwardSnapshot, to_json
from lms.certification.rules.validity import (
    RenewalTiming,
    Standing,
    Term,
    ValidityRule,
    first_term,
    renewal_timing,
    renewed_term,
)
from lms.certification.service.appointments import confirm_if_certified
from lms.certification.service.renewals import close_renewals
from lms.certification.service.snapshots import take_snapshot
from lms.infra import audit
from lms.infra.clock import now
from lms.infra.db import db
from lms.infra.jobs import enqueue
from lms.learning.queries.catalogue import programme_by_id
from lms.messaging.service import tell
from lms.shared.days import local_date, start_of_day
from lms.shared.ids import new_id

RENDER_JOB = "certificates.render"
_ONLY = 1


@dataclass(frozen=True, slots=True)
class _Grant:
    """An award about to be made: of which level, for which days, and after how many others of it."""

    level: Level
    term: Term
    period: int = 0
    continues: bool = False


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the counter gives to one award."""

    serial: Serial
    status_index: int


def issue_due_awards(
    person_id: uuid.UUID, programme_id: str, actor_id: uuid.UUID | None = None, *, drawn_later: bool = False
) -> list[Award]:
    """Issue every level whose rule now holds, and renew every award whose exam was passed; return the new awards.

    Eligibility is judged inside the issuing transaction. Everybody who issues waits for the counter before writing, and
    looks again at what is held after it: so there is one award however many issue at once.

    Args:
        person_id: who.
        programme_id: of which programme.
        actor_id: who issues; None for the system.
        drawn_later: the caller draws the documents; else a job is enqueued for each.
    """
    programme = programme_by_id(programme_id)
    profile = db.session.get(Profile, person_id)
    if programme is None or profile is None:
        return []
    today = local_date(now(), profile.zone)
    if not _grants(person_id, programme, profile.zone, today):
        return []
    lock_counter(today)
    awards = [_issue(profile, programme, grant, today) for grant in _grants(person_id, programme, profile.zone, today)]
    if any(role_of(award.level) for award in awards):
        confirm_if_certified(person_id, today)
    for award in awards:
        announce(award, actor_id, drawn_later=drawn_later)
    return awards


def lock_counter(today: date) -> IssueCounter:
    """Return the counter, held until the transaction ends: undoing an issue leaves no gap."""
    dialect = db.session.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    values = {"id": _ONLY, "year": today.year, "number": 0, "issued": 0}
    db.session.execute(insert(IssueCounter).values(values).on_conflict_do_nothing())
    return db.session.get_one(IssueCounter, _ONLY, with_for_update=True, populate_existing=True)


def take_numbers(on: date) -> Numbers:
    """Take the next serial and the next bit of the status lists."""
    counter = lock_counter(on)
    serial = next_serial(Serial(counter.year, counter.number), on)
    taken = Numbers(serial, counter.issued)
    counter.year, counter.number, counter.issued = serial.year, serial.number, counter.issued + 1
    db.session.flush()
    return taken


def remember_rule(level: Level, rule: ValidityRule) -> str:
    """Keep a level's predicates and validity as they are judged now, and return their version."""
    version = rule_version(level, rule)
    if db.session.get(LevelRule, version) is None:
        db.session.add(
            LevelRule(
                version=version,
                requires=list(level.requires),
                months=rule.months,
                window_days=rule.window_days,
                grace_days=rule.grace_days,
                after_peak_days=rule.after_peak_days,
                first_used_at=now(),
            )
        )
        db.session.flush()
    return version


def announce(award: Award, actor_id: uuid.UUID | None, *, drawn_later: bool = False) -> None:
    """Write a new award into the audit chain, tell its holder, and have its document drawn."""
    audit.record(
        "award.issued",
        actor=actor_id,
        subject=award.person_id,
        programme=award.programme,
        level=award.level,
        serial=f"{award.serial_year}-{award.serial_number:05d}",
        award=str(award.id),
    )
    tell(award.person_id, "certificate-issued", now(), path="/certificates", slot=f"issued:{award.id}")
    if not drawn_later:
        enqueue(RENDER_JOB, {"award": str(award.id)}, slot=f"{RENDER_JOB}:{award.id}")


def build_award(snapshot: AwardSnapshot, numbers: Numbers, person_id: uuid.UUID, term: Term, version: str) -> Award:
    """Return an award made of its parts, not yet stored; period, edition and what it supersedes are the caller's."""
    return Award(
        id=new_id(),
        person_id=person_id,
        programme=snapshot.programme,
        level=snapshot.level,
        serial_year=numbers.serial.year,
        serial_number=numbers.serial.number,
        status_index=numbers.status_index,
        code=snapshot.code,
        token=snapshot.token,
        snapshot=to_json(snapshot),
        rule_version=version,
        authority=snapshot.grants_authority,
        issued_at=now(),
        starts_on=term.starts_on,
        valid_until=term.valid_until,
    )


def _issue(profile: Profile, programme: Programme, grant: _Grant, today: date) -> Award:
    numbers = take_numbers(today)
    snapshot = take_snapshot(profile, programme, grant.level, numbers.serial, grant.term.valid_until, today)
    award = build_award(
        snapshot, numbers, profile.person_id, grant.term, remember_rule(grant.level, rule_of(programme, grant.level))
    )
    award.period, award.continues = grant.period, grant.continues
    if grant.period:
        close_renewals(profile.person_id, programme.id)
    db.session.add(award)
    db.session.flush()
    return award


def _grants(person_id: uuid.UUID, programme: Programme, zone: str, today: date) -> list[_Grant]:
    """Return what is due: levels shown for the first time, then renewals."""
    held = award_views(sa.and_(Award.person_id == person_id, Award.programme == programme.id), today)
    levels = (*programme.levels, *programme.appointed)
    names = {award.level for award in held}
    wanting = [level for level in levels if level.id not in names]
    grants = [
        _Grant(level, first_term(rule_of(programme, level), today))
        for level in levels_shown(person_id, programme, wanting, today)
    ]
    for level in levels:
        of_level = [award for award in held if award.level == level.id and award.standing is not Standing.REPLACED]
        if of_level and (renewed := _renewal(of_level, programme, level, zone, today)):
            grants.append(renewed)
    return grants


def _renewal(awards: Sequence[AwardView], programme: Programme, level: Level, zone: str, today: date) -> _Grant | None:
    latest = max(awards, key=lambda award: award.period)
    # The award in hand says when it may be renewed, today's rule how long the next one stands.
    facts, months = latest.facts, rule_of(programme, level).months
    timing = renewal_timing(latest.rule, facts, today)
    term = renewed_term(replace(latest.rule, months=months), facts, today)
    since = counts_from(latest.timeline, facts.entries)
    if latest.standing is Standing.SUSPENDED or term is None or since is None:
        return None
    view = evidence_view(latest.person_id, programme, today, since=start_of_day(since, zone))
    if not assess(renewal_rule(map(parse, level.requires)), view, today).met:
        return None
    return _Grant(level, term, latest.period + 1, timing is RenewalTiming.CONTINUES)

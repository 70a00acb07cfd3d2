"""Issuing: in the transaction that completes the evidence, once per person, level and period, under the next serial."""

from __future__ import annotations

import uuid
from datetime import date
from fractions import Fraction

import sqlalchemy as sa

from lms.accounts.models.people import Profile
from lms.catalog.queries import current_company
from lms.catalog.rules.content import text_in
from lms.catalog.rules.programmes import Level, Programme
from lms.certification.models import Award, SerialCounter
from lms.certification.queries.awards import validity_rule
from lms.certification.queries.evidence import evidence_view, levels_shown, rule_version
from lms.certification.rules.serials import Serial, next_serial
from lms.certification.rules.snapshot import AwardSnapshot, DisclaimerKind, EvidenceLine, to_json
from lms.certification.rules.validity import first_term
from lms.infra import audit
from lms.infra.clock import now
from lms.infra.db import db
from lms.infra.i18n import _, format_minutes, format_percent, in_language, ngettext
from lms.infra.jobs import enqueue
from lms.learning.queries.catalogue import programme_by_id, releases_of
from lms.learning.queries.cycles import credited_minutes_of
from lms.learning.rules.cycles import INITIAL
from lms.shared.days import local_date
from lms.shared.ids import new_code, new_id, new_token

RENDER_JOB = "certificates.render"


def issue_due_awards(person_id: uuid.UUID, programme_id: str, actor_id: uuid.UUID | None = None) -> list[Award]:
    """Issue every level of a programme whose predicates now hold and that the person does not have; return them.

    Eligibility is judged here, inside the issuing transaction; the unique constraint settles what still races.
    """
    programme = programme_by_id(programme_id)
    profile = db.session.get(Profile, person_id)
    if programme is None or profile is None:
        return []
    held = set(
        db.session.scalars(sa.select(Award.level).where(Award.person_id == person_id, Award.programme == programme_id))
    )
    today = local_date(now(), profile.zone)
    wanting = (level for level in (*programme.levels, *programme.appointed) if level.id not in held)
    return [
        _issue(profile, programme, level, today, actor_id)
        for level in levels_shown(person_id, programme, wanting, today)
    ]


def _issue(profile: Profile, programme: Programme, level: Level, today: date, actor_id: uuid.UUID | None) -> Award:
    serial = take_serial(today)
    term = first_term(validity_rule(programme.validity), today)
    snapshot = _snapshot(profile, programme, level, serial, term.valid_until, today)
    award = Award(
        id=new_id(),
        person_id=profile.person_id,
        programme=programme.id,
        level=level.id,
        serial_year=serial.year,
        serial_number=serial.number,
        code=snapshot.code,
        token=snapshot.token,
        snapshot=to_json(snapshot),
        rule_version=rule_version(level),
        authority=level.authority,
        issued_at=now(),
        starts_on=term.starts_on,
        valid_until=term.valid_until,
    )
    db.session.add(award)
    db.session.flush()
    audit.record(
        "award.issued",
        actor=actor_id,
        subject=profile.person_id,
        programme=programme.id,
        level=level.id,
        serial=str(serial),
        award=str(award.id),
    )
    enqueue(RENDER_JOB, {"award": str(award.id)}, slot=f"{RENDER_JOB}:{award.id}")
    return award


def take_serial(on: date) -> Serial:
    """Take the next serial; the counter's row stays locked until the transaction ends, so undoing leaves no gap."""
    last_year = db.session.scalar(sa.select(sa.func.max(SerialCounter.year)))
    counter = (
        db.session.get(SerialCounter, last_year, with_for_update=True, populate_existing=True) if last_year else None
    )
    serial = next_serial(Serial(counter.year, counter.last) if counter else None, on)
    if counter is None or counter.year != serial.year:
        counter = SerialCounter(year=serial.year, last=0)
        db.session.add(counter)
    counter.last = serial.number
    db.session.flush()
    return serial


def _snapshot(
    profile: Profile, programme: Programme, level: Level, serial: Serial, valid_until: date, today: date
) -> AwardSnapshot:
    company, language = current_company(), profile.language
    with in_language(language):
        return AwardSnapshot(
            name=profile.name,
            level=level.id,
            level_title=text_in(level.title, language),
            subject=text_in(programme.title, language),
            minutes=credited_minutes_of(profile.person_id, INITIAL),
            releases=tuple(release.hash for release in releases_of(programme, INITIAL)),
            evidence=_evidence_lines(profile.person_id, programme),
            issued_on=today,
            valid_until=valid_until,
            code=new_code(),
            token=new_token(),
            serial=str(serial),
            issuer_name=company.issuer_name or company.name,
            issuer_role=text_in(company.issuer_role, language) if company.issuer_role else "",
            language=language,
            grants_authority=level.authority,
            disclaimer=DisclaimerKind.SIMULATOR_ASSESSED if level.authority else DisclaimerKind.NO_AUTHORITY,
        )


def _evidence_lines(person_id: uuid.UUID, programme: Programme) -> tuple[EvidenceLine, ...]:
    view = evidence_view(person_id, programme)
    modules = {module.id for release in releases_of(programme, INITIAL) for module in release.course.modules}
    done = len(view.modules_complete & modules)
    minutes = credited_minutes_of(person_id, INITIAL)
    lines = [
        EvidenceLine(ngettext("%(num)s module completed", "%(num)s modules completed", done), format_minutes(minutes))
    ]
    if view.quiz_best:
        count = len(view.quiz_best)
        mean = sum(view.quiz_best.values(), Fraction(0)) / count
        lines.append(
            EvidenceLine(ngettext("%(num)s quiz passed", "%(num)s quizzes passed", count), format_percent(float(mean)))
        )
    if view.observations_signed:
        lines.append(EvidenceLine(_("Ten decisions logged and signed off by a champion")))
    elif view.workshops_attended:
        lines.append(EvidenceLine(_("Live workshop attended")))
    return tuple(lines)

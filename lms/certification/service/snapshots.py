"""What an award says: taken from the profile, the catalogue and the ledger on the day it is issued."""

from __future__ import annotations

import uuid
from datetime import date
from fractions import Fraction

from lms.accounts.models.people import Profile
from lms.catalog.queries import current_company
from lms.catalog.rules.content import text_in
from lms.catalog.rules.programmes import Level, Programme
from lms.certification.queries.evidence import evidence_view, exam_score
from lms.certification.rules.serials import Serial
from lms.certification.rules.snapshot import MOST_EVIDENCE_LINES, AwardSnapshot, DisclaimerKind, EvidenceLine
from lms.infra.i18n import _, format_minutes, format_percent, in_language, ngettext
from lms.learning.queries.catalogue import releases_of
from lms.learning.queries.cycles import credited_minutes_of
from lms.learning.rules.cycles import INITIAL
from lms.shared.ids import new_code, new_token


def take_snapshot(
    profile: Profile, programme: Programme, level: Level, serial: Serial, valid_until: date, today: date
) -> AwardSnapshot:
    """Return the award as it stands today, in the holder's language, under a new code and token."""
    company, language = current_company(), profile.language
    minutes = credited_minutes_of(profile.person_id, INITIAL)
    with in_language(language):
        return AwardSnapshot(
            name=profile.name,
            level=level.id,
            level_title=text_in(level.title, language),
            subject=text_in(programme.title, language),
            minutes=minutes,
            releases=tuple(release.hash for release in releases_of(programme, INITIAL)),
            evidence=_evidence_lines(profile.person_id, programme, level, minutes),
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
            programme=programme.id,
            organisation=company.name,
        )


def _evidence_lines(person_id: uuid.UUID, programme: Programme, level: Level, minutes: int) -> tuple[EvidenceLine, ...]:
    """Return the strongest evidence first: the exam, work observed, quizzes, then what was studied."""
    view = evidence_view(person_id, programme)
    modules = {module.id for release in releases_of(programme, INITIAL) for module in release.course.modules}
    done = len(view.modules_complete & modules)
    lines = []
    exam = exam_score(person_id, programme, level)
    if exam is not None:
        lines.append(EvidenceLine(_("Simulator exam passed"), format_percent(float(exam))))
    if view.observations_signed:
        lines.append(EvidenceLine(_("Ten decisions logged and signed off by a champion")))
    elif view.workshops_attended:
        lines.append(EvidenceLine(_("Live workshop attended")))
    if done:
        line = ngettext("%(num)s module completed", "%(num)s modules completed", done)
        lines.append(EvidenceLine(line, format_minutes(minutes)))
    if view.quiz_best:
        count = len(view.quiz_best)
        mean = sum(view.quiz_best.values(), Fraction(0)) / count
        lines.append(
            EvidenceLine(ngettext("%(num)s quiz passed", "%(num)s quizzes passed", count), format_percent(float(mean)))
        )
    return tuple(lines[:MOST_EVIDENCE_LINES])

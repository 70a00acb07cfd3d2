"""What an award says: taken from the profile, the catalogue and the ledger on the day it is issued."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from fractions import Fraction

import sqlalchemy as sa

from lms.accounts.models.people import Profile
from lms.catalog.queries import Release
from lms.catalog.rules.content import Module, text_in
from lms.catalog.rules.programmes import Level, Programme
from lms.certification.models import Award
from lms.certification.queries.awards import signed_by_company
from lms.certification.queries.evidence import evidence_view, exam_score
from lms.certification.rules.serials import Serial
from lms.certification.rules.snapshot import MOST_EVIDENCE_LINES, AwardSnapshot, DisclaimerKind, EvidenceLine, from_json
from lms.infra.db import db
from lms.infra.i18n import _, format_minutes, format_percent, in_language, ngettext
from lms.learning.queries.catalogue import releases_of, studied_modules
from lms.learning.queries.cycles import credited_minutes_of
from lms.learning.rules.cycles import APPOINTED, INITIAL, level_cycle
from lms.shared.ids import new_code, new_token


def take_snapshot(
    profile: Profile, programme: Programme, level: Level, serial: Serial, valid_until: date, today: date
) -> AwardSnapshot:
    """Return the award as it stands today, in the holder's language, under a new code and token."""
    language = profile.language
    modules = studied_modules(programme, [level])
    cycles = (INITIAL, APPOINTED, level_cycle(level.id))
    minutes = credited_minutes_of(profile.person_id, cycles, [module.id for module in modules])
    with in_language(language):
        return signed_by_company(
            AwardSnapshot(
                name=profile.name,
                level=level.id,
                level_title=text_in(level.title, language),
                subject=text_in(programme.title, language),
                minutes=minutes,
                releases=tuple(release.hash for release in _studied(programme, level)),
                evidence=_evidence_lines(profile.person_id, programme, level, modules, minutes, today),
                issued_on=today,
                valid_until=valid_until,
                code=new_code(),
                token=new_token(),
                serial=str(serial),
                issuer_name="",
                issuer_role="",
                language=language,
                grants_authority=level.authority,
                disclaimer=DisclaimerKind.SIMULATOR_ASSESSED if level.authority else DisclaimerKind.NO_AUTHORITY,
                show_scores=_shows_scores(profile.person_id),
                programme=programme.id,
            )
        )


def _studied(programme: Programme, level: Level) -> tuple[Release, ...]:
    own = releases_of(programme, level_cycle(level.id)) if level.study else ()
    return (*releases_of(programme, INITIAL), *own)


def _shows_scores(person_id: uuid.UUID) -> bool:
    """Return whether the person wants scores printed: as on the latest award, and on the first one."""
    latest = sa.select(Award.snapshot).where(Award.person_id == person_id)
    text = db.session.scalar(latest.order_by(Award.issued_at.desc(), Award.status_index.desc()).limit(1))
    return text is None or from_json(text).show_scores


def _evidence_lines(
    person_id: uuid.UUID, programme: Programme, level: Level, modules: Sequence[Module], minutes: int, today: date
) -> tuple[EvidenceLine, ...]:
    """Return the strongest evidence first: the exam, work observed, quizzes, then what was studied.

    Only what was done in `modules` counts: whoever studies two programmes has evidence of the other one too.
    """
    view = evidence_view(person_id, programme, today)
    studied = {module.id for module in modules}
    steps = {step.id for module in modules for step in module.steps}
    done = len(view.modules_complete & studied)
    quizzes = [score for step, score in view.quiz_best.items() if step in steps]
    lines = []
    exam = exam_score(person_id, programme, level)
    if exam is not None:
        lines.append(EvidenceLine(_("Simulator exam passed"), format_percent(float(exam))))
    if view.observations_signed & steps:
        signed = _("Work observed and signed off")
        if level not in programme.appointed:
            signed = _("Ten decisions logged and signed off by a champion")
        lines.append(EvidenceLine(signed))
    elif view.workshops_attended & steps:
        lines.append(EvidenceLine(_("Live workshop attended")))
    if done:
        line = ngettext("%(num)s module completed", "%(num)s modules completed", done)
        lines.append(EvidenceLine(line, format_minutes(minutes)))
    if quizzes:
        count = len(quizzes)
        mean = sum(quizzes, Fraction(0)) / count
        lines.append(
            EvidenceLine(ngettext("%(num)s quiz passed", "%(num)s quizzes passed", count), format_percent(float(mean)))
        )
    return tuple(lines[:MOST_EVIDENCE_LINES])

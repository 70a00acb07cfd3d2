"""Everything a person has shown and holds, in order: the transcript."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from lms.accounts.models.people import Profile
from lms.catalog.queries import current_company, names_example
from lms.catalog.rules.content import text_in
from lms.certification.queries.awards import AwardView, awards_of
from lms.certification.queries.credentials import award_address
from lms.infra.db import db
from lms.learning.models import Evidence
from lms.learning.queries.catalogue import all_modules, programme_by_id
from lms.learning.rules.evidence import COMPLETES


@dataclass(frozen=True, slots=True)
class ModuleLine:
    """One module in one cycle: when its last step was completed, and the minutes credited."""

    programme: str
    cycle: str
    module: str
    title: str
    minutes: int
    completed_on: date


@dataclass(frozen=True, slots=True)
class Transcript:
    """What a person may take along. Scores stand where there were any; nothing here is about speed or mistakes.

    `organisation` is empty while the company has no name of its own: the invented one is nobody's employer.
    """

    name: str
    organisation: str
    made_at: datetime
    language: str
    minutes: int
    modules: tuple[ModuleLine, ...]
    awards: tuple[AwardView, ...]


def transcript_of(person_id: uuid.UUID, made_at: datetime, day: date) -> Transcript | None:
    """Return a person's transcript as of now, or None where they are no longer known by name."""
    profile = db.session.get(Profile, person_id)
    if profile is None:
        return None
    modules = _modules(person_id, profile.language)
    return Transcript(
        name=profile.name,
        organisation="" if names_example() else current_company().name,
        made_at=made_at,
        language=profile.language,
        minutes=sum(line.minutes for line in modules),
        modules=modules,
        awards=awards_of(person_id, day),
    )


def as_data(transcript: Transcript) -> dict[str, Any]:
    """Return the transcript for machines: ISO 8601 days, minutes as whole numbers."""
    return {
        "name": transcript.name,
        "organisation": transcript.organisation,
        "made_at": transcript.made_at.isoformat(),
        "credited_minutes": transcript.minutes,
        "modules": [
            {
                "programme": line.programme,
                "cycle": line.cycle,
                "module": line.module,
                "title": line.title,
                "credited_minutes": line.minutes,
                "completed_on": line.completed_on.isoformat(),
            }
            for line in transcript.modules
        ],
        "certificates": [
            {
                "serial": award.serial,
                "level": award.snapshot.level_title,
                "programme": award.programme,
                "subject": award.snapshot.subject,
                "issued_on": award.snapshot.issued_on.isoformat(),
                "valid_until": award.snapshot.valid_until.isoformat() if award.snapshot.valid_until else None,
                "stands_until": award.timeline.expires_on.isoformat() if award.timeline.expires_on else None,
                "standing": award.standing.value,
                "grants_authority": award.authority,
                "rule_version": award.rule_version,
                "releases": list(award.snapshot.releases),
                "code": award.snapshot.printed_code,
                "address": award_address(award.snapshot.token),
            }
            for award in transcript.awards
        ],
    }


def module_titles(language: str) -> dict[str, str]:
    """Return what each module is called, by id."""
    return {module.id: text_in(module.title, language) for module in all_modules()}


def programme_title(programme_id: str, language: str) -> str:
    """Return what a programme is called; its id where it is no longer offered."""
    programme = programme_by_id(programme_id)
    return text_in(programme.title, language) if programme else programme_id


def _modules(person_id: uuid.UUID, language: str) -> tuple[ModuleLine, ...]:
    titles = module_titles(language)
    rows = db.session.execute(
        sa.select(
            Evidence.programme,
            Evidence.cycle,
            Evidence.module,
            sa.func.sum(Evidence.credited_minutes),
            sa.func.max(Evidence.occurred_at),
        )
        .where(Evidence.person_id == person_id, Evidence.result.in_(tuple(COMPLETES)))
        .group_by(Evidence.programme, Evidence.cycle, Evidence.module)
        .order_by(sa.func.max(Evidence.occurred_at), Evidence.module)
    )
    return tuple(
        ModuleLine(programme, cycle, module, titles.get(module, module), int(minutes or 0), latest.date())
        for programme, cycle, module, minutes, latest in rows
    )

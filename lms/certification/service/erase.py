"""What erasing a person does to their certificates: they stand as earned, and name nobody."""

from __future__ import annotations

import uuid
from dataclasses import replace

import sqlalchemy as sa

from lms.certification.models import Award, AwardDocument, TranscriptFile
from lms.certification.rules.snapshot import NO_NAME, from_json, to_json
from lms.infra.db import db


def pseudonymise_awards(person_id: uuid.UUID) -> list[str]:
    """Take the name out of a person's awards and forget their files; return the files' SHA-256, to be deleted.

    Code, serial, level and dates stay, so that a certificate the person has taken along can still be checked. Nobody
    can find it by name, and its holder's name is no longer shown.
    """
    for award in db.session.scalars(sa.select(Award).where(Award.person_id == person_id)):
        award.snapshot = to_json(replace(from_json(award.snapshot), name=NO_NAME))
        award.shared = False
    own = sa.select(Award.id).where(Award.person_id == person_id)
    documents = sa.select(AwardDocument.sha256).where(AwardDocument.award_id.in_(own))
    transcripts = sa.select(TranscriptFile.sha256).where(
        TranscriptFile.person_id == person_id, TranscriptFile.sha256.is_not(None)
    )
    files = [digest for digest in (*db.session.scalars(documents), *db.session.scalars(transcripts)) if digest]
    db.session.execute(sa.delete(AwardDocument).where(AwardDocument.award_id.in_(own)))
    return files

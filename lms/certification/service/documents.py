"""The file of an award: made once, kept under its SHA-256, so that every copy can be told from an altered one."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Collection

import sqlalchemy as sa

from lms.catalog.queries import names_example
from lms.certification.models import Award, AwardDocument, TranscriptFile
from lms.certification.queries.awards import signed_by_company
from lms.certification.rules.snapshot import from_json, to_json
from lms.certification.service.award import RENDER_JOB
from lms.infra.clock import now
from lms.infra.db import db
from lms.infra.i18n import _
from lms.infra.jobs import enqueue
from lms.shared.errors import Conflict, NotFound
from lms.shared.ids import new_id

TRANSCRIPT_JOB = "certificates.transcript"
_UNSIGNED = Award.snapshot.contains('"issuer_name":""', autoescape=True)


def keep_document(award_id: uuid.UUID, digest: str, size: int) -> str:
    """Record the stored file issued for an award and return its SHA-256; one that is kept already stays the one.

    Call inside a write transaction; drawing and storing belong before it.
    """
    existing = db.session.get(AwardDocument, award_id, with_for_update=True, populate_existing=True)
    if existing is not None:
        return existing.sha256
    sign_awards((award_id,))
    db.session.add(AwardDocument(award_id=award_id, sha256=digest, size=size, issued_at=now()))
    db.session.flush()
    return digest


def sign_awards(awards: Collection[uuid.UUID]) -> None:
    """Keep the company's name and signatory in awards that were made before it had any: their file says them now."""
    for award in db.session.scalars(sa.select(Award).where(Award.id.in_(awards), _UNSIGNED)):
        award.snapshot = to_json(signed_by_company(from_json(award.snapshot)))


def draw_named() -> int:
    """Have the files drawn of awards that waited for the company's name, and return how many."""
    if names_example():
        return 0
    waiting = sa.select(Award.id).where(_UNSIGNED, Award.id.not_in(sa.select(AwardDocument.award_id)))
    awards = db.session.scalars(waiting).all()
    for award in awards:
        enqueue(RENDER_JOB, {"award": str(award)}, slot=f"{RENDER_JOB}:{award}")
    return len(awards)


def file_digest(data: bytes) -> str:
    """Return the SHA-256 under which a file would be kept."""
    return hashlib.sha256(data).hexdigest()


def ask_for_transcript(person_id: uuid.UUID) -> uuid.UUID:
    """Have a transcript drawn and return its id. Each request draws anew: a file says what was true on its day.

    Raises:
        Conflict: the company has no name of its own yet.
    """
    if names_example():
        raise Conflict(
            _(
                "A transcript as a file names your company, and this one has no name of its own yet. Ask your "
                "coordinator to set it under Company facts. Until then you can take your record as data."
            )
        )
    asked = TranscriptFile(id=new_id(), person_id=person_id, asked_at=now())
    db.session.add(asked)
    db.session.flush()
    enqueue(TRANSCRIPT_JOB, {"transcript": str(asked.id)})
    return asked.id


def keep_transcript(transcript_id: uuid.UUID, digest: str) -> None:
    """Record the stored file of a transcript.

    Raises:
        NotFound: nobody asked for it.
    """
    asked = db.session.get(TranscriptFile, transcript_id)
    if asked is None:
        raise NotFound
    asked.sha256 = digest

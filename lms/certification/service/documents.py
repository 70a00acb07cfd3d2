"""The file of an award: made once, kept under its SHA-256, so that every copy can be told from an altered one."""

from __future__ import annotations

import hashlib
import uuid

from lms.certification.models import AwardDocument, TranscriptFile
from lms.infra.clock import now
from lms.infra.db import db
from lms.infra.jobs import enqueue
from lms.shared.errors import NotFound
from lms.shared.ids import new_id

TRANSCRIPT_JOB = "certificates.transcript"


def keep_document(award_id: uuid.UUID, digest: str, size: int) -> str:
    """Record the stored file issued for an award and return its SHA-256; one that is kept already stays the one.

    Call inside a write transaction; drawing and storing belong before it.
    """
    existing = db.session.get(AwardDocument, award_id, with_for_update=True, populate_existing=True)
    if existing is not None:
        return existing.sha256
    db.session.add(AwardDocument(award_id=award_id, sha256=digest, size=size, issued_at=now()))
    db.session.flush()
    return digest


def file_digest(data: bytes) -> str:
    """Return the SHA-256 under which a file would be kept."""
    return hashlib.sha256(data).hexdigest()


def ask_for_transcript(person_id: uuid.UUID) -> uuid.UUID:
    """Have a transcript drawn and return its id."""
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

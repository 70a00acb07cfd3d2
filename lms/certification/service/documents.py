"""The file of an award: made once, kept under its SHA-256, so that every copy can be told from an altered one."""

from __future__ import annotations

import hashlib
import uuid

from lms.certification.models import AwardDocument
from lms.infra.clock import now
from lms.infra.db import db
from lms.infra.storage import storage


def keep_document(award_id: uuid.UUID, pdf: bytes) -> str:
    """Store the file issued for an award and return its SHA-256; a file that is kept already stays the one.

    Call inside a write transaction; drawing belongs outside it.
    """
    existing = db.session.get(AwardDocument, award_id, with_for_update=True, populate_existing=True)
    if existing is not None:
        return existing.sha256
    digest = storage().put(pdf)
    db.session.add(AwardDocument(award_id=award_id, sha256=digest, size=len(pdf), issued_at=now()))
    db.session.flush()
    return digest


def file_digest(data: bytes) -> str:
    """Return the SHA-256 under which a file would be kept."""
    return hashlib.sha256(data).hexdigest()

"""Whether a stored file is still somebody's."""

from __future__ import annotations

import sqlalchemy as sa

from lms.certification.models import AwardDocument, TranscriptFile
from lms.infra.db import db


def is_cited(sha256: str) -> bool:
    """Return whether an award or a transcript still has this file."""
    return any(
        db.session.scalar(sa.select(sa.exists().where(model.sha256 == sha256)))
        for model in (AwardDocument, TranscriptFile)
    )

"""How a transcript becomes a file."""

from __future__ import annotations

import uuid

from flask import render_template

from lms.certification.handlers.documents import branding
from lms.certification.models import TranscriptFile
from lms.certification.queries.transcripts import programme_title, transcript_of
from lms.infra.clock import now
from lms.infra.db import db
from lms.infra.i18n import in_language


def draw_transcript(transcript_id: uuid.UUID) -> bytes | None:
    """Return the file of a transcript, or None where nobody is waiting for it any more."""
    from lms.certification.pdf.transcript import write_transcript  # noqa: PLC0415 - loads WeasyPrint

    asked = db.session.get(TranscriptFile, transcript_id)
    found = transcript_of(asked.person_id, now(), now().date()) if asked and asked.sha256 is None else None
    if found is None:
        return None
    look = branding(found.organisation)
    with in_language(found.language):
        html = render_template(
            "certification/transcript.html", transcript=found, branding=look, programme_title=programme_title
        )
    return write_transcript(html, look)

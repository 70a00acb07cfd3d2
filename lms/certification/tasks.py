"""Jobs: drawing certificates, outside any transaction."""

from __future__ import annotations

import uuid

from lms.certification.handlers import draw_document
from lms.certification.queries.awards import award_by_id
from lms.certification.service.documents import keep_document
from lms.infra.clock import now
from lms.infra.jobs import JobRun
from lms.infra.transactions import run_in_write_transaction


def render_job(run: JobRun) -> None:
    """Draw and keep the file of one award; running twice keeps the first."""
    award_id = uuid.UUID(run.payload["award"])
    award = award_by_id(award_id, now().date())
    if award is not None and award.document_sha256 is None:
        pdf = draw_document(award)
        run_in_write_transaction(lambda: keep_document(award_id, pdf))

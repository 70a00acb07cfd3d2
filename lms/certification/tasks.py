"""Jobs: drawing certificates, outside any transaction."""

from __future__ import annotations

import uuid

from flask import current_app

from lms.catalog.queries import current_company
from lms.certification.pdf.branding import Branding
from lms.certification.pdf.issue import make_certificate
from lms.certification.queries.awards import AwardView, award_by_id
from lms.certification.service.documents import keep_document
from lms.infra.clock import now
from lms.infra.jobs import JobRun
from lms.infra.settings import Settings
from lms.infra.transactions import run_in_write_transaction


def render_job(run: JobRun) -> None:
    """Draw and keep the file of one award; running twice keeps the first."""
    award_id = uuid.UUID(run.payload["award"])
    award = award_by_id(award_id, now().date())
    if award is not None and award.document_sha256 is None:
        pdf = draw_document(award)
        run_in_write_transaction(lambda: keep_document(award_id, pdf))


def draw_document(award: AwardView) -> bytes:
    """Return the certificate of an award as a file."""
    settings: Settings = current_app.extensions["groundschool.settings"]
    branding = Branding(current_company().name, f"{settings.public_url}/verify")
    return make_certificate(award.snapshot, branding, f"{settings.public_url}/v/{award.snapshot.token}").pdf

"""Sending mail: at least once, outside any transaction, so that a slow server holds nobody up."""

from __future__ import annotations

import uuid

from lms.infra.clock import now
from lms.infra.db import db
from lms.infra.deployment import settings
from lms.infra.jobs import JobRun
from lms.infra.transactions import run_in_write_transaction
from lms.messaging.adapters.smtp import compose, deliver
from lms.messaging.models import Mail
from lms.messaging.service import forget_old_bodies, mark_sent


def send_mail(run: JobRun) -> None:
    """Hand one mail to the server. Without a server it stays in the outbox, where administrators read it."""
    url = settings().smtp_url
    mail = db.session.get(Mail, uuid.UUID(run.payload["mail"]))
    if not url or mail is None or mail.sent_at is not None:
        return
    message = compose(settings().mail_from, mail.address, mail.subject, mail.text, mail.html, mail.language)
    mail_id = mail.id
    # Nothing is held open while the server is spoken to.
    db.session.rollback()
    deliver(url, message)
    run_in_write_transaction(lambda: mark_sent(mail_id, now()))


def tidy(_run: JobRun) -> None:
    """Empty old mail."""
    forget_old_bodies(now())

"""What I was told, and the outbox where no mail server is set."""

from __future__ import annotations

import uuid

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms.accounts.login import current_actor, requires
from lms.accounts.rules.permissions import Permission
from lms.infra.clock import now
from lms.infra.deployment import settings
from lms.infra.i18n import _
from lms.infra.transactions import run_in_write_transaction
from lms.messaging.queries import inbox, mail_of, outbox
from lms.messaging.service import mark_all_read, note_reading

blueprint = Blueprint("messaging", __name__)


@blueprint.get("/notifications")
@requires(Permission.LEARN)
def notifications() -> str:
    """Show what the actor was told."""
    told = inbox(current_actor().id)
    return render_template("messaging/notifications.html", told=told, unread=sum(row.read_at is None for row in told))


@blueprint.post("/notifications/read")
@requires(Permission.LEARN)
def read_all() -> Response:
    """Mark everything as read."""
    mark_all_read(current_actor(), now())
    flash(_("Everything is marked as read."), "success")
    return redirect(url_for(".notifications"))


@blueprint.get("/admin/outbox")
@requires(Permission.SEE_OUTBOX)
def outgoing() -> str:
    """Show all mail, sent or waiting."""
    page = max(1, request.args.get("page", 1, type=int))
    rows, pages = outbox(page)
    return render_template(
        "messaging/outbox.html", rows=rows, page=page, pages=pages, has_server=bool(settings().smtp_url)
    )


@blueprint.get("/admin/outbox/<uuid:mail_id>")
@requires(Permission.SEE_OUTBOX)
def outgoing_mail(mail_id: uuid.UUID) -> str:
    """Show one mail; reading somebody's mail is written down."""
    mail_of(mail_id)
    actor = current_actor()
    run_in_write_transaction(lambda: note_reading(actor, mail_id))
    return render_template("messaging/mail.html", mail=mail_of(mail_id), has_server=bool(settings().smtp_url))

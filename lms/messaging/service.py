"""Telling people things. Everything is written in the present transaction: what did not happen is not announced."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from lms.accounts.rules.actor import Actor
from lms.infra import audit
from lms.infra.db import db
from lms.infra.deployment import public_address
from lms.infra.jobs import enqueue
from lms.messaging.adapters.templates import Message, write_message
from lms.messaging.models import Mail, Notification
from lms.messaging.queries import Recipient, recipient
from lms.messaging.rules.quiet import earliest_sending
from lms.shared.ids import new_id

SEND_JOB = "mail.send"
BODIES_KEPT = timedelta(days=30)


def tell(
    person_id: uuid.UUID,
    kind: str,
    now: datetime,
    *,
    path: str = "",
    slot: str | None = None,
    **values: Any,  # noqa: ANN401 - what the template shows
) -> bool:
    """Tell a person something in the application, and by mail where they have an address; return whether it was new.

    `kind` names `templates/email/<kind>.html` and `.txt`; `path` is where the one link leads. With a `slot`
    (such as "due-7:<person>:<step>") the same thing is said once, however often it is asked for.

    Raises:
        NotFound: no such person, or erased.
    """
    if slot is not None and _said(slot):
        return False
    whom = recipient(person_id, now.date())
    message = _written(whom, kind, path, values)
    db.session.add(
        Notification(
            id=new_id(),
            person_id=person_id,
            kind=kind,
            subject=message.subject,
            language=message.language,
            link=path,
            slot=slot,
            created_at=now,
        )
    )
    if whom.email:
        _post(whom, whom.email, kind, message, earliest_sending(now, whom.zone, whom.back_on), now)
    return True


def write_at_once(
    person_id: uuid.UUID,
    kind: str,
    now: datetime,
    *,
    path: str,
    confidential: bool,
    **values: Any,  # noqa: ANN401 - what the template shows
) -> None:
    """Mail something the person waits for, at any hour and not in the application: sign-in links.

    `confidential` mail is emptied once it has been sent.

    Raises:
        NotFound: no such person, or erased.
    """
    whom = recipient(person_id, now.date())
    if whom.email:
        _post(whom, whom.email, kind, _written(whom, kind, path, values), now, now, confidential=confidential)


def mark_all_read(actor: Actor, now: datetime) -> None:
    """Mark everything the actor was told as read."""
    db.session.execute(
        sa.update(Notification)
        .where(Notification.person_id == actor.id, Notification.read_at.is_(None))
        .values(read_at=now)
    )


def mark_sent(mail_id: uuid.UUID, now: datetime) -> None:
    """Record that the mail server took a mail; a confidential one is kept without its words."""
    mail = db.session.get(Mail, mail_id)
    if mail is not None:
        mail.sent_at = now
        if mail.confidential:
            mail.text = mail.html = ""


def note_reading(actor: Actor, mail_id: uuid.UUID) -> None:
    """Write down that an administrator read somebody's mail."""
    person_id = db.session.scalar(sa.select(Mail.person_id).where(Mail.id == mail_id))
    audit.record("mail.read", actor=actor.id, subject=person_id, mail=str(mail_id))


def forget_old_bodies(now: datetime) -> None:
    """Empty mail older than a month: what it said is in the application."""
    db.session.execute(
        sa.update(Mail).where(Mail.created_at < now - BODIES_KEPT, Mail.text != "").values(text="", html="")
    )


def forget_person(person_id: uuid.UUID) -> None:
    """Delete everything a person was ever told."""
    for model in (Notification, Mail):
        # Nothing of these is in memory: looking there, for each of many people, would cost more than the deletion.
        db.session.execute(
            sa.delete(model).where(model.person_id == person_id).execution_options(synchronize_session=False)
        )


def _said(slot: str) -> bool:
    return db.session.scalar(sa.select(Notification.id).where(Notification.slot == slot)) is not None


def _written(whom: Recipient, kind: str, path: str, values: dict[str, Any]) -> Message:
    address = public_address(path) if path.startswith("/") else path
    return write_message(kind, whom.language, whom.zone, {**values, "name": whom.name, "address": address})


def _post(
    whom: Recipient,
    address: str,
    kind: str,
    message: Message,
    send_after: datetime,
    now: datetime,
    *,
    confidential: bool = False,
) -> None:
    mail = Mail(
        id=new_id(),
        person_id=whom.person_id,
        address=address,
        kind=kind,
        subject=message.subject[:300],
        text=message.text,
        html=message.html,
        language=message.language,
        confidential=confidential,
        created_at=now,
        send_after=send_after,
    )
    db.session.add(mail)
    enqueue(SEND_JOB, {"mail": str(mail.id)}, run_after=send_after)

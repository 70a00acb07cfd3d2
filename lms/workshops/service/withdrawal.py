"""Whether a person whose import is taken back has left a trace in this room."""

from __future__ import annotations

import uuid

import sqlalchemy as sa

from lms.infra.db import db
from lms.infra.i18n import _
from lms.shared.errors import Conflict
from lms.workshops.models.observations import LogEntry, ObservedPerson
from lms.workshops.models.sessions import Attendance, Booking, SessionRequest

_TRACES = (Booking, Attendance, SessionRequest, LogEntry, ObservedPerson)


def refuse_where_active(person_id: uuid.UUID) -> None:
    """Pass where the person has not taken part in anything here.

    Raises:
        Conflict: they have booked, come, asked, written a log or been observed.
    """
    traces = (sa.exists().where(model.person_id == person_id) for model in _TRACES)
    if db.session.scalar(sa.select(sa.or_(*traces))):
        raise Conflict(_("Somebody from this import has already booked a session or been observed. It stays."))

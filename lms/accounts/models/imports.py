"""A people import: the file while it is needed, how it was read, and every row it changed, so as to take it back."""

from __future__ import annotations

import enum
import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.infra.db import Model
from lms.shared.ids import new_id


class ImportState(enum.StrEnum):
    """How far an import has come."""

    UPLOADED = "uploaded"
    MAPPED = "mapped"
    APPLIED = "applied"
    UNDONE = "undone"
    DISCARDED = "discarded"


class PeopleImport(Model):
    """One file. `content` is emptied once it has been applied or discarded."""

    __tablename__ = "people_import"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    state: Mapped[ImportState] = mapped_column(default=ImportState.UPLOADED)
    filename: Mapped[str] = mapped_column(sa.String(200))
    content: Mapped[bytes | None] = mapped_column(sa.LargeBinary, deferred=True)
    signature: Mapped[str] = mapped_column(sa.String(64), index=True)
    mapping: Mapped[dict[str, Any]] = mapped_column(default=dict)
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    reason: Mapped[str] = mapped_column(sa.String(500), default="")
    created_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    created_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]


class RowChange(Model):
    """One row that an import inserted (`before` empty) or changed; undone in reverse order of `position`."""

    __tablename__ = "people_import_change"
    __table_args__ = (sa.UniqueConstraint("import_id", "position"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    import_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("people_import.id"))
    position: Mapped[int]
    person_id: Mapped[uuid.UUID | None]
    table: Mapped[str] = mapped_column(sa.String(40))
    key: Mapped[dict[str, Any]]
    before: Mapped[dict[str, Any]] = mapped_column(default=dict)
    after: Mapped[dict[str, Any]]

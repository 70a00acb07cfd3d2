"""Releases: immutable compiled content, and which of it is current."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.infra.db import Model
from lms.shared.ids import new_id

# The name under which catalogue.yml and company.yml are released, beside the courses; no id can have a star.
CATALOGUE = "*catalogue"


class ContentRelease(Model):
    """A course, or the catalogue, as compiled once. `body` is canonical JSON whose SHA-256 is `hash`."""

    __tablename__ = "content_release"

    hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(80), index=True)
    version: Mapped[str] = mapped_column(sa.String(20))
    published_at: Mapped[datetime]
    published_by: Mapped[uuid.UUID | None]
    body: Mapped[str] = mapped_column(sa.Text)


class CurrentRelease(Model):
    """Which release of a course, or of the catalogue, is served now."""

    __tablename__ = "current_release"

    name: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    hash: Mapped[str] = mapped_column(sa.ForeignKey("content_release.hash"))
    since: Mapped[datetime]


class ContentAsset(Model):
    """A file that a release cites; its bytes lie in storage under its hash."""

    __tablename__ = "content_asset"

    sha256: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    media_type: Mapped[str] = mapped_column(sa.String(60))
    size: Mapped[int]


class ItemVersion(Model):
    """One grading of a question. A new grading hash is a new row, with statistics of its own."""

    __tablename__ = "item_version"
    __table_args__ = (sa.UniqueConstraint("item", "grading_hash"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    item: Mapped[str] = mapped_column(sa.String(80))
    grading_hash: Mapped[str] = mapped_column(sa.String(16))
    first_release: Mapped[str] = mapped_column(sa.ForeignKey("content_release.hash"))
    published_at: Mapped[datetime]


class FactOverride(Model):
    """A company fact set in the browser. The newest row of a name holds; a row with no value takes it back."""

    __tablename__ = "fact_override"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(sa.String(80), index=True)
    value: Mapped[dict[str, Any]]
    set_at: Mapped[datetime]
    set_by: Mapped[uuid.UUID | None]

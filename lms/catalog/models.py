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


class ContentCheck(Model):
    """What the worker found when it checked the course files; `result` is JSON, and missing until it is done.

    `state` is a digest of all that the result depends on, so it never has to be made again nor corrected.
    """

    __tablename__ = "content_check"

    state: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    asked_at: Mapped[datetime]
    result: Mapped[str | None] = mapped_column(sa.Text)


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


class OwnRule(Model):
    """A level's rule set in the browser. The newest row of a level holds; one without conditions takes it back.

    `validity` has the fields of the catalogue's; `replaces` is what the level was shipped to ask for at that time.
    """

    __tablename__ = "own_rule"
    __table_args__ = (sa.Index("ix__own_rule__level", "programme", "level"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    programme: Mapped[str] = mapped_column(sa.String(80))
    level: Mapped[str] = mapped_column(sa.String(80))
    requires: Mapped[list[str]]
    validity: Mapped[dict[str, Any]] = mapped_column(default=dict)
    replaces: Mapped[list[str]] = mapped_column(default=list)
    reason: Mapped[str] = mapped_column(sa.String(400))
    set_at: Mapped[datetime]
    set_by: Mapped[uuid.UUID]


class CompanyText(Model):
    """What a company wrote into a lesson in the browser. Versions never change; the latest published one is served."""

    __tablename__ = "company_text"
    __table_args__ = (sa.Index("ix__company_text__step", "step", "language"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    step: Mapped[str] = mapped_column(sa.String(80))
    language: Mapped[str] = mapped_column(sa.String(12))
    body: Mapped[str] = mapped_column(sa.Text)
    # The version it was written on, so that two who write at once are told of each other.
    follows: Mapped[uuid.UUID | None]
    written_at: Mapped[datetime]
    written_by: Mapped[uuid.UUID | None]
    published_at: Mapped[datetime | None]

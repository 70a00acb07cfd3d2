"""Awards, what was recorded about them since, their documents and keys; issuing runs, reviews and machine clients."""

from __future__ import annotations

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.certification.rules.candidates import ItemState
from lms.certification.rules.reviews import Outcome, Subject
from lms.certification.rules.validity import ExtensionReason, StatusKind
from lms.infra.db import Model
from lms.shared.ids import new_id


class Award(Model):
    """One award: an immutable snapshot of what was shown, under a gapless serial.

    `period` is 0 for the first award of a level and counts renewals; `edition` is 0 and counts corrections of a period.
    One award exists per person, level, period and edition.
    """

    __tablename__ = "award"
    __table_args__ = (
        sa.UniqueConstraint("person_id", "programme", "level", "period", "edition"),
        sa.UniqueConstraint("serial_year", "serial_number"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    programme: Mapped[str] = mapped_column(sa.String(80), index=True)
    level: Mapped[str] = mapped_column(sa.String(80))
    period: Mapped[int] = mapped_column(default=0)
    edition: Mapped[int] = mapped_column(default=0)
    # A renewal that begins where the award before it ends: the level was held without a break.
    continues: Mapped[bool] = mapped_column(default=False)
    serial_year: Mapped[int]
    serial_number: Mapped[int]
    # The bit of this award in the published status lists; never given to another.
    status_index: Mapped[int] = mapped_column(unique=True)
    code: Mapped[str] = mapped_column(sa.String(12), unique=True)
    token: Mapped[str] = mapped_column(sa.String(40), unique=True)
    # Canonical JSON of the AwardSnapshot, and the rule it was judged by.
    snapshot: Mapped[str] = mapped_column(sa.Text)
    rule_version: Mapped[str] = mapped_column(sa.ForeignKey("level_rule.version"))
    authority: Mapped[bool]
    issued_at: Mapped[datetime] = mapped_column(index=True)
    starts_on: Mapped[date]
    valid_until: Mapped[date]
    supersedes: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("award.id"), unique=True)
    shared: Mapped[bool] = mapped_column(default=True)


class AwardStatus(Model):
    """One recorded change to an award, with its reason. Append-only."""

    __tablename__ = "award_status"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    award_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("award.id"), index=True)
    kind: Mapped[StatusKind]
    on: Mapped[date]
    until: Mapped[date | None]
    # Of an extension: what it follows from. The reason of one by absence or peak needs no words of its own.
    cause: Mapped[ExtensionReason | None]
    reason: Mapped[str] = mapped_column(sa.String(400))
    actor_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    recorded_at: Mapped[datetime]


class AwardDocument(Model):
    """The file issued for an award: its bytes lie in storage under their SHA-256."""

    __tablename__ = "award_document"

    award_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("award.id"), primary_key=True)
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    size: Mapped[int]
    issued_at: Mapped[datetime]


class LevelRule(Model):
    """What a rule version asks for and how long it lets an award stand, kept as it was; `version` is its digest."""

    __tablename__ = "level_rule"

    version: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    requires: Mapped[list[str]]
    months: Mapped[int]
    window_days: Mapped[int]
    grace_days: Mapped[int]
    after_peak_days: Mapped[int]
    first_used_at: Mapped[datetime]


class IssueCounter(Model):
    """The last serial and how many awards there are: one row, locked while the next award is issued, so no gaps."""

    __tablename__ = "issue_counter"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    year: Mapped[int]
    number: Mapped[int] = mapped_column(default=0)
    issued: Mapped[int] = mapped_column(default=0)


class IssuingKey(Model):
    """A key that credentials are signed with: published for ever, its private half encrypted.

    `current` is true for the one in use and empty for the others, so that there cannot be two.
    """

    __tablename__ = "issuing_key"

    kid: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    public: Mapped[str] = mapped_column(sa.String(120))
    private: Mapped[str] = mapped_column(sa.Text)
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
    current: Mapped[bool | None] = mapped_column(unique=True)


class IssueRun(Model):
    """A coordinator issues what the members of a cohort have earned. `closed_at` is set when all of it is done."""

    __tablename__ = "issue_run"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    cohort_id: Mapped[str] = mapped_column(sa.ForeignKey("cohort.id"), index=True)
    actor_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    started_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class IssueItem(Model):
    """One person of an issuing run. `issued` counts the awards made; `problem` says why a file could not be drawn."""

    __tablename__ = "issue_item"

    run_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("issue_run.id"), primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    programme: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    state: Mapped[ItemState] = mapped_column(default=ItemState.WAITING)
    issued: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str] = mapped_column(sa.String(200), default="")


class TranscriptFile(Model):
    """A transcript that a person asked for; drawn by a job, `sha256` once it is there."""

    __tablename__ = "transcript_file"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    asked_at: Mapped[datetime]
    sha256: Mapped[str | None] = mapped_column(sa.String(64))


class Review(Model):
    """A person asks for a second look at something decided about them, and what somebody else decided.

    `reference` is the evidence row or the award; `is_open` is true until decided and empty after, so that there is one
    open request about a thing. `decider_id` is who made the decision in question, where a person did.
    """

    __tablename__ = "review"
    __table_args__ = (
        sa.UniqueConstraint("reference", "is_open"),
        sa.Index("ix__review__open", "is_open", "due_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    subject: Mapped[Subject]
    reference: Mapped[uuid.UUID]
    decider_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    request: Mapped[str] = mapped_column(sa.String(1000))
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    is_open: Mapped[bool | None] = mapped_column(default=True)
    outcome: Mapped[Outcome | None]
    answer: Mapped[str] = mapped_column(sa.String(1000), default="")
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))


class ApiClient(Model):
    """A machine that may ask: the SHA-256 of its token, what it may ask, and until when. `hint` ends the token."""

    __tablename__ = "api_client"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(sa.String(120))
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    hint: Mapped[str] = mapped_column(sa.String(8))
    scopes: Mapped[list[str]]
    created_at: Mapped[datetime]
    created_by: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]

"""How people prove who they are, and the sessions they then hold."""

from __future__ import annotations

import enum
import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.accounts.rules.links import LinkPurpose, Secret
from lms.infra.db import Model
from lms.shared.ids import new_id


class MethodKind(enum.StrEnum):
    """A way to sign in. A badge needs its PIN; a TOTP code comes after the password."""

    PASSWORD = "password"  # noqa: S105 - the name of a method
    BADGE = "badge"
    TOTP = "totp"


class SignInMethod(Model):
    """One method of one person. `secret` is an argon2id hash, or the encrypted TOTP seed; `handle` a badge's hash."""

    __tablename__ = "sign_in_method"
    __table_args__ = (sa.UniqueConstraint("person_id", "kind"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    kind: Mapped[MethodKind]
    handle: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    secret: Mapped[str] = mapped_column(sa.String(255))
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    # The last TOTP step accepted: a code works once.
    last_step: Mapped[int | None] = mapped_column(sa.BigInteger)


class SignInSession(Model):
    """A session. The cookie carries a token whose SHA-256 is here; ending a row ends the session at once."""

    __tablename__ = "sign_in_session"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    kiosk: Mapped[bool] = mapped_column(default=False)
    started_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    description: Mapped[str] = mapped_column(sa.String(200), default="")


class SingleUseLink(Model):
    """An invitation, a reset link or a printed slip: its token's SHA-256, used at most once, before it expires."""

    __tablename__ = "single_use_link"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    purpose: Mapped[LinkPurpose]
    sets: Mapped[Secret]
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Throttle(Model):
    """Tries per bucket (an account, an address, a code lookup); in the database so that restarts forget nothing."""

    __tablename__ = "throttle"

    bucket: Mapped[str] = mapped_column(sa.String(120), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    window_started_at: Mapped[datetime]
    blocked_until: Mapped[datetime | None]

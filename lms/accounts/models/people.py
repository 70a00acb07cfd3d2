"""People as HR knows them: an opaque key, a profile that erasure can delete, and dated facts that imports maintain."""

from __future__ import annotations

import enum
import uuid
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.accounts.rules.actor import Role
from lms.accounts.rules.names import searchable
from lms.infra.db import Dated, Model
from lms.shared.ids import new_id


class Person(Model):
    """The opaque key that evidence points at. It stays when everything about the person is erased."""

    __tablename__ = "person"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]


class Profile(Model):
    """Who the person is: names, contact and preferences. Deleted on erasure."""

    __tablename__ = "profile"

    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    employee_number: Mapped[str] = mapped_column(sa.String(40), unique=True)
    email: Mapped[str | None] = mapped_column(sa.String(254), unique=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    # Name, number and e-mail without case and accents: lists search and sort by it. Kept by the listener below.
    folded: Mapped[str] = mapped_column(sa.String(500), index=True, default="")
    joined_on: Mapped[date]
    left_on: Mapped[date | None]
    language: Mapped[str] = mapped_column(sa.String(12), default="en")
    zone: Mapped[str] = mapped_column(sa.String(64), default="UTC")
    text_size: Mapped[str] = mapped_column(sa.String(12), default="normal")
    theme: Mapped[str] = mapped_column(sa.String(12), default="auto")
    shortcuts: Mapped[bool] = mapped_column(default=False)
    # Percent added to every time limit; None means untimed.
    extra_time: Mapped[int | None] = mapped_column(default=0)


@sa.event.listens_for(Profile, "before_insert")
@sa.event.listens_for(Profile, "before_update")
def _fold(_mapper: object, _connection: object, profile: Any) -> None:  # noqa: ANN401 - SQLAlchemy passes the row
    profile.folded = searchable(profile.name, profile.employee_number, profile.email)


class PlaceKind(enum.StrEnum):
    """What a place is: a line of work, a building, or a part of the day."""

    FUNCTION = "function"
    SITE = "site"
    SHIFT = "shift"


class Place(Model):
    """How an identifier that HR uses is written for people; imports add what they meet. `zone`: a site's IANA zone."""

    __tablename__ = "place"

    kind: Mapped[PlaceKind] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    label: Mapped[str] = mapped_column(sa.String(120))
    zone: Mapped[str] = mapped_column(sa.String(64), default="")


class Placement(Dated, Model):
    """Where a person works, [valid_from, valid_to): function, site, shift and manager. A person may hold several."""

    __tablename__ = "placement"
    __table_args__ = (sa.Index("ix__placement__person", "person_id", "valid_from"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    function: Mapped[str] = mapped_column(sa.String(60), index=True)
    site: Mapped[str] = mapped_column(sa.String(60), index=True)
    shift: Mapped[str] = mapped_column(sa.String(60), default="")
    manager_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    primary: Mapped[bool] = mapped_column(default=True)


class Absence(Model):
    """A declared absence, [starts_on, ends_on): every clock stops meanwhile. `ends_on` None: not back yet."""

    __tablename__ = "absence"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


class RoleGrant(Dated, Model):
    """A role given to a person, [valid_from, valid_to).

    `scope` is the gate an approver approves, and `deputy_id` who approves it while they are away.
    """

    __tablename__ = "role_grant"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    role: Mapped[Role]
    scope: Mapped[str] = mapped_column(sa.String(60), default="")
    deputy_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    granted_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))

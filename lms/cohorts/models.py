"""Rollout, waves and peaks; cohorts with their dated members, rosters and champions."""

from __future__ import annotations

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.cohorts.rules.champions import AppointmentStatus, EndReason
from lms.infra.db import Dated, Model
from lms.shared.ids import new_id

SLUG = sa.String(80)


class Rollout(Model):
    """One introduction of AI work into the company."""

    __tablename__ = "rollout"

    id: Mapped[str] = mapped_column(SLUG, primary_key=True)
    title: Mapped[str] = mapped_column(sa.String(120))
    created_at: Mapped[datetime]


class Wave(Model):
    """One step of a rollout; number 0 is the pilot. Empty `sites` or `functions` mean all of them."""

    __tablename__ = "wave"
    __table_args__ = (sa.UniqueConstraint("rollout_id", "number"),)

    id: Mapped[str] = mapped_column(SLUG, primary_key=True)
    rollout_id: Mapped[str] = mapped_column(sa.ForeignKey("rollout.id"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(sa.String(120))
    training_start: Mapped[date]
    go_live: Mapped[date] = mapped_column(index=True)
    sites: Mapped[list[str]] = mapped_column(default=list)
    functions: Mapped[list[str]] = mapped_column(default=list)


class PeakPeriod(Model):
    """Weeks in which the operation cannot spare anybody, [starts_on, ends_on). Empty `sites` means all of them."""

    __tablename__ = "peak_period"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    label: Mapped[str] = mapped_column(sa.String(120))
    starts_on: Mapped[date] = mapped_column(index=True)
    ends_on: Mapped[date]
    sites: Mapped[list[str]] = mapped_column(default=list)


class Cohort(Model):
    """People of one function at one site who learn together."""

    __tablename__ = "cohort"

    id: Mapped[str] = mapped_column(SLUG, primary_key=True)
    wave_id: Mapped[str] = mapped_column(sa.ForeignKey("wave.id"), index=True)
    title: Mapped[str] = mapped_column(sa.String(120))
    function: Mapped[str] = mapped_column(sa.String(60), index=True)
    site: Mapped[str] = mapped_column(sa.String(60), index=True)
    # What members study who were added by hand; a placing rule names its own.
    programme: Mapped[str] = mapped_column(sa.String(80))
    seats: Mapped[int]
    created_at: Mapped[datetime]


class CohortRule(Model):
    """Who joins a cohort by themselves: function and site, and shift where not empty."""

    __tablename__ = "cohort_rule"
    __table_args__ = (sa.UniqueConstraint("function", "site", "shift"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    function: Mapped[str] = mapped_column(sa.String(60))
    site: Mapped[str] = mapped_column(sa.String(60))
    shift: Mapped[str] = mapped_column(sa.String(60), default="")
    cohort_id: Mapped[str] = mapped_column(sa.ForeignKey("cohort.id"), index=True)
    programme: Mapped[str] = mapped_column(sa.String(80))


class CohortMember(Dated, Model):
    """Membership, [valid_from, valid_to). `by_rule`: a placing rule made it, and a change of placement may end it."""

    __tablename__ = "cohort_member"
    __table_args__ = (sa.Index("ix__cohort_member__cohort", "cohort_id", "valid_from"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    cohort_id: Mapped[str] = mapped_column(sa.ForeignKey("cohort.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    programme: Mapped[str] = mapped_column(sa.String(80))
    by_rule: Mapped[bool] = mapped_column(default=False)


class RosterEntry(Dated, Model):
    """Who works beside AI from a wave's go-live, [valid_from, valid_to)."""

    __tablename__ = "roster_entry"
    __table_args__ = (sa.Index("ix__roster_entry__wave", "wave_id", "valid_from"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    wave_id: Mapped[str] = mapped_column(sa.ForeignKey("wave.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)


class ChampionAppointment(Dated, Model):
    """A champion of a cohort, [valid_from, valid_to). The deputy stands in on the days the champion is absent."""

    __tablename__ = "champion_appointment"
    __table_args__ = (sa.Index("ix__champion_appointment__cohort", "cohort_id", "valid_from"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    cohort_id: Mapped[str] = mapped_column(sa.ForeignKey("cohort.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    deputy_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    status: Mapped[AppointmentStatus] = mapped_column(default=AppointmentStatus.ACTING)
    appointed_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    end_reason: Mapped[EndReason | None]
    handover_note: Mapped[str] = mapped_column(sa.String(1000), default="")
    # The appointment that was handed over to this one.
    follows: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("champion_appointment.id"))

"""Runs of the simulators, the log of their decisions, and what follows from them."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.infra.db import Model
from lms.sandbox.rules.debrief import Pattern
from lms.sandbox.rules.exercise import Action, Mode
from lms.sandbox.rules.runs import Phase, RunState
from lms.sandbox.rules.tries import Outcome
from lms.shared.ids import new_id


class Run(Model):
    """One time through an exercise. What the learner may see of it is stored here; the rest is in `RunKey`."""

    __tablename__ = "run"
    __table_args__ = (
        sa.UniqueConstraint("person_id", "cycle_id", "step", "number"),
        sa.Index("ix__run__person_console", "person_id", "console"),
        sa.Index("ix__run__state_expires", "state", "expires_at"),
        sa.Index("ix__run__console_version", "console", "version"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    cycle_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("cycle.id"))
    step: Mapped[str] = mapped_column(sa.String(80))
    release: Mapped[str] = mapped_column(sa.String(64))
    language: Mapped[str] = mapped_column(sa.String(12))
    console: Mapped[str] = mapped_column(sa.String(40))
    level: Mapped[int]
    mode: Mapped[Mode]
    # Missed kinds of case again, after a debrief: it counts for nothing.
    practice: Mapped[bool] = mapped_column(default=False)
    # How many cases the run has when it is whole; guided ones are drawn one at a time.
    size: Mapped[int]
    number: Mapped[int]
    # The exercise with its version, as it was drawn.
    exercise: Mapped[dict[str, Any]]
    version: Mapped[int]
    scorer: Mapped[int]
    digest: Mapped[str] = mapped_column(sa.String(64))
    # What is shown, as it was served: it wins over whatever the code would draw today.
    public: Mapped[dict[str, Any]]
    state: Mapped[RunState] = mapped_column(default=RunState.OPEN)
    # The first so many cases were handed in before the extension and cannot change any more.
    fixed: Mapped[int] = mapped_column(default=0)
    opened_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    handed_in_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    result: Mapped[dict[str, Any] | None]
    passed: Mapped[bool | None]
    # {"cases": [...], "why": "..."}, said before anything was revealed.
    unsure: Mapped[dict[str, Any] | None]
    next_time: Mapped[str] = mapped_column(sa.String(300), default="")


class RunKey(Model):
    """What is true of a run's cases, and the seed that would tell: apart, so that no export of a person has it."""

    __tablename__ = "run_key"

    run_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("run.id"), primary_key=True)
    # 64 bits in hexadecimal.
    seed: Mapped[str] = mapped_column(sa.String(16))
    key: Mapped[dict[str, Any]]
    # Cases whose key was contested with success: they count as decided in the best way.
    excused: Mapped[list[Any]] = mapped_column(default=list)


class Decision(Model):
    """One line of a case's log. Append-only: what counts follows from all lines in the order of their numbers."""

    __tablename__ = "run_decision"
    __table_args__ = (sa.UniqueConstraint("run_id", "case", "sequence"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    run_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("run.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    case: Mapped[str] = mapped_column(sa.String(12))
    sequence: Mapped[int]
    phase: Mapped[Phase]
    action: Mapped[Action | None]
    option: Mapped[str | None] = mapped_column(sa.String(80))
    number: Mapped[int | None] = mapped_column(sa.BigInteger)
    queue: Mapped[str | None] = mapped_column(sa.String(80))
    reason: Mapped[str | None] = mapped_column(sa.String(40))
    confidence: Mapped[int | None]
    at: Mapped[datetime]


class OpenedHint(Model):
    """That a tier of hint was opened on a case: once, and it has its price."""

    __tablename__ = "run_hint"

    run_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("run.id"), primary_key=True)
    case: Mapped[str] = mapped_column(sa.String(12), primary_key=True)
    tier: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    at: Mapped[datetime]


class Mastery(Model):
    """What a person showed of one error type at a console, in guided practice: right and without a hint, or not."""

    __tablename__ = "mastery"

    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    console: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    error_type: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    # Oldest first.
    outcomes: Mapped[list[Any]]
    updated_at: Mapped[datetime]


class Contest(Model):
    """A person says that the key of a case is wrong, and what somebody else decided about it."""

    __tablename__ = "contest"
    __table_args__ = (sa.UniqueConstraint("run_id", "case"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    run_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("run.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    case: Mapped[str] = mapped_column(sa.String(12))
    reason: Mapped[str] = mapped_column(sa.Text)
    opened_at: Mapped[datetime]
    upheld: Mapped[bool | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    answer: Mapped[str] = mapped_column(sa.Text, default="")


class Quarantine(Model):
    """A kind of case that is not drawn any more. Each row raises the exercise version of its console by one."""

    __tablename__ = "quarantine"
    __table_args__ = (sa.UniqueConstraint("console", "error_type", "level"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    console: Mapped[str] = mapped_column(sa.String(40))
    error_type: Mapped[str] = mapped_column(sa.String(60))
    level: Mapped[int]
    reason: Mapped[str] = mapped_column(sa.String(400))
    since: Mapped[datetime]
    decided_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    rescored: Mapped[int] = mapped_column(default=0)


class SharedPattern(Model):
    """That a person told their champion which way they lean at a console: the pattern, and nothing that made it."""

    __tablename__ = "shared_pattern"

    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    console: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    pattern: Mapped[Pattern]
    shared_at: Mapped[datetime]


class ExamHelp(Model):
    """What happens after failures of an exam: coaching asked for and given, and what a person decided."""

    __tablename__ = "exam_help"
    __table_args__ = (sa.UniqueConstraint("person_id", "cycle_id", "step", "failures"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    cycle_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("cycle.id"))
    step: Mapped[str] = mapped_column(sa.String(80))
    failures: Mapped[int]
    asked_at: Mapped[datetime]
    coached_at: Mapped[datetime | None]
    coached_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    outcome: Mapped[Outcome | None]
    reason: Mapped[str] = mapped_column(sa.String(400), default="")


class LabRun(Model):
    """One time through a lab: its sheet as it was served, and what is filled in. What is true of it is in `LabKey`."""

    __tablename__ = "lab_run"
    __table_args__ = (
        sa.UniqueConstraint("person_id", "cycle_id", "step", "number"),
        sa.Index("ix__lab_run__state_expires", "state", "expires_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    cycle_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("cycle.id"))
    step: Mapped[str] = mapped_column(sa.String(80))
    release: Mapped[str] = mapped_column(sa.String(64))
    language: Mapped[str] = mapped_column(sa.String(12))
    lab: Mapped[str] = mapped_column(sa.String(40))
    level: Mapped[int]
    number: Mapped[int]
    # Of drawing and marking together.
    version: Mapped[int]
    digest: Mapped[str] = mapped_column(sa.String(64))
    public: Mapped[dict[str, Any]]
    work: Mapped[dict[str, Any]]
    # Counts up as the sheet is saved, so that what arrives late changes nothing.
    sequence: Mapped[int] = mapped_column(default=0)
    state: Mapped[RunState] = mapped_column(default=RunState.OPEN)
    opened_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    saved_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    marked: Mapped[dict[str, Any] | None]
    score: Mapped[int | None]
    passed: Mapped[bool | None]


class LabKey(Model):
    """What is true of a lab's sheet, and the seed that would tell: apart, so that no export of a person has it."""

    __tablename__ = "lab_key"

    run_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("lab_run.id"), primary_key=True)
    # 64 bits in hexadecimal.
    seed: Mapped[str] = mapped_column(sa.String(16))
    key: Mapped[dict[str, Any]]

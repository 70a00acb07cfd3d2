"""What issuing for a cohort would do, what it has done, and the files of a cohort."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from lms.accounts.models.people import Profile
from lms.accounts.queries.periods import valid_on
from lms.catalog.rules.programmes import Level, Programme
from lms.certification.models import Award, AwardDocument, IssueItem, IssueRun
from lms.certification.queries.awards import AwardView, award_views
from lms.certification.queries.evidence import evidence_views
from lms.certification.rules.candidates import Candidate, Group, ItemState, in_group, judge
from lms.certification.rules.predicates import assess, parse
from lms.certification.rules.validity import Standing
from lms.cohorts.models import CohortMember
from lms.cohorts.queries.cohorts import members_of
from lms.infra.db import db
from lms.infra.jobs import Job
from lms.learning.queries.catalogue import programme_by_id
from lms.shared.errors import NotFound


@dataclass(frozen=True, slots=True)
class LevelRun:
    """One level of one programme, and what it is to each member, by the member's id as text."""

    programme: Programme
    level: Level
    candidates: tuple[Candidate, ...]

    def group(self, group: Group) -> tuple[Candidate, ...]:
        """Return the members of one group, those who lack least first."""
        return in_group(self.candidates, group)


@dataclass(frozen=True, slots=True)
class DryRun:
    """What issuing for a cohort would do: `due` are the people with anything to be issued, with their programme."""

    levels: tuple[LevelRun, ...]
    names: Mapping[str, str]
    due: tuple[tuple[uuid.UUID, str], ...]
    certificates: int


@dataclass(frozen=True, slots=True)
class RunLine:
    """One person of a run."""

    person_id: uuid.UUID
    name: str
    state: ItemState
    issued: int
    problem: str


@dataclass(frozen=True, slots=True)
class RunView:
    """A run as its page shows it: people worked off, files drawn, and whether it is over."""

    id: uuid.UUID
    cohort_id: str
    started_at: datetime
    closed_at: datetime | None
    lines: tuple[RunLine, ...]
    files: int
    awards: int
    failed: bool

    @property
    def done(self) -> int:
        """Return how many people have been worked off."""
        return sum(1 for line in self.lines if line.state is not ItemState.WAITING)


def dry_run(cohort_id: str, day: date) -> DryRun:
    """Return what issuing for a cohort would do today. The same rules decide as in the issuing transaction."""
    members = members_of(cohort_id, day)
    names = {str(member.person_id): member.name for member in members}
    levels: list[LevelRun] = []
    due: set[tuple[uuid.UUID, str]] = set()
    certificates = 0
    for name in sorted({member.programme for member in members}):
        programme = programme_by_id(name)
        if programme is None:
            continue
        people = [member.person_id for member in members if member.programme == name]
        for run in _levels(programme, people, day):
            qualify = run.group(Group.QUALIFIES)
            certificates += len(qualify)
            due |= {(uuid.UUID(each.key), programme.id) for each in qualify}
            levels.append(run)
    return DryRun(tuple(levels), names, tuple(sorted(due)), certificates)


def _levels(programme: Programme, people: list[uuid.UUID], day: date) -> list[LevelRun]:
    selected = sa.select(Profile.person_id).where(Profile.person_id.in_(people))
    views = evidence_views(selected, programme, day)
    held: dict[str, set[uuid.UUID]] = {}
    # Whoever was ever awarded a level gets it again by its exam alone, not by its whole rule.
    for person, name in db.session.execute(
        sa.select(Award.person_id, Award.level).where(Award.person_id.in_(people), Award.programme == programme.id)
    ):
        held.setdefault(name, set()).add(person)
    runs = []
    for level in (*programme.levels, *programme.appointed):
        rule = tuple(map(parse, level.requires))
        candidates = tuple(
            judge(str(person), assess(rule, views[person], day), holds=person in held.get(level.id, set()))
            for person in people
        )
        runs.append(LevelRun(programme, level, candidates))
    return runs


def run_view(run_id: uuid.UUID) -> RunView:
    """Return a run with its people by name.

    Raises:
        NotFound: there is no such run.
    """
    run = db.session.get(IssueRun, run_id)
    if run is None:
        raise NotFound
    rows = db.session.execute(
        sa.select(IssueItem.person_id, Profile.name, IssueItem.state, IssueItem.issued, IssueItem.problem)
        .outerjoin(Profile, Profile.person_id == IssueItem.person_id)
        .where(IssueItem.run_id == run_id)
        .order_by(Profile.name, IssueItem.person_id)
    )
    lines = tuple(RunLine(row[0], row[1] or "", *row[2:]) for row in rows)
    awards, files = db.session.execute(
        sa.select(sa.func.count(Award.id), sa.func.count(AwardDocument.award_id))
        .outerjoin(AwardDocument, AwardDocument.award_id == Award.id)
        .where(awards_of_run(run_id))
    ).one()
    failed = db.session.scalar(sa.select(Job.state).where(Job.slot == f"certificates.issue:{run_id}")) == "failed"
    return RunView(run.id, run.cohort_id, run.started_at, run.closed_at, lines, files, awards, failed)


def recent_runs(most: int = 20) -> list[IssueRun]:
    """Return the latest runs, the newest first."""
    return list(db.session.scalars(sa.select(IssueRun).order_by(IssueRun.started_at.desc()).limit(most)))


def undrawn_awards(run_id: uuid.UUID, day: date) -> tuple[AwardView, ...]:
    """Return the awards of a run's people whose file is still to be drawn."""
    without = Award.id.not_in(sa.select(AwardDocument.award_id))
    return award_views(sa.and_(awards_of_run(run_id), without), day)


def cohort_files(cohort_id: str, day: date) -> tuple[AwardView, ...]:
    """Return the awards that the members of a cohort hold today, in order of serial, drawn or not."""
    members = sa.select(CohortMember.person_id).where(CohortMember.cohort_id == cohort_id, valid_on(CohortMember, day))
    views = award_views(Award.person_id.in_(members), day)
    current = (view for view in views if view.standing is not Standing.REPLACED)
    return tuple(sorted(current, key=lambda view: view.serial))


def awards_of_run(run_id: uuid.UUID) -> sa.ColumnElement[bool]:
    """Return the condition that an award belongs to somebody of a run, in the programme of the run."""
    return sa.exists().where(
        IssueItem.run_id == run_id, IssueItem.person_id == Award.person_id, IssueItem.programme == Award.programme
    )

"""The demo company at its smallest: everything it promises to show is there, and a second making gives the same."""

from __future__ import annotations

import dataclasses
import datetime as dt
import stat
from collections import Counter
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.accounts.models.people import Absence, Placement, Profile, RoleGrant
from lms.accounts.queries.signin import password_of
from lms.accounts.rules.actor import Role
from lms.accounts.service.secrets import is_right
from lms.app import create_app
from lms.assessment.models import Attempt, SurveyTaken
from lms.assessment.rules.attempts import AttemptState
from lms.certification.models import Award, AwardStatus
from lms.certification.rules.validity import StatusKind
from lms.cohorts.models import ChampionAppointment, Cohort, CohortMember, PeakPeriod, Wave
from lms.cohorts.rules.champions import EndReason
from lms.demo.handlers import SIGN_INS, make_company
from lms.demo.rules.names import UNUSUAL
from lms.demo.service.signing_in import SignIn
from lms.formats import course_formats
from lms.home.models import HelpRequest, Nudge
from lms.infra import audit
from lms.infra.backup import safe_upgrade
from lms.infra.db import db
from lms.infra.settings import Settings
from lms.learning.models import Cycle, Evidence, StepProgress
from lms.learning.rules.evidence import Result, Source
from lms.learning.service.rebuild import rebuild
from lms.shared.clock import MovableClock
from lms.shared.errors import Conflict
from lms.workshops.models.observations import Observation, SignedSheet
from lms.workshops.models.sessions import Booking, SessionRequest, WorkshopSession
from lms.workshops.rules.booking import BookingState
from tests.conftest import NOW, TEST_KEY, fresh_database

pytestmark = pytest.mark.real_commits
PEOPLE = 50
TODAY = NOW.date()


@dataclasses.dataclass(frozen=True)
class Made:
    """A company that has been made."""

    app: Flask
    instance: Path
    sign_ins: list[SignIn]
    progress: list[str]


def made_in(folder: Path, url: str) -> Made:
    settings = Settings(instance=folder / "instance", database_url=url, secret_key=TEST_KEY, log_level="ERROR")
    app = create_app(settings)
    progress: list[str] = []
    with app.app_context():
        safe_upgrade(lambda _text: None)
        sign_ins = make_company(course_formats(), MovableClock(NOW), progress.append, PEOPLE)
    return Made(app, settings.instance, sign_ins, progress)


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    with fresh_database(folder) as url:
        made = made_in(folder, url)
        yield made
        with made.app.app_context():
            db.engine.dispose()


@pytest.fixture
def inside(company):
    with company.app.app_context():
        yield db.session
        db.session.rollback()


def count(session, what, *conditions) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(what).where(*conditions))


def test_people_work_in_six_functions_at_three_sites_under_managers(inside):
    assert abs(count(inside, Profile) - PEOPLE) <= 5
    assert count(inside, sa.select(Placement.function).distinct().subquery()) == 6
    assert count(inside, sa.select(Placement.site).distinct().subquery()) == 3
    assert count(inside, sa.select(Profile.zone).distinct().subquery()) == 3
    assert count(inside, Placement, Placement.manager_id.is_(None)) == 1
    sizes = Counter(inside.scalars(sa.select(Placement.function).where(Placement.valid_to.is_(None))))
    assert sizes.most_common(1)[0][0] == "fulfilment-floor"


def test_names_bear_every_script_and_length(inside):
    assert set(UNUSUAL) <= set(inside.scalars(sa.select(Profile.name)))


def test_people_joined_left_moved_and_were_away(inside):
    assert count(inside, Profile, Profile.left_on.is_not(None)) >= 2
    assert count(inside, Profile, Profile.joined_on > TODAY - dt.timedelta(weeks=20)) >= 1
    assert count(inside, Placement, Placement.valid_from > TODAY - dt.timedelta(weeks=20)) >= 2
    assert count(inside, Absence) >= 1


def test_the_pilot_is_live_a_wave_is_in_training_and_another_is_planned(inside):
    waves = inside.scalars(sa.select(Wave).order_by(Wave.number)).all()
    assert [wave.number for wave in waves] == [0, 1, 2]
    assert waves[0].go_live < TODAY
    assert waves[1].training_start < TODAY < waves[1].go_live
    assert waves[2].training_start > TODAY
    assert count(inside, PeakPeriod, PeakPeriod.starts_on > TODAY) == 1


def test_one_cohort_lost_its_champion_and_one_has_nobody_yet(inside):
    left = inside.scalars(
        sa.select(ChampionAppointment.cohort_id).where(ChampionAppointment.end_reason == EndReason.LEFT)
    ).all()
    running = ChampionAppointment.valid_to.is_(None)
    assert len(left) == 1
    assert count(inside, ChampionAppointment, running, ChampionAppointment.cohort_id == left[0]) == 0
    assert count(inside, ChampionAppointment, running) >= 5
    assert count(inside, Cohort, Cohort.id.not_in(sa.select(CohortMember.cohort_id))) == 1


def test_quizzes_are_failed_passed_later_and_left_open(inside):
    assert count(inside, Attempt, Attempt.passed.is_(False)) >= 3
    assert count(inside, Attempt, Attempt.passed.is_(True), Attempt.number > 1) >= 3
    assert count(inside, Attempt, Attempt.state == AttemptState.OPEN) >= 1


def test_workshops_were_attended_missed_made_up_cancelled_and_one_is_full(inside):
    waiting = set(inside.scalars(sa.select(Booking.session_id).where(Booking.state == BookingState.WAITING)))
    full = inside.scalars(sa.select(WorkshopSession).where(WorkshopSession.id.in_(waiting))).one()
    assert full.starts_at > NOW
    assert count(inside, Booking, Booking.session_id == full.id, Booking.state == BookingState.BOOKED) == full.seats
    assert count(inside, WorkshopSession, WorkshopSession.cancelled_at.is_not(None)) >= 1
    assert {Result.ATTENDED, Result.ABSENT} <= set(inside.scalars(sa.select(Evidence.result)))
    assert count(inside, Evidence, Evidence.source == Source.EQUIVALENT) >= 1
    assert count(inside, SessionRequest, SessionRequest.answered_at.is_(None)) >= 1


def test_observations_are_signed_and_some_wait(inside):
    assert count(inside, SignedSheet, SignedSheet.enough.is_(True)) >= 1
    assert count(inside, Evidence, Evidence.result == Result.SIGNED) >= 1
    assert count(inside, Observation) >= 1


def test_some_are_certified_some_overdue_and_some_never_began(inside):
    assert count(inside, Award, Award.level == "ground-school") >= 2
    assert count(inside, AwardStatus, AwardStatus.kind == StatusKind.REVOKED, AwardStatus.reason != "") == 1
    certified = sa.select(Award.person_id)
    begun = sa.select(StepProgress.person_id)
    here = Cycle.closed_at.is_(None)
    assert count(inside, Cycle, here, Cycle.due_on < TODAY, Cycle.person_id.not_in(certified)) >= 1
    started = Cycle.starts_on < TODAY - dt.timedelta(weeks=4)
    assert count(inside, Cycle, here, started, Cycle.person_id.not_in(begun)) >= 1
    assert count(inside, Cycle, here, Cycle.starts_on > TODAY) >= 5


def test_people_asked_answered_and_reminded(inside):
    assert count(inside, HelpRequest, HelpRequest.answered_at.is_(None)) >= 1
    assert count(inside, HelpRequest, HelpRequest.answered_at.is_not(None)) >= 1
    assert count(inside, Nudge) >= 1
    assert count(inside, SurveyTaken) >= 5


def test_every_projection_is_what_the_ledger_says_and_the_audit_chain_holds(company, inside):
    assert rebuild(check_only=True) == []
    assert count(inside, audit.AuditEntry, audit.AuditEntry.number.is_(None)) <= len(company.sign_ins)


def test_nothing_has_happened_later_than_the_day_it_was_made(inside):
    for moment in (Evidence.recorded_at, Attempt.started_at, Nudge.sent_at, Award.issued_at):
        assert inside.scalar(sa.select(sa.func.max(moment, type_=moment.type))) < NOW


def test_one_person_of_each_kind_can_sign_in(company, inside):
    kinds = [sign_in.kind for sign_in in company.sign_ins]
    assert kinds == ["learner", "champion", "manager", "coordinator", "administrator", "sponsor", "approver"]
    for sign_in in company.sign_ins:
        credential = password_of(sign_in.number, TODAY)
        assert credential is not None
        granted = set(inside.scalars(sa.select(RoleGrant.role).where(RoleGrant.person_id == credential.person_id)))
        if sign_in.kind not in {"learner", "manager"}:
            assert Role(sign_in.kind) in granted
    assert is_right(password_of(company.sign_ins[0].number, TODAY), company.sign_ins[0].password)


def test_the_sign_ins_are_kept_for_their_owner_alone(company):
    path = company.instance / SIGN_INS
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert all(sign_in.number in path.read_text(encoding="utf-8") for sign_in in company.sign_ins)


def test_progress_is_told_week_by_week(company):
    assert company.progress[0].endswith("week 1 of 22")
    assert sum("week" in line for line in company.progress) >= 20


def test_a_company_is_made_only_where_nobody_is(company):
    with company.app.app_context(), pytest.raises(Conflict, match="empty database"):
        make_company(course_formats(), MovableClock(NOW), print, PEOPLE)


def shape(session) -> dict[str, object]:
    """Return everything that two makings must agree in."""
    names = session.execute(
        sa.select(Profile.employee_number, Profile.name, Profile.joined_on, Profile.left_on).order_by(
            Profile.employee_number
        )
    ).all()
    tables = sorted(sa.inspect(session.connection()).get_table_names())
    counts = {name: count(session, sa.table(name)) for name in tables}
    ledger = session.execute(
        sa.select(Profile.employee_number, Evidence.step, Evidence.result, Evidence.score, Evidence.occurred_at)
        .join(Profile, Profile.person_id == Evidence.person_id)
        .order_by(Profile.employee_number, Evidence.occurred_at, Evidence.step)
    ).all()
    sessions = session.execute(sa.select(WorkshopSession.step, WorkshopSession.starts_at).order_by("starts_at", "step"))
    return {"names": names, "counts": counts, "ledger": ledger, "sessions": sessions.all()}


def test_made_twice_it_has_the_same_people_counts_and_dates(company, inside, tmp_path):
    first = shape(inside)
    inside.rollback()
    with fresh_database(tmp_path) as url:
        again = made_in(tmp_path, url)
        with again.app.app_context():
            second = shape(db.session)
            db.session.remove()
            db.engine.dispose()
    for part, value in first.items():
        assert second[part] == value, part

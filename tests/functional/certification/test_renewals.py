"""What ends is renewed in a cycle of its own that holds the exam alone, and nothing that was done is reset."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from lms.accounts.models.people import Absence, Profile
from lms.certification.service.renewals import open_renewals
from lms.certification.service.status import revoke_award, suspend_award
from lms.infra.clock import now
from lms.learning.models import Cycle, StepProgress
from lms.learning.queries.cycles import paths_of
from lms.learning.rules.path import next_step
from tests.functional.certification.conftest import awards_of, show

ENDS = date(2027, 3, 2)
OPENS = ENDS - timedelta(days=60)


def go_to(clock, day):
    clock.advance(days=(day - now().date()).days)


def renewals_of(session, person):
    query = sa.select(Cycle).where(Cycle.person_id == person.id, Cycle.name.startswith("recert-"))
    return session.scalars(query.order_by(Cycle.name)).all()


@pytest.fixture
def renewal(session, clock, holder, award):
    go_to(clock, OPENS)
    open_renewals(now().date())
    session.commit()
    return renewals_of(session, holder)[0]


def test_the_window_opens_one_cycle_with_the_exam_alone(session, clock, holder, award):
    go_to(clock, OPENS - timedelta(days=1))
    assert open_renewals(now().date()) == 0
    go_to(clock, OPENS)
    assert open_renewals(now().date()) == 1
    assert open_renewals(now().date()) == 0
    (cycle,) = renewals_of(session, holder)
    assert (cycle.name, cycle.due_on, cycle.parts) == ("recert-1", ENDS, ["t1"])


def test_nothing_done_before_is_reset_and_the_exam_is_asked_for_again(session, holder, cycle, renewal):
    whole = next(path for path in paths_of(holder.id) if not path.cycle.parts)
    again = next(path for path in paths_of(holder.id) if path.cycle.parts)
    assert (whole.modules_done, next_step(whole.modules)) == (3, None)
    assert [module.module.id for module in again.modules] == ["t1"]
    assert next_step(again.modules).step.id == "t1-page"
    assert session.scalar(sa.select(sa.func.count()).where(StepProgress.cycle == "initial")) == 4


def test_the_holder_begins_it_from_the_certificate_and_from_home(client, holder, renewal):
    client.sign_in(holder)
    page = client.get("/certificates").get_data(as_text=True)
    assert "Renew it now" in page
    assert "/learn/flight-check/t1/" in page
    home = client.get("/home").get_data(as_text=True)
    assert "Renewal: Flight check" in home
    assert "Your certificate ends on this day" in home
    client.post("/learn/flight-check/t1/t1-page")
    assert client.get("/learn/flight-check/t2/t2-clinic").status_code == 200
    assert client.get("/path/flight-check").status_code == 200
    assert "Renewal: Flight check" in client.get("/path").get_data(as_text=True)


def test_passing_renews_the_award_and_closes_the_cycle(session, clock, holder, award, renewal):
    show(renewal, "t1-check")
    first, second = awards_of(session, holder)
    assert (second.starts_on, second.period) == (first.valid_until, 1)
    session.refresh(renewal)
    assert renewal.closed_at is not None
    assert open_renewals(now().date()) == 0
    go_to(clock, second.valid_until - timedelta(days=60))
    assert open_renewals(now().date()) == 1
    assert [cycle.name for cycle in renewals_of(session, holder)] == ["recert-1", "recert-2"]


def test_after_the_lapse_it_stays_open_and_the_exam_alone_restores_it(session, clock, holder, award, renewal):
    go_to(clock, ENDS + timedelta(days=40))
    show(renewal, "t1-check")
    assert awards_of(session, holder)[1].starts_on == now().date()


def test_a_revoked_award_is_open_to_be_earned_again_and_a_suspended_one_is_not(session, holder, award, as_coordinator):
    suspend_award(as_coordinator, award.id, "Under review")
    assert open_renewals(now().date()) == 0
    revoke_award(as_coordinator, award.id, "The exam was not theirs")
    assert open_renewals(now().date()) == 1


def test_an_absence_and_leaving_keep_it_closed(session, clock, holder, award):
    session.add(Absence(person_id=holder.id, starts_on=date(2026, 6, 1), ends_on=date(2026, 9, 1)))
    session.flush()
    go_to(clock, OPENS)
    assert open_renewals(now().date()) == 0
    session.get(Profile, holder.id).left_on = now().date()
    session.flush()
    go_to(clock, OPENS + timedelta(days=92))
    assert open_renewals(now().date()) == 0

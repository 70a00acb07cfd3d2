"""What moves an end is recorded on the day it takes effect, and what was awarded keeps its rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from lms.accounts.models.people import Absence
from lms.catalog.queries import current_catalogue
from lms.catalog.rules.programmes import Validity
from lms.certification.models import Award, AwardStatus
from lms.certification.queries.awards import awards_of
from lms.certification.rules.validity import ExtensionReason, Standing, StatusKind
from lms.certification.service.award import issue_due_awards
from lms.certification.service.extensions import record_extensions
from lms.cohorts.models import PeakPeriod
from lms.infra.clock import now
from lms.messaging.models import Notification
from tests.factories.people import make_person
from tests.functional.certification.conftest import begin, show

ENDS = date(2027, 3, 2)


def go_to(clock, day):
    clock.advance(days=(day - now().date()).days)


def entries(session):
    return session.scalars(sa.select(AwardStatus)).all()


@pytest.fixture
def away(session, holder, award):
    absence = Absence(person_id=holder.id, starts_on=date(2026, 6, 1), ends_on=date(2026, 7, 1))
    session.add(absence)
    session.flush()
    return absence


def test_an_absence_is_recorded_once_on_the_day_it_takes_effect_and_the_holder_is_told(
    session, client, clock, holder, award, away
):
    go_to(clock, ENDS)
    assert record_extensions(now().date()) == 0
    go_to(clock, ENDS + timedelta(days=1))
    assert (record_extensions(now().date()), record_extensions(now().date())) == (1, 0)
    (entry,) = entries(session)
    assert (entry.kind, entry.cause, entry.until) == (
        StatusKind.EXTENDED, ExtensionReason.ABSENCE, ENDS + timedelta(days=30),
    )  # fmt: skip
    told = sa.select(sa.func.count()).where(Notification.kind == "certificate-changed")
    assert session.scalar(told) == 1
    assert award.valid_until == ENDS
    client.sign_in(holder)
    page = client.get(f"/certificates/{award.id}").get_data(as_text=True)
    assert page.count("The clock stood still during an absence.") == 2


def test_a_peak_is_recorded_as_its_reason(session, clock, holder, award):
    span = {"starts_on": date(2027, 2, 20), "ends_on": date(2027, 3, 12)}
    elsewhere = PeakPeriod(label="Peak of another site", sites=["nowhere"], **span)
    session.add(elsewhere)
    session.flush()
    go_to(clock, ENDS + timedelta(days=1))
    assert record_extensions(now().date()) == 0
    session.add(PeakPeriod(label="Peak", **span))
    session.flush()
    assert record_extensions(now().date()) == 1
    (entry,) = entries(session)
    assert (entry.cause, entry.until) == (ExtensionReason.PEAK, date(2027, 3, 25))


def test_what_took_effect_is_not_taken_back_by_a_later_correction(session, clock, holder, award, away):
    go_to(clock, ENDS + timedelta(days=1))
    record_extensions(now().date())
    session.delete(away)
    session.flush()
    view = awards_of(holder.id, now().date())[0]
    assert (view.standing, view.timeline.reasons) == (Standing.VALID, {ExtensionReason.ABSENCE})


def test_an_absence_corrected_before_it_took_effect_leaves_nothing(session, clock, holder, award, away):
    session.delete(away)
    session.flush()
    go_to(clock, ENDS + timedelta(days=1))
    assert record_extensions(now().date()) == 0
    assert awards_of(holder.id, now().date())[0].standing is Standing.GRACE


def test_while_an_absence_is_open_nothing_is_recorded_and_nothing_ends(session, clock, holder, award, away):
    away.ends_on = None
    session.flush()
    go_to(clock, ENDS + timedelta(days=100))
    assert record_extensions(now().date()) == 0
    assert awards_of(holder.id, now().date())[0].standing is Standing.VALID


def test_an_award_keeps_the_validity_it_was_made_under_and_the_next_one_has_the_new_rule(
    session, clock, holder, cycle, award, monkeypatch
):
    programme = current_catalogue().programme("flight-check")
    stricter = replace(programme, validity=Validity(period="P6M", window="P10D", grace="P5D"))
    monkeypatch.setattr("lms.certification.service.award.programme_by_id", lambda _id: stricter)
    other = begin(make_person("Bo Li"))
    show(other)
    made = session.scalars(sa.select(Award).where(Award.person_id == other.person_id)).one()
    assert (made.valid_until, made.rule_version != award.rule_version) == (date(2026, 9, 2), True)
    go_to(clock, ENDS + timedelta(days=20))
    assert awards_of(holder.id, now().date())[0].standing is Standing.GRACE
    assert awards_of(other.person_id, date(2026, 9, 8))[0].standing is Standing.LAPSED
    show(cycle, "t1-check")
    issue_due_awards(holder.id, "flight-check")
    renewed = awards_of(holder.id, now().date())[0]
    assert (renewed.starts_on, renewed.timeline.printed_until) == (ENDS, date(2027, 9, 2))

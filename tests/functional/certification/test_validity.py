"""Renewals, extensions, reminders and what the calendar brings."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from lms.accounts.models.people import Absence
from lms.accounts.rules.actor import Role
from lms.catalog.queries import current_catalogue
from lms.catalog.rules.programmes import Level
from lms.certification.models import Award, AwardStatus
from lms.certification.queries.awards import award_by_id, awards_of
from lms.certification.rules.validity import Standing
from lms.certification.service.status import correct_award, extend_award, revoke_award, suspend_award
from lms.certification.service.waiting import issue_waiting_levels, offer_turns, send_reminders, warn_of_cliffs
from lms.infra.clock import now
from lms.messaging.models import Notification
from lms.shared.errors import Conflict, Invalid
from tests.factories.people import as_actor, make_person
from tests.functional.certification.conftest import awards_of as rows_of
from tests.functional.certification.conftest import begin, show

TODAY = date(2026, 3, 2)
ENDS = date(2027, 3, 2)


def go_to(clock, day):
    clock.advance(days=(day - now().date()).days)


def told(session, person, kind):
    query = sa.select(sa.func.count()).where(Notification.person_id == person.id, Notification.kind == kind)
    return session.scalar(query)


def test_in_the_window_the_new_period_starts_where_the_old_one_ends(session, clock, holder, cycle, award):
    go_to(clock, ENDS - timedelta(days=60))
    show(cycle, "t1-check")
    renewed = rows_of(session, holder)[1]
    assert (renewed.starts_on, renewed.valid_until) == (ENDS, date(2028, 3, 2))
    assert (renewed.period, renewed.continues, renewed.edition) == (1, True, 0)


def test_before_the_window_an_exam_renews_nothing(session, clock, holder, cycle, award):
    go_to(clock, ENDS - timedelta(days=61))
    show(cycle, "t1-check")
    assert len(rows_of(session, holder)) == 1


def test_in_the_days_of_grace_no_day_is_lost_or_gained(session, clock, holder, cycle, award):
    go_to(clock, ENDS + timedelta(days=30))
    assert awards_of(holder.id, now().date())[0].standing is Standing.GRACE
    show(cycle, "t1-check")
    assert rows_of(session, holder)[1].starts_on == ENDS


def test_after_the_lapse_it_starts_with_the_exam(session, clock, holder, cycle, award):
    go_to(clock, ENDS + timedelta(days=31))
    show(cycle, "t1-check")
    renewed = rows_of(session, holder)[1]
    assert (renewed.starts_on, renewed.continues) == (ENDS + timedelta(days=31), False)


def test_other_evidence_renews_nothing(session, clock, holder, cycle, award):
    go_to(clock, ENDS - timedelta(days=30))
    show(cycle, "t1-page", "t2-clinic", "t3-watch")
    assert len(rows_of(session, holder)) == 1


def test_passing_twice_renews_once(session, clock, holder, cycle, award):
    go_to(clock, ENDS - timedelta(days=30))
    show(cycle, "t1-check", "t1-check")
    assert len(rows_of(session, holder)) == 2


def test_a_revoked_award_is_earned_again_by_the_exam_alone(session, clock, holder, cycle, award, as_coordinator):
    clock.advance(days=5)
    revoke_award(as_coordinator, award.id, "The exam was not theirs")
    show(cycle, "t2-clinic")
    assert len(rows_of(session, holder)) == 1
    clock.advance(days=1)
    show(cycle, "t1-check")
    assert rows_of(session, holder)[1].starts_on == now().date()


def test_a_suspended_award_is_not_renewed_by_an_exam(session, clock, holder, cycle, award, as_coordinator):
    go_to(clock, ENDS - timedelta(days=30))
    suspend_award(as_coordinator, award.id, "Under review")
    show(cycle, "t1-check")
    assert len(rows_of(session, holder)) == 1


def test_an_absence_moves_the_window_and_nothing_is_reset(session, clock, holder, cycle, award):
    session.add(Absence(person_id=holder.id, starts_on=date(2026, 6, 1), ends_on=date(2026, 9, 1)))
    session.flush()
    go_to(clock, ENDS)
    view = awards_of(holder.id, now().date())[0]
    assert (view.standing, view.timeline.expires_on) == (Standing.VALID, ENDS + timedelta(days=92))
    assert view.timeline.printed_until == ENDS


def test_an_extension_moves_the_end_and_leaves_the_printed_date(session, award, as_coordinator):
    extend_award(as_coordinator, award.id, ENDS + timedelta(days=21), "The simulators were down")
    view = award_by_id(award.id, TODAY)
    assert (view.timeline.printed_until, view.timeline.expires_on) == (ENDS, ENDS + timedelta(days=21))
    assert award.valid_until == ENDS


def test_an_extension_never_shortens(award, as_coordinator):
    with pytest.raises(Invalid):
        extend_award(as_coordinator, award.id, ENDS, "Shorter by mistake")


def test_a_corrected_award_replaces_and_the_old_code_says_so(session, client, holder, award, as_coordinator):
    corrected = correct_award(as_coordinator, award.id, "Zoe Angstroem", "The name was misspelt")
    session.commit()
    assert (corrected.starts_on, corrected.valid_until) == (award.starts_on, award.valid_until)
    assert (corrected.serial_number, corrected.edition, corrected.supersedes) == (2, 1, award.id)
    page = client.post("/verify", data={"code": award.code}).get_data(as_text=True)
    assert "has been replaced by a corrected one" in page
    assert f"/v/{corrected.token}" in page
    assert "Zoe Angstroem" in client.get(f"/v/{corrected.token}").get_data(as_text=True)


def test_what_was_corrected_is_not_corrected_again(award, as_coordinator):
    correct_award(as_coordinator, award.id, "Zoe A", "The name was misspelt")
    with pytest.raises(Conflict):
        correct_award(as_coordinator, award.id, "Zoe B", "Once more")


def test_a_corrected_award_keeps_its_extensions(award, as_coordinator):
    extend_award(as_coordinator, award.id, ENDS + timedelta(days=9), "The simulators were down")
    corrected = correct_award(as_coordinator, award.id, "Zoe A", "The name was misspelt")
    assert award_by_id(corrected.id, TODAY).timeline.expires_on == ENDS + timedelta(days=9)


def test_a_corrected_award_is_the_one_that_is_renewed(session, clock, holder, cycle, award, as_coordinator):
    correct_award(as_coordinator, award.id, "Zoe A", "The name was misspelt")
    go_to(clock, ENDS - timedelta(days=30))
    show(cycle, "t1-check")
    assert [row.period for row in rows_of(session, holder)] == [0, 0, 1]


def test_every_change_tells_its_holder(session, holder, award, as_coordinator):
    revoke_award(as_coordinator, award.id, "Wrong person")
    assert told(session, holder, "certificate-changed") == 1


def test_the_pages_of_a_change_keep_what_was_typed(session, client, holder, award, coordinator):
    client.sign_in(coordinator)
    path = f"/certificates/{award.id}"
    assert "Record a change" in client.get(path).get_data(as_text=True)
    refused = client.post(f"{path}/extend", data={"until": "2026-03-01", "reason": "Too short"})
    assert refused.status_code == 422
    assert "Too short" in refused.get_data(as_text=True)
    for change in ("revoke", "suspend", "extend", "correct"):
        assert client.get(f"{path}/{change}").status_code == 200
    assert client.post(f"{path}/revoke", data={"reason": "Wrong person"}).status_code == 303
    assert client.post(f"{path}/reinstate", data={"reason": "Right person"}).status_code == 303
    assert session.scalar(sa.select(sa.func.count()).select_from(AwardStatus)) == 2
    assert "Wrong person" in client.get(path).get_data(as_text=True)


def test_a_learner_records_nothing_about_awards(client, holder, award):
    client.sign_in(holder)
    assert client.get(f"/certificates/{award.id}/revoke").status_code == 403


def test_each_is_given_once_and_no_other(session, clock, holder, award):
    given = []
    for day in range(420):
        go_to(clock, TODAY + timedelta(days=day))
        given += [now().date()] * send_reminders(now().date())
    assert given == [ENDS - timedelta(days=60), ENDS - timedelta(days=14), ENDS + timedelta(days=31)]
    for kind in ("first", "last", "lapsed"):
        assert told(session, holder, f"certificate-ends-{kind}") == 1


def test_whoever_renewed_is_not_reminded(session, clock, holder, cycle, award):
    go_to(clock, ENDS - timedelta(days=60))
    show(cycle, "t1-check")
    go_to(clock, ENDS + timedelta(days=40))
    assert send_reminders(now().date()) == 0


def test_a_late_start_gives_the_most_urgent_only(clock, award):
    go_to(clock, ENDS - timedelta(days=10))
    assert send_reminders(now().date()) == 1
    assert send_reminders(now().date()) == 0


def test_leavers_and_revoked_awards_are_left_alone(session, clock, holder, award, as_coordinator):
    revoke_award(as_coordinator, award.id, "Wrong person")
    go_to(clock, ENDS + timedelta(days=40))
    assert send_reminders(now().date()) == 0


def test_a_fifth_of_a_shift_is_no_cliff_and_more_is(session, flight_check, coordinator):
    people = [make_person(f"Person {number}", shift="late") for number in range(10)]
    for person in people[:2]:
        show(begin(person))
    assert warn_of_cliffs(ENDS - timedelta(days=70)) == 0
    show(begin(people[2]))
    assert warn_of_cliffs(ENDS - timedelta(days=70)) == 1
    assert warn_of_cliffs(ENDS - timedelta(days=69)) == 0
    assert told(session, coordinator, "certificates-cliff") == 1


def test_each_is_told_once_when_their_week_begins(session, clock, flight_check, coordinator):
    people = [make_person(f"Person {number}", shift="late") for number in range(6)]
    for person in people:
        show(begin(person))
    go_to(clock, ENDS - timedelta(days=61))
    assert offer_turns(now().date()) == 0
    offered = []
    for _week in range(8):
        clock.advance(days=7)
        offered.append(offer_turns(now().date()))
    assert sum(offered) == 6
    assert max(offered) == 1
    assert sum(told(session, person, "certificate-turn") for person in people) == 6


def test_the_page_names_them(session, client, flight_check, coordinator, monkeypatch):
    for module in ("queries.expiring", "views.overview"):
        monkeypatch.setattr(f"lms.certification.{module}.HORIZON", timedelta(days=400))
    person = make_person("Only One", shift="late")
    show(begin(person))
    client.sign_in(coordinator)
    page = client.get("/certificates/expiring").get_data(as_text=True)
    assert "More than a fifth of a shift ends together" in page
    assert page.count("Only One") == 2


def test_the_page_has_an_empty_state(client, coordinator):
    client.sign_in(coordinator)
    assert "Nothing ends in the coming four months" in client.get("/certificates/expiring").get_data(as_text=True)


def test_a_level_that_had_to_be_held_is_issued_when_the_time_is_over(session, clock, holder, award, monkeypatch):
    programme = current_catalogue().programme("flight-check")
    senior = Level("senior", {"en": "Senior"}, ("held:foundation for P4W",))
    changed = replace(programme, levels=(*programme.levels, senior))
    catalogue = replace(current_catalogue(), programmes=(changed,))
    monkeypatch.setattr("lms.certification.service.waiting.current_catalogue", lambda: catalogue)
    monkeypatch.setattr("lms.certification.service.award.programme_by_id", lambda _id: changed)
    clock.advance(days=27)
    assert issue_waiting_levels(now().date()) == 0
    clock.advance(days=1)
    assert issue_waiting_levels(now().date()) == 1
    assert issue_waiting_levels(now().date()) == 0
    assert [row.level for row in rows_of(session, holder)] == ["foundation", "senior"]


def test_nobody_changes_their_own_award(session, flight_check):
    person = make_person("Cora", Role.COORDINATOR)
    show(begin(person))
    award = session.scalars(sa.select(Award).where(Award.person_id == person.id)).one()
    for act in (revoke_award, suspend_award):
        with pytest.raises(Conflict):
            act(as_actor(person), award.id, "I want to")

"""A coordinator plans a rollout, forms a cohort, fills it and appoints its champion, on pages without JavaScript."""

from __future__ import annotations

from datetime import date

import pytest

from lms.accounts.models.people import Place, PlaceKind
from lms.accounts.rules.actor import Role
from lms.cohorts.queries.cohorts import appointments_of, cohort_line, cohorts_of, members_of
from lms.cohorts.queries.plan import peaks, waves
from lms.cohorts.service.champions import appoint_champion
from lms.cohorts.service.cohorts import add_member
from lms.infra.events import publish
from tests.factories.cohorts import make_cohort, make_wave
from tests.factories.people import as_actor, make_person

TODAY = date(2026, 3, 2)


@pytest.fixture
def coordinator(session):
    return make_person("Cleo Coordinator", Role.COORDINATOR, function="hr")


@pytest.fixture
def browser(client, coordinator):
    client.sign_in(coordinator)
    return client


def page(response) -> str:
    return response.get_data(as_text=True)


def test_from_an_empty_plan_to_a_cohort_on_the_calendar(browser):
    make_person("Ana Ruiz")
    assert "Nothing is planned yet" in page(browser.get("/plan"))
    assert "none is planned yet" in page(browser.get("/plan/cohorts/new"))
    assert "there is none yet" in page(browser.get("/plan/waves/new"))
    browser.post("/plan/rollouts/new", data={"title": "AI at work"})
    assert 'value="0"' in page(browser.get("/plan/waves/new"))
    wave = {"rollout_id": "ai-at-work", "title": "Pilot", "number": 0, "functions": "customer-service"}
    sent = browser.post("/plan/waves/new", data={**wave, "training_start": "2026-03-09", "go_live": "2026-05-04"})
    assert sent.status_code == 303
    cohort = {"title": "Service North", "wave_id": "pilot", "function": "customer-service", "site": "north"}
    assert browser.post("/plan/cohorts/new", data={**cohort, "seats": 12}).status_code == 422
    shown = page(browser.get("/plan"))
    assert "Pilot" in shown
    assert "There are no cohorts yet" in shown


def test_a_wave_that_goes_live_before_it_trains_is_refused_and_nothing_typed_is_lost(browser, coordinator):
    make_wave(as_actor(coordinator))
    wave = {"rollout_id": "ai-at-work", "title": "Wave 1", "number": 1}
    response = browser.post("/plan/waves/new", data={**wave, "training_start": "2026-06-01", "go_live": "2026-05-01"})
    assert response.status_code == 422
    shown = page(response)
    assert "Error:" in shown
    assert "Choose a later day" in shown
    assert 'value="Wave 1"' in shown
    assert [wave.title for wave in waves()] == ["Pilot"]


def test_a_peak_is_hatched_and_said_in_words_and_a_colliding_wave_is_named(browser, coordinator):
    make_wave(as_actor(coordinator), go_live=date(2026, 5, 4))
    peak = {"label": "Spring sale", "first_day": "2026-05-04", "last_day": "2026-05-10"}
    browser.post("/plan/peaks/new", data=peak)
    shown = page(browser.get("/plan"))
    assert "1 wave is in the way of a peak." in shown
    assert "goes live on Mon 4 May 2026, inside “Spring sale”" in shown
    assert "Peak: Spring sale" in shown
    assert 'class="blackout"' in shown
    (stored,) = peaks()
    edit = f"/plan/peaks/{stored.id}"
    assert 'value="2026-05-10"' in page(browser.get(edit))
    assert browser.post(edit, data={**peak, "last_day": "2026-05-01"}).status_code == 422
    browser.post(edit, data={**peak, "first_day": "2026-07-06", "last_day": "2026-07-12"})
    assert "No wave that is still to come collides" in page(browser.get("/plan"))
    browser.post(f"{edit}/remove")
    assert peaks() == ()


def test_moving_the_wave_from_its_page(browser, coordinator):
    wave = make_wave(as_actor(coordinator))
    assert 'value="2026-05-04"' in page(browser.get(f"/plan/waves/{wave}"))
    changed = {"rollout_id": "ai-at-work", "title": "Pilot", "number": 0, "training_start": "2026-02-16"}
    browser.post(f"/plan/waves/{wave}", data={**changed, "go_live": "2026-06-01"})
    assert waves()[0].go_live == date(2026, 6, 1)


def test_members_are_ticked_or_typed_and_a_wrong_number_adds_nobody(browser, coordinator):
    cohort = make_cohort(as_actor(coordinator))
    ana, ben = make_person("Ana Ruiz"), make_person("Ben Okafor", function="it-data", employee_number="E-77")
    add = f"/plan/cohorts/{cohort}/members"
    assert "Ana Ruiz" in page(browser.get(f"/plan/cohorts/{cohort}"))
    wrong = browser.post(add, data={"add-people": ana.id.hex, "add-numbers": "E-77, E-78", "add-on": "2026-03-02"})
    assert wrong.status_code == 422
    assert "Nobody has these numbers: E-78." in page(wrong)
    assert "E-77, E-78" in page(wrong)
    assert members_of(cohort, TODAY) == ()
    assert "Nobody was chosen" in page(browser.post(add, data={"add-on": "2026-03-02"}))
    browser.post(add, data={"add-people": str(ana.id), "add-numbers": "E-77", "add-on": "2026-03-02"})
    assert [member.person_id for member in members_of(cohort, TODAY)] == [ana.id, ben.id]


def test_members_are_moved_taken_out_and_rostered_in_bulk(browser, coordinator):
    actor = as_actor(coordinator)
    cohort = make_cohort(actor)
    other = make_cohort(actor, "Service North 2", wave="pilot")
    people = [make_person(name) for name in ("Ana", "Ben", "Cam")]
    for person in people:
        add_member(actor, cohort, person.id, TODAY)
    change = f"/plan/cohorts/{cohort}/members/change"
    ticked = {"change-people": [str(person.id) for person in people[:2]], "change-on": "2026-03-02"}
    browser.post(change, data={**ticked, "change-to_cohort": "", "do": "unroster"})
    assert [member.rostered for member in members_of(cohort, TODAY)] == [False, False, True]
    assert browser.post(change, data={**ticked, "change-to_cohort": "", "do": "move"}).status_code == 422
    browser.post(change, data={**ticked, "change-to_cohort": other, "do": "move"})
    assert [member.name for member in members_of(other, TODAY)] == ["Ana", "Ben"]
    browser.post(
        change,
        data={"change-people": str(people[2].id), "change-on": "2026-03-02", "do": "remove", "change-to_cohort": ""},
    )
    assert members_of(cohort, TODAY) == ()
    nobody = browser.post(change, data={"change-on": "2026-03-02", "change-to_cohort": "", "do": "remove"})
    assert "Nobody is ticked" in page(nobody)


def test_one_member_who_cannot_be_moved_moves_nobody(browser, coordinator):
    actor = as_actor(coordinator)
    cohort, other = make_cohort(actor), make_cohort(actor, "Service North 2", wave="pilot")
    ana, ben = make_person("Ana"), make_person("Ben")
    for person, groups in ((ana, [cohort]), (ben, [cohort, other])):
        for group in groups:
            add_member(actor, group, person.id, TODAY)
    response = browser.post(
        f"/plan/cohorts/{cohort}/members/change",
        data={
            "change-people": [str(ana.id), str(ben.id)],
            "change-on": "2026-03-02",
            "change-to_cohort": other,
            "do": "move",
        },
    )
    assert response.status_code == 409
    assert cohorts_of(ana.id, TODAY) == (cohort,)


def test_a_rule_places_people_at_once_and_a_second_one_for_them_is_refused(browser, coordinator):
    cohort = make_cohort(as_actor(coordinator))
    make_person("Ana Ruiz")
    rules = f"/plan/cohorts/{cohort}/rules"
    assert "Nobody joins this cohort by themselves yet" in page(browser.get(rules))
    rule = {"function": "customer-service", "site": "north", "shift": "", "programme": "customer-service"}
    assert browser.post(rules, data=rule).status_code == 303
    assert "1 joined a cohort, 0 left one." in page(browser.get(rules))
    again = browser.post(rules, data=rule)
    assert again.status_code == 422
    assert "already join the cohort" in page(again)
    assert cohort_line(cohort, TODAY).cover.members == 1


def test_the_champion_rule_is_shown_and_an_appointment_follows_its_life(browser, coordinator):
    actor = as_actor(coordinator)
    cohort = make_cohort(actor)
    champion, deputy = make_person("Dana Champion"), make_person("Eli Deputy")
    for person in (champion, deputy):
        add_member(actor, cohort, person.id, TODAY)
    url = f"/plan/cohorts/{cohort}/champions"
    shown = page(browser.get(url))
    assert "Without champion" in shown
    assert "at least 1 champion (one for up to 20)" in shown
    # Nobody becomes champion because they stand first in a list.
    assert "Choose who becomes the champion." in page(browser.post(url, data={"person": "", "on": "2026-03-02"}))
    assert appointments_of(cohort) == ()
    same = {"person": str(champion.id), "deputy": str(champion.id), "on": "2026-03-02"}
    assert "Choose two people" in page(browser.post(url, data=same))
    browser.post(url, data={**same, "deputy": str(deputy.id)})
    (line,) = appointments_of(cohort)
    one = f"/plan/appointments/{line.id}"
    assert "Hand over to Eli Deputy" in page(browser.get(one))
    assert browser.post(f"{one}/hand-over", data={"handover-on": "2026-03-02", "handover-note": ""}).status_code == 422
    browser.post(f"{one}/confirm")
    browser.post(f"{one}/deputy", data={"deputy": str(deputy.id)})
    browser.post(f"{one}/hand-over", data={"handover-on": "2026-03-02", "handover-note": "Two people need help."})
    shown = page(browser.get(url))
    assert "Handed over" in shown
    assert "Eli Deputy" in shown
    (running, _ended) = appointments_of(cohort)
    assert "Two people need help." in page(browser.get(f"/plan/appointments/{running.id}"))
    browser.post(f"/plan/appointments/{running.id}/end", data={"end-on": "2026-03-02"})
    assert "Without champion" in page(browser.get(url))


def test_a_cohort_whose_champion_left_offers_the_deputy(browser, coordinator):
    from lms.accounts.events import PersonLeft

    actor = as_actor(coordinator)
    cohort = make_cohort(actor)
    champion, deputy = make_person("Dana Champion"), make_person("Eli Deputy")
    appointment = appoint_champion(actor, cohort, champion.id, TODAY, deputy.id)
    publish(PersonLeft(champion.id, TODAY))
    assert "Without champion" in page(browser.get("/plan"))
    assert "Left the company" in page(browser.get(f"/plan/cohorts/{cohort}/champions"))
    assert "Hand over to Eli Deputy" in page(browser.get(f"/plan/appointments/{appointment}"))


@pytest.mark.parametrize("role", [Role.EMPLOYEE, Role.CHAMPION, Role.SPONSOR, Role.ADMINISTRATOR])
def test_only_coordinators_plan(client, coordinator, role):
    cohort = make_cohort(as_actor(coordinator))
    client.sign_in(make_person("Somebody Else", *({role} - {Role.EMPLOYEE})))
    for path in ("/plan", "/plan/cohorts/new", f"/plan/cohorts/{cohort}", f"/plan/cohorts/{cohort}/champions"):
        assert client.get(path).status_code == 403
    assert client.post(f"/plan/cohorts/{cohort}/rules/apply").status_code == 403


def test_what_does_not_exist_is_not_found(browser):
    missing = "01900000-0000-7000-8000-000000000000"
    for path in ("/plan/cohorts/none", "/plan/waves/none", f"/plan/peaks/{missing}", f"/plan/appointments/{missing}"):
        assert browser.get(path).status_code == 404


def test_the_plan_takes_few_statements_however_many_cohorts(browser, coordinator, app):
    import sqlalchemy as sa

    from lms.infra.db import db

    actor = as_actor(coordinator)
    make_wave(actor)
    for number in range(12):
        make_cohort(actor, f"Cohort {number}", wave="pilot")
    statements = []
    engine = db.session.get_bind()
    sa.event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    browser.get("/plan")
    assert len(statements) <= 20, statements


def test_places_are_called_as_people_call_them(browser, coordinator, session):
    session.add_all(
        Place(kind=kind, id=identity, label=label)
        for kind, identity, label in (
            (PlaceKind.SITE, "north", "North warehouse"),
            (PlaceKind.SHIFT, "day", "Day crew"),
        )
    )
    session.commit()
    make_person("Ana Ruiz")
    cohort = make_cohort(as_actor(coordinator))
    members = page(browser.get(f"/plan/cohorts/{cohort}"))
    assert ", North warehouse." in members
    assert "Ana Ruiz · Day crew" in members
    assert "<td>North warehouse</td>" in page(browser.get("/plan"))
    assert ">North warehouse</option>" in page(browser.get("/plan/cohorts/new"))

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from lms.accounts.events import PersonJoined, PersonLeft
from lms.accounts.models.people import Absence, Place, PlaceKind, Placement, Profile, RoleGrant
from lms.accounts.rules.actor import Role
from lms.accounts.service.roles import end_role, grant_role
from lms.infra.audit import AuditEntry
from lms.infra.events import subscribe
from lms.shared.errors import Conflict, Refused
from tests.conftest import NOW
from tests.factories.people import as_actor, make_person

NEW = {
    "employee_number": "N-1",
    "name": "Noor Haddad",
    "email": "Noor@Example.com",
    "function": "Customer service",
    "site": "Almacén Norte",
    "shift": "Early",
    "manager_number": "",
    "on": "2026-03-09",
}


@pytest.fixture
def desk(client):
    client.sign_in(make_person("Cora", Role.COORDINATOR, employee_number="C-1"))
    return client


def test_adding_a_person_stores_them_and_tells_the_rooms_above(app, desk, session):
    heard = []
    subscribe(app, PersonJoined, heard.append)
    answer = desk.post("/people/add", data={**NEW, "manager_number": "c-1"})
    profile = session.scalars(sa.select(Profile).where(Profile.employee_number == "N-1")).one()
    assert answer.headers["Location"] == f"/people/{profile.person_id}"
    assert profile.email == "noor@example.com"
    placement = session.scalars(sa.select(Placement).where(Placement.person_id == profile.person_id)).one()
    assert (placement.function, placement.site, placement.shift) == ("customer-service", "almacen-norte", "early")
    assert session.get(Place, (PlaceKind.SITE, "almacen-norte")).label == "Almacén Norte"
    assert heard == [PersonJoined(profile.person_id, date(2026, 3, 9))]
    assert "Noor Haddad" in desk.get(answer.headers["Location"]).text


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"employee_number": "c-1"}, "Somebody else has the number"),
        ({"email": "not an address"}, "is not an e-mail address"),
        ({"manager_number": "nobody"}, "Nobody has the number"),
        ({"on": "9.3.2026"}, "Not a valid date"),
        ({"name": ""}, "Fill this in"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_lost_or_stored(desk, session, wrong, words):
    page = desk.post("/people/add", data={**NEW, **wrong})
    assert page.status_code == 422
    assert words in page.text
    assert "Almacén Norte" in page.text
    assert session.scalar(sa.select(sa.func.count()).where(Profile.employee_number == "N-1")) == 0


def test_people_are_found_without_case_and_accents(desk):
    make_person("Íñigo Ágreda", email="inigo@example.com")
    make_person("Somebody Else")
    page = desk.get("/people?q=AGREDA inigo").text
    assert "Íñigo Ágreda" in page
    assert "Somebody Else" not in page
    assert "1 person" in page


def test_a_search_for_wildcards_finds_nobody(desk):
    make_person("Ana Ruiz")
    assert "Nobody matches" in desk.get("/people?q=%25").text


def test_leavers_are_listed_only_when_asked_for(desk):
    make_person("Gone Girl", left_on=date(2026, 2, 1))
    assert "Gone Girl" not in desk.get("/people").text
    assert "Gone Girl" in desk.get("/people?standing=left").text


def test_lists_come_in_pages_that_keep_their_filters(desk):
    for number in range(60):
        make_person(f"Person {number:02}", site="south")
    page = desk.get("/people?site=south").text
    assert "60 people" in page
    assert "site=south" in page.split("Page 1 of 2")[1]
    assert "Person 59" in desk.get("/people?site=south&page=2").text
    assert "Person 59" in desk.get("/people?site=south&page=99").text


def test_managers_and_roles_can_be_filtered(desk):
    boss = make_person("Big Boss")
    make_person("Report", manager=boss)
    page = desk.get("/people?role=manager").text
    assert "Big Boss" in page
    assert ">Report<" not in page


def test_a_move_closes_the_present_placement_and_keeps_it(desk, session):
    person = make_person("Ana", site="north")
    data = {"function": "Customer service", "site": "South", "shift": "", "manager_number": "", "on": "2026-03-10"}
    assert desk.post(f"/people/{person.id}/move", data=data).status_code == 302
    rows = session.scalars(
        sa.select(Placement).where(Placement.person_id == person.id).order_by(Placement.valid_from)
    ).all()
    assert [(row.site, row.valid_to) for row in rows] == [("north", date(2026, 3, 10)), ("south", None)]
    again = desk.post(f"/people/{person.id}/move", data={**data, "on": "2026-03-01"})
    assert "begins later" in again.text


@pytest.mark.parametrize("day", ["9999-12-31", "0026-03-01"])
def test_a_day_outside_anybodys_working_life_is_refused_and_stays_in_its_box(desk, day):
    person = make_person("Ana")
    answer = desk.post(f"/people/{person.id}/leaving", data={"last_day": day})
    assert answer.status_code == 422
    assert "Write a day between Sun 1 Jan 1950 and Wed 31 Dec 2149." in answer.text
    assert f'value="{day}"' in answer.text


def test_nobody_becomes_their_own_manager_through_others(desk):
    boss = make_person("Boss", employee_number="B")
    middle = make_person("Middle", employee_number="M", manager=boss)
    make_person("Report", employee_number="R", manager=middle)
    data = {"function": "x", "site": "y", "shift": "", "manager_number": "R", "on": "2026-03-10"}
    assert "reports to them already" in desk.post(f"/people/{boss.id}/move", data=data).text


def test_leaving_ends_access_roles_and_placements_and_a_return_does_not_bring_roles_back(app, desk, session, clock):
    person = make_person("Ana", Role.CHAMPION)
    browser = app.test_client()
    browser.sign_in(person)
    heard = []
    subscribe(app, PersonLeft, heard.append)
    desk.post(f"/people/{person.id}/leaving", data={"last_day": "2026-03-01"})
    assert browser.get("/settings").status_code == 302
    assert heard == [PersonLeft(person.id, date(2026, 3, 2))]
    assert session.scalars(sa.select(RoleGrant.valid_to).where(RoleGrant.person_id == person.id)).all() == [
        date(2026, 3, 2)
    ]
    assert "left on" in desk.get(f"/people/{person.id}").text
    desk.post(f"/people/{person.id}/return", data={"on": "2026-03-05"})
    clock.advance(days=4)
    assert as_actor(person).roles == {Role.EMPLOYEE}


def test_nobody_deactivates_themselves(desk, session):
    me = session.scalars(sa.select(Profile).where(Profile.employee_number == "C-1")).one()
    assert desk.post(f"/people/{me.person_id}/leaving", data={"last_day": "2026-03-01"}).status_code == 422


def test_absences_are_recorded_without_overlap_and_can_be_removed(desk, session):
    person = make_person("Ana")
    url = f"/people/{person.id}/absence"
    assert desk.post(url, data={"first_day": "2026-03-10", "last_day": "2026-03-12"}).status_code == 302
    row = session.scalars(sa.select(Absence)).one()
    assert (row.starts_on, row.ends_on) == (date(2026, 3, 10), date(2026, 3, 13))
    assert "overlaps" in desk.post(url, data={"first_day": "2026-03-12", "last_day": "2026-03-20"}).text
    assert desk.post(url, data={"first_day": "2026-03-13", "last_day": ""}).status_code == 302
    desk.post(f"{url}/{row.id}/remove")
    assert session.scalar(sa.select(sa.func.count()).select_from(Absence)) == 1
    other = make_person("Other")
    left = session.scalars(sa.select(Absence)).one()
    assert desk.post(f"/people/{other.id}/absence/{left.id}/remove").status_code == 404


def test_looking_at_a_record_is_written_down_once_and_shown_to_the_person(app, desk, session, clock):
    person = make_person("Ana")
    for _look in range(3):
        desk.get(f"/people/{person.id}")
    looks = sa.select(sa.func.count()).where(AuditEntry.action == "record.viewed")
    assert session.scalar(looks) == 1
    clock.advance(minutes=11)
    desk.get(f"/people/{person.id}")
    assert session.scalar(looks) == 2
    browser = app.test_client()
    browser.sign_in(person)
    assert "Cora" in browser.get("/me").text


def test_only_administrators_give_roles_and_the_last_one_stays(desk, session):
    cora = session.scalars(sa.select(Profile).where(Profile.employee_number == "C-1")).one()
    coordinator = as_actor(cora_person := session.get_one(make_person("x").__class__, cora.person_id))
    admin = make_person("Adam", Role.ADMINISTRATOR)
    assert desk.post(f"/people/{cora_person.id}/roles", data={"role": "administrator"}).status_code == 403
    with pytest.raises(Refused):
        grant_role(coordinator, cora.person_id, Role.ADMINISTRATOR, NOW)
    grant_role(coordinator, cora.person_id, Role.CHAMPION, NOW)
    with pytest.raises(Conflict, match="last administrator"):
        end_role(as_actor(admin), admin.id, Role.ADMINISTRATOR, NOW)


def test_an_administrator_gives_and_ends_roles_on_the_page(app, session):
    admin = app.test_client()
    admin.sign_in(make_person("Adam", Role.ADMINISTRATOR))
    person = make_person("Ana")
    assert admin.get(f"/people/{person.id}/roles").status_code == 200
    admin.post(f"/people/{person.id}/roles", data={"role": "sponsor"})
    assert "Sponsor" in admin.get(f"/people/{person.id}").text
    admin.post(f"/people/{person.id}/roles/sponsor/end")
    assert as_actor(person).roles == {Role.EMPLOYEE}


def test_extra_time_is_changed_by_a_coordinator_and_audited(desk, session):
    person = make_person("Ana", employee_number="A")
    data = {"employee_number": "A", "name": "Ana", "email": "", "zone": "Europe/Madrid", "extra_time": "untimed"}
    desk.post(f"/people/{person.id}/details", data=data)
    assert session.get(Profile, person.id).extra_time is None
    assert session.scalar(sa.select(sa.func.count()).where(AuditEntry.action == "extra-time.changed")) == 1
    assert "not a time zone" in desk.post(f"/people/{person.id}/details", data={**data, "zone": "Mars"}).text


def test_who_sees_what_names_every_permission(client):
    client.sign_in(make_person("Ana"))
    page = client.get("/who-sees-what").text
    assert "Their cohort" in page
    assert "Give and end roles" in page
    # A phone shows each role by its name, and leaves out those that may not.
    assert '<td data-label="Administrator">' in page
    assert '<td data-label="Employee" class="blank">–</td>' in page


def test_a_site_gets_its_zone_and_so_do_the_people_there(desk, session):
    desk.post("/people/add", data=NEW)
    profile = session.scalars(sa.select(Profile).where(Profile.employee_number == "N-1")).one()
    other = make_person("Elsewhere")
    at = "/people/places/site/almacen-norte"
    assert "not a time zone" in desk.post(at, data={"label": "North", "zone": "Spain"}).text
    assert desk.post(at, data={"label": "North", "zone": "Europe/Madrid"}).status_code == 302
    assert session.get(Profile, profile.person_id).zone == "Europe/Madrid"
    assert session.get(Profile, other.id).zone == "UTC"
    assert "North" in desk.get("/people?site=almacen-norte").text
    assert desk.post("/people/places/site/nowhere", data={"label": "x"}).status_code == 404
    assert desk.post("/people/places/planet/mars", data={"label": "x"}).status_code == 404

from __future__ import annotations

import io
from datetime import date

import pytest
import sqlalchemy as sa

from lms.accounts.events import PersonJoined, PersonLeft, PersonWithdrawn, PlacementChanged
from lms.accounts.models.imports import ImportState, PeopleImport
from lms.accounts.models.people import Absence, Person, Placement, Profile
from lms.accounts.rules.actor import Role
from lms.accounts.service.people_import import forget_old_files
from lms.infra.events import subscribe
from tests.factories.people import make_person

HEADERS = "\ufeffEmployee ID;Full Name;E-Mail;DEPARTMENT;Location;Shift Pattern;Manager ID;Hire Date;Leave Date"
HR = f"""{HEADERS};Absence Start;Absence End
1;Ana Ruiz;Ana@Example.com;Customer service;Norte;Early;3;01.09.2025;;;
2;Ben Roy;;Fulfilment floor;Norte;Late;3;15.10.2025;;01.03.2026;14.03.2026
2;Ben Roy;;Fulfilment floor;Norte;Late;3;15.10.2025;;01.05.2026;
3;Íñigo Boss;boss@example.com;Customer service;Norte;Early;;01.01.2020;;;
3;Íñigo Boss;boss@example.com;Customer service;Norte;Early;;01.01.2020;;;
"""


@pytest.fixture
def desk(client):
    client.sign_in(make_person("Cora", Role.COORDINATOR, employee_number="C-1"))
    return client


def upload(desk, text, encoding="utf-8", name="hr.csv"):
    content = text if isinstance(text, bytes) else text.encode(encoding)
    return desk.post("/people/import", data={"file": (io.BytesIO(content), name)})


def mapped(desk, text, dates="day-month-year", encoding="utf-8", **more):
    """Upload, accept the columns we guessed, and return the address of the check."""
    at = upload(desk, text, encoding).headers["Location"]
    page = desk.get(at).text
    data = {"dates": dates, **more}
    for select in page.split("<select ")[1:]:
        name = select.split('name="', 1)[1].split('"')[0]
        chosen = [option for option in select.split("</select>")[0].split("<option ") if " selected" in option]
        if chosen:
            data[name] = chosen[0].split('value="', 1)[1].split('"')[0]
    return desk.post(at, data=data).headers["Location"]


def apply(desk, at, **more):
    page = desk.get(at).text
    seen = page.split('name="seen" value="', 1)[1].split('"')[0]
    rows = page.split('name="rows" value="', 1)[1].split('"')[0]
    return desk.post(f"{at}/apply", data={"seen": seen, "rows": rows, **more})


def people(session):
    rows = session.scalars(sa.select(Profile).where(Profile.employee_number != "C-1"))
    return {profile.employee_number: profile for profile in rows}


def test_a_file_as_hr_exports_it_becomes_people_and_the_rooms_above_hear(app, desk, session):
    heard = []
    subscribe(app, PersonJoined, heard.append)
    at = mapped(desk, HR)
    page = desk.get(at).text
    assert "Customer service" in page
    assert "Import 3 people" in page
    assert session.scalar(sa.select(sa.func.count()).select_from(Profile)) == 1
    assert apply(desk, at).status_code == 302
    found = people(session)
    assert found.keys() == {"1", "2", "3"}
    assert (found["1"].name, found["1"].email, found["1"].joined_on) == (
        "Ana Ruiz",
        "ana@example.com",
        date(2025, 9, 1),
    )
    assert found["2"].email is None
    placement = session.scalars(sa.select(Placement).where(Placement.person_id == found["1"].person_id)).one()
    assert (placement.function, placement.site, placement.shift) == ("customer-service", "norte", "early")
    assert placement.manager_id == found["3"].person_id
    away = session.execute(sa.select(Absence.starts_on, Absence.ends_on).order_by(Absence.starts_on)).all()
    assert [tuple(row) for row in away] == [(date(2026, 3, 1), date(2026, 3, 15)), (date(2026, 5, 1), None)]
    assert {event.person_id for event in heard} == {profile.person_id for profile in found.values()}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_encodings_and_separators_are_recognised(desk, session, encoding, separator):
    rows = [["Número de empleado", "Nombre", "Función", "Sede"], ["0042", "Íñigo Ñandú", "Almacén", "Málaga"]]
    text = "\r\n".join(separator.join(row) for row in rows)
    apply(desk, mapped(desk, text, encoding=encoding))
    assert people(session)["0042"].name == "Íñigo Ñandú"


def test_doing_it_again_changes_nobody(desk, session):
    apply(desk, mapped(desk, HR))
    page = desk.get(mapped(desk, HR)).text
    assert "Nobody would change" in page


def test_the_columns_of_the_last_file_are_remembered(desk, session):
    headers = "Nr;Wer;Was;Wo\n"
    at = upload(desk, headers + "1;Ana;Desk;North\n").headers["Location"]
    data = {
        "column-employee_number": "Nr",
        "column-name": "Wer",
        "column-function": "Was",
        "column-site": "Wo",
        "dates": "year-month-day",
    }
    apply(desk, desk.post(at, data=data).headers["Location"])
    page = desk.get(upload(desk, headers + "2;Ben;Desk;North\n").headers["Location"]).text
    assert '<option value="Wer" selected>' in page


def test_a_missing_or_doubled_column_is_named(desk):
    at = upload(desk, "Nr;Wer\n1;Ana\n").headers["Location"]
    page = desk.post(at, data={"column-employee_number": "Nr", "dates": "year-month-day"})
    assert page.status_code == 422
    assert "Choose the column that holds this" in page.text
    data = {"column-employee_number": "Nr", "column-name": "Nr", "dates": "year-month-day"}
    assert "used twice" in desk.post(at, data=data).text


FAULTY = """Employee ID,Name,Email,Function,Site,Manager ID,Start Date
1,Ana,ana@example.com,Desk,North,,2026-01-01
2,Ben,not-an-address,Desk,North,,2026-01-01
3,Cai,,Desk,North,99,2026-01-01
4,Dee,,Desk,North,5,2026-01-01
5,Eli,,Desk,North,4,2026-01-01
6,Fay,,,North,,2026-01-01
7,Gus,,Desk,North,,31/12/2025
,Hal,,Desk,North,,2026-01-01
8,Ida,ana@example.com,Desk,North,,2026-01-01
1,Someone Else,,Desk,North,,2026-01-01
9,Jo,,Desk,North,9,2026-01-01
10,=cmd|' /C calc'!A0,"@x",Desk,North,,2026-01-01
"""


def test_every_fault_is_shown_with_its_row_and_can_be_downloaded(desk, session):
    at = mapped(desk, FAULTY, dates="year-month-day")
    page = desk.get(at).text
    for words in (
        "not an e-mail address",
        "manager's number 99".replace("'", "&#39;"),
        "leads back to this person",
        "No function",
        "is not a day as chosen under Columns (Year-month-day: 2026-11-03)",
        "No employee number",
        "belongs to somebody else already",
        "than line 2",
        "their own manager",
    ):
        assert words in page, words
    csv = desk.get(f"{at}/errors.csv")
    text = csv.get_data().decode("utf-8-sig")
    assert text.splitlines()[0] == "Line,Column,Read,What is wrong"
    assert "'@x" in text
    assert ",@x" not in text


def test_valid_rows_alone_can_be_imported_and_others_stop_everything_else(desk, session):
    text = "Employee ID,Name,Function,Site\n1,Ana,Desk,North\n2,,Desk,North\n"
    at = mapped(desk, text, dates="year-month-day")
    assert "Import 1 people, leave out 1 rows" in desk.get(at).text
    refused = apply(desk, at, rows="all")
    assert refused.status_code == 422
    assert people(session) == {}
    assert apply(desk, at).status_code == 302
    assert people(session).keys() == {"1"}


def make_company(count=20):
    return [make_person(f"P{number}", employee_number=f"E{number:02}") for number in range(count)]


def listing(numbers, function="customer-service", site="north"):
    lines = [f"E{number:02},P{number},{function},{site},day" for number in numbers]
    return "Employee ID,Name,Function,Site,Shift\n" + "\n".join(lines) + "\n"


def test_when_more_than_a_tenth_would_change_somebody_must_say_why(desk, session):
    make_company()
    at = mapped(desk, listing(range(3), site="south"))
    assert "Why this is right" in desk.get(at).text
    assert apply(desk, at).status_code == 422
    assert session.scalar(sa.select(sa.func.count()).where(Placement.site == "south")) == 0
    assert apply(desk, at, reason="The north site closes").status_code == 302
    assert session.scalar(sa.select(sa.func.count()).where(Placement.site == "south")) == 3
    assert "The north site closes" in desk.get(at).text


def test_a_tenth_or_less_needs_no_reason(desk, session):
    make_company()
    at = mapped(desk, listing(range(2), site="south"))
    assert "Why this is right" not in desk.get(at).text


def test_with_a_full_file_whoever_is_missing_has_left_but_never_those_who_run_the_service(app, desk, session):
    company = make_company()
    heard = []
    subscribe(app, PersonLeft, heard.append)
    at = mapped(desk, listing(range(1, 20)), full="y")
    apply(desk, at)
    assert [event.person_id for event in heard] == [company[0].id]
    assert session.get(Profile, company[0].id).left_on == date(2026, 3, 1)
    assert desk.get("/people").status_code == 200


def test_without_the_full_flag_missing_people_stay(desk, session):
    make_company(2)
    page = desk.get(mapped(desk, listing([1]))).text
    assert "Nobody would change" in page


def test_a_leaver_in_the_next_file_comes_back(desk, session):
    person = make_person("P1", employee_number="E01", left_on=date(2026, 1, 31))
    session.execute(sa.update(Placement).where(Placement.person_id == person.id).values(valid_to=date(2026, 2, 1)))
    apply(desk, mapped(desk, listing([1])), reason="one returns")
    assert session.get(Profile, person.id).left_on is None
    starts = session.scalars(sa.select(Placement.valid_from).where(Placement.person_id == person.id)).all()
    assert date(2026, 3, 2) in starts


def test_a_coordinators_file_cannot_move_an_administrators_address(desk, session):
    admin = make_person("Adam", Role.ADMINISTRATOR, employee_number="A", email="adam@example.com")
    at = mapped(
        desk, "Employee ID,Name,Email,Function,Site,Shift\nA,Adam,mine@example.com,customer-service,north,day\n"
    )
    assert "Only an administrator may change" in desk.get(at).text
    assert session.get(Profile, admin.id).email == "adam@example.com"


class TestUndo:
    def test_it_takes_everything_back(self, app, desk, session):
        company = make_company(20)
        heard = []
        for kind in (PersonWithdrawn, PlacementChanged, PersonJoined):
            subscribe(app, kind, heard.append)
        before = self.snapshot(session)
        text = listing([1], site="south") + "NEW,Noa,Desk,West,day\n"
        at = mapped(desk, text)
        apply(desk, at)
        assert self.snapshot(session) != before
        heard.clear()
        assert "taken back" in desk.post(f"{at}/undo", follow_redirects=True).text
        assert self.snapshot(session) == before
        assert "Taken back" in desk.get("/people/import").text
        kinds = [type(event) for event in heard]
        assert kinds == [PersonWithdrawn, PlacementChanged]
        assert heard[1].person_id == company[1].id

    def test_a_leaver_by_import_is_back_after_it(self, desk, session):
        company = make_company(20)
        at = mapped(desk, listing(range(1, 20)), full="y")
        before = self.snapshot(session)
        apply(desk, at)
        desk.post(f"{at}/undo")
        assert self.snapshot(session) == before
        assert session.get(Profile, company[0].id).left_on is None

    def test_not_after_a_day(self, desk, session, clock):
        at = mapped(desk, listing([1]))
        apply(desk, at)
        clock.advance(hours=24)
        desk.sign_in(make_person("Cora2", Role.COORDINATOR))
        assert "older than 24 hours" in desk.post(f"{at}/undo", follow_redirects=True).text
        assert people(session).keys() >= {"E01"}

    def test_not_when_somebody_has_signed_in_since(self, app, desk, session):
        at = mapped(desk, listing([1]))
        apply(desk, at)
        app.test_client().sign_in(session.get(Person, people(session)["E01"].person_id))
        assert "cannot be taken back" in desk.post(f"{at}/undo", follow_redirects=True).text
        assert "E01" in people(session)

    def test_not_when_a_person_was_moved_by_hand_since(self, desk, session):
        company = make_company(20)
        at = mapped(desk, listing([1], site="south"))
        apply(desk, at)
        data = {"function": "x", "site": "y", "shift": "", "manager_number": "", "on": "2026-03-20"}
        desk.post(f"/people/{company[1].id}/move", data=data)
        before = self.snapshot(session)
        assert "cannot be taken back" in desk.post(f"{at}/undo", follow_redirects=True).text
        assert self.snapshot(session) == before

    def test_not_twice(self, desk):
        at = mapped(desk, listing([1]))
        apply(desk, at)
        desk.post(f"{at}/undo")
        assert "not in force" in desk.post(f"{at}/undo", follow_redirects=True).text

    def snapshot(self, session):
        session.expire_all()
        return (
            sorted(session.execute(sa.select(Profile.employee_number, Profile.name, Profile.left_on)).all(), key=repr),
            sorted(
                session.execute(
                    sa.select(Placement.person_id, Placement.site, Placement.valid_from, Placement.valid_to)
                ).all(),
                key=repr,
            ),
            session.scalar(sa.select(sa.func.count()).select_from(Person)),
        )


def test_an_import_is_applied_once_and_only_as_it_was_seen(desk, session):
    make_company(20)
    at = mapped(desk, listing([1], site="south"))
    stale = apply(desk, at, seen="something else")
    assert stale.status_code == 302
    assert session.scalar(sa.select(sa.func.count()).where(Placement.site == "south")) == 0
    assert apply(desk, at).status_code == 302
    again = desk.post(f"{at}/apply", data={"seen": "", "rows": "all"}, follow_redirects=True)
    assert again.status_code in {200, 409}
    assert session.scalar(sa.select(sa.func.count()).where(Placement.site == "south")) == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not empty"),
        (b"Name;Number\n", "no rows"),
        (b"\n\n", "empty"),
        (b"A,A\n1,2\n", "Two columns"),
        (b"PK\x03\x04" + bytes(range(256)) * 20, "Save"),
        (b"A,B\n1,2,3\n", "more cells"),
        (b'A,B\n"1,2\n' + b"x" * 2000 + b"\n", "quote"),
        (("a," * 101 + "b\n" + "1," * 101 + "2\n").encode(), "102 columns"),
        (b"A\n" + b"1\n" * 200_001, "more than 200000 rows"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(desk, session, content, words):
    page = upload(desk, content)
    assert page.status_code == 422
    assert words in page.text
    assert session.scalar(sa.select(sa.func.count()).select_from(PeopleImport)) == 0


def test_a_file_over_twenty_megabytes_is_refused(desk):
    boundary = "b0undary"
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    body = head.encode() + b"1,2\n" * (21 * 2**18) + f"\r\n--{boundary}--".encode()
    page = desk.post("/people/import", data=body, content_type=f"multipart/form-data; boundary={boundary}")
    assert page.status_code == 413


def test_files_nobody_applied_are_forgotten(desk, session, clock):
    upload(desk, HR)
    forget_old_files(clock.advance(days=8))
    session.expire_all()
    row = session.scalars(sa.select(PeopleImport)).one()
    assert (row.state, row.content) == (ImportState.DISCARDED, None)


def test_a_forgotten_file_changes_nothing(desk, session):
    at = mapped(desk, HR)
    assert desk.post(f"{at}/discard").status_code == 302
    assert people(session) == {}
    assert "forgotten" in desk.get(at).text

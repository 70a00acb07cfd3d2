from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from defusedxml.ElementTree import fromstring

from lms.accounts.models.people import Absence, Placement
from lms.accounts.rules.actor import Role
from lms.infra.db import db
from lms.learning.models import ModuleProgress, ModuleTally
from tests.conftest import NOW
from tests.factories.people import make_person
from tests.factories.training import do_modules


def text_of(response) -> str:
    assert response.status_code == 200, response.status_code
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.get_data(as_text=True)))


def rows_of(response) -> list[list[str]]:
    assert response.status_code == 200
    return list(csv.reader(io.StringIO(response.get_data().decode("utf-8-sig"))))


def test_the_report_begins_with_the_part_furthest_behind(client, coordinator, people):
    client.sign_in(coordinator)
    page = text_of(client.get("/reports/completion?by=site"))
    assert "South is 80 points below the target of 80%." in page
    assert re.search(r"North .*2 of 3, 67%", page)
    assert "Everybody: 2 of 5, 40%." in page


def test_of_several_where_nobody_is_done_each_is_named_and_leads_to_its_people(client, coordinator, people):
    db.session.execute(sa.update(ModuleProgress).values(completed_at=None))
    client.sign_in(coordinator)
    page = client.get("/reports/completion?by=site").get_data(as_text=True)
    figure = page[page.index("<figcaption>") : page.index("</figcaption>")]
    assert "Nobody has finished all modules yet at 2 sites: North and South." in re.sub(r"<[^>]+>", "", figure)
    assert re.findall(r'<a href="[^"]*site=(\w+)[^"]*">(\w+)</a>', figure) == [("north", "North"), ("south", "South")]
    # Whoever may count only reads the same sentence without the way to people.
    client.sign_in(make_person("Sol Sponsor", Role.SPONSOR))
    page = client.get("/reports/completion?by=site").get_data(as_text=True)
    assert "at 2 sites: North and South." in page


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("by=cohort", [["Service South", "0", "2", "0"], ["Service North", "2", "3", "67"]]),
        ("by=function", [["Customer service", "2", "5", "40"]]),
        ("by=shift", [["day", "1", "4", "25"], ["evening", "1", "1", "100"]]),
        ("by=site&measure=modules", [["South", "2", "6", "33"], ["North", "7", "9", "78"]]),
        ("by=site&measure=trained", [["South", "0", "2", "0"], ["North", "2", "3", "67"]]),
        ("by=site&module=t1", [["South", "1", "2", "50"], ["North", "3", "3", "100"]]),
        ("by=module", [["The clinic", "3", "5", "60"], ["The brief", "4", "5", "80"], ["The watch", "2", "5", "40"]]),
        ("by=champion", [["No champion", "0", "2", "0"], ["Chiara Champion", "2", "3", "67"]]),
        ("by=site&site=south", [["South", "0", "2", "0"]]),
        ("by=site&champion=-", [["South", "0", "2", "0"]]),
    ],
)
def test_the_file_holds_each_cut(client, coordinator, people, champion, query, rows):
    client.sign_in(coordinator)
    found = rows_of(client.get(f"/reports/completion.csv?{query}"))
    assert found[0][1:] == ["Done", "Of", "Per cent"]
    assert sorted(found[1:-1]) == sorted(rows)
    assert found[-1][0] == "Everybody"


def test_every_number_leads_to_its_people(client, coordinator, people):
    client.sign_in(coordinator)
    page = client.get("/reports/completion?by=site").get_data(as_text=True)
    address = re.search(r'href="(/reports/completion/people[^"]*site=south[^"]*)"', page).group(1).replace("&amp;", "&")
    listed = text_of(client.get(address))
    assert "Cy South" in listed
    assert "Di South" in listed
    assert "Ana Able" not in listed
    assert "2 people" in listed


def test_the_lists_of_open_and_done_add_up_to_everybody(client, coordinator, people):
    client.sign_in(coordinator)
    for measure in ("finished", "trained", "modules"):
        sizes = [
            len(rows_of(client.get(f"/reports/completion/people.csv?measure={measure}&state={state}"))) - 1
            for state in ("open", "done", "")
        ]
        assert sizes == [3, 2, 5]


def test_people_on_declared_absence_are_in_no_number_and_said(client, coordinator, people):
    db.session.add(Absence(person_id=people["di"].id, starts_on=date(2026, 3, 1), ends_on=None))
    client.sign_in(coordinator)
    page = text_of(client.get("/reports/completion?by=site"))
    assert "Everybody: 2 of 4, 50%." in page
    assert "1 person on declared absence is left out" in page


def test_a_report_can_be_compared_with_four_weeks_ago(client, coordinator, people):
    northerners = [people[name].id for name in ("ana", "bea", "bo")]
    db.session.execute(
        sa.update(ModuleProgress)
        .where(ModuleProgress.person_id.in_(northerners), ModuleProgress.completed_at.is_not(None))
        .values(completed_at=NOW - timedelta(days=40))
    )
    do_modules(people["cy"])
    client.sign_in(coordinator)
    page = text_of(client.get("/reports/completion?by=site&compare=28"))
    assert "1 of 2, 50% (up 50 points)" in page
    assert "2 of 3, 67% (no change)" in page


def test_a_parameter_that_cannot_be_read_is_named(client, coordinator, people):
    client.sign_in(coordinator)
    page = text_of(client.get("/reports/completion?by=star-sign"))
    assert "Divided by" in page
    assert "2 of 5" in page


def test_an_empty_report_says_so(client, coordinator, flight_check):
    client.sign_in(coordinator)
    assert "Nobody is assigned here yet" in text_of(client.get("/reports/completion"))


def test_a_manager_counts_and_sees_their_own_people_only(client, people):
    boss = make_person("Max Manager")
    db.session.execute(sa.update(Placement).where(Placement.person_id == people["bo"].id).values(manager_id=boss.id))
    client.sign_in(boss)
    assert "Everybody: 0 of 1, 0%." in text_of(client.get("/reports/completion"))
    listed = rows_of(client.get("/reports/completion/people.csv"))
    assert [row[0] for row in listed[1:]] == ["Bo Begun"]


def test_a_champion_counts_their_cohort_only(client, people, champion):
    client.sign_in(champion)
    assert "Everybody: 2 of 3, 67%." in text_of(client.get("/reports/completion"))
    page = text_of(client.get("/reports/matrix"))
    assert "Service North" in page
    assert "Service South" not in page


def test_a_sponsor_sees_counts_and_no_names(client, people, champion):
    client.sign_in(make_person("Sol Sponsor", Role.SPONSOR))
    page = text_of(client.get("/reports/completion?by=champion"))
    assert "Everybody: 2 of 5, 40%." in page
    assert "Chiara Champion" not in page
    assert client.get("/reports/completion/people").status_code == 403
    assert "people?" not in client.get("/reports/completion?by=site").get_data(as_text=True)


def test_a_learner_is_refused(client, people):
    client.sign_in(people["ana"])
    for path in (
        "/reports",
        "/reports/completion",
        "/reports/completion/people",
        "/reports/matrix",
        "/reports/surveys",
    ):
        assert client.get(path).status_code == 403, path


def test_the_matrix_reads_the_counters(client, coordinator, people):
    client.sign_in(coordinator)
    found = rows_of(client.get("/reports/matrix.csv"))
    assert [row[0] for row in found] == ["Cohort", "Service North", "Service South", "All cohorts"]
    assert [row[1:] for row in found[1:]] == [["3", "3", "2", "2"], ["2", "1", "1", "0"], ["5", "4", "3", "2"]]


def test_the_counters_say_what_counting_says(client, session, people):
    live = session.execute(
        sa.select(ModuleProgress.module, sa.func.count())
        .where(ModuleProgress.completed_at.is_not(None))
        .group_by(ModuleProgress.module)
    ).all()
    kept = session.execute(
        sa.select(ModuleTally.module, sa.func.sum(ModuleTally.completed)).group_by(ModuleTally.module)
    ).all()
    assert sorted(map(tuple, live)) == sorted(map(tuple, kept))


def sheet_cells(response) -> list[tuple[str, str]]:
    with zipfile.ZipFile(io.BytesIO(response.get_data())) as book:
        sheet = fromstring(book.read("xl/worksheets/sheet1.xml"))
    space = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    assert sheet.findall(".//m:f", space) == []
    return [("".join(cell.itertext()), cell.get("t", "n")) for cell in sheet.findall(".//m:c", space)]


def test_a_spreadsheet_holds_typed_cells_and_no_formula(client, coordinator, enrol):
    enrol('=HYPERLINK("http://x.example")', employee_number="=1+1")
    client.sign_in(coordinator)
    cells = sheet_cells(client.get("/reports/completion/people.xlsx"))
    assert ('=HYPERLINK("http://x.example")', "inlineStr") in cells
    assert ("=1+1", "inlineStr") in cells
    assert ("3", "n") in cells
    csv_row = rows_of(client.get("/reports/completion/people.csv"))[1]
    assert csv_row[:2] == ['\'=HYPERLINK("http://x.example")', "'=1+1"]


def test_there_is_no_other_kind_of_file(client, coordinator, people):
    client.sign_in(coordinator)
    for path in ("completion", "completion/people", "matrix", "surveys"):
        assert client.get(f"/reports/{path}.pdf").status_code == 404


def test_the_number_of_statements_does_not_grow_with_the_people(client, coordinator, enrol, champion):
    client.sign_in(coordinator)
    paths = [
        "/reports/completion?by=cohort&measure=trained",
        "/reports/completion?by=module&compare=28",
        "/reports/completion/people?state=open",
        "/reports/matrix",
    ]
    for number in range(4):
        enrol(f"Person {number}", modules=number % 4)
    few = [statements(client, path) for path in paths]
    for number in range(4, 16):
        enrol(f"Person {number}", modules=number % 4)
    assert [statements(client, path) for path in paths] == few


def statements(client, path: str) -> int:
    client.get(path)
    counted = []
    count = lambda *_args: counted.append(1)  # noqa: E731
    sa.event.listen(db.engine, "before_cursor_execute", count)
    try:
        assert client.get(path).status_code == 200
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", count)
    return len(counted)

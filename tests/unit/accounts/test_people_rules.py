from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.accounts.adapters.people_csv import write_table
from lms.accounts.rules.people_file import (
    Column,
    DateFormat,
    Fault,
    FileMapping,
    Interval,
    guess_columns,
    is_email,
    missing_columns,
    read_date,
)
from lms.accounts.rules.people_lines import read_lines
from lms.accounts.rules.people_plan import ChangeKind, KnownPerson, Post, Situation, plan_changes
from lms.accounts.rules.reporting_line import in_cycles

TODAY = date(2026, 3, 2)
HEADERS = ("number", "name", "email", "function", "site", "shift", "manager", "joined", "left", "from", "away", "back")
COLUMNS = dict(
    zip(
        HEADERS,
        (
            Column.NUMBER,
            Column.NAME,
            Column.EMAIL,
            Column.FUNCTION,
            Column.SITE,
            Column.SHIFT,
            Column.MANAGER,
            Column.JOINED,
            Column.LEFT,
            Column.EFFECTIVE,
            Column.ABSENT_FROM,
            Column.ABSENT_TO,
        ),
        strict=True,
    )
)


def reading(*rows):
    """Rows as dicts; columns that no row names are not in the file."""
    headers = tuple(header for header in HEADERS if any(header in row for row in rows))
    mapping = FileMapping({COLUMNS[header]: header for header in headers})
    cells = [(line, [row.get(header, "") for header in headers]) for line, row in enumerate(rows, 2)]
    return read_lines(headers, cells, mapping)


def known(number="1", **changes):
    facts = {
        "id": uuid.uuid5(uuid.NAMESPACE_DNS, number),
        "number": number,
        "name": "Ana",
        "email": None,
        "zone": "UTC",
        "joined_on": date(2025, 1, 1),
        "left_on": None,
        "post": Post("desk", "north", "", None),
        "post_from": date(2025, 1, 1),
    }
    return KnownPerson(**{**facts, **changes})


def plan(found, *people, full=False, **changes):
    labels = {name for line in found.people for name in (line.function, line.site, line.shift) if name}
    places = {(kind, label): label.lower() for kind in ("function", "site", "shift") for label in labels}
    situation = Situation(
        known={person.number.casefold(): person for person in people},
        places=places,
        zones={},
        today=TODAY,
        default_zone="UTC",
        default_language="en",
        **changes,
    )
    return plan_changes(found, situation, full=full)


def row(number="1", name="Ana", function="Desk", site="North", **more):
    return {"number": number, "name": name, "function": function, "site": site, **more}


class TestReading:
    def test_the_last_day_there_is_stands_for_no_end(self):
        found = reading(row(joined="2025-01-01", left="9999-12-31", away="2026-03-01", back="9999-12-31"))
        assert not found.faults
        assert found.people[0].left_on is None
        assert found.people[0].absences == (Interval(date(2026, 3, 1), None),)

    def test_the_last_day_there_is_is_no_first_day(self):
        assert [fault.fault for fault in reading(row(joined="9999-12-31")).faults] == [Fault.BAD_DATE]

    @pytest.mark.parametrize(
        ("text", "dates", "day"),
        [
            ("2026-11-03", DateFormat.ISO, date(2026, 11, 3)),
            ("03.11.2026", DateFormat.DAY_FIRST, date(2026, 11, 3)),
            ("03/11/2026", DateFormat.MONTH_FIRST, date(2026, 3, 11)),
            ("2026/11/03 00:00:00", DateFormat.ISO, date(2026, 11, 3)),
            ("2026-11-03T00:00", DateFormat.ISO, date(2026, 11, 3)),
            ("31.02.2026", DateFormat.DAY_FIRST, None),
            ("03.11.26", DateFormat.DAY_FIRST, None),
            ("soon", DateFormat.ISO, None),
            ("2026-13-01", DateFormat.ISO, None),
            ("٢٠٢٦-١١-٠٣", DateFormat.ISO, None),
        ],
    )
    def test_dates_are_read_in_the_stated_order_only(self, text, dates, day):
        assert read_date(text, dates) == day

    @pytest.mark.parametrize("text", ["ana@example.com", "a.b+c@x.co", "ñ@españa.es"])
    def test_usual_addresses_are_addresses(self, text):
        assert is_email(text)

    @pytest.mark.parametrize(
        "text", ["ana", "ana@", "@x.com", "a b@x.com", "a@x", "a@x.c", "a@@x.com", "a@x.com,b@x.com"]
    )
    def test_anything_else_is_not(self, text):
        assert not is_email(text)

    def test_headers_are_recognised_whatever_their_case_accents_and_punctuation(self):
        found = guess_columns(
            ["EMPLOYEE_ID", "Nombre", "Apellidos", "e-mail", "Departamento", "SITE", "Línea", "Hire Date"]
        )
        assert found[Column.NUMBER] == "EMPLOYEE_ID"
        assert found[Column.FIRST_NAME] == "Nombre"
        assert found[Column.EMAIL] == "e-mail"
        assert found[Column.JOINED] == "Hire Date"
        assert missing_columns(FileMapping(found)) == ()

    @pytest.mark.parametrize(
        "header", ["Manager", "Manager ID", "Reports to", "Supervisor", "Vorgesetzter", "Line-Manager"]
    )
    def test_a_managers_column_is_taken_where_it_holds_numbers(self, header):
        headers = ["Personalnummer", "Name", header]
        assert guess_columns(headers)[Column.MANAGER] == header
        assert guess_columns(headers, [("7", "Ana", ""), ("8", "Bo", "7")])[Column.MANAGER] == header

    def test_a_managers_name_is_not_taken_for_their_number(self):
        rows = [("7", "Ana", "Chris Doe"), ("8", "Bo", "Ana")]
        assert Column.MANAGER not in guess_columns(["Employee ID", "Name", "Supervisor"], rows)
        found = guess_columns(["Employee ID", "Name", "Manager", "Manager ID"], [("7", "Ana", "Bo", "8")])
        assert found[Column.MANAGER] == "Manager ID"

    def test_no_header_is_taken_twice(self):
        found = guess_columns(["Employee ID", "Name", "E-mail", "Site", "Start date"])
        assert len(set(found.values())) == len(found)

    def test_rows_about_one_person_are_one_person(self):
        found = reading(
            row(away="2026-01-01", back="2026-01-05"), row(), row(away="2026-02-01"), row(number=" 1".strip())
        )
        (person,) = found.people
        assert person.absences == (Interval(date(2026, 1, 1), date(2026, 1, 6)), Interval(date(2026, 2, 1), None))

    def test_rows_that_contradict_each_other_leave_the_person_out_but_not_missing(self):
        found = reading(row(), row(name="Somebody Else"))
        assert found.people == ()
        assert [fault.fault for fault in found.faults] == [Fault.CONTRADICTS]
        assert found.numbers == {"1"}

    @given(st.lists(st.tuples(st.text(max_size=30), st.text(max_size=60), st.text(max_size=60)), max_size=20))
    def test_no_cell_is_too_strange(self, rows):
        found = reading(*({"number": a, "name": b, "email": c, "joined": c, "manager": a} for a, b, c in rows))
        assert len(found.people) <= len(rows)


class TestPlanning:
    def test_a_manager_may_come_after_their_reports(self):
        found = plan(reading(row("1", manager="2"), row("2", manager="3"), row("3")))
        assert found.faults == ()
        assert found.counts[ChangeKind.JOINED] == 3

    def test_a_missing_manager_takes_down_those_who_need_them_and_nobody_else(self):
        found = plan(reading(row("1", manager="99"), row("2", manager="1"), row("3")))
        assert [(fault.line, fault.fault) for fault in found.faults] == [
            (2, Fault.UNKNOWN_MANAGER),
            (3, Fault.UNKNOWN_MANAGER),
        ]
        assert [change.number for change in found.changes] == ["3"]

    def test_a_circle_through_people_already_known_is_found(self):
        boss = known("B", post=Post("desk", "north", "", "1"))
        found = plan(reading(row("1", manager="B")), known("1"), boss)
        assert [fault.fault for fault in found.faults] == [Fault.MANAGER_CYCLE]

    def test_nothing_new_is_no_change(self):
        found = plan(reading(row()), known())
        assert (found.changes, found.unchanged) == ((), 1)

    def test_an_empty_email_does_not_withdraw_the_one_we_know(self):
        found = plan(reading(row(email="")), known(email="ana@example.com"))
        assert found.changes == ()

    def test_an_address_of_somebody_else_is_a_fault(self):
        found = plan(reading(row("2", name="Ben", email="ana@example.com")), known(email="ana@example.com"))
        assert [fault.fault for fault in found.faults] == [Fault.EMAIL_TAKEN]

    def test_a_move_is_dated_and_may_lie_ahead(self):
        found = plan(reading({**row(site="South"), "from": "2026-04-01"}), known())
        (change,) = found.changes
        assert (change.kinds, change.on, change.post.site) == ({ChangeKind.MOVED}, date(2026, 4, 1), "south")

    def test_a_move_before_the_present_placement_is_a_fault(self):
        found = plan(reading({**row(site="South"), "from": "2024-04-01"}), known())
        assert [fault.fault for fault in found.faults] == [Fault.BEFORE_PRESENT]

    def test_a_last_day_is_a_leaving_and_told_again_is_nothing(self):
        found = plan(reading(row(left="2026-03-31")), known())
        assert found.changes[0].last_day == date(2026, 3, 31)
        assert plan(reading(row(left="2026-03-31")), known(left_on=date(2026, 3, 31))).changes == ()

    def test_somebody_who_left_long_ago_is_not_added(self):
        found = plan(reading(row(left="2025-03-31")))
        assert found.changes == ()
        # Nobody stays as they are: there is nobody.
        assert (found.unchanged, found.strangers_gone) == (0, 1)

    def test_a_leaver_named_again_comes_back(self):
        found = plan(reading(row()), known(left_on=date(2026, 1, 31)))
        assert found.changes[0].kinds == {ChangeKind.RETURNED}

    def test_missing_people_leave_only_with_a_full_file_and_faulty_rows_are_not_missing(self):
        people = (known("1"), known("2"), known("3", protected=True), known("4"))
        rows = reading(row("1"), row("4", name=""))
        assert plan(rows, *people).counts[ChangeKind.LEFT] == 0
        gone = [change.number for change in plan(rows, *people, full=True).changes]
        assert gone == ["2"]

    def test_an_absence_with_a_new_end_is_the_same_absence(self):
        held = (Interval(date(2026, 3, 1), None),)
        found = plan(reading(row(away="2026-03-01", back="2026-03-09")), known(absences=held))
        assert found.changes[0].absences == (Interval(date(2026, 3, 1), date(2026, 3, 10)),)
        clash = plan(reading(row(away="2026-03-05", back="2026-03-09")), known(absences=held))
        assert [fault.fault for fault in clash.faults] == [Fault.ABSENCE_OVERLAPS]

    @pytest.mark.parametrize(("changed", "stops"), [(2, False), (3, True)])
    def test_more_than_a_tenth_needs_a_reason(self, changed, stops):
        people = [known(str(number)) for number in range(20)]
        rows = [row(str(number), site="South" if number < changed else "North") for number in range(20)]
        assert plan(reading(*rows), *people).needs_reason is stops

    def test_joiners_do_not_count_as_change(self):
        assert not plan(reading(*(row(str(number)) for number in range(50))), known("x")).needs_reason

    def test_only_an_administrator_changes_the_address_of_one(self):
        rows, admin = reading(row(email="new@example.com")), known(protected=True)
        assert [fault.fault for fault in plan(rows, admin).faults] == [Fault.PROTECTED]
        assert plan(rows, admin, by_administrator=True).faults == ()


class TestReportingLine:
    @given(st.dictionaries(st.integers(0, 12), st.integers(0, 12)))
    def test_circling_means_coming_back_to_oneself(self, above):
        def circles(person):
            at = person
            for _step in range(len(above)):
                at = above.get(at)
                if at == person:
                    return True
            return False

        assert in_cycles(above) == [person for person in above if circles(person)]

    def test_those_below_a_circle_are_not_in_it(self):
        assert in_cycles({"a": "b", "b": "c", "c": "b"}) == ["b", "c"]

    def test_a_line_of_a_hundred_thousand_is_no_trouble(self):
        assert in_cycles({number: number + 1 for number in range(100_000)}) == []


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(1, 30), st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_overlap_is_symmetric_and_means_a_common_day(start, length, other):
    first, second = Interval(start, start + timedelta(days=length)), Interval(other, None)
    assert first.overlaps(second) == second.overlaps(first) == (other < start + timedelta(days=length))


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_no_cell_we_write_is_a_formula(cell):
    text = write_table(["a"], [[cell]]).decode("utf-8-sig").split("\r\n", 1)[1]
    assert text.lstrip('"').startswith("'")

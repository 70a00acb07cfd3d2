from __future__ import annotations

import contextlib
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.readiness.rules.adoption_file import BadRow, FactRow, Fault, WeekRow, read_row
from lms.readiness.rules.criteria import Criterion

ROW = {"wave": "pilot", "week": "2026-W10", "function": "customer-service"}


def faults(cells: dict[str, str]) -> list[tuple[str, Fault]]:
    with pytest.raises(BadRow) as caught:
        read_row(7, cells)
    return [(problem.column, problem.fault) for problem in caught.value.problems]


def test_a_row_of_figures_is_a_week() -> None:
    row = read_row(2, ROW | {"ai_tasks": "800", "eligible_tasks": "1000", "satisfaction": "4,2", "corrected": ""})
    assert isinstance(row, WeekRow)
    assert (row.week.monday, row.week.ai_tasks, row.week.satisfaction) == (date(2026, 3, 2), 800, Decimal("4.2"))
    assert row.week.corrected is None


@pytest.mark.parametrize("text", ["2026-W10", "2026-03-02"])
def test_a_week_is_an_iso_week_or_its_monday(text: str) -> None:
    assert read_row(2, ROW | {"week": text}).week.monday == date(2026, 3, 2)


@pytest.mark.parametrize("text", ["2026-W54", "2026-03-03", "10", "2026-W1", "yesterday"])
def test_anything_else_is_not_a_week(text: str) -> None:
    assert faults(ROW | {"week": text}) == [("week", Fault.NOT_A_WEEK)]


def test_a_recorded_fact_is_a_number_or_yes_or_no() -> None:
    row = read_row(2, {"wave": "pilot", "fact": "rollback-drill", "value": "yes", "evidence": "Drill of 3 March"})
    assert row == FactRow("pilot", Criterion.ROLLBACK_DRILL, Decimal(1), "Drill of 3 March")
    assert faults({"wave": "pilot", "fact": "use-cases", "value": "yes"}) == [("value", Fault.NOT_AN_AMOUNT)]


@pytest.mark.parametrize("name", ["error-rate", "people-ready", "luck"])
def test_what_the_software_knows_itself_cannot_be_recorded(name: str) -> None:
    assert faults({"wave": "pilot", "fact": name, "value": "1"}) == [("fact", Fault.UNKNOWN_FACT)]


def test_all_faults_of_a_row_are_told_at_once() -> None:
    cells = {"wave": "", "week": "soon", "function": "x", "ai_tasks": "-1", "satisfaction": "6", "colour": "red"}
    assert faults(cells) == [
        ("colour", Fault.UNKNOWN_COLUMN),
        ("wave", Fault.MISSING),
        ("week", Fault.NOT_A_WEEK),
        ("ai_tasks", Fault.NOT_A_COUNT),
        ("satisfaction", Fault.OUT_OF_RANGE),
    ]


@pytest.mark.parametrize(
    "cells",
    [
        {"assigned_users": "5", "active_users": "6"},
        {"eligible_tasks": "5", "ai_tasks": "6"},
        {"ai_tasks": "5", "corrected": "3", "escalated": "2", "mandated": "1"},
    ],
)
def test_a_part_is_not_larger_than_its_whole(cells: dict[str, str]) -> None:
    assert [fault for _column, fault in faults(ROW | cells)] == [Fault.LARGER_THAN_WHOLE]


@given(st.dictionaries(st.sampled_from([*ROW, "ai_tasks", "cost", "fact", "value", "site", "x"]), st.text(max_size=30)))
def test_any_cells_are_a_row_or_problems(cells: dict[str, str]) -> None:
    with contextlib.suppress(BadRow):
        assert isinstance(read_row(1, cells), WeekRow | FactRow)

"""Serials without gaps, and the frozen record of an award."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.certification.rules.serials import Serial, missing_serials, next_serial, read_serial
from lms.certification.rules.snapshot import (
    AwardSnapshot,
    EvidenceLine,
    clean_line,
    cleaned,
    digest,
    from_json,
    to_json,
)

SNAPSHOT = AwardSnapshot(
    name="Zoë Ångström",
    level="foundation",
    level_title="Foundation",
    subject="Customer service",
    minutes=675,
    releases=("sha256:aa", "sha256:bb"),
    evidence=(EvidenceLine("Simulator exam, 24 cases", "21 of 24"),),
    issued_on=date(2026, 3, 2),
    valid_until=date(2027, 3, 2),
    code="7K4PQX9M3TNH",
    token="Zk3kq0c3RZmD2a9QXbU1fw",
    serial="2026-00038",
    issuer_name="Ada Moreau",
    issuer_role="Head of operations training",
)


def test_serials_count_from_one_each_year_and_never_run_backwards() -> None:
    first = next_serial(None, date(2026, 3, 2))
    assert str(first) == "2026-00001"
    assert next_serial(first, date(2026, 12, 31)) == Serial(2026, 2)
    assert next_serial(Serial(2026, 41), date(2027, 1, 1)) == Serial(2027, 1)
    assert next_serial(Serial(2027, 1), date(2026, 12, 31)) == Serial(2027, 2)


@pytest.mark.parametrize("text", ["2026-00038", " 2026 – 38 ", "2026/38"])
def test_a_serial_is_read_as_people_type_it(text: str) -> None:
    assert read_serial(text) == Serial(2026, 38)


@pytest.mark.parametrize("text", ["", "2026", "2026-0", "26-38", "2026-x"])
def test_what_is_no_serial_is_none(text: str) -> None:
    assert read_serial(text) is None


def test_a_missing_serial_shows() -> None:
    held = [Serial(2026, 1), Serial(2026, 2), Serial(2026, 4), Serial(2027, 1)]
    assert missing_serials(held) == (Serial(2026, 3),)


@given(st.lists(st.dates(date(2020, 1, 1), date(2030, 1, 1)), max_size=40))
def test_whatever_the_order_of_days_the_series_has_no_gap(days: list[date]) -> None:
    issued: list[Serial] = []
    for day in days:
        issued.append(next_serial(issued[-1] if issued else None, day))
    assert issued == sorted(set(issued))
    assert missing_serials(issued) == ()


def test_a_snapshot_survives_being_stored() -> None:
    assert from_json(to_json(SNAPSHOT)) == SNAPSHOT
    assert from_json(to_json(replace(SNAPSHOT, valid_until=None))).valid_until is None
    assert digest(SNAPSHOT) != digest(replace(SNAPSHOT, minutes=676))


def test_scores_are_shown_unless_the_holder_hides_them() -> None:
    assert SNAPSHOT.evidence_lines == ("Simulator exam, 24 cases: 21 of 24",)
    assert replace(SNAPSHOT, show_scores=False).evidence_lines == ("Simulator exam, 24 cases",)


def test_a_fourth_line_of_evidence_and_a_name_that_cannot_be_printed_are_refused() -> None:
    with pytest.raises(ValueError, match="room for 3"):
        replace(SNAPSHOT, evidence=(EvidenceLine("x"),) * 4)
    with pytest.raises(ValueError, match="needs a name"):
        replace(SNAPSHOT, name="\u202e\t ")


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("  Ada\tLovelace\n", "Ada Lovelace"),
        ("Zoe\u0308", "Zoë"),
        ("evil\u202eeman", "evileman"),
        ("soft\u00adhyphen", "softhyphen"),
        ("علی\u200cرضا", "علی\u200cرضا"),
        ("a\x00b\ue000c", "abc"),
    ],
)
def test_printed_text_is_one_clean_line(typed: str, printed: str) -> None:
    assert clean_line(typed) == printed


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean_line(clean_line(text)) == clean_line(text)


def test_cleaning_reaches_every_printed_text() -> None:
    dirty = replace(SNAPSHOT, subject="Customer\u202e service", evidence=(EvidenceLine("a\nb", "1\t2"),))
    assert cleaned(dirty).subject == "Customer service"
    assert cleaned(dirty).evidence_lines == ("a b: 1 2",)

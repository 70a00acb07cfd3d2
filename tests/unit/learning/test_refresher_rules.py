from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.catalog.rules.refreshers import Element
from lms.cohorts.rules.periods import Period
from lms.learning.rules.refreshers import (
    LONGEST_MINUTES,
    Chase,
    Part,
    Rotation,
    carried_into,
    chase,
    first_month,
    missed_in_a_row,
    module_of,
    month_of,
    peak_months,
    plan_month,
    refresher_due,
)
from lms.shared.days import add_months

MODULES = tuple(f"r{number:02}" for number in range(1, 13))
ROTATION = Rotation(MODULES, "r10", "r11")
GO_LIVE = date(2026, 3, 9)
APRIL = date(2026, 4, 1)

days = st.dates(date(2025, 1, 1), date(2029, 12, 31))
peaks_of_years = st.lists(
    st.builds(lambda first, length: Period(first, first + timedelta(days=length)), days, st.integers(1, 70)),
    max_size=3,
)


def own_parts(module, quarter=False, first=False):
    parts = [
        Part(f"{module}-notes", module, Element.TEXT, 20),
        Part(f"{module}-cards", module, Element.CARDS, 20),
        Part(f"{module}-practice", module, Element.PRACTICE, 50),
        Part(f"{module}-incident", module, Element.TEXT, 30),
    ]
    parts += [Part(f"{module}-vigilance", module, Element.VIGILANCE, 100)] if quarter else []
    parts += [Part(f"{module}-live", module, Element.LIVE_LOG, 45)] if first else []
    return tuple(parts)


def a_year(peaks, first=APRIL, months=24):
    """Every month's plan of somebody who is always there."""
    found = peak_months(peaks)
    opened, plans = {}, []
    for number in range(months):
        month = add_months(first, number)
        module = module_of(ROTATION, GO_LIVE, month, found)
        own = own_parts(module, quarter=MODULES.index(module) % 3 == 2, first=number == 0)
        plans.append(plan_month(month, module, own, carried_into(month, opened, found), in_peak=month in found))
        opened[month] = own
    return plans


def test_the_first_refresher_comes_in_the_month_after_go_live():
    assert first_month(GO_LIVE, date(2026, 2, 1)) == APRIL
    assert first_month(GO_LIVE, date(2026, 6, 30)) == date(2026, 7, 1)
    assert module_of(ROTATION, GO_LIVE, APRIL, ()) == "r01"
    assert module_of(ROTATION, GO_LIVE, date(2027, 3, 1), ()) == "r12"
    assert module_of(ROTATION, GO_LIVE, date(2027, 4, 1), ()) == "r01"


def test_two_waves_that_go_live_apart_are_at_their_own_place():
    assert module_of(ROTATION, date(2026, 6, 2), date(2026, 9, 1), ()) == "r03"
    assert module_of(ROTATION, GO_LIVE, date(2026, 9, 1), ()) == "r06"


def test_the_months_about_the_peak_stand_before_and_after_it():
    peaks = peak_months([Period(date(2026, 11, 1), date(2026, 12, 27))])
    assert peaks == {date(2026, 11, 1), date(2026, 12, 1)}
    assert module_of(ROTATION, GO_LIVE, date(2026, 10, 1), peaks) == "r10"
    assert module_of(ROTATION, GO_LIVE, date(2027, 1, 1), peaks) == "r11"


def test_a_peak_that_only_touches_a_month_leaves_it_alone():
    assert peak_months([Period(date(2026, 11, 27), date(2026, 12, 3))]) == frozenset()
    assert peak_months([Period(date(2026, 11, 20), date(2026, 12, 3))]) == {date(2026, 11, 1)}


@given(days, days, peaks_of_years)
def test_every_round_has_every_module_once(go_live, month, peaks):
    found = peak_months(peaks)
    start = add_months(month_of(go_live), 1)
    index = ((month.year - start.year) * 12 + month.month - start.month) % 12
    first = add_months(month_of(month), -index)
    round_of_months = [module_of(ROTATION, go_live, add_months(first, number), found) for number in range(12)]
    assert sorted(round_of_months) == sorted(MODULES)


def test_in_a_peak_month_only_the_cards_stay_and_the_rest_moves():
    plan = plan_month(APRIL, "r01", own_parts("r01", first=True), {}, in_peak=True)
    assert [part.element for part in plan.parts] == [Element.CARDS]
    assert {part.element for part in plan.moved} == {Element.TEXT, Element.PRACTICE, Element.LIVE_LOG}


def test_of_merged_months_the_vigilance_shift_goes_first_and_then_the_oldest_months_parts():
    april, may = APRIL, date(2026, 5, 1)
    carried = carried_into(
        date(2026, 6, 1), {april: own_parts("r02", first=True), may: own_parts("r03", quarter=True)}, {april, may}
    )
    plan = plan_month(date(2026, 6, 1), "r04", own_parts("r04"), carried, in_peak=False)
    assert [part.step for part in plan.left_out] == [
        "r03-vigilance", "r02-notes", "r02-practice", "r02-incident", "r03-notes", "r03-practice",
    ]  # fmt: skip
    assert plan.minutes == 45 + 30 + 120


@given(peaks_of_years)
def test_no_month_is_longer_than_four_hours_and_no_part_is_lost(peaks):
    plans = a_year(peaks)
    for plan in plans:
        assert plan.minutes <= LONGEST_MINUTES
        kept = set(plan.parts) - set(plan.left_out)
        assert any(part.element is Element.CARDS for part in kept)
        if plan.in_peak:
            assert {part.element for part in plan.parts} == {Element.CARDS}
        elif any(part.element is not Element.VIGILANCE for part in plan.left_out):
            assert not any(part.element is Element.VIGILANCE for part in kept)
    # Whatever a peak moves is planned in the first month after it.
    for number, plan in enumerate(plans):
        after = next((one for one in plans[number + 1 :] if not one.in_peak), None)
        if plan.in_peak and after is not None:
            assert set(plan.moved) <= set(after.parts)
            assert plan.month in after.merged


def test_only_months_that_were_opened_move_anything():
    november, december = date(2026, 11, 1), date(2026, 12, 1)
    opened = {december: own_parts("r09")}
    assert set(carried_into(date(2027, 1, 1), opened, {november, december})) == {december}
    assert carried_into(date(2027, 2, 1), opened, {november, december}) == {}


def test_absence_moves_the_day_a_refresher_is_due():
    assert refresher_due(APRIL, []) == (date(2026, 4, 30), 0)
    assert refresher_due(APRIL, [Period(date(2026, 4, 10), date(2026, 4, 15))]) == (date(2026, 5, 5), 5)
    assert refresher_due(APRIL, [Period(date(2026, 4, 10))]) == (None, 0)


@given(st.lists(st.builds(lambda a, n: Period(a, a + timedelta(days=n)), days, st.integers(0, 40)), max_size=4))
def test_absence_never_brings_a_due_day_forward(absences):
    due_on, paused = refresher_due(APRIL, absences)
    assert due_on == date(2026, 4, 30) + timedelta(days=paused)


@pytest.mark.parametrize(
    ("done", "missed"), [((True, True), 0), ((True, False), 1), ((False, False), 2), ((False, True), 0)]
)
def test_only_the_latest_refreshers_in_a_row_count_as_missed(done, missed):
    duties = [(date(2026, 4 + number, 28), was_done) for number, was_done in enumerate(done)]
    assert missed_in_a_row([*duties, (date(2026, 9, 30), False)], date(2026, 8, 1)) == missed


def test_one_missed_refresher_reminds_and_two_ask_for_a_conversation():
    assert [chase(count) for count in range(4)] == [None, Chase.REMIND, Chase.TALK, Chase.TALK]

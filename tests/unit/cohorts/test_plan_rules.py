from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.cohorts.rules.calendar import CollisionKind, Peak, Phase, PlannedWave, collisions, in_peak, lay_calendar, weeks
from lms.cohorts.rules.periods import Period, merged
from lms.cohorts.rules.placing import PlacingRule, rule_for
from lms.cohorts.rules.slugs import slug_for

PILOT = PlannedWave("pilot", "Pilot", 0, date(2026, 1, 12), date(2026, 3, 9), sites=("north",))
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))


def peak(first: date, end: date, *sites: str) -> Peak:
    return Peak("p", "Black Friday", Period(first, end), sites)


@pytest.mark.parametrize(
    ("period", "kind"),
    [
        (Period(date(2026, 3, 9), date(2026, 3, 10)), CollisionKind.GO_LIVE_IN_PEAK),
        (Period(date(2026, 3, 1), date(2026, 3, 9)), CollisionKind.TRAINING_IN_PEAK),
        (Period(date(2026, 4, 5), date(2026, 4, 20)), CollisionKind.SIDE_BY_SIDE_IN_PEAK),
    ],
)
def test_a_wave_collides_with_a_peak_it_trains_goes_live_or_runs_beside_in(period, kind):
    (hit,) = collisions([PILOT], [Peak("p", "Black Friday", period, ())])
    assert hit.kind is kind


@pytest.mark.parametrize(
    "period", [Period(date(2025, 12, 1), date(2026, 1, 12)), Period(date(2026, 4, 6), date(2026, 5, 1))]
)
def test_a_peak_that_ends_as_training_starts_or_begins_after_the_parallel_weeks_is_no_collision(period):
    assert collisions([PILOT], [Peak("p", "Sales", period, ())]) == ()


def test_a_peak_elsewhere_is_no_collision():
    assert collisions([PILOT], [peak(date(2026, 3, 1), date(2026, 4, 1), "south")]) == ()
    assert len(collisions([PILOT], [peak(date(2026, 3, 1), date(2026, 4, 1), "south", "north")])) == 1


def test_a_week_shows_going_live_before_training_and_parallel_running():
    shown = [PILOT.phase_in(week) for week in weeks(date(2026, 3, 4), 7)]
    assert shown == [Phase.TRAINING, Phase.GO_LIVE, *[Phase.SIDE_BY_SIDE] * 3, None, None]
    assert [PILOT.phase_in(week) for week in weeks(date(2026, 1, 5), 2)] == [None, Phase.TRAINING]


def test_weeks_that_say_the_same_are_one_row_of_the_plan():
    sale = peak(date(2026, 4, 6), date(2026, 4, 13))
    rows = lay_calendar(weeks(date(2026, 1, 5), 16), ["cs", "it"], [replace(PILOT, functions=("cs",))], [sale])
    said = [
        ((row.period.end - row.period.first).days // 7, [e.phase for e in row.cells[0]], row.cells[1], len(row.peaks))
        for row in rows
    ]
    assert said == [
        (1, [], (), 0),
        (8, [Phase.TRAINING], (), 0),
        (1, [Phase.GO_LIVE], (), 0),
        (3, [Phase.SIDE_BY_SIDE], (), 0),
        (1, [], (), 1),
        (2, [], (), 0),
    ]


def test_days_in_a_peak_are_known_by_site():
    busy = peak(date(2026, 11, 23), date(2026, 12, 1), "north")
    assert in_peak(date(2026, 11, 30), "north", [busy]) is busy
    assert in_peak(date(2026, 12, 1), "north", [busy]) is None
    assert in_peak(date(2026, 11, 30), "south", [busy]) is None


def test_a_rule_that_names_the_shift_goes_before_one_that_does_not():
    anyone = PlacingRule("cs", "north", "", "cs-north", "customer-service")
    night = PlacingRule("cs", "north", "night", "cs-night", "customer-service")
    assert rule_for("cs", "north", "night", [anyone, night]) is night
    assert rule_for("cs", "north", "day", [night, anyone]) is anyone
    assert rule_for("cs", "south", "day", [night, anyone]) is None


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Atención Norte", "atencion-norte-2"),
        ("  Wave 1 / Pilot! ", "wave-1-pilot"),
        ("客服", "cohort"),
        ("x" * 90, "x" * 60),
    ],
)
def test_ids_are_made_from_titles_and_never_twice(title, slug):
    assert slug_for(title, {"atencion-norte"}, "cohort") == slug


@given(st.lists(st.tuples(DAYS, st.none() | DAYS), max_size=6), DAYS)
def test_merging_periods_keeps_exactly_their_days_and_leaves_gaps_between(spans, day):
    periods = [Period(first, end) for first, end in spans]
    result = merged(periods)
    assert any(period.holds(day) for period in result) == any(period.holds(day) for period in periods)
    assert all(a.end is not None and a.end < b.first for a, b in itertools.pairwise(result))

"""The demo company as values: names, teams, habits and answers."""

from __future__ import annotations

import random
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.assessment.rules.attempts import Served
from lms.assessment.rules.grading import grade
from lms.assessment.rules.parametric import draw_values, with_values
from lms.assessment.rules.responses import read_response
from lms.catalog.adapters.compiler import compile_tree
from lms.catalog.adapters.sources import read_tree
from lms.demo.rules.answers import as_fields, right_response, wrong_response
from lms.demo.rules.company import FLOOR, FULL_SIZE, TEAMS, apportion, make_workforce
from lms.demo.rules.habits import Habit, deal_habits, sittings
from lms.demo.rules.names import FAMILY, GIVEN, UNUSUAL, address_for, draw_names
from lms.demo.rules.plan import COHORTS, FIRST, PILOT
from lms.demo.rules.timeline import Timeline, at, next_workday
from lms.formats import course_formats
from lms.infra.paths import asset_dir

DAYS = st.dates(date(2026, 1, 1), date(2030, 12, 31))


@pytest.fixture(scope="module")
def items():
    compiled = compile_tree(read_tree(asset_dir("courses")), course_formats(), {})
    return [item for course in compiled.courses.values() for item in course.items.values() if item.is_graded]


def test_every_shipped_question_can_be_answered_rightly_and_wrongly_through_its_form(items):
    for written in items:
        item = with_values(written, draw_values(written, random.Random(1))) if written.variables else written
        wording = item.wordings["en"]
        served = Served(item.id, "", tuple(one.id for one in wording.options), tuple(one.id for one in wording.rights))
        right = read_response(item, wording, served, as_fields(right_response(item, wording), served))
        mistaken = wrong_response(item, wording, "en", random.Random(1))
        wrong = read_response(item, wording, served, as_fields(mistaken, served))
        assert grade(item, right, "en").is_right, item.id
        assert wrong, item.id
        assert grade(item, wrong, "en").share == 0, item.id


def test_names_are_many_different_and_unusual_ones_are_early():
    assert len(set(GIVEN)) == len(GIVEN) >= 150
    assert len(set(FAMILY)) == len(FAMILY) >= 150
    drawn = list(draw_names(random.Random(1), 240))
    assert len(set(drawn)) == 240
    assert set(UNUSUAL) <= set(drawn[:40])
    assert max(map(len, UNUSUAL)) == 60


def test_addresses_are_plain_whatever_the_name():
    assert address_for("José O’Brien", "AF1") == "jose.o.brien@alder-finch.example"
    assert address_for("Дмитрий Соколов", "AF7") == "staff.af7@alder-finch.example"


@given(st.lists(st.integers(1, 50), min_size=1, max_size=20), st.integers(0, 500))
def test_scaling_keeps_the_total_wherever_the_least_allows_it(sizes, total):
    counts = apportion(sizes, total, 0)
    assert sum(counts) == total
    assert all(abs(got - size * total / sum(sizes)) < 1 for got, size in zip(counts, sizes, strict=True))


def test_the_company_has_its_size_and_the_floor_is_its_largest_part():
    workforce = make_workforce(random.Random(1), FULL_SIZE, date(2026, 3, 2))
    assert len(workforce.everybody) == FULL_SIZE
    by_number = {worker.number: worker for worker in workforce.everybody}
    assert len(by_number) == FULL_SIZE
    assert all(worker.manager in by_number for worker in workforce.everybody if worker is not workforce.chief)
    sizes = {team.function: sum(other.size for other in TEAMS if other.function == team.function) for team in TEAMS}
    assert max(sizes, key=sizes.__getitem__) == FLOOR
    addresses = [worker.email for worker in workforce.everybody if worker.email]
    assert len(addresses) == len(set(addresses))


def test_every_team_has_a_cohort():
    assert {team.cohort for team in TEAMS} == {cohort.key for cohort in COHORTS if cohort.placed}


@given(st.integers(1, 60), st.sampled_from([PILOT, FIRST]), st.integers())
def test_habits_are_dealt_to_everybody_the_first_being_quick(people, wave, seed):
    dealt = deal_habits(random.Random(seed), people, wave)
    assert len(dealt) == people
    assert dealt[0] is Habit.QUICK


@given(DAYS, st.sampled_from(list(Habit)), st.integers())
def test_people_study_on_weekdays_between_start_and_end(first, habit, seed):
    last = date.fromordinal(first.toordinal() + 120)
    planned = sittings(random.Random(seed), habit, first, last)
    assert all(first <= day <= last and day.weekday() < 5 for day, _steps in planned)
    assert bool(planned) is (habit is not Habit.NEVER)


@given(DAYS)
def test_history_ends_before_the_week_in_which_the_company_is_made(today):
    timeline = Timeline(today)
    assert timeline.first_day < timeline.last_day < timeline.day(0) <= today
    assert timeline.last_day.weekday() == 4


@given(DAYS)
def test_the_next_workday_is_the_day_itself_or_the_monday_after(day):
    found = next_workday(day)
    assert found.weekday() < 5
    assert found == day if day.weekday() < 5 else (found - day).days <= 2


def test_moments_follow_the_clocks_of_the_site():
    assert at(date(2026, 7, 1), 9, 0, "America/New_York").hour == 13
    assert at(date(2026, 12, 1), 9, 0, "America/New_York").hour == 14

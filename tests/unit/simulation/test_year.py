"""A year in small: what always holds, and rules that are bad on purpose."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner

from lms.certification.rules.validity import ValidityRule
from lms.cli import root as lms
from lms.learning.rules.refreshers import Part, Rotation
from lms.simulation.rules.company import SITES, Setup, found_company
from lms.simulation.rules.play import play
from lms.simulation.rules.terms import USUAL, Terms
from lms.simulation.rules.year import Year

SMALL = Setup(people=96, cohorts=8)
MONTHS = tuple(f"r{number:02}" for number in range(1, 13))
FLOOR = Terms(
    programme="fulfilment-floor",
    console="floor-desk",
    level=2,
    validity=ValidityRule(),
    alone=382,
    exam=46,
    sessions=(26, 30, 40),
    rotation=Rotation(MONTHS, "r10", "r11"),
    months={month: tuple(Part(f"{month}-{kind}", month, kind, minutes) for kind, minutes in USUAL) for month in MONTHS},
)


def year_of(setup: Setup = SMALL, terms: Terms = FLOOR, **validity):
    rule = replace(terms.validity, **validity)
    return play(setup, {terms.programme: replace(terms, validity=rule)})


def missed(found) -> set[str]:
    return {goal.id for goal in found.goals if not goal.met}


@pytest.fixture(scope="module")
def usual():
    return year_of()


def test_the_rules_as_they_are_fit_the_people(usual):
    assert missed(usual) == set()
    assert usual.met


def test_the_same_seed_shows_the_same_year_and_another_one_another(usual):
    assert year_of() == usual
    assert year_of(replace(SMALL, seed=2)).figures != usual.figures


def test_as_many_join_as_leave_and_what_is_counted_adds_up(usual):
    figures = usual.figures
    assert figures["people"] == SMALL.people
    assert figures["joined"] == figures["left"] == SMALL.people * SMALL.turnover // 100
    assert figures["certified_at_the_end"] <= figures["people"]
    assert figures["first_tries_passed"] <= figures["first_tries"]
    assert figures["refreshers_done_in_time"] <= figures["refreshers"]
    # Merged months are cut to four hours, and a board never fills more than two.
    assert figures["refresher_longest_month_minutes"] <= 240
    assert figures["champion_weeks_over_two_hours"] == 0


@pytest.mark.parametrize(
    ("goal", "bad"),
    [
        ("expiry-in-peak", {"after_peak_days": 0}),
        ("gate-blocked-by-one", {"setup": replace(SMALL, deputies=False)}),
        ("trained-by-day-90", {"terms": replace(FLOOR, alone=3 * FLOOR.alone)}),
        ("champion-time", {"terms": replace(FLOOR, sessions=(180, 180, 180))}),
    ],
)
def test_a_bad_rule_shows_as_a_miss(goal, bad):
    found = year_of(**bad)
    assert goal in missed(found)
    assert not found.met


def test_what_nobody_was_there_to_show_is_missed():
    short = year_of(replace(SMALL, weeks=12))
    assert "trained-by-day-90" in missed(short)
    (trained,) = [goal for goal in short.goals if goal.id == "trained-by-day-90"]
    assert trained.figure.startswith("0 of 0")


def test_nobody_leads_or_approves_who_has_left_or_lost_authority():
    company = found_company(SMALL, {FLOOR.programme: FLOOR})
    Year(company, {}).company.workers[0].left_on = SMALL.first_day
    from lms.simulation.rules.cover import name_successors

    name_successors(company, SMALL.first_day)
    leading = [one for cohort in company.cohorts for one in cohort.champions]
    signing = [one for gate in company.gates for one in (gate.approver, gate.deputy) if one is not None]
    assert {gate.site for gate in company.gates} == set(SITES)
    assert all(one.employed(SMALL.first_day) and one.awards for one in (*leading, *signing))
    assert len({one.number for one in signing}) == len(signing)


def test_a_catalogue_is_tried_before_it_is_saved(root, tmp_path):
    tried = tmp_path / "catalogue.yml"
    text = (root / "courses" / "catalogue.yml").read_text("utf-8")
    tried.write_text(text.replace("period: P12M", "period: P6M"), encoding="utf-8")
    command = ["simulate", "year", "--people", "40", "--cohorts", "4", "--format", "json"]
    runs = [CliRunner().invoke(lms, [*command, *more]) for more in ([], ["--catalogue", str(tried)])]
    now, then = (json.loads(run.stdout) for run in runs)
    assert {goal["id"] for goal in now["goals"]} >= {"trained-by-day-90", "champion-cover"}
    assert then["figures"]["renewed"] > now["figures"]["renewed"]
    assert [run.exit_code for run in runs] == [0 if year["met"] else 1 for year in (now, then)]

"""The command line: the shape of its reports, and what it says to a wrong word."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from lms.sandbox.cli import simulators
from lms.sandbox.rules import calibration
from lms.sandbox.rules.consoles.registry import CONSOLES
from lms.sandbox.rules.exercise import Mode
from lms.sandbox.rules.labs.registry import LABS
from tests.unit.sandbox.forms import FACTS


def lms(*words):
    return CliRunner().invoke(simulators, words)


def test_run_prints_a_report_of_every_seed():
    told = lms(
        "run", "floor-desk", "--level", "2", "--mode", "foundation", "--seed", "4", "--n", "2", "--format", "json"
    )
    report = json.loads(told.output)
    assert {name: report[name] for name in ("console", "mode", "level", "policy", "mean_score")} == {
        "console": "floor-desk", "mode": "foundation", "level": 2, "policy": "oracle", "mean_score": 100.0,
    }  # fmt: skip
    assert [run["seed"] for run in report["runs"]] == [4, 5]
    assert set(report["runs"][0]) == {"seed", "score", "components", "d_prime", "criterion", "critical", "digest"}
    assert report["runs"][0]["digest"] != report["runs"][1]["digest"]
    assert "mean score 0.0" in lms("run", "floor-desk", "--policy", "always-accept").output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("run", "flor-desk"), "floor-desk"),
        (("run", "floor-desk", "--level", "3"), "floor-desk has levels 1, 2"),
        (("show", "floor-desk", "--mode", "gym"), "floor-desk has modes"),
        (("run", "floor-desk", "--policy", "always-same"), "floor-desk has policies oracle"),
        (("run", "fault-lab", "--policy", "random"), "fault-lab has policies oracle, visible-solver, always-same"),
        (("run", "fault-lab", "--mode", "guided"), "no modes"),
        (("show", "floor-desk", "--language", "xx"), "it has en, es"),
    ],
)
def test_a_wrong_word_is_answered_with_the_right_ones(words, said):
    told = lms(*words)
    assert told.exit_code == 2
    assert said in told.output


def test_show_prints_a_case_as_a_person_sees_it_and_the_key_only_when_asked():
    shown = lms("show", "floor-desk", "--seed", "7", "--case", "2")
    assert "Your task" in shown.output
    assert "KEY" not in shown.output
    assert "KEY" in lms("show", "floor-desk", "--case", "1", "--key").output
    assert "Tu tarea" in lms("show", "floor-desk", "--case", "1", "--language", "es").output


@pytest.mark.parametrize("lab", list(LABS))
def test_run_fills_in_a_labs_sheets_and_says_what_they_are_good_for(lab):
    report = json.loads(lms("run", lab, "--level", "2", "--seed", "4", "--n", "2", "--format", "json").output)
    assert (report["lab"], report["wanted"], report["mean_score"]) == (lab, {"grade": "practitioner", "score": 70}, 100)
    assert [(one["seed"], one["grade"], one["passed"]) for one in report["runs"]] == [
        (4, "practitioner", True), (5, "practitioner", True),
    ]  # fmt: skip
    assert all(one["right"] == one["of"] for one in report["runs"])
    assert "practitioner" in lms("run", lab, "--policy", "visible-solver").output
    always = json.loads(lms("run", lab, "--policy", "always-same", "--format", "json").output)["runs"][0]
    assert (always["grade"], always["passed"]) == (None, False)


@pytest.mark.parametrize("lab", list(LABS))
def test_show_prints_a_labs_sheet_and_the_key_only_when_asked(lab):
    shown = lms("show", lab, "--seed", "7")
    assert (shown.exit_code, "KEY" in shown.output) == (0, False)
    assert "KEY" in lms("show", lab, "--key").output
    assert "it has en" in lms("show", lab, "--language", "xx").output


def test_calibration_takes_learners_through_the_whole_path():
    forms = calibration.Forms(CONSOLES["floor-desk"], 1, Mode.FOUNDATION, FACTS, count=4)
    rows = {
        learner.name: calibration.row(forms, "floor-desk", 1, Mode.FOUNDATION, learner, 30)
        for learner in calibration.LEARNERS
    }
    assert rows["expert"].first > rows["competent"].first > rows["novice"].first
    assert rows["competent"].within_two >= rows["competent"].first
    assert rows["competent, slow reader"].hours > rows["competent"].hours
    assert not calibration.Wanted(at_most_first=0.0).met(rows["expert"])

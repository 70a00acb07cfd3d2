"""The private overlay: its questions join a bank, its facts change the company's, and nothing of it is made public."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from lms.assessment.queries.quizzes import rules_from_settings
from lms.catalog.adapters.compiler import compile_tree
from lms.catalog.adapters.sources import read_tree
from lms.cli import root as command

TREES = Path(__file__).parents[2] / "broken_courses"
BANK = """\
## secret-{name} {{single objective=a.know}}
Which is the limit {name}?
- ( ) As remembered {{#remembered}}
  > No: look it up.
- (x) As written {{#written}}
  > Yes.
"""
QUIZ = (
    "---\nid: m1-check\ntitle: Check\ndraw:\n  - {bank: b, n: 2, overlay: required}\n  - {bank: b, n: 1}\n---\nThree.\n"
)


@pytest.fixture
def tree(tmp_path):
    folder = shutil.copytree(TREES / "sound", tmp_path / "courses")
    (folder / "course/01-m/20-check.quiz.md").write_text(QUIZ)
    return folder


@pytest.fixture
def overlay(tmp_path):
    folder = tmp_path / "private"
    (folder / "course/bank").mkdir(parents=True)
    (folder / "course/bank/b.q.md").write_text("\n".join(BANK.format(name=name) for name in "abcd"))
    (folder / "company.yml").write_text('facts:\n  limit: "7"\n')
    return folder


def run(tree, *words, overlay=None):
    env = {"LMS_COURSES_OVERLAY": str(overlay) if overlay else ""}
    return CliRunner().invoke(command, ["courses", *map(str, words), str(tree)], env=env)


def test_a_line_that_requires_the_overlay_draws_only_from_it(tree, overlay, formats):
    course = compile_tree(read_tree(tree, overlay), formats).seen["course"]
    step = course.modules[0].step("m1-check")
    private, mixed = rules_from_settings(step.settings, course, step.items).draw
    assert set(private.pool) == {"secret-a", "secret-b", "secret-c", "secret-d"}
    assert set(mixed.pool) > set(private.pool)
    assert {item.id for item in course.items.values() if item.private} == set(private.pool)


def test_without_the_overlay_the_check_warns_and_the_public_bank_is_whole(tree, formats):
    compiled = compile_tree(read_tree(tree), formats)
    assert {(problem.rule, problem.is_error) for problem in compiled.problems if problem.rule != "minutes-off"} == {
        ("overlay-missing", False)
    }
    step = compiled.seen["course"].modules[0].step("m1-check")
    rules = rules_from_settings(step.settings, compiled.seen["course"], step.items)
    assert rules.draw[0].pool == ()
    assert rules.questions == 3


def test_facts_of_the_overlay_change_the_companys_and_leave_the_others(tree, overlay, formats):
    plain, changed = (compile_tree(read_tree(tree, found), formats).company for found in (None, overlay))
    assert changed.facts["limit"].value == {"": "7"}
    assert plain.facts["limit"].value != changed.facts["limit"].value
    assert changed.facts["limit"].label == plain.facts["limit"].label
    assert changed.name == plain.name


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ('facts: {limmit: "7"}', "unknown-fact"),
        ('facts: {limit: "seven"}', "fact-value"),
        ("colour: red", "unknown-key"),
    ],
)
def test_what_is_wrong_in_the_overlays_facts_is_said_of_its_own_file(tree, overlay, text, rule):
    (overlay / "company.yml").write_text(text)
    result = run(tree, "check", overlay=overlay)
    assert result.exit_code == 1
    assert "private/company.yml:1:" in result.output
    assert f"[{rule}]" in result.output


def test_a_fault_in_a_private_question_is_said_of_its_own_file(tree, overlay):
    (overlay / "course/bank/b.q.md").write_text(BANK.format(name="a").replace("{#written}", ""))
    assert "private/course/bank/b.q.md:5:" in run(tree, "check", overlay=overlay).output


def test_private_ids_are_not_recorded_in_the_public_lock(tree, overlay):
    module = tree / "course/01-m/module.yml"
    module.write_text(module.read_text().replace("minutes: 5", "minutes: 6"))
    assert run(tree, "lock", overlay=overlay).exit_code == 0
    assert "secret" not in (tree / "ids.lock").read_text()
    assert "ask-a" in (tree / "ids.lock").read_text()
    assert "id-unlocked" not in run(tree, "check", overlay=overlay).output


def test_an_export_leaves_private_questions_out_unless_asked(tree, overlay):
    env = {"LMS_COURSES_OVERLAY": str(overlay)}
    words = ["courses", "export", "course", "--format", "csv", "--root", str(tree)]
    public = CliRunner().invoke(command, words, env=env)
    assert "ask-a" in public.stdout
    assert "secret" not in public.stdout
    assert "4 private questions are left out" in public.stderr
    assert "secret-a" in CliRunner().invoke(command, [*words, "--private"], env=env).stdout

"""`lms courses` as authors use it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lms.cli import root as command

TREES = Path(__file__).parents[2] / "broken_courses"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A sound tree to write into."""
    return shutil.copytree(TREES / "sound", tmp_path / "courses")


def lms(*words: str | Path) -> Result:
    return CliRunner().invoke(command, ["courses", *(str(word) for word in words)])


def test_check_says_file_line_column_excerpt_and_fix(tree: Path) -> None:
    (tree / "course/01-m/10-one.md").write_text("---\nid: m1-one\ntitel: X\n---\nText.\n")
    result = lms("check", tree)
    assert result.exit_code == 1
    assert (
        "10-one.md:3:1: error: `titel` is not a key here. [unknown-key]\n    titel: X\n    → Did you mean `title`?"
        in result.output
    )


def test_check_as_json_lists_every_problem(tree: Path) -> None:
    (tree / "course/01-m/10-one.md").write_text("---\nid: m1-one\ntitel: X\n---\nText.\n")
    result = lms("check", tree, "--format", "json")
    found = json.loads(result.output)
    assert result.exit_code == 1
    assert found["errors"] == len([one for one in found["problems"] if one["severity"] == "error"]) == 2
    assert set(found["problems"][0]) == {"path", "line", "column", "excerpt", "message", "fix", "rule", "severity"}


def test_check_of_a_part_tells_of_that_part_only(tree: Path) -> None:
    (tree / "course/01-m/10-one.md").write_text("no front matter\n")
    assert lms("check", tree / "course" / "bank").exit_code == 0
    assert lms("check", tree / "course" / "01-m" / "10-one.md").exit_code == 1


def test_check_of_a_sound_tree_passes(tree: Path) -> None:
    result = lms("check", tree)
    assert (result.exit_code, result.output) == (
        0,
        "1 courses, 1 modules, 2 steps, 4 questions: 0 errors, 0 warnings.\n",
    )


def test_a_path_outside_any_tree_is_refused_with_what_was_looked_for(tmp_path: Path) -> None:
    assert "catalogue.yml" in str(lms("check", tmp_path).exception)


def test_hours_has_the_promised_shape(tree: Path) -> None:
    (tree / "catalogue.yml").write_text(
        "schema: 1\nroles: {clerk: Clerk}\nprogrammes:\n  - id: clerk\n    role: clerk\n    title: Clerk\n"
        "    initial: {courses: [course], hours: {min: 0, max: 1}}\n"
    )
    row = json.loads(lms("hours", tree, "--format", "json").output)["programmes"][0]
    assert row["by_kind"].keys() == {"self_paced", "recorded", "sandbox", "workshop", "shadowing"}
    assert {key: row[key] for key in ("id", "role", "part", "course", "declared_minutes")} == {
        "id": "clerk",
        "role": "clerk",
        "part": "initial",
        "course": "course",
        "declared_minutes": 5,
    }
    assert row["estimated_minutes"] == pytest.approx(row["by_kind"]["self_paced"], abs=0.1)
    assert [module["id"] for module in row["modules"]] == ["m1"]


def test_what_a_level_has_of_its_own_stands_apart_from_what_a_role_must_study(tree: Path) -> None:
    (tree / "catalogue.yml").write_text(
        "schema: 1\nroles: {clerk: Clerk}\nprogrammes:\n  - id: clerk\n    role: clerk\n    title: Clerk\n"
        "    initial: {courses: [course], hours: {min: 0, max: 1}}\n    levels:\n      expert:\n        title: Expert\n"
        "        study: {course: course, modules: [m1]}\n        requires: [module:m1 complete]\n"
    )
    told = json.loads(lms("hours", tree, "--format", "json").output)
    assert [row["part"] for row in told["programmes"]] == ["initial"]
    assert [(row["part"], row["declared_minutes"]) for row in told["levels"]] == [("level", 5)]
    assert told["levels"][0].keys() == told["programmes"][0].keys()


def test_a_new_module_passes_the_check_and_is_listed(tree: Path) -> None:
    assert lms("new", "11-returns", "--course", "course", "--root", tree).exit_code == 0
    result = lms("check", tree)
    assert result.exit_code == 0
    assert result.output == "1 courses, 2 modules, 4 steps, 8 questions: 0 errors, 0 warnings.\n"
    assert "returns" in (tree / "course" / "course.yml").read_text()


def test_a_new_module_never_writes_over_another(tree: Path) -> None:
    (tree / "course" / "11-returns").mkdir()
    assert "exists already" in str(lms("new", "11-returns", "--course", "course", "--root", tree).exception)


def test_the_lock_records_ids_and_notices_when_one_goes(tree: Path) -> None:
    assert lms("lock", tree).exit_code == 0
    assert "step m1-one\n" in (tree / "ids.lock").read_text()
    assert lms("check", tree).exit_code == 0
    lesson = tree / "course/01-m/10-one.md"
    lesson.write_text(lesson.read_text().replace("m1-one", "m1-uno"))
    assert "[id-vanished]" in lms("check", tree).output
    assert lms("lock", tree).exit_code == 1


def test_a_retired_id_may_go(tree: Path) -> None:
    lms("lock", tree)
    lesson, catalogue = tree / "course/01-m/10-one.md", tree / "catalogue.yml"
    lesson.write_text(lesson.read_text().replace("m1-one", "m1-uno"))
    catalogue.write_text(catalogue.read_text() + "retired:\n  - {id: m1-one, reason: Renamed, instead: m1-uno}\n")
    assert "[id-vanished]" not in lms("check", tree).output


@pytest.mark.parametrize(
    ("folder", "course", "said"), [("returns", "course", "11-returns"), ("11-a1", "none", "no course")]
)
def test_a_new_module_needs_a_number_a_name_and_a_course(tree: Path, folder: str, course: str, said: str) -> None:
    assert said in str(lms("new", folder, "--course", course, "--root", tree).exception)


def test_a_stamped_translation_is_not_stale_until_its_original_changes(tree: Path) -> None:
    original, spanish = tree / "course/01-m/10-one.md", tree / "course/locales/es/01-m/10-one.md"
    spanish.parent.mkdir(parents=True)
    spanish.write_text("---\nid: m1-one\ntitle: Una lección\n---\nEl límite es {{limit}}.\n")
    assert "[translation-stale]" in lms("check", tree).output
    assert lms("stamp", spanish).exit_code == 0
    assert "[translation-stale]" not in lms("check", tree).output
    original.write_text(original.read_text() + "\nMore.\n")
    assert "[translation-stale]" in lms("check", tree).output


def test_the_shipped_schemas_are_those_of_the_shapes(tmp_path: Path, root: Path, tree: Path) -> None:
    lms("schema", tree)
    made = {path.name: path.read_text() for path in (tree / "_schema").iterdir()}
    assert made == {path.name: path.read_text() for path in (root / "courses" / "_schema").iterdir()}


def test_import_writes_a_bank_lists_what_is_lost_and_overwrites_nothing(tree: Path) -> None:
    bank = tree / "course/bank/warehouse.q.md"
    file = Path(__file__).parent / "imports" / "warehouse.gift"
    result = lms("import", file, "--bank", bank, "--objective", "a.know")
    assert result.exit_code == 0
    assert "9 questions written" in result.output
    assert "Not carried over: Feelings (warehouse.gift, line 5)" in result.output
    assert bank.read_text().startswith("## zones {match")
    again = lms("import", file, "--bank", bank, "--objective", "a.know")
    assert "exists already" in str(again.exception)


def test_import_refuses_an_objective_that_is_none(tree: Path) -> None:
    file = Path(__file__).parent / "imports" / "warehouse.aiken"
    result = lms("import", file, "--bank", tree / "course/bank/x.q.md", "--objective", "know")
    assert "is not an objective" in str(result.exception)
    assert not (tree / "course/bank/x.q.md").exists()


def test_export_prints_a_bank_or_says_what_it_was_taken_for(tree: Path) -> None:
    assert "::ask-a::" in lms("export", "course/b", "--format", "gift", "--root", tree).stdout
    assert "Did you mean course/b?" in str(lms("export", "course/c", "--root", tree).exception)


def test_readability_lists_every_lesson_and_the_check_tells_it_too(tree: Path) -> None:
    assert "m1-one" in lms("readability", tree).output
    found = json.loads(lms("check", tree, "--format", "json").output)
    assert found["lessons"][0]["id"] == "m1-one"
    assert found["lessons"][0]["reading_age"] is None

"""Refresher courses: who reads which box, what a month costs each role, and what it must hold."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lms.catalog.adapters.compiler import Compiled
from lms.catalog.rules.programmes import hours_rows
from lms.catalog.rules.role_boxes import content_for, shown_to

Compile = Callable[..., Compiled]
Files = dict[str, str]

CATALOGUE = """schema: 1
roles: {clerk: Clerk, picker: Picker}
programmes:
  - {id: clerk, role: clerk, title: Clerk, initial: {courses: [course], hours: {min: 0, max: 1}},
     refreshers: {rotate: [r01], every: P1M, hours: {min: 2, max: 4}}}
  - {id: picker, role: picker, title: Picker, initial: {courses: [course], hours: {min: 0, max: 1}},
     refreshers: {rotate: [r01], every: P1M, hours: {min: 2, max: 4}}}
"""
LOG = "log: {entries: 10, source: live, fields: [{id: what, label: What, type: text}]}\n"
LESSON = "---\nid: r01-notes\ntitle: Notes\ncompany: notes\n---\nShared words here.\n"


@pytest.fixture
def refresher(sound: Files) -> Files:
    """The sound course and a month that both roles have: 120 minutes for clerks, 150 for pickers."""
    folder = "refreshers/01-first"
    return {
        **sound,
        "catalogue.yml": CATALOGUE,
        "refreshers/course.yml": (
            'schema: 1\nid: refreshers\nversion: "1.0"\ntitle: Refreshers\nsummary: A month each.\nroles: [all]\n'
            "objectives: [{id: r.first, text: Keep what was learned, assessed: false}]\nmodules: [r01]\n"
        ),
        f"{folder}/module.yml": (
            "id: r01\ntitle: First\nsummary: The first month.\nobjectives: [r.first]\nadkar: [reinforcement]\n"
            "minutes: 150\n"
        ),
        f"{folder}/10-notes.md": LESSON,
        f"{folder}/20-clerk.cards.yml": _step("cards", "clerk", 4, "from: [{bank: course/b}]\n"),
        f"{folder}/21-picker.cards.yml": _step("cards", "picker", 4, "from: [{bank: course/b}]\n"),
        f"{folder}/30-clerk.sandbox.yml": _step("run", "clerk", 62, "console: reply-desk\nmode: supervised\n"),
        f"{folder}/31-picker.sandbox.yml": _step("run", "picker", 90, "console: floor-desk\nmode: guided\nsets: 4\n"),
        f"{folder}/40-clerk.observation.yml": _step("log", "clerk", 53, LOG),
        f"{folder}/41-picker.observation.yml": _step("log", "picker", 53, LOG),
    }


def _step(name: str, role: str, minutes: int, rest: str) -> str:
    return f"id: r01-{name}-{role}\ntitle: A step\nroles: [{role}]\nminutes: {minutes}\n{rest}"


def test_a_month_costs_each_role_the_minutes_of_its_own_steps(compile_files: Compile, refresher: Files) -> None:
    compiled = compile_files(refresher)
    assert [problem.message for problem in compiled.problems] == []
    rows = {row["role"]: row for row in hours_rows(compiled.catalogue, compiled.seen) if row["part"] == "refresher"}
    assert {role: row["declared_minutes"] for role, row in rows.items()} == {"clerk": 120, "picker": 148}
    assert rows["clerk"]["by_kind"]["sandbox"] == 60


def test_a_month_too_short_for_one_role_is_told_for_that_role(compile_files: Compile, refresher: Files) -> None:
    log = "refreshers/01-first/40-clerk.observation.yml"
    errors = compile_files({**refresher, log: refresher[log].replace("53", "20")}).errors
    assert [(problem.rule, problem.message) for problem in errors] == [
        ("hours-range", "clerk, r01 takes 1.4 hours; 2 to 4 are allowed.")
    ]


@pytest.mark.parametrize("gone", ["20-clerk.cards.yml", "30-clerk.sandbox.yml", "40-clerk.observation.yml"])
def test_a_role_without_cards_practice_or_its_first_log_is_named(
    compile_files: Compile, refresher: Files, gone: str
) -> None:
    files = {path: text for path, text in refresher.items() if not path.endswith(gone)}
    told = [problem.message for problem in compile_files(files).errors if problem.rule == "refresher-mix"]
    assert len(told) == 1
    assert told[0].startswith("r01 gives clerk no ")


def test_the_third_month_of_the_rotation_closes_a_quarter(compile_files: Compile, refresher: Files) -> None:
    refresher["catalogue.yml"] = CATALOGUE.replace("rotate: [r01]", "rotate: [r07, r08, r01]")
    refresher["refreshers/course.yml"] += (
        "planned: [{id: r07, title: One, kind: self_paced, minutes: 120},"
        " {id: r08, title: Two, kind: self_paced, minutes: 120}]\n"
    )
    told = [problem.message for problem in compile_files(refresher).errors if problem.rule == "refresher-mix"]
    assert told == [f"r01 gives {role} no vigilance shift, which closes a quarter." for role in ("clerk", "picker")]


def test_a_box_is_shown_to_its_roles_only_and_counts_for_them_only(compile_files: Compile, refresher: Files) -> None:
    boxes = "\n::: role clerk\nOnly for clerks.\n\n| a |\n|---|\n| b |\n:::\n\n::: role picker\nPickers read on.\n:::\n"
    refresher["refreshers/01-first/10-notes.md"] = LESSON + boxes
    step = compile_files(refresher).seen["refreshers"].modules[0].steps[0]
    page = step.content["en"]["html"]
    assert step.content["en"]["words"] == 8
    assert "Only for clerks" in shown_to(page, {"clerk"})
    assert "Pickers" not in shown_to(page, {"clerk"})
    assert content_for(step.content["en"], {"picker"})["html"].endswith("<p>Pickers read on.</p>\n</section>")
    assert step.settings["company"] == "notes"

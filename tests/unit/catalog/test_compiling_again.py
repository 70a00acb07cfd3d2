"""Compiling again what was compiled before: faster, and never with anything left over from the first time."""

from __future__ import annotations

import pytest

from lms.catalog.adapters.compiler import compile_tree
from lms.catalog.adapters.sources import tree_of

LESSON = "course/01-m/10-one.md"
PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg"/>'


def lesson(compiled, language="en") -> str:
    (html,) = (
        step.content[language]["html"] for _module, step in compiled.seen["course"].steps() if step.id == "m1-one"
    )
    return html


def said(compiled) -> list[tuple[str, str]]:
    return [(problem.rule, problem.path) for problem in compiled.problems]


def test_the_same_files_give_the_same_course_and_the_same_problems(compile_files, sound):
    sound[LESSON] += "\nSee :card[nowhere], ![](gone.svg) and {{unknown}}.\n"
    first, again = compile_files(sound), compile_files(sound)
    assert first.seen == again.seen
    assert first.problems == again.problems
    assert {"dead-link", "file-missing", "unknown-fact"} <= {rule for rule, _path in said(again)}


def test_a_fact_that_changed_is_read_anew_and_still_cited(compile_files, sound):
    before, after = compile_files(sound), compile_files(sound, limit={"": "250"})
    assert "$100" in lesson(before)
    assert "$250" in lesson(after)
    assert after.courses["course"].modules[0].facts == ("limit",)
    assert lesson(compile_files(sound)) == lesson(before)


def test_a_picture_that_appears_is_found_and_its_course_cites_it(formats, compile_files, sound):
    sound[LESSON] += "\n![A ladder](ladder.svg)\n"
    assert ("file-missing", LESSON) in said(compile_files(sound))
    for _time in range(2):
        compiled = compile_tree(tree_of(sound, {"course/01-m/ladder.svg": PICTURE}), formats)
        assert ("file-missing", LESSON) not in said(compiled)
        assert [asset.path for asset in compiled.seen["course"].assets] == ["course/01-m/ladder.svg"]


def test_a_title_that_changed_shows_in_the_texts_that_refer_to_it(compile_files, sound):
    sound["course/01-m/10-one.md"] += "\nThen do :step[m1-check].\n"
    before = lesson(compile_files(sound))
    quiz = "course/01-m/20-check.quiz.md"
    sound[quiz] = sound[quiz].replace("title: ", "title: Entirely ", 1)
    after = lesson(compile_files(sound))
    assert "Entirely" in after
    assert "Entirely" not in before


@pytest.mark.parametrize("text", ["title: [", "a: 1\na: 2", "x: \x07"])
def test_a_fault_is_told_again_at_the_line_where_it_stands_now(compile_files, sound, text):
    sound[LESSON] = f"---\n{text}\n---\nText.\n"
    first = compile_files(sound)
    sound[LESSON] = f"---\nid: m1-one\n{text}\n---\nText.\n"
    second = compile_files(sound)
    where = [
        [p.line for p in done.problems if p.path == LESSON and p.rule.startswith("yaml")] for done in (first, second)
    ]
    assert where[0]
    assert where[1] == [line + 1 for line in where[0]]

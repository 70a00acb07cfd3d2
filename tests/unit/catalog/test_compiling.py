"""What a course becomes: hashes, facts, languages, and what one bad file costs the others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from pydantic import TypeAdapter

from lms.catalog.adapters.compiler import Compiled
from lms.catalog.rules.canonical import canonical_json, digest
from lms.catalog.rules.content import Course

Compile = Callable[..., Compiled]
Files = dict[str, str]


def test_a_course_read_back_from_its_canonical_json_is_the_same_course(compile_files: Compile, sound: Files) -> None:
    course = compile_files(sound).courses["course"]
    again = TypeAdapter(Course).validate_json(canonical_json(course))
    assert again == replace(course, modules=again.modules, items=again.items)
    assert canonical_json(again) == canonical_json(course)


def test_the_hash_does_not_depend_on_the_order_of_files(compile_files: Compile, sound: Files) -> None:
    turned = dict(reversed(list(sound.items())))
    assert digest(compile_files(sound).courses["course"]) == digest(compile_files(turned).courses["course"])


def test_rewording_a_question_keeps_its_grading_hash_and_moving_the_key_does_not(
    compile_files: Compile, sound: Files
) -> None:
    bank = sound["course/bank/b.q.md"]
    before = compile_files(sound).courses["course"].items["ask-a"]
    reworded = bank.replace("What is the limit?", "Which limit holds?", 1)
    moved = bank.replace("- (x) As written", "- ( ) As written", 1).replace("- ( ) As rem", "- (x) As rem", 1)
    after = compile_files({**sound, "course/bank/b.q.md": reworded}).courses["course"].items["ask-a"]
    keyed = compile_files({**sound, "course/bank/b.q.md": moved}).courses["course"].items["ask-a"]
    assert (after.grading_hash, after.wording_hash != before.wording_hash) == (before.grading_hash, True)
    assert keyed.grading_hash != before.grading_hash


def test_a_company_fact_is_shown_as_the_language_writes_it_and_recorded_on_the_module(
    compile_files: Compile, sound: Files
) -> None:
    module = compile_files(sound, limit={"": "50000"}).courses["course"].modules[0]
    assert "$50,000" in module.steps[0].content["en"]["html"]
    assert module.facts == ("limit",)


def test_a_fact_in_a_question_is_recorded_on_the_module_that_serves_it(compile_files: Compile, sound: Files) -> None:
    lesson = sound["course/01-m/10-one.md"].replace("{{limit}}", "written down")
    bank = sound["course/bank/b.q.md"].replace("What is the limit?", "Is {{limit}} the limit?", 1)
    files = {**sound, "course/01-m/10-one.md": lesson, "course/bank/b.q.md": bank}
    assert compile_files(files).courses["course"].modules[0].facts == ("limit",)


def test_all_faults_of_a_tree_are_reported_at_once(compile_files: Compile, sound: Files) -> None:
    lesson = sound["course/01-m/10-one.md"] + "\n<b>x</b>\n\n{{nothing}}\n\n:card[none]\n"
    bank = sound["course/bank/b.q.md"].replace("{#written}", "", 1)
    problems = compile_files({**sound, "course/01-m/10-one.md": lesson, "course/bank/b.q.md": bank}).errors
    assert {problem.rule for problem in problems} == {"raw-html", "unknown-fact", "dead-link", "choice-id-missing"}


def test_a_broken_course_does_not_keep_a_sound_one_from_being_published(compile_files: Compile, sound: Files) -> None:
    other = {path.replace("course/", "second/", 1): text for path, text in sound.items() if path.startswith("course/")}
    renamed = {
        path: text.replace("m1", "n1")
        .replace("id: course", "id: second")
        .replace("ask-", "say-")
        .replace("a.know", "b.know")
        for path, text in other.items()
    }
    files = {**sound, **renamed, "course/01-m/10-one.md": "no front matter"}
    compiled = compile_files(files)
    assert list(compiled.courses) == ["second"]
    assert {problem.path.split("/")[0] for problem in compiled.errors} == {"course"}


def test_a_reference_into_a_broken_file_is_not_called_dead(compile_files: Compile, sound: Files) -> None:
    card = "---\nid: m1-card\ntitle: Card\nwrong: key\n---\nText.\n"
    lesson = sound["course/01-m/10-one.md"].replace("Pay up", "See :card[m1-card]. Pay up")
    errors = compile_files({**sound, "course/01-m/card.md": card, "course/01-m/10-one.md": lesson}).errors
    assert [problem.rule for problem in errors] == ["unknown-key"]


def test_a_course_is_offered_only_in_languages_that_have_all_its_certifying_steps(
    compile_files: Compile, sound: Files
) -> None:
    spanish = {
        "course/locales/es/course.yml": "title: Un curso\n",
        "course/locales/es/01-m/20-check.quiz.md": "---\nid: m1-check\ntitle: Prueba\n---\nDos preguntas.\n",
    }
    course = compile_files({**sound, **spanish}).courses["course"]
    assert course.languages == ("en",)
    translated = {**spanish, "course/locales/es/bank/b.q.md": sound["course/bank/b.q.md"]}
    course = compile_files({**sound, **translated}).courses["course"]
    assert course.languages == ("en", "es")
    quiz = course.modules[0].steps[1]
    assert quiz.content_in("es", "en") == (quiz.content["es"], "es")


def test_a_lesson_falls_back_to_the_original_and_a_certifying_step_does_not(
    compile_files: Compile, sound: Files
) -> None:
    lesson, quiz = compile_files(sound).courses["course"].modules[0].steps
    assert lesson.content_in("es", "en") == (lesson.content["en"], "en")
    assert quiz.content_in("es", "en") is None


def test_directives_and_tables_become_accessible_html(compile_files: Compile, sound: Files) -> None:
    lesson = sound["course/01-m/10-one.md"] + "\n::: note Look\nHere.\n:::\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n"
    html = (
        compile_files({**sound, "course/01-m/10-one.md": lesson})
        .courses["course"]
        .modules[0]
        .steps[0]
        .content["en"]["html"]
    )
    assert '<p class="callout-title">Look</p>' in html
    assert "<details><summary>" in html
    assert '<th scope="col" class="number">b</th>' in html
    assert "style=" not in html


def test_minutes_are_estimated_from_words_and_decisions(compile_files: Compile, sound: Files) -> None:
    module = compile_files(sound).courses["course"].modules[0]
    assert [step.minutes for step in module.steps] == [2, 3]
    assert 4.5 < module.estimated < 5.0

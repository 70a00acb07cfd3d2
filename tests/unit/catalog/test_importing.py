"""Questions of other systems: what is carried over passes the check, and what is not is said."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.assessment.rules.grading import grade
from lms.catalog.adapters.exports import export_items
from lms.catalog.adapters.imports import reading
from lms.catalog.adapters.imports.aiken import read_aiken
from lms.catalog.adapters.imports.gift import read_gift
from lms.catalog.adapters.imports.moodle_xml import read_moodle_xml
from lms.catalog.adapters.imports.reading import guess_format, read_foreign
from lms.catalog.adapters.imports.writing import write_bank
from lms.catalog.rules.ids import is_id
from lms.catalog.rules.items import ItemType, Score
from lms.shared.errors import Invalid

FILES = Path(__file__).parent / "imports"


@pytest.fixture
def imported(sound, compile_files):
    """Import a file and compile what was written; what must be filled in is filled in the plainest way."""

    def run(name):
        _form, taken = read_foreign(FILES / name)
        written = write_bank(taken, "a.know")
        compiled = compile_files({**sound, "course/bank/imported.q.md": written.text})
        # Banks that nothing draws are in no course: a quiz takes all of it.
        quiz = "---\nid: m1-all\ntitle: All\nmode: practice\ndraw:\n  - {bank: imported, n: 1}\n---\nAll.\n"
        whole = compile_files({**sound, "course/bank/imported.q.md": written.text, "course/01-m/90-all.quiz.md": quiz})
        return written, whole.seen["course"].items, [one for one in compiled.problems if one.rule != "item-unused"]

    return run


def reasons(written):
    return {(one.name, one.reason) for one in written.left_out}


def test_gift_is_carried_over_and_passes_the_check_where_it_has_feedback(imported):
    written, items, problems = imported("warehouse.gift")
    assert {problem.rule for problem in problems} <= {"feedback-missing"}
    assert len(written.missing) == len(problems)
    assert {name: item.type for name, item in items.items() if not name.startswith("ask-")} == {
        "zones": ItemType.MATCH,
        "damp-box": ItemType.SINGLE,
        "two-checks": ItemType.MULTI,
        "shelf-life": ItemType.NUMERIC,
        "reach": ItemType.NUMERIC,
        "two-pallets-and-two-pallets-make": ItemType.SHORT,
        "word": ItemType.SHORT,
        "truth": ItemType.SINGLE,
        "signs": ItemType.SINGLE,
    }
    assert items["zones"].tags == ("picking-and-packing",)
    assert items["zones"].pairs == {"freezer": "freezer", "hazard-cage": "hazard-cage"}
    assert "mezzanine" in {option.id for option in items["zones"].wordings["en"].rights}


@pytest.mark.parametrize(
    ("item", "answer", "share"),
    [
        ("damp-box", {"choice": "set-it-aside"}, 1),
        ("damp-box", {"choice": "open-it"}, 0),
        ("two-checks", {"choices": ["the-label", "the-weight"]}, 1),
        ("two-checks", {"choices": ["the-label", "the-colour"]}, 0),
        ("shelf-life", {"text": "8"}, 1),
        ("shelf-life", {"text": "10"}, 0),
        ("reach", {"text": "1.7"}, 1),
        ("reach", {"text": "1.9"}, 0),
        ("word", {"text": "Shrinkage"}, 1),
        ("word", {"text": "loss"}, 0),
        ("truth", {"choice": "false"}, 1),
    ],
)
def test_what_was_right_is_right(imported, item, answer, share):
    _written, items, _problems = imported("warehouse.gift")
    assert grade(items[item], answer, "en").share == Fraction(share)


def test_gift_says_what_was_not_carried_over(imported):
    written, _items, _problems = imported("warehouse.gift")
    said = reasons(written)
    assert ("Feelings", "An open question needs a rubric; write one with its levels.") in said
    assert ("Broken", "It has no answers in braces: a text to read is no question.") in said
    assert ("Letters", "'abc' is not a number.") in said
    assert ("Damp box", "The part of the points for 'open it': a choice is right or wrong.") in said
    assert any(name == "Word" and "'loss'" in reason for name, reason in said)


def test_scripts_and_directives_of_a_file_stay_words(imported):
    written, items, _problems = imported("warehouse.gift")
    assert "<script" not in written.text
    texts = [option.text for option in items["signs"].wordings["en"].options]
    assert any("{ {limit}}" in text for text in texts)


def test_aiken_keeps_whole_questions_and_names_the_others(imported):
    written, items, problems = imported("warehouse.aiken")
    assert [one.id for one in items.values() if one.bank.endswith("imported")] == ["which-door-do-deliveries-use"]
    assert items["which-door-do-deliveries-use"].right == ("south",)
    assert {problem.rule for problem in problems} == {"feedback-missing"}
    assert [(one.line, one.reason) for one in written.left_out] == [
        (6, "It has fewer than two choices."),
        (10, "It has no text."),
        (14, "Its ANSWER line names none of its choices."),
        (19, "It has no ANSWER line."),
    ]


def test_moodle_xml_is_carried_over_with_its_feedback(imported):
    written, items, problems = imported("warehouse.xml")
    assert problems == []
    assert written.missing == []
    horn = items["forklift-horn"]
    assert (horn.type, horn.right, horn.fixed) == (ItemType.SINGLE, ("before-every-corner",), True)
    assert horn.tags == ("safety", "vehicles")
    assert "<li>at corners</li>" in horn.wordings["en"].stem
    assert items["kit"].score is Score.PROPORTIONAL_CORRECT
    assert items["alarm"].exact
    assert grade(items["load"], {"text": "254"}, "en").share == 1
    assert grade(items["alarm"], {"text": "ext 9"}, "en").share == 0
    filled = {"gap-1": items["sentence"].wordings["en"].gaps[0].accepted[0].words[0], "gap-2": "25.5", "gap-3": "ask"}
    assert grade(items["sentence"], {"gaps": filled}, "en").share == 1
    assert "Nobody runs on the floor." in items["run"].wordings["en"].options[0].feedback


def test_moodle_xml_says_what_was_not_carried_over(imported):
    written, _items, _problems = imported("warehouse.xml")
    said = reasons(written)
    for name, part in (
        ("Story", "rubric"), ("Sum", "parametric"), ("Drag", "ddimageortext"), ("Forklift horn", "pictures"),
        ("Forklift horn", "2 points"), ("Load", "units"), ("Sentence", "ESSAY"), ("Kit", "each tick"),
    ):  # fmt: skip
        assert any(one == name and part in reason for one, reason in said), (name, part)


@pytest.mark.parametrize(
    "text",
    [
        "<quiz>",
        '<!DOCTYPE q [<!ENTITY a "aaaa">]><quiz>&a;</quiz>',
        '<!DOCTYPE q SYSTEM "file:///etc/passwd"><quiz/>',
    ],
)
def test_xml_with_entities_or_faults_is_refused(text):
    with pytest.raises(Invalid, match="XML that can be read"):
        read_moodle_xml(text)


def test_a_file_that_is_too_large_or_no_text_is_refused(tmp_path, monkeypatch):
    file = tmp_path / "a.gift"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Invalid, match="UTF-8"):
        read_foreign(file)
    file.write_text("A?{=b}\n\nC?{=d}\n")
    monkeypatch.setattr(reading, "MOST", 1)
    with pytest.raises(Invalid, match="Split the file"):
        read_foreign(file)
    monkeypatch.setattr(reading, "LARGEST", 3)
    with pytest.raises(Invalid, match="the most"):
        read_foreign(file)


def test_the_format_is_guessed_from_the_text():
    assert [guess_format((FILES / f"warehouse.{kind}").read_text()) for kind in ("gift", "aiken", "xml")] == [
        "gift", "aiken", "moodle-xml",
    ]  # fmt: skip


@settings(max_examples=60)
@given(st.text(alphabet="ab {}=~#:%>-/\n\\1.<&*|", max_size=80))
def test_no_text_breaks_the_readers_and_what_they_write_has_sound_ids(text):
    for read in (read_gift, read_aiken):
        written = write_bank(read(text), "a.know")
        assert all(map(is_id, written.ids))
        assert len(set(written.ids)) == len(written.ids)


def test_ids_in_use_are_not_given_again():
    taken = read_gift("::Door::Open?{T}\n\n::Door::Shut?{F}\n")
    assert write_bank(taken, "a.know", frozenset({"door"})).ids == ["door-2", "door-3"]


def test_an_export_can_be_imported_again(imported):
    _written, items, _problems = imported("warehouse.xml")
    kept = [items[name] for name in ("forklift-horn", "kit", "run", "signs", "load")]
    exported = export_items(kept, "en", "gift")
    again = {one.name: one for one in read_gift(exported.text).questions}
    assert set(again) == {item.id for item in kept}
    assert [answer.text for answer in again["forklift-horn"].answers if answer.share == 1] == ["Before every corner"]
    assert [answer.share for answer in again["kit"].answers] == [Fraction(1, 2), Fraction(1, 2), -1]
    assert export_items([items["sentence"]], "en", "gift").left_out == ["sentence"]


def test_csv_and_markdown_hold_every_answer_and_no_formula(imported):
    _written, items, _problems = imported("warehouse.gift")
    table = export_items(items.values(), "en", "csv").text
    assert table.startswith("id,type,objective,tags,language,question,answer,right,feedback")
    assert "set it aside,yes,Right: somebody looks at it." in table
    assert ",=" not in table
    page = export_items(items.values(), "en", "markdown").text
    assert "- ✓ set it aside" in page

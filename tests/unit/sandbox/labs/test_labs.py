"""What every lab owes: the best sheet is worth 100, whoever reads gets there, whoever always does the same fails."""

from __future__ import annotations

import json
import os
from functools import lru_cache
from pathlib import Path

import pytest

from lms.sandbox.rules.company import CompanyFacts
from lms.sandbox.rules.exercise import Text
from lms.sandbox.rules.lab import CUTS, Grade, digest_of, grade_of, grade_wanted
from lms.sandbox.rules.labs.registry import LABS
from lms.sandbox.rules.labs.rule_lab.proposals import Kind
from lms.sandbox.rules.labs.rule_lab.rules import Rule
from lms.sandbox.rules.streams import Streams
from lms.sandbox.rules.texts import grammar, languages, plain_format

SEEDS = int(os.environ.get("GS_SEEDS", "20"))
GOLDEN = Path(__file__).parents[3] / "golden"
COUNT = 50
each = pytest.mark.parametrize("lab", list(LABS.values()), ids=list(LABS))


@lru_cache(maxsize=2000)
def sheet(name: str, seed: int):
    lab = LABS[name]
    return lab.draw(Streams(lab.id, lab.version, seed), CompanyFacts())


def sheets(lab, count=SEEDS):
    return [sheet(lab.id, seed) for seed in range(count)]


@each
def test_the_best_sheet_is_worth_exactly_100_and_lacks_nothing(lab):
    for drawn in sheets(lab):
        best = lab.best(drawn.public, drawn.key)
        marked = lab.mark(drawn.public, drawn.key, best)
        assert marked.score == 100
        assert all(line.right for line in marked.lines)
        assert lab.lacks(drawn.public, best) == ()


@each
def test_whoever_reads_what_is_shown_gets_at_least_97(lab):
    for drawn in sheets(lab):
        marked = lab.mark(drawn.public, drawn.key, lab.solve(drawn.public))
        assert marked.score >= 97, [line for line in marked.lines if not line.right]


@each
def test_whoever_always_does_the_same_fails(lab):
    for drawn in sheets(lab):
        for name, work in lab.constants(drawn.public).items():
            assert lab.mark(drawn.public, drawn.key, work).score < CUTS[Grade.FOUNDATION], name
            assert lab.lacks(drawn.public, work) == (), name


@each
def test_an_empty_sheet_is_marked_and_fails(lab):
    drawn = sheet(lab.id, 1)
    marked = lab.mark(drawn.public, drawn.key, lab.begin(drawn.public))
    assert 0 <= marked.score < CUTS[Grade.FOUNDATION]


@each
def test_every_sheet_is_another_one(lab):
    digests = {digest_of(lab, drawn) for drawn in sheets(lab, 60)}
    assert len(digests) == 60


@each
def test_the_digests_are_the_committed_ones(lab):
    path = GOLDEN / f"lab-{lab.id}.json"
    digests = [digest_of(lab, drawn) for drawn in sheets(lab, COUNT)]
    if os.environ.get("GS_WRITE_GOLDEN") == "1":
        path.write_text(json.dumps({"version": lab.version, "digests": digests}, indent=1) + "\n", encoding="ascii")
    assert {"version": lab.version, "digests": digests} == json.loads(path.read_text("ascii"))


@each
def test_what_is_stored_is_read_again_as_it_was(lab):
    drawn = sheet(lab.id, 2)
    work = lab.best(drawn.public, drawn.key)
    for shape, value in ((lab.shapes.public, drawn.public), (lab.shapes.key, drawn.key), (lab.shapes.work, work)):
        assert shape.validate_python(json.loads(json.dumps(shape.dump_python(value, mode="json")))) == value


@each
def test_everything_is_worded_in_every_language_that_is_offered(lab):
    for language in languages(lab.package):
        words = grammar(lab.package, language)
        for drawn in sheets(lab, 10):
            solved = lab.solve(drawn.public)
            for work in (solved, lab.begin(drawn.public), *lab.constants(drawn.public).values()):
                marked = lab.mark(drawn.public, drawn.key, work)
                texts = [part.name for part in marked.parts]
                texts += [text for line in marked.lines for text in (line.title, line.yours, line.best, line.why)]
                texts += [problem.message for problem in lab.lacks(drawn.public, work)]
                for text in texts:
                    assert words.word(text, plain_format)
            for told in lab.told(drawn.public):
                assert words.word(told.heading, plain_format)
                assert all(words.word(line, plain_format) for line in told.lines)
        for message in ("lab.title", "intro", "rule.1", "scoring"):
            assert words.word(Text(message), plain_format)


@each
def test_languages_have_the_same_messages(lab):
    names = [set(grammar(lab.package, language).frames) for language in languages(lab.package)]
    assert all(found == names[0] for found in names)


def test_a_mark_of_70_is_good_for_practitioner_and_60_for_foundation():
    assert [grade_of(mark) for mark in (59, 60, 69, 70, 100)] == [
        None, Grade.FOUNDATION, Grade.FOUNDATION, Grade.PRACTITIONER, Grade.PRACTITIONER,
    ]  # fmt: skip
    assert [grade_wanted(level) for level in (1, 2, 3)] == [Grade.FOUNDATION, Grade.PRACTITIONER, Grade.PRACTITIONER]


def test_the_weeks_of_a_test_come_to_its_lift_and_a_short_one_has_none():
    for drawn in sheets(LABS["ab-board"]):
        for card in drawn.public.cards:
            weeks = card.days // 7
            if weeks < 2:
                assert (card.first_week, card.last_week) == (None, None)
                continue
            between = weeks * card.lift - card.first_week - card.last_week
            low, high = sorted((card.first_week, card.last_week))
            # Thirty basis points either way, as sides and weeks are never quite alike.
            assert (weeks - 2) * (low - 90) - 30 <= between <= (weeks - 2) * (high + 90) + 30


@pytest.mark.parametrize("typed", ["ranking", "search boost", "Search  boost", "Boost"])
def test_a_kind_may_be_typed_as_the_page_calls_it(typed):
    rule = Rule("kind", "ne", typed, "allow")
    assert rule.is_whole
    assert rule.figure == list(Kind).index(Kind.RANKING)
    assert not Rule("kind", "ne", "boosts of search", "allow").is_whole

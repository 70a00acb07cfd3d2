"""Committed digests: whatever changes a case, here or in NumPy, shows up as a difference.

`GS_WRITE_GOLDEN=1` writes them anew, which is right only when the cases are meant to change.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import asdict
from pathlib import Path

import pytest

from lms.sandbox.rules.consoles.registry import CONSOLES
from lms.sandbox.rules.exercise import KEY, PUBLIC, RESPONSES, Mode
from lms.sandbox.rules.policies import Policy, responses
from lms.sandbox.rules.scoring import score
from lms.sandbox.rules.texts import grammar, languages, plain_format
from lms.sandbox.rules.transcript import transcript
from tests.unit.sandbox.forms import PAIRS, SEEDS, form, main_mode

GOLDEN = Path(__file__).parents[2] / "golden"
ATTEMPT = GOLDEN / "attempt-scored-by-1.json"
# Begun before their console was at version 2.
BEGUN_EARLIER = (ATTEMPT, GOLDEN / "attempt-reply-desk-1.json", GOLDEN / "attempt-trust-gym-1.json")
WRITE = os.environ.get("GS_WRITE_GOLDEN") == "1"
COUNT = 50


def quick_mode(console):
    return Mode.EXTENSION if Mode.EXTENSION in CONSOLES[console].modes else main_mode(CONSOLES[console])


@pytest.mark.parametrize(("console", "level"), PAIRS)
def test_the_digests_are_the_committed_ones(console, level):
    path = GOLDEN / f"{console}-{level}.json"
    checked = COUNT if WRITE or SEEDS >= COUNT else SEEDS
    digests = [form(console, level, seed, quick_mode(console)).digest for seed in range(checked)]
    if WRITE:
        path.write_text(json.dumps(digests, indent=1) + "\n", encoding="ascii")
    assert digests == json.loads(path.read_text("ascii"))[:checked]


def test_every_console_and_level_has_fifty_golden_digests():
    for console, level in PAIRS:
        assert len(json.loads((GOLDEN / f"{console}-{level}.json").read_text("ascii"))) == COUNT


def test_an_attempt_stored_under_scorer_1_is_rescored_as_it_was():
    if WRITE and not ATTEMPT.exists():
        made = form("floor-desk", 2, 5, Mode.EXTENSION)
        given = responses(Policy.RANDOM, CONSOLES["floor-desk"], made, 5)
        result = score(made.public, made.key, given, 1)
        stored = {
            "public": PUBLIC.dump_python(made.public, mode="json"),
            "key": KEY.dump_python(made.key, mode="json"),
            "responses": [asdict(one) for one in given],
            "score": result.score,
            "regrets": [case.regret for case in result.cases],
        }
        ATTEMPT.write_text(json.dumps(stored, ensure_ascii=False), encoding="utf-8")
    assert_scored_as_it_was(ATTEMPT)


@pytest.mark.parametrize("path", BEGUN_EARLIER, ids=lambda path: path.stem)
def test_an_attempt_of_an_earlier_version_keeps_its_score_and_can_be_read(path):
    public, key = assert_scored_as_it_was(path)
    console = CONSOLES[public.console]
    assert public.version < console.version
    for language in languages(console.package):
        words = grammar(console.package, language)
        for case, answer in zip(public.cases, key.cases, strict=True):
            assert not re.search(r"[{}]|None", transcript(console, public, case, words, plain_format))
            assert words.word(answer.answer.rule, plain_format)


def assert_scored_as_it_was(path):
    stored = json.loads(path.read_text("utf-8"))
    given = RESPONSES.validate_python(stored["responses"])
    public, key = PUBLIC.validate_python(stored["public"]), KEY.validate_python(stored["key"])
    result = score(public, key, given, 1)
    assert (result.score, [case.regret for case in result.cases]) == (stored["score"], stored["regrets"])
    return public, key

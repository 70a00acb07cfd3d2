"""Committed digests: whatever changes a case, here or in NumPy, shows up as a difference.

`GS_WRITE_GOLDEN=1` writes them anew, which is right only when the cases are meant to change.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path

import pytest

from lms.sandbox.rules.consoles.registry import CONSOLES
from lms.sandbox.rules.exercise import KEY, PUBLIC, RESPONSES, Mode
from lms.sandbox.rules.policies import Policy, responses
from lms.sandbox.rules.scoring import score
from tests.unit.sandbox.forms import PAIRS, SEEDS, form, main_mode

GOLDEN = Path(__file__).parents[2] / "golden"
ATTEMPT = GOLDEN / "attempt-scored-by-1.json"
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
    stored = json.loads(ATTEMPT.read_text("utf-8"))
    given = RESPONSES.validate_python(stored["responses"])
    result = score(PUBLIC.validate_python(stored["public"]), KEY.validate_python(stored["key"]), given, 1)
    assert (result.score, [case.regret for case in result.cases]) == (stored["score"], stored["regrets"])

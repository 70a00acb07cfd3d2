"""The same seed gives the same form anywhere, and a score depends on nothing but the decisions."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise

import pytest

from lms.sandbox.rules import engine
from lms.sandbox.rules.blueprint import plan
from lms.sandbox.rules.consoles.registry import CONSOLES
from lms.sandbox.rules.exercise import KEY, PUBLIC, Exercise, Mode, canonical, digest
from lms.sandbox.rules.policies import Policy, responses
from lms.sandbox.rules.scoring import SCORER_VERSION, score
from lms.sandbox.rules.streams import Streams
from tests.unit.sandbox.forms import FACTS, PAIRS, SEEDS, form, forms, main_mode

each = pytest.mark.parametrize(("console", "level"), PAIRS)
ELSEWHERE = """
import sys
from lms.sandbox.rules.consoles.registry import CONSOLES
from lms.sandbox.rules.policies import Policy, responses
from lms.sandbox.rules.scoring import score
from tests.unit.sandbox.forms import PAIRS, form
for console, level in PAIRS:
    made = form(console, level, 11)
    result = score(made.public, made.key, responses(Policy.RANDOM, CONSOLES[console], made, 11))
    print(made.digest, result.score)
"""


def test_another_locale_time_zone_and_hash_seed_give_the_same_forms_and_scores():
    env = {**os.environ, "LC_ALL": "de_DE.UTF-8", "TZ": "Pacific/Chatham", "PYTHONHASHSEED": "271"}
    run = subprocess.run([sys.executable, "-c", ELSEWHERE], env=env, capture_output=True, text=True, check=True)
    here = []
    for console, level in PAIRS:
        made = form(console, level, 11)
        result = score(made.public, made.key, responses(Policy.RANDOM, CONSOLES[console], made, 11))
        here.append(f"{made.digest} {result.score}")
    assert run.stdout.split("\n")[:-1] == here


@each
def test_the_order_of_cases_responses_and_options_does_not_change_the_score(console, level):
    shuffle = random.Random(5)
    for seed, made in enumerate(forms(console, level)):
        given = list(responses(Policy.RANDOM, CONSOLES[console], made, seed))
        before = score(made.public, made.key, given)
        order = list(range(len(made.key.cases)))
        shuffle.shuffle(order)
        cases = [made.public.cases[i] for i in order]
        for i, case in enumerate(cases):
            options = list(case.change.options)
            shuffle.shuffle(options)
            cases[i] = replace(case, change=replace(case.change, options=tuple(options)))
        shuffle.shuffle(given)
        public = replace(made.public, cases=tuple(cases))
        after = score(public, replace(made.key, cases=tuple(made.key.cases[i] for i in order)), given)
        assert (after.score, after.signal, after.brier) == (before.score, before.signal, before.brier)


@each
def test_other_learners_and_other_attempts_meet_other_cases(console, level):
    bodies = [{canonical(dict(case.fields)) for case in made.public.cases} for made in forms(console, level)]
    assert len({made.digest for made in forms(console, level)}) == len(bodies)
    for one, other in pairwise(bodies):
        assert len(one - other) >= 0.95 * len(one)


@each
def test_many_seeds_have_distinct_digests(console, level):
    made = CONSOLES[console]
    mode = Mode.EXTENSION if Mode.EXTENSION in made.modes else main_mode(made)
    count = 1000 if SEEDS >= 200 else 25
    assert len({form(console, level, 10_000 + seed, mode).digest for seed in range(count)}) == count


@each
def test_a_new_stream_leaves_the_fields_that_were_there_unchanged(console, level):
    class Extended(type(CONSOLES[console])):
        def draw(self, slot, streams, facts):
            streams.stream("a-field-added-later").q("normal")
            return super().draw(slot, streams, facts)

    exercise = Exercise(console, (level,), main_mode(CONSOLES[console]))
    assert engine.generate(Extended(), exercise, Extended.version, 0, FACTS).digest == form(console, level, 0).digest


@each
def test_a_stored_snapshot_scores_as_the_attempt_did(console, level):
    made = form(console, level, 2)
    public = PUBLIC.validate_json(PUBLIC.dump_json(made.public))
    key = KEY.validate_json(KEY.dump_json(made.key))
    assert digest(public, key) == made.digest
    given = responses(Policy.RANDOM, CONSOLES[console], made, 2)
    assert score(public, key, given, SCORER_VERSION) == score(made.public, made.key, given)


@each
def test_a_case_drawn_alone_for_the_planned_slot_is_the_forms_own(console, level):
    made = CONSOLES[console]
    exercise = Exercise(console, (level,), main_mode(made))
    slots = plan(made, exercise, Streams(exercise.id, made.version, 4, 0))
    one, key = engine.draw_case(made, exercise, made.version, 4, FACTS, 2, slots[2])
    whole = form(console, level, 4)
    assert one == whole.public.cases[2]
    assert key == whole.key.cases[2]
    other, other_key = engine.sibling(made, exercise, made.version, 4, FACTS, 2, slots[2])
    assert other_key.kind == key.kind
    assert other.fields != one.fields


def test_a_level_or_mode_that_a_console_does_not_have_is_refused():
    made = CONSOLES["floor-desk"]
    with pytest.raises(ValueError, match="floor-desk has no"):
        engine.generate(made, Exercise("floor-desk", (3,), Mode.GUIDED), 1, 0, FACTS)


def test_levels_can_be_mixed_and_errors_and_counts_chosen():
    made = CONSOLES["floor-desk"]
    exercise = Exercise("floor-desk", (1, 2), Mode.SUPERVISED, mix=(4, 4, 1), errors=("pack-slip", "duplicate-short"))
    keys = engine.generate(made, exercise, 1, 0, FACTS).key.cases
    assert len(keys) == 9
    assert {key.level for key in keys} == {1, 2}
    assert {key.kind for key in keys if key.stratum == "wrong"} == {"pack-slip", "duplicate-short"}

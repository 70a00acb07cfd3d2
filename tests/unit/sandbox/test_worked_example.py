"""The worked example of docs/authoring.md is a console that runs, and what the page shows of it is its own code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lms.sandbox.rules.company import CompanyFacts
from lms.sandbox.rules.engine import draw_case, generate
from lms.sandbox.rules.exercise import Action, Exercise, Mode, Slot, Stratum
from lms.sandbox.rules.passing import COMMON
from lms.sandbox.rules.policies import Policy, responses
from lms.sandbox.rules.scoring import score
from lms.sandbox.rules.texts import grammar, plain_format
from lms.sandbox.rules.transcript import leaves, transcript
from tests.unit.sandbox.gift_vouchers.console import GiftVouchers

FACTS = CompanyFacts()
CONSOLE = GiftVouchers()
HERE = Path(__file__).parent / "gift_vouchers"
PAGE = Path(__file__).parents[3] / "docs" / "authoring.md"


def exam(level, seed):
    return generate(CONSOLE, Exercise(CONSOLE.id, (level,), Mode.FOUNDATION), CONSOLE.version, seed, FACTS)


@pytest.mark.parametrize("level", CONSOLE.levels)
def test_the_example_keeps_what_every_console_owes(level):
    words = grammar(CONSOLE.package, "en")
    for seed in range(8):
        form = exam(level, seed)
        scores = {
            policy: score(form.public, form.key, responses(policy, CONSOLE, form, seed)).score for policy in Policy
        }
        assert scores[Policy.ORACLE] == 100
        assert scores[Policy.VISIBLE_SOLVER] >= 97
        assert scores[Policy.ALWAYS_ACCEPT] <= 5
        assert max(scores[policy] for policy in Policy if policy.startswith("always")) < COMMON[Mode.FOUNDATION].cut
        for case, key in zip(form.public.cases, form.key.cases, strict=True):
            shown = [fact.path for panel in CONSOLE.screen(case) for fact in panel.facts]
            assert sorted(shown) == sorted(leaves(dict(case.fields)))
            assert not re.search(r"[{}]|None", transcript(CONSOLE, form.public, case, words, plain_format))
            assert words.word(key.answer.rule, plain_format)


def test_the_examples_limit_is_strict_and_the_companys():
    for facts in (FACTS, FACTS.overridden(goodwill_limit=40_00)):
        exercise, slot = Exercise(CONSOLE.id, (1,), Mode.FOUNDATION), Slot(Stratum.MAND, 1, "large")
        case, _key = draw_case(CONSOLE, exercise, 1, 3, facts, 0, slot)
        value = case.fields["voucher"]["value"]
        assert value > facts["goodwill_limit"]
        assert CONSOLE.solve(case, {"goodwill_limit": value}).action is Action.ACCEPT
        assert CONSOLE.solve(case, {"goodwill_limit": value - 1}).action is Action.ESCALATE


def test_what_the_page_shows_is_the_examples_own_code():
    section = PAGE.read_text("utf-8").partition("### A new console\n")[2].partition("\n### ")[0]
    source = {
        re.sub(r"\s+", " ", path.read_text("utf-8")) for path in HERE.rglob("*.*") if path.suffix in {".py", ".json"}
    }
    blocks = re.findall(r"```(?:python|json)\n(.*?)```", section, re.DOTALL)
    assert len(blocks) >= 5
    for block in blocks:
        for part in block.split("…"):
            assert any(re.sub(r"\s+", " ", part).strip() in text for text in source), part

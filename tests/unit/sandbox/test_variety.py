"""A learner does not meet the same ticket twice in a pathway."""

from __future__ import annotations

import pytest

from lms.sandbox.rules.consoles.registry import CONSOLES
from lms.sandbox.rules.consoles.reply_desk.cases import Intent
from lms.sandbox.rules.exercise import Mode, Text
from lms.sandbox.rules.texts import grammar, plain_format
from tests.unit.sandbox.forms import form

DESK = CONSOLES["reply-desk"]
# Two guided sets, a supervised one, an exam with its extension, a second try with its own, a Practitioner exam.
PATHWAY = (
    (1, Mode.GUIDED), (1, Mode.GUIDED), (2, Mode.SUPERVISED), (2, Mode.FOUNDATION), (2, Mode.EXTENSION),
    (2, Mode.FOUNDATION), (2, Mode.EXTENSION), (3, Mode.PRACTITIONER),
)  # fmt: skip


@pytest.mark.parametrize("intent", [f"ask.{intent}" for intent in Intent] + ["ask.injury", "ask.legal-threat"])
def test_there_are_at_least_forty_ways_to_ask_for_a_thing(intent):
    assert grammar(DESK.package, "en").variety(intent) >= 40


@pytest.mark.parametrize("person", range(3))
def test_no_message_comes_twice_on_the_way_to_practitioner(person):
    words = grammar(DESK.package, "en")
    told = [
        words.word(Text(**case.fields["ticket"]["text"]), plain_format)
        for at, (level, mode) in enumerate(PATHWAY)
        for case in form("reply-desk", level, 1000 * person + at, mode).public.cases
    ]
    assert len(told) == 144
    assert len(set(told)) == len(told)

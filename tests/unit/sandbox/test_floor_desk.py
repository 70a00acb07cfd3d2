"""The Floor Desk: quantities that a floor can have, and explanations that name what decides."""

from __future__ import annotations

import pytest

from lms.sandbox.rules.consoles.floor_desk.cases import CARTON, FIELDS, REPORT, Kind
from lms.sandbox.rules.consoles.registry import CONSOLES
from lms.sandbox.rules.engine import draw_case
from lms.sandbox.rules.exercise import Action, Exercise, Mode, Response, Slot, Stratum
from lms.sandbox.rules.scoring import RULES, judge
from tests.unit.sandbox.forms import FACTS, PAIRS, forms

DESK = CONSOLES["floor-desk"]
LEVELS = [level for console, level in PAIRS if console == DESK.id]
PIECES = 600  # of one article in one move: a few pallets


@pytest.mark.parametrize("level", LEVELS)
def test_quantities_are_those_of_a_floor_and_an_order_covers_what_is_picked_for_it(level):
    for made in forms(DESK.id, level):
        for case in made.public.cases:
            fields = FIELDS.validate_python(case.fields)
            assert fields.task.pieces <= PIECES
            if fields.order is not None:
                assert fields.order.value >= fields.task.pieces * fields.sku.price
            if fields.weighing is not None:
                assert fields.weighing.expected <= CARTON * 11 // 10
            assert (fields.task.cutoff is None) == (fields.task.kind is Kind.ZONE_MOVE)


@pytest.mark.parametrize("level", LEVELS)
def test_a_short_that_was_counted_today_is_short_on_the_screen_too(level):
    for made in forms(DESK.id, level):
        for case, key in zip(made.public.cases, made.key.cases, strict=True):
            fields = FIELDS.validate_python(case.fields)
            if case.advice.option == REPORT and key.stratum is Stratum.GOOD:
                assert fields.bin.count_days == 0
                assert fields.bin.pieces < fields.task.pieces


@pytest.mark.parametrize("level", LEVELS)
def test_any_source_in_time_is_as_good_as_the_quickest(level):
    exercise = Exercise(DESK.id, (level,), Mode.FOUNDATION)
    for place in range(20):
        slot = Slot(Stratum.WRONG, level, "stale-promise")
        case, key = draw_case(DESK, exercise, DESK.version, 3, FACTS, place, slot)
        fields = FIELDS.validate_python(case.fields)
        for number, other in enumerate(fields.places):
            free, late = other.pieces - other.reserved, other.minutes > (fields.task.cutoff or 0)
            if free >= fields.task.pieces and other.shorts < 2 and not late:
                response = Response(case.id, Action.CHANGE, f"place-{number}", reason="PROMISE")
                assert judge(key, response, DESK.reasons, RULES[1]).right


def test_a_forbidden_substitute_is_explained_by_the_rule_it_breaks():
    exercise = Exercise(DESK.id, (1,), Mode.FOUNDATION)
    slot = Slot(Stratum.WRONG, 1, "forbidden-substitute")
    rules = {draw_case(DESK, exercise, DESK.version, 4, FACTS, place, slot)[1].answer.rule.id for place in range(40)}
    assert len(rules) > 3
    assert rules <= {f"rule.forbidden-substitute.{why}" for why in ("declined", "allergens", "adult", "grade", "price")}

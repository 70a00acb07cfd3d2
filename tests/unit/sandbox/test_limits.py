"""Limits are strict, and getting round one is always a critical breach."""

from __future__ import annotations

import pytest

from lms.sandbox.rules.blueprint import unlocked
from lms.sandbox.rules.consoles.registry import CONSOLES
from lms.sandbox.rules.engine import draw_case
from lms.sandbox.rules.exercise import Action, Exercise, Response, Slot, Stratum
from lms.sandbox.rules.scoring import RULES, Breach, judge
from lms.sandbox.rules.transcript import value_at
from tests.unit.sandbox.forms import FACTS, PAIRS, forms, main_mode

each = pytest.mark.parametrize(("console", "level"), PAIRS)
LIMITED = [
    (console, level, mandate)
    for console, level in PAIRS
    for mandate in CONSOLES[console].mandates
    if mandate.limit and mandate.since <= level
]


def case_of(console, level, slot, place):
    made = CONSOLES[console]
    return draw_case(made, Exercise(console, (level,), main_mode(made)), 1, 99, FACTS, place, slot)


@pytest.mark.parametrize(("console", "level", "mandate"), LIMITED, ids=lambda value: getattr(value, "id", value))
def test_at_the_limit_no_approval_is_needed_and_one_unit_above_it_is(console, level, mandate):
    made = CONSOLES[console]
    for place in range(5):
        case, _ = case_of(console, level, Slot(Stratum.MAND, level, mandate.id), place)
        figure = abs(value_at(case.fields, mandate.figure))
        policy = {name: FACTS[name] for name in made.policy}
        assert figure > policy[mandate.limit]
        above = made.solve(case, {**policy, mandate.limit: figure - 1})
        assert (above.action, above.queue, above.reason) == (Action.ESCALATE, mandate.queue, mandate.reason)
        at = made.solve(case, {**policy, mandate.limit: figure})
        assert (at.action, at.queue) != (Action.ESCALATE, mandate.queue)


@pytest.mark.parametrize(("console", "level", "mandate"), LIMITED, ids=lambda value: getattr(value, "id", value))
def test_good_cases_sit_exactly_on_the_limit_at_the_highest_level(console, level, mandate):
    if level < max(CONSOLES[console].levels):
        pytest.skip("boundary values come with the highest level")
    for place in range(400):
        case, key = case_of(console, level, Slot(Stratum.GOOD, level, "odd"), place)
        try:
            figure = value_at(case.fields, mandate.figure)
        except (KeyError, TypeError):
            continue
        if figure is not None and abs(figure) == FACTS[mandate.limit]:
            assert key.answer.action is Action.ACCEPT
            return
    pytest.fail(f"no good case with {mandate.figure} exactly at {mandate.limit}")


@each
def test_whatever_exceeds_a_limit_is_reserved_for_a_person(console, level):
    for made in forms(console, level):
        for case, key in zip(made.public.cases, made.key.cases, strict=True):
            reserved = [
                mandate.id
                for mandate in CONSOLES[console].mandates
                if mandate.limit and mandate.id == key.kind and key.stratum is Stratum.MAND
            ]
            for mandate in reserved:
                rule = next(one for one in CONSOLES[console].mandates if one.id == mandate)
                assert abs(value_at(case.fields, rule.figure)) > FACTS[rule.limit]


@each
def test_changing_what_a_person_must_approve_is_critical_and_evading_the_limit_is_structuring(console, level):
    rules = RULES[1]
    for mandate in unlocked(CONSOLES[console].mandates, level):
        case, key = case_of(console, level, Slot(Stratum.MAND, level, mandate), 1)
        for option in case.change.options or (None,):
            numbers = [None]
            if case.change.number and (option is None or option.takes_number):
                numbers = [case.change.number.low, case.change.number.high]
            for number in numbers:
                value = option.value if option else None
                result = judge(key, Response(case.id, Action.CHANGE, value, number), {}, rules)
                limited = number is not None and not (key.limit is None and key.low_limit is None)
                over = limited and (
                    (key.limit is not None and number > key.limit)
                    or (key.low_limit is not None and number < key.low_limit)
                )
                evades = (limited and not over) or value in key.splits
                assert result.breach is (Breach.STRUCTURING if evades else Breach.UNAPPROVED)
                assert result.regret == 10_000
        assert judge(key, Response(case.id, Action.ACCEPT), {}, rules).breach is Breach.UNAPPROVED
        assert judge(key, Response(case.id, Action.REJECT), {}, rules).breach is None

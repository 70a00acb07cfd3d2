"""The Reply Desk: what a customer is due, and that no ticket contradicts itself."""

from __future__ import annotations

import pytest

from lms.sandbox.rules.consoles.registry import CONSOLES
from lms.sandbox.rules.consoles.reply_desk import truth
from lms.sandbox.rules.consoles.reply_desk.cases import BROKEN, FIELDS, HERE, Intent, Order, Remedy
from lms.sandbox.rules.engine import draw_case
from lms.sandbox.rules.exercise import Action, Exercise, Mode, Response, Slot, Stratum
from lms.sandbox.rules.scoring import RULES, judge, loss_of
from tests.unit.sandbox.forms import FACTS, PAIRS, forms

DESK = CONSOLES["reply-desk"]
LEVELS = [level for console, level in PAIRS if console == DESK.id]


def slot_cases(kind, level, count=12, stratum=Stratum.WRONG):
    exercise = Exercise(DESK.id, (level,), Mode.FOUNDATION)
    for place in range(count):
        yield draw_case(DESK, exercise, DESK.version, 7, FACTS, place, Slot(stratum, level, kind))


def broken(delivered):
    return Order("1234567", 80_00, 12_00, "delivered", 0, delivered, "kitchen", 1, 0)


@pytest.mark.parametrize(
    ("intent", "due"), [(Intent.DAMAGED, Remedy(truth.RESHIP)), (Intent.MONEY_BACK, Remedy(truth.REFUND, 68_00))]
)
def test_who_got_broken_goods_chooses_between_a_new_one_and_what_was_paid(intent, due):
    window = FACTS["return_window"]
    assert truth.due(intent, "delivered", window, broken(window), FACTS.numbers) == due
    assert truth.due(intent, "delivered", window, broken(window + 1), FACTS.numbers) == Remedy(truth.EXPLAIN)


def test_what_the_customer_did_not_choose_is_wrong_even_where_it_is_worth_the_same():
    swapped = [
        (FIELDS.validate_python(case.fields), key)
        for level in LEVELS
        for case, key in slot_cases("intent-swap", level, 40)
        if case.family in BROKEN
    ]
    assert {key.answer.option for _, key in swapped} == {truth.RESHIP, truth.REFUND}
    for fields, key in swapped:
        assert {Intent(truth.ask_of(fields)), fields.ai.intent} == set(BROKEN)
        assert key.accept_loss >= DESK.floor


@pytest.mark.parametrize("level", LEVELS)
def test_goodwill_rounded_to_the_next_cent_is_not_too_much(level):
    for case, key in slot_cases("beyond-authority", level):
        most = key.answer.number
        assert [loss_of(key.losses, truth.GOODWILL, most + over) for over in (0, 1, 2)] == [0, 0, 1]
        response = Response(case.id, Action.CHANGE, truth.GOODWILL, most + 1, reason="AUTHORITY")
        assert judge(key, response, DESK.reasons, RULES[1]).right


@pytest.mark.parametrize("level", LEVELS)
def test_a_refund_is_right_up_to_the_tolerance_and_no_further(level):
    for _, key in slot_cases("wrong-amount", level):
        paid = key.answer.number
        assert [loss_of(key.losses, truth.REFUND, paid + off) for off in (-1_00, 1_00)] == [0, 0]
        assert loss_of(key.losses, truth.REFUND, paid + 1_01) == 1


@pytest.mark.parametrize("level", LEVELS)
def test_a_coupon_that_was_overlooked_leaves_the_customer_worth_what_was_paid(level):
    for case, _ in slot_cases("wrong-amount", level, 100):
        fields = FIELDS.validate_python(case.fields)
        assert fields.customer.ltv >= truth.paid(fields.order)


@pytest.mark.parametrize("level", LEVELS)
def test_a_ticket_does_not_contradict_its_cards(level):
    for made in forms(DESK.id, level):
        for case in made.public.cases:
            fields = FIELDS.validate_python(case.fields)
            order, customer = fields.order, fields.customer
            assert customer.ltv >= truth.paid(order)
            assert order.delivered is not None or order.status != "delivered"
            if case.family in HERE:
                assert order.status == "delivered"
            if case.family == Intent.WHERE:
                assert order.status == "shipped"
                assert order.days_late > 0
            if case.family == Intent.CHECK:
                assert order.status == "processing"
            if truth.ask_of(fields) in {"injury", "legal-threat", *BROKEN}:
                assert truth.tone_of(fields) != "warm"

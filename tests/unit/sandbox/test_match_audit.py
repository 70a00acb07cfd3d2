"""The rules of accounts payable: tolerances and days are met exactly at their edge, and money follows the papers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from lms.sandbox.rules.consoles.match_audit import truth
from lms.sandbox.rules.consoles.match_audit.cases import BLOCK, FIELDS, HOLD, PAY, RELEASE, Family, Reading, paper_of
from lms.sandbox.rules.consoles.match_audit.console import MatchAudit
from lms.sandbox.rules.consoles.match_audit.oddities import rest_of_order
from lms.sandbox.rules.consoles.match_audit.papers import at_risk, dated, sound
from lms.sandbox.rules.consoles.match_audit.plants import PLANTERS, Scene, billed_for, repeated
from lms.sandbox.rules.consoles.match_audit.truth import Verdict
from lms.sandbox.rules.exercise import Stratum
from lms.sandbox.rules.streams import Stream, Streams
from tests.unit.sandbox.forms import FACTS, form

POLICY = FACTS.numbers


def paper(family=Family.DOMESTIC, seed=4):
    made = sound(family, Streams("test", seed), FACTS)
    line = replace(made.lines[0], no=1, qty=100, price=10_00)
    ordered = replace(made.order_lines[0], no=1, qty=100, price=10_00, invoiced=0)
    receipt = replace(made.receipts[0], line=1, qty=100)
    made = replace(made, lines=(line,), order_lines=(ordered,), receipts=(receipt,))
    made = made.taxed(made.vendor.tax_rate)
    return replace(made, earlier=tuple(replace(row, amount=1) for row in made.earlier))


def billed(made, qty=100, price=10_00):
    return made.with_line(0, replace(made.lines[0], qty=qty, price=price), made.order_lines[0])


@pytest.mark.parametrize(("qty", "paid"), [(100, 100), (102, 102), (103, 100)])
def test_a_quantity_exactly_at_the_tolerance_is_paid_and_one_piece_more_is_not(qty, paid):
    made = billed(paper(), qty=qty)
    net = paid * 10_00
    assert truth.payable(made, POLICY) == net + truth.tax_of(net, made.vendor.tax_rate)
    assert truth.over_billed(made, 0, POLICY) is (qty > 102)


@pytest.mark.parametrize(
    ("qty", "price", "over"),
    [(100, 10_20, False), (100, 10_21, True), (1000, 10_05, False), (1000, 10_06, True)],
    ids=["exactly two per cent", "a cent above", "exactly fifty", "a cent a piece above"],
)
def test_a_price_is_tolerated_up_to_the_share_or_the_amount_whichever_is_less(qty, price, over):
    made = billed(paper(), qty=qty, price=price)
    made = replace(made, receipts=(replace(made.receipts[0], qty=qty),))
    assert truth.over_priced(made, 0, POLICY) is over


def test_the_amount_tolerated_counts_in_the_companys_currency():
    made = paper(Family.FOREIGN)
    rate = made.rate_on(made.invoice.day)
    excess = POLICY["price_tolerance"] * 10_000 // rate
    for more, over in ((excess // 100, False), (excess // 100 + 1, True)):
        made = billed(made, qty=10_000, price=10_00)
        made = replace(made, lines=(replace(made.lines[0], qty=100, price=100_00 + more),))
        made = replace(made, order_lines=(replace(made.order_lines[0], price=100_00),))
        assert truth.over_priced(made, 0, POLICY) is over


@pytest.mark.parametrize(
    ("number", "days", "same"),
    [
        ("INV-20417", 200, True),
        ("inv 20417", 200, True),
        ("INV-20417A", 7, True),
        ("INV-20417A", 8, False),
        ("INV-20471", 3, True),
        ("INV-20999", 3, False),
    ],
)
def test_a_duplicate_has_the_same_number_or_one_much_like_it_within_the_days(number, days, same):
    made = paper()
    made = replace(made, invoice=replace(made.invoice, number="INV-20417"))
    repeat = repeated(made, Stream("x"), number, made.invoice.day - days, made.invoice.total)
    assert (truth.duplicate_of(repeat, POLICY) is not None) is same
    other = repeated(made, Stream("x"), number, made.invoice.day - days, made.invoice.total + 1)
    assert truth.duplicate_of(other, POLICY) is None


@pytest.mark.parametrize(
    ("one", "other", "steps"), [("20417", "20471", 2), ("ABC", "ABC", 0), ("", "AB", 2), ("A1", "B1C", 2)]
)
def test_numbers_are_compared_by_how_many_characters_differ(one, other, steps):
    assert truth.distance(one, other) == steps


@pytest.mark.parametrize(("days", "gated"), [(0, True), (30, True), (31, False), (None, False)])
def test_bank_details_need_a_call_back_up_to_and_on_the_last_day(days, gated):
    made = paper()
    fields = replace(made, vendor=replace(made.vendor, bank_changed=days)).fields()
    assert truth.mandate(fields, PAY, POLICY) == ("changed-bank" if gated else None)
    assert truth.mandate(fields, HOLD, POLICY) is None


def test_a_rate_entered_by_hand_is_for_the_controller_and_a_rate_of_another_day_is_an_error():
    made = paper(Family.FOREIGN)
    by_hand = replace(made, ai=replace(made.ai, rate_source="override"))
    assert truth.mandate(by_hand.fields(), PAY, POLICY) == "rate-override"
    other = made.rates[0]
    wrong = replace(made, ai=Reading(made.order.number, other.currency, other.rate * 2, other.day, "table"))
    assert truth.faults(wrong.fields(), Scene.of(wrong).proposed, POLICY) == ("FX",)


def test_what_is_lost_by_another_amount_is_the_difference_beyond_a_cent_a_line():
    made = paper()
    right = truth.payable(made, POLICY)
    losses = {loss.option: loss for loss in truth.losses(made.fields(), POLICY, 2 * right)}
    assert losses[PAY].curve[1:3] == ((right - 1, 0), (right + 1, 0))
    assert losses[HOLD].cents == 45_00 + right // 100


def test_an_order_billed_in_full_leaves_nothing_to_pay():
    made = PLANTERS["order-reused"](paper(), 2, Stream("x"), FACTS).fields
    assert truth.due(made, POLICY) == Verdict(truth.NOTHING)


def test_a_company_that_tolerates_more_pays_what_another_disputes():
    made = billed(paper(), qty=104)
    generous = FACTS.overridden(quantity_tolerance=400).numbers
    assert truth.over_billed(made, 0, POLICY)
    assert not truth.over_billed(made, 0, generous)


def test_every_limit_the_rules_go_by_is_in_the_policy_drawer():
    asked = set()

    class Watched(dict):
        def __getitem__(self, name):
            asked.add(name)
            return super().__getitem__(name)

    console = MatchAudit()
    policy = Watched({name: POLICY[name] for name in console.policy})
    for family in (Family.DOMESTIC, Family.FOREIGN):
        made = repeated(paper(family), Stream("x"), "Z1", 1, 1)
        truth.faults(made.fields(), Scene.of(made).proposed, policy)
        truth.mandate(made.fields(), PAY, policy)
    assert asked <= set(console.policy)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("family", [Family.DOMESTIC, Family.FOREIGN])
@pytest.mark.parametrize(
    "make",
    [PLANTERS["order-reused"], PLANTERS["exact-duplicate"], rest_of_order],
    ids=["order-reused", "duplicate", "rest"],
)
def test_what_was_billed_before_had_come_and_what_came_had_been_ordered(make, family, seed):
    made = make(sound(family, Streams("test", seed), FACTS), 2, Stream(f"x{seed}"), FACTS).fields
    billed_on = next((row.day for row in made.earlier if row.order == made.order.number), made.invoice.day)
    received = [min(row.day for row in made.receipts if row.line == line.no) for line in made.order_lines]
    assert made.order.day < min(received)
    assert max(received) <= billed_on
    assert made.order.receipts == len(made.receipts)
    assert not made.rates or made.rates[0].day <= made.order.day


@pytest.mark.parametrize("short", [1, 2])
def test_a_block_above_the_limit_is_the_fraud_leads_to_undo_as_well(short):
    fields = at_risk(Streams("test", 1), FACTS, POLICY["fraud_signals"] - short)
    dear = replace(fields, customer=replace(fields.customer, ltv=POLICY["ltv_fraud_limit"] + 1))
    assert truth.due(dear, POLICY).id == RELEASE
    assert truth.mandate(dear, BLOCK, POLICY) == "costly-block"
    assert truth.mandate(dear, RELEASE, POLICY) is None
    assert (
        truth.mandate(replace(dear, customer=replace(dear.customer, ltv=POLICY["ltv_fraud_limit"])), BLOCK, POLICY)
        is None
    )


@pytest.mark.parametrize("family", [Family.DOMESTIC, Family.FOREIGN])
def test_papers_are_dated_on_working_days_and_numbered_in_the_order_of_their_days(family):
    for seed in range(12):
        made = sound(family, Streams("days", seed), FACTS)
        days = [made.invoice.day, made.order.day, *(row.day for row in (*made.receipts, *made.earlier, *made.rates))]
        assert all(date.fromordinal(day).weekday() < 5 for day in days)
        numbers = [int("".join(sign for sign in row.number if sign.isdigit())[:5]) for row in made.earlier]
        assert numbers == sorted(numbers, reverse=True)
        assert [row.day for row in made.receipts] == sorted(row.day for row in made.receipts)
        changed = made.vendor.bank_changed
        assert changed is None or changed <= 30 * made.vendor.since


@pytest.mark.parametrize(
    ("number", "day", "dated_on"),
    [
        ("20417/26", date(2025, 12, 30), "20417/25"),
        ("20417/26", date(2026, 1, 2), "20417/26"),
        ("F-20417", date(2025, 1, 2), "F-20417"),
    ],
)
def test_a_number_with_the_year_in_it_has_the_year_of_its_day(number, day, dated_on):
    assert dated(number, day.toordinal()) == dated_on


@pytest.mark.parametrize("level", [1, 2, 3])
def test_what_was_billed_before_on_an_order_comes_to_the_earlier_invoice(level):
    for seed in range(8):
        made = PLANTERS["order-reused"](
            sound(Family.DOMESTIC, Streams("r", seed), FACTS), level, Stream(f"r{seed}"), FACTS
        )
        row = next(one for one in made.paper.earlier if one.order == made.paper.order.number)
        assert row.amount == billed_for(made.paper.order_lines, made.paper) > made.paper.invoice.total
        assert truth.used_up(made.paper)


@pytest.mark.parametrize("level", [1, 2, 3])
def test_differences_stay_clear_of_the_tolerance_on_either_side(level):
    tight, loose = (
        FACTS.overridden(
            quantity_tolerance=POLICY["quantity_tolerance"] * share // 100,
            price_tolerance_share=POLICY["price_tolerance_share"] * share // 100,
            price_tolerance=POLICY["price_tolerance"] * share // 100,
        ).numbers
        for share in (85, 110)
    )
    for seed in range(4):
        for case, key in zip(
            form("match-audit", level, seed).public.cases, form("match-audit", level, seed).key.cases, strict=True
        ):
            made = paper_of(FIELDS.validate_python(case.fields))
            if made is None or key.stratum is Stratum.MAND:
                continue
            for at in range(len(made.lines)):
                for over in (truth.over_billed, truth.over_priced):
                    assert over(made, at, tight) == over(made, at, loose)
